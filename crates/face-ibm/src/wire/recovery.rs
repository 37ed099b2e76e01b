//! Recoveries.

use engine::{
    FilePath, ObjectId, Place, Recovery, RecoveryPlan, RecoveryState, RestoreOptions, Snapshot, SnapshotId,
};
use ibm_backup_recovery::types;

use super::run::bytes;
use super::{WireIds, usecs};
use crate::error::ApiError;

/// A recovery as the API shows it. `snapshot` is what it reads, while that is left.
pub(crate) fn recovery(ids: &WireIds, recovery: &Recovery, snapshot: Option<&Snapshot>) -> types::Recovery {
    let is_download = matches!(recovery.plan, RecoveryPlan::Download { .. });
    let messages: Vec<_> = recovery.reason.iter().chain(&recovery.warnings).cloned().collect();
    types::Recovery {
        id: Some(ids.recovery(recovery.id)),
        name: Some(recovery.name.clone()),
        start_time_usecs: Some(usecs(recovery.created_at)),
        end_time_usecs: recovery.ended_at.map(usecs),
        status: Some(status(recovery.state)),
        snapshot_environment: Some(types::Environment::Physical),
        recovery_action: Some(if is_download {
            types::RecoveryAction::DownloadFilesAndFolders
        } else {
            types::RecoveryAction::RecoverFiles
        }),
        can_tear_down: Some(false),
        messages: (!messages.is_empty()).then_some(messages),
        is_parent_recovery: Some(false),
        is_multi_stage_restore: Some(false),
        physical_params: Some(physical(ids, recovery, snapshot)),
        ..types::Recovery::default()
    }
}

fn physical(ids: &WireIds, recovery: &Recovery, snapshot: Option<&Snapshot>) -> types::RecoverPhysicalParams {
    let object = types::RecoverSnapshotParams {
        snapshot_id: snapshot.map(|snapshot| ids.snapshot(snapshot)).unwrap_or_default(),
        protection_group_id: snapshot.map(|snapshot| ids.group(snapshot.group)),
        snapshot_creation_time_usecs: snapshot.map(|snapshot| usecs(snapshot.taken_at)),
        object_info: snapshot.map(|snapshot| types::ObjectSummary {
            id: Some(snapshot.object.0.into()),
            source_id: Some(snapshot.object.0.into()),
            environment: Some(types::Environment::Physical),
            logical_size_bytes: Some(bytes(recovery.stats.bytes_total)),
            ..types::ObjectSummary::default()
        }),
        snapshot_target_type: Some(types::SnapshotTargetType::Local),
        status: Some(status(recovery.state)),
        start_time_usecs: recovery.started_at.map(usecs),
        end_time_usecs: recovery.ended_at.map(usecs),
        bytes_restored: Some(bytes(recovery.stats.bytes_done)),
        ..types::RecoverSnapshotParams::default()
    };
    let paths = |folder: Option<&FilePath>| -> Vec<types::RecoverPath> {
        recovery
            .plan
            .items()
            .iter()
            .map(|item| types::RecoverPath {
                absolute_path: item.to_string(),
                destination_dir: folder.map(FilePath::to_string),
                status: Some(path_status(recovery.state)),
                ..types::RecoverPath::default()
            })
            .collect()
    };
    let mut params = types::RecoverPhysicalParams {
        objects: vec![object],
        recovery_action: types::RecoverPhysicalParamsRecoveryAction::RecoverFiles,
        download_file_and_folder_params: None,
        mount_volume_params: None,
        recover_file_and_folder_params: None,
        recover_volume_params: None,
        system_recovery_params: None,
        unknown_fields: Default::default(),
    };
    match &recovery.plan {
        RecoveryPlan::Download { .. } => {
            params.download_file_and_folder_params = Some(types::DownloadFilesParams {
                files_and_folders: Some(paths(None)),
                expiry_time_usecs: recovery.archive_expires_at().map(usecs),
                ..types::DownloadFilesParams::default()
            });
        }
        RecoveryPlan::Place { target, place, options, .. } => {
            let folder = match place {
                Place::Original => None,
                Place::Folder(folder) => Some(folder),
            };
            params.recover_file_and_folder_params = Some(types::RecoverPhysicalFilesParams {
                files_and_folders: paths(folder),
                target_environment: types::RecoverPhysicalFilesParamsTargetEnvironment::Physical,
                physical_target_params: Some(types::PhysicalFilesTarget {
                    recover_target: types::RecoverTarget {
                        id: target.0.into(),
                        ..types::RecoverTarget::default()
                    },
                    restore_to_original_paths: Some(folder.is_none()),
                    alternate_restore_directory: folder.map(FilePath::to_string),
                    overwrite_existing: Some(options.overwrite),
                    preserve_attributes: Some(options.preserve_attributes),
                    continue_on_error: Some(options.continue_on_error),
                    ..types::PhysicalFilesTarget::default()
                }),
                unknown_fields: Default::default(),
            });
        }
    }
    params
}

