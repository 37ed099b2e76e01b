//! Hang the newest backup of an entity into the file system, look at it, and take it down again.
//!
//! ```sh
//! cargo run -p storware-backup-recovery --example mount_a_backup -- documents /home/ada/mounted
//! ```
//!
//! The folder must be there, empty, and on the machine of the server. The example prints:
//!
//! ```text
//! mounted in /home/ada/mounted, entries: 1
//! unmounted, entries: 0
//! ```
//!
//! A server that cannot mount refuses, and the example ends with that refusal.

use anyhow::{Context as _, bail};
use storware_backup_recovery::types::{
    MountedBackupModeName, MountedFileSystemRequest, NameAndGuid, RestoreAndMountTaskRequest,
    UnmountTaskRequest,
};
use storware_backup_recovery::{Client, types};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(name), Some(folder)) = (arguments.next(), arguments.next()) else {
        bail!("usage: mount_a_backup ENTITY FOLDER");
    };
    let client = Client::from_env()?;
    let newest = client.list_backups().name_like(&name).only_mountable(true).page(0).size(1).send().await?;
    let backup = newest.first().with_context(|| format!("{name:?} has no backup that can be mounted"))?;

    // Two tasks: a restore that fetches the backup if need be, and the mount that follows it.
    let place = MountedFileSystemRequest::new().with_mount_path(&folder);
    let request = RestoreAndMountTaskRequest::new()
        .with_mode(MountedBackupModeName::Auto)
        .with_backup(NameAndGuid::new(&backup.guid))
        .with_mounted_file_systems([place]);
    let fetch = client.create_restore_and_mount_task().body(request).send().await?.into_inner();
    finish(&client, &fetch.guid).await?;
    let mounts = client.list_tasks().parent_task(&fetch.guid).send().await?.into_inner();
    let mount = finish(&client, &mounts.first().context("no mount follows")?.guid).await?;
    println!("mounted in {folder}, entries: {}", std::fs::read_dir(&folder)?.count());

    let mounted = mount.mounted_backup.context("the task names no mounted backup")?;
    let request = UnmountTaskRequest::new().with_mounted_backup(NameAndGuid::new(mounted.guid));
    let unmount = client.create_unmount_task().body(request).send().await?;
    finish(&client, &unmount.guid).await?;
    println!("unmounted, entries: {}", std::fs::read_dir(&folder)?.count());
    Ok(())
}

/// Waits for a task. A failure is an error that says why.
async fn finish(client: &Client, guid: &str) -> anyhow::Result<types::TaskDetails> {
    match client.wait_for_task(guid).wait().await {
        Err(storware_backup_recovery::WaitError::Failed(task)) => {
            bail!("{}: {}", task.state.name, task.status_info.unwrap_or_default())
        }
        other => Ok(other?),
    }
}
