//! Restore a file from the newest backup into another folder.
//!
//! ```sh
//! cargo run -p ibm-backup-recovery --example restore_to_a_folder -- report.txt /home/ada/restored
//! ```
//!
//! The file is looked for by its name; the folder is on the machine of the server. The example prints:
//!
//! ```text
//! restoring /home/ada/documents/report.txt
//! Succeeded: it is in /home/ada/restored
//! ```

use anyhow::{Context as _, bail};
use ibm_backup_recovery::{Client, WaitError, types};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(name), Some(folder)) = (arguments.next(), arguments.next()) else {
        bail!("usage: restore_to_a_folder FILE FOLDER");
    };
    let client = Client::from_env()?;

    // Which object has the file, and where.
    let search = types::FileSearchParams::new().with_search_string(&name);
    let body = types::IndexedSearchRequest::new(types::IndexedObjectType::Files).with_file_params(search);
    let page = client.search_indexed_objects().body(body).send().await?.into_inner();
    let file = page.files.unwrap_or_default().into_iter().next().context("no backup has such a file")?;
    let path = format!("{}/{}", file.path.unwrap_or_default(), file.name.unwrap_or_default());
    let object = file.source_info.and_then(|object| object.id).context("the file has no object")?;

    // The newest snapshot of that object.
    let list = client.get_object_snapshots().id(object).send().await?.into_inner();
    let snapshots = list.snapshots.unwrap_or_default();
    let newest = snapshots.into_iter().max_by_key(|snapshot| snapshot.run_start_time_usecs);
    let snapshot = newest.and_then(|snapshot| snapshot.id).context("the object has no snapshot")?;

    println!("restoring {path}");
    let target = types::PhysicalFilesTarget::new(types::RecoverTarget::new(object))
        .with_alternate_restore_directory(&folder)
        .with_restore_to_original_paths(false);
    let files = types::RecoverPhysicalFilesParams::new(
        [types::RecoverPath::new(path)],
        types::RecoverPhysicalFilesParamsTargetEnvironment::Physical,
    )
    .with_physical_target_params(target);
    let physical = types::RecoverPhysicalParams::new(
        [types::RecoverSnapshotParams::new(snapshot)],
        types::RecoverPhysicalParamsRecoveryAction::RecoverFiles,
    )
    .with_recover_file_and_folder_params(files);
    let request = types::RecoveryRequest::new("Restore a file", types::Environment::Physical)
        .with_physical_params(physical);

    match client.start_recovery(request).await?.wait().await {
        Ok(done) => println!("{}: it is in {folder}", done.status.context("the recovery has no status")?),
        Err(WaitError::Failed(recovery)) => bail!("nothing restored: {:?}", recovery.messages),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