/// The snapshot that a request for a restore reads, once it is clear that this server restores such things.
pub(crate) fn restored_snapshot(
    ids: &WireIds,
    request: &types::RecoveryRequest,
) -> Result<SnapshotId, ApiError> {
    if request.snapshot_environment != types::Environment::Physical {
        return Err(ApiError::unsupported(
            "snapshotEnvironment",
            format!("this server holds snapshots of kPhysical hosts, not {}", request.snapshot_environment),
        ));
    }
    let physical = physical_params(request)?;
    if physical.recovery_action != types::RecoverPhysicalParamsRecoveryAction::RecoverFiles {
        return Err(ApiError::unsupported(
            "physicalParams.recoveryAction",
            format!(
                "this server restores files (RecoverFiles); it has no volumes for {}",
                physical.recovery_action
            ),
        ));
    }
    match physical.objects.as_slice() {
        [object] if object.point_in_time_usecs.is_some() => Err(ApiError::unsupported(
            "physicalParams.objects[0].pointInTimeUsecs",
            "files are restored as a snapshot holds them; no changes between snapshots are kept",
        )),
        [object] => ids.parse_snapshot(&object.snapshot_id),
        [] => Err(ApiError::invalid("physicalParams.objects", "needs the snapshot to restore from")),
        _ => Err(ApiError::unsupported(
            "physicalParams.objects",
            "files are restored from one snapshot at a time",
        )),
    }
}

fn physical_params(request: &types::RecoveryRequest) -> Result<&types::RecoverPhysicalParams, ApiError> {
    let params = request.physical_params.as_ref();
    params.ok_or_else(|| ApiError::invalid("physicalParams", "is missing, but the environment is kPhysical"))
}

/// What a request for a restore of `snapshot` says.
pub(crate) fn place_plan(
    request: &types::RecoveryRequest,
    snapshot: &Snapshot,
) -> Result<RecoveryPlan, ApiError> {
    let physical = physical_params(request)?;
    let member = "physicalParams.recoverFileAndFolderParams";
    let Some(files) = &physical.recover_file_and_folder_params else {
        return Err(ApiError::invalid(member, "is missing, but the action is RecoverFiles"));
    };
    let items = items(
        &format!("{member}.filesAndFolders"),
        files.files_and_folders.iter().map(|path| path.absolute_path.as_str()),
    )?;
    let Some(target) = &files.physical_target_params else {
        return Err(ApiError::invalid(
            &format!("{member}.physicalTargetParams"),
            "is missing; it says where the files go",
        ));
    };
    let member = format!("{member}.physicalTargetParams");
    if target.restore_entity_type == Some(types::PhysicalFilesTargetRestoreEntityType::AclOnly) {
        return Err(ApiError::unsupported(
            &format!("{member}.restoreEntityType"),
            "files are restored whole; access control lists are not restored by themselves",
        ));
    }
    if target.save_success_files == Some(true) {
        return Err(ApiError::unsupported(
            &format!("{member}.saveSuccessFiles"),
            "no list of the restored files is kept; leave it out",
        ));
    }
    if target.vlan_config.as_ref().is_some_and(|vlan| vlan.id.is_some() || vlan.interface_name.is_some()) {
        return Err(ApiError::unsupported(
            &format!("{member}.vlanConfig"),
            "files are written on the machine that the server runs on; no network lies in between",
        ));
    }
    let place = match (&target.alternate_restore_directory, target.restore_to_original_paths) {
        (Some(_), Some(true)) => {
            return Err(ApiError::invalid(
                &format!("{member}.alternateRestoreDirectory"),
                "cannot be combined with restoreToOriginalPaths",
            ));
        }
        (Some(folder), _) => {
            let Ok(folder) = folder.parse();
            Place::Folder(folder)
        }
        (None, Some(false)) => {
            return Err(ApiError::invalid(
                &format!("{member}.alternateRestoreDirectory"),
                "is missing, but restoreToOriginalPaths is false",
            ));
        }
        (None, _) => Place::Original,
    };
    for (name, wanted) in
        [("preserveTimestamps", target.preserve_timestamps), ("preserveAcls", target.preserve_acls)]
    {
        if wanted.is_some_and(|wanted| wanted != target.preserve_attributes.unwrap_or(true)) {
            return Err(ApiError::unsupported(
                &format!("{member}.{name}"),
                "owner, mode, times and access control lists are preserved together; set it as preserveAttributes",
            ));
        }
    }
    let options = RestoreOptions {
        overwrite: target.overwrite_existing.unwrap_or(false),
        preserve_attributes: target.preserve_attributes.unwrap_or(true),
        continue_on_error: target.continue_on_error.unwrap_or(false),
    };
    let target = ObjectId(target.recover_target.id.get());
    Ok(RecoveryPlan::Place { snapshot: snapshot.id, items, target, place, options })
}

