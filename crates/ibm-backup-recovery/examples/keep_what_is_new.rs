//! A service newer than this crate: what the crate does not know is kept, can be read, and goes back unchanged.
//!
//! ```sh
//! cargo run -p ibm-backup-recovery --example keep_what_is_new
//! ```
//!
//! It calls nothing. The example prints:
//!
//! ```text
//! a member that this crate does not know: mood is "calm"
//! a status that this crate does not know: Hibernating
//! the same on the wire: true
//! known today: 13 values, the first Accepted
//! ```

use ibm_backup_recovery::types;
use serde_json::json;

fn main() -> anyhow::Result<()> {
    // What a service may send next year. `null` for a member that may be absent is the same as its absence.
    let sent = json!({"localBackupInfo": {"status": "Hibernating", "endTimeUsecs": null}, "mood": "calm"});
    let run: types::ProtectionGroupRun = serde_json::from_value(sent)?;

    for (name, value) in run.unknown_fields.iter() {
        println!("a member that this crate does not know: {name} is {value}");
    }

    let status = run.local_backup_info.as_ref().and_then(|run| run.status.clone());
    match status {
        Some(types::RunStatus::Succeeded) => println!("it is done"),
        // Every enum has this variant, with the value as it came.
        Some(types::RunStatus::Unknown(new)) => {
            println!("a status that this crate does not know: {new}");
        }
        other => println!("{other:?}"),
    }

    let back = serde_json::to_value(&run)?;
    println!(
        "the same on the wire: {}",
        back == json!({"localBackupInfo": {"status": "Hibernating"}, "mood": "calm"})
    );

    // Names that come from a user or a file become the enum in the same way.
    let wanted = types::RunStatus::from("Succeeded");
    anyhow::ensure!(wanted == types::RunStatus::Succeeded);
    let known = types::RunStatus::VALUES;
    println!("known today: {} values, the first {}", known.len(), known.first().unwrap_or(&""));
    Ok(())
}
