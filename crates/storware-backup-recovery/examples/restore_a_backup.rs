//! Restore the newest backup of an entity into a folder of the server's machine.
//!
//! ```sh
//! cargo run -p storware-backup-recovery --example restore_a_backup -- documents /home/ada/restored
//! ```
//!
//! The example prints:
//!
//! ```text
//! restoring a FULL of 28 bytes
//! FINISHED: it is in /home/ada/restored
//! ```

use std::time::Duration;

use anyhow::{Context as _, bail};
use storware_backup_recovery::types::{BackupStatusName, NameAndGuid, RestoreTaskRequest};
use storware_backup_recovery::{Client, WaitError};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(name), Some(folder)) = (arguments.next(), arguments.next()) else {
        bail!("usage: restore_a_backup ENTITY FOLDER");
    };
    let client = Client::from_env()?;

    let newest = client
        .list_backups()
        .name_like(&name)
        .status([BackupStatusName::Success])
        .order_by("backupTime")
        .direction("desc")
        .page(0)
        .size(1)
        .send()
        .await?;
    let backup = newest.first().with_context(|| format!("{name:?} has no backup"))?;
    println!("restoring a {} of {} bytes", backup.type_.name, backup.size);

    let request =
        RestoreTaskRequest::new().with_backup(NameAndGuid::new(&backup.guid)).with_restore_path(&folder);
    let task = client.create_restore_task().body(request).send().await?.into_inner();

    // There are four ends, and the compiler knows them. Dropping the future stops the waiting, not the task.
    match client.wait_for_task(&task.guid).limit(Duration::from_secs(600)).wait().await {
        Ok(task) => println!("{}: it is in {folder}", task.state.name),
        Err(WaitError::Failed(task)) => {
            bail!("{}: {}", task.state.name, task.status_info.unwrap_or_default())
        }
        Err(WaitError::OutOfTime(_)) => bail!("the restore still goes on; look again later"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