/// What a request for a download says.
pub(crate) fn download_plan(
    ids: &WireIds,
    request: &types::DownloadRecoveryRequest,
) -> Result<RecoveryPlan, ApiError> {
    if request.documents.as_ref().is_some_and(|documents| !documents.is_empty()) {
        return Err(ApiError::unsupported("documents", "this server holds files; ask for filesAndFolders"));
    }
    let snapshot = ids.parse_snapshot(&request.object.snapshot_id)?;
    let paths = request.files_and_folders.iter().map(|path| path.absolute_path.as_str());
    let items = items("filesAndFolders", paths)?;
    Ok(RecoveryPlan::Download { snapshot, items })
}

/// Paths with the slash that some callers put behind a folder taken off; `member` is their list on the wire.
fn items<'a>(member: &str, paths: impl Iterator<Item = &'a str>) -> Result<Vec<FilePath>, ApiError> {
    paths
        .enumerate()
        .map(|(index, path)| {
            let trimmed = path.trim_end_matches('/');
            let path = if trimmed.is_empty() { path } else { trimmed };
            plain_path(&format!("{member}[{index}].absolutePath"), path)
        })
        .collect()
}

/// A path as snapshots hold them; `member` is its path on the wire.
pub(crate) fn plain_path(member: &str, text: &str) -> Result<FilePath, ApiError> {
    let Ok(path) = text.parse::<FilePath>();
    if path.is_plain() {
        return Ok(path);
    }
    let reason = format!("{text:?} must begin with a slash and hold no empty names, no . and no ..");
    Err(ApiError::invalid(member, reason))
}

/// The engine's states for a filter, none when nothing can match.
pub(crate) fn recovery_states(wanted: &[types::RunStatus]) -> Option<Vec<RecoveryState>> {
    const ALL: [RecoveryState; 7] = [
        RecoveryState::Queued,
        RecoveryState::Running,
        RecoveryState::Cancelling,
        RecoveryState::Cancelled,
        RecoveryState::Failed,
        RecoveryState::Succeeded,
        RecoveryState::SucceededWithWarnings,
    ];
    let states: Vec<_> = ALL.into_iter().filter(|state| wanted.contains(&status(*state))).collect();
    (wanted.is_empty() || !states.is_empty()).then_some(states)
}

fn status(state: RecoveryState) -> types::RunStatus {
    match state {
        RecoveryState::Queued => types::RunStatus::Accepted,
        RecoveryState::Running => types::RunStatus::Running,
        RecoveryState::Cancelling => types::RunStatus::Canceling,
        RecoveryState::Cancelled => types::RunStatus::Canceled,
        RecoveryState::Failed => types::RunStatus::Failed,
        RecoveryState::Succeeded => types::RunStatus::Succeeded,
        RecoveryState::SucceededWithWarnings => types::RunStatus::SucceededWithWarning,
    }
}

fn path_status(state: RecoveryState) -> types::RecoverPathStatus {
    match state {
        RecoveryState::Queued => types::RecoverPathStatus::NotStarted,
        RecoveryState::Running | RecoveryState::Cancelling => types::RecoverPathStatus::CopyInProgress,
        RecoveryState::Cancelled
        | RecoveryState::Failed
        | RecoveryState::Succeeded
        | RecoveryState::SucceededWithWarnings => types::RecoverPathStatus::Finished,
    }
}
