//! List backups: a page, how many there are in all, and all of them as a stream.
//!
//! ```sh
//! cargo run -p storware-backup-recovery --example page_through_backups
//! ```
//!
//! The example prints:
//!
//! ```text
//! whole backups: 3, on this page: 1
//! documents FULL SUCCESS, 28 bytes
//! documents INCREMENTAL SUCCESS, 28 bytes
//! documents FULL SUCCESS, 28 bytes
//! ```

use std::pin::pin;

use futures::TryStreamExt as _;
use storware_backup_recovery::types::BackupStatusName;
use storware_backup_recovery::{Client, ListResponse as _, entries};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let client = Client::from_env()?;

    // One page, by hand. What is not set does not filter; without `page` and `size` a list is the whole list.
    let whole = client.list_backups().status([BackupStatusName::Success]).page(0).size(1).send().await?;
    let total = whole.total_count().unwrap_or_default();
    println!("whole backups: {total}, on this page: {}", whole.len());

    // All of them, a hundred at a time. Ordered so that new ones come last, none is missed while others are made.
    let backups = entries(100, |page, size| {
        client.list_backups().order_by("backupTime").direction("asc").page(page).size(size).send()
    });
    let mut backups = pin!(backups);
    while let Some(backup) = backups.try_next().await? {
        let entity = backup.protected_entity.and_then(|entity| entity.name).unwrap_or_default();
        println!("{entity} {} {}, {} bytes", backup.type_.name, backup.status.name, backup.size);
    }
    Ok(())
}
