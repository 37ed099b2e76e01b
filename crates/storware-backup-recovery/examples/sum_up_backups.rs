//! What is backed up, entity by entity: how often, how much, how long it took.
//!
//! ```sh
//! cargo run -p storware-backup-recovery --example sum_up_backups
//! ```
//!
//! The document of the API says only that these statistics are objects; their members below are those of
//! `strongroom serve`, and another server may have others. The example prints:
//!
//! ```text
//! documents: backups 3, whole 3
//!   84 bytes in all, 28 on average
//! ```

use serde_json::Value;
use storware_backup_recovery::Client;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let client = Client::from_env()?;

    // The filters are those of the list of backups: by entity, time, status and more.
    let sums = client.get_backups_aggregated_statistics().send().await?.into_inner();
    for sum in &sums {
        // An object without documented members is a map. What is not there is `None`, and no panic.
        let entity = sum.get("protectedEntity");
        let name = entity.and_then(|entity| entity["name"].as_str()).unwrap_or("?");
        let count = |member: &str| sum.get(member).and_then(Value::as_i64).unwrap_or_default();
        println!("{name}: backups {}, whole {}", count("backupsCount"), count("successCount"));

        let sizes = client.get_backups_size_statistics().name_like(name).send().await?.into_inner();
        for size in sizes {
            let bytes = |member: &str| size.get(member).and_then(Value::as_f64).unwrap_or_default();
            println!("  {} bytes in all, {} on average", bytes("totalSize"), bytes("averageSize"));
        }
    }
    Ok(())
}
