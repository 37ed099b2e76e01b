//! With a recovery.

use ibm_backup_recovery::Client;
use ibm_backup_recovery::types::{self, RecoveryId};
use jiff::Timestamp;

use super::super::runs::count;
use super::super::wait::{WaitArgs, WantedRecovery};
use super::{Ended, Restore, Snapshot};
use crate::failure::Failure;
use crate::interrupt::Interrupts;

/// Starts the recovery.
pub(super) async fn begin(
    client: &Client,
    restore: &Restore,
    snapshot: &Snapshot,
) -> Result<RecoveryId, Failure> {
    let object = snapshot.source_id.as_deref().and_then(|id| id.parse::<i64>().ok());
    let object = object.ok_or_else(|| {
        Failure::Usage(
            "the service does not say which machine the snapshot is of, so it cannot be restored".to_owned(),
        )
    })?;
    let target = types::PhysicalFilesTarget::new(types::RecoverTarget::new(object))
        .with_overwrite_existing(restore.overwrite)
        .with_preserve_attributes(true)
        // A file in the way is a warning, and costs only itself.
        .with_continue_on_error(true);
    let target = match &restore.to {
        Some(to) => target.with_restore_to_original_paths(false).with_alternate_restore_directory(to),
        None => target.with_restore_to_original_paths(true),
    };
    let files = types::RecoverPhysicalFilesParams::new(
        restore.paths.iter().map(types::RecoverPath::new),
        types::RecoverPhysicalFilesParamsTargetEnvironment::Physical,
    )
    .with_physical_target_params(target);
    let physical = types::RecoverPhysicalParams::new(
        [types::RecoverSnapshotParams::new(restore.snapshot.as_str())],
        types::RecoverPhysicalParamsRecoveryAction::RecoverFiles,
    )
    .with_recover_file_and_folder_params(files);
    let name = format!("strongroom restore {}", snapshot.short_id);
    let request =
        types::RecoveryRequest::new(name, types::Environment::Physical).with_physical_params(physical);
    let recovery = client.create_recovery().body(request).send().await?.into_inner();
    recovery.id.ok_or_else(|| Failure::Step {
        step: "the restore",
        reason: "the answer has no id to wait for; `strongroom ibm recoveries list` shows it".to_owned(),
    })
}

/// Waits for it.
pub(super) async fn follow(
    client: &Client,
    id: RecoveryId,
    interrupts: &mut Interrupts,
    args: &WaitArgs,
    what: &str,
) -> Result<Ended, Failure> {
    let recovery = WantedRecovery::known(client, id).follow(interrupts, args, what).await?;
    let outcome = WantedRecovery::outcome(&recovery);
    let objects = recovery.physical_params.iter().flat_map(|params| &params.objects);
    let bytes = objects.filter_map(|object| count(object.bytes_restored)).reduce(|all, one| all + one);
    let moment =
        |time: Option<types::UnixMicros>| time.and_then(|time| Timestamp::from_microsecond(time.get()).ok());
    Ok(Ended {
        bytes,
        begun: moment(recovery.start_time_usecs),
        ended: moment(recovery.end_time_usecs),
        outcome,
    })
}
