//! Runs.

use engine::{
    BackupStats, FailedAttempt, LockMode, ObjectRun, Run, RunKind, RunState, Snapshot, SnapshotChange,
    SnapshotLock,
};
use ibm_backup_recovery::types;

use super::{WireIds, usecs};
use crate::error::ApiError;

/// A run as the API shows it; with `snapshots`, its objects too. `snapshots` are those of the run that are
/// left.
pub(crate) fn run(
    ids: &WireIds,
    run: &Run,
    snapshots: &[Snapshot],
    details: bool,
) -> types::ProtectionGroupRun {
    let objects =
        details.then(|| run.objects.iter().map(|object| object_run(ids, run, object, snapshots)).collect());
    types::ProtectionGroupRun {
        id: Some(WireIds::run(run)),
        protection_group_instance_id: Some(run.id.0.into()),
        protection_group_id: Some(ids.group(run.group)),
        protection_group_name: Some(run.group_name.clone()),
        is_replication_run: Some(false),
        is_local_snapshots_deleted: Some(
            snapshots.is_empty() && run.objects.iter().any(|object| object.snapshot.is_some()),
        ),
        has_local_snapshot: Some(!snapshots.is_empty()),
        objects,
        local_backup_info: Some(summary(run, snapshots)),
        on_legal_hold: Some(snapshots.iter().any(|snapshot| snapshot.legal_hold)),
        environment: Some(types::Environment::Physical.to_string()),
        ..types::ProtectionGroupRun::default()
    }
}

fn summary(run: &Run, snapshots: &[Snapshot]) -> types::BackupRunSummary {
    let count = |wanted: &[RunState]| {
        Some(run.objects.iter().filter(|object| wanted.contains(&object.state)).count() as i64)
    };
    let total = run.objects.iter().fold(BackupStats::default(), |total, object| BackupStats {
        bytes_total: total.bytes_total.saturating_add(object.stats.bytes_total),
        bytes_read: total.bytes_read.saturating_add(object.stats.bytes_read),
        bytes_stored: total.bytes_stored.saturating_add(object.stats.bytes_stored),
        ..total
    });
    types::BackupRunSummary {
        run_type: Some(match run.kind {
            RunKind::Incremental => types::BackupRunType::Regular,
            RunKind::Full => types::BackupRunType::Full,
        }),
        start_time_usecs: Some(usecs(run.queued_at)),
        end_time_usecs: run.ended_at.map(usecs),
        status: Some(status(run.state)),
        messages: run.reason.clone().map(|reason| vec![reason]),
        successful_objects_count: count(&[RunState::Succeeded, RunState::SucceededWithWarnings]),
        failed_objects_count: count(&[RunState::Failed]),
        cancelled_objects_count: count(&[RunState::Cancelled]),
        skipped_objects_count: count(&[RunState::Skipped]),
        local_snapshot_stats: Some(stats(&total)),
        local_task_id: Some(WireIds::run(run).as_str().into()),
        progress_task_id: Some(WireIds::run_task(run)),
        // The lock that lasts longest: before it ends, the run has a snapshot that stays.
        data_lock_constraints: snapshots
            .iter()
            .filter_map(|snapshot| snapshot.lock)
            .max_by_key(|lock| lock.until)
            .map(lock),
        ..types::BackupRunSummary::default()
    }
}

fn object_run(
    ids: &WireIds,
    run: &Run,
    object: &ObjectRun,
    snapshots: &[Snapshot],
) -> types::ObjectRunResult {
    let snapshot = snapshots.iter().find(|snapshot| Some(snapshot.id) == object.snapshot);
    let warnings = Some(object.warnings.clone()).filter(|warnings| !warnings.is_empty());
    types::ObjectRunResult {
        object: Some(types::ObjectSummary {
            id: Some(object.object.0.into()),
            name: Some(object.name.clone()),
            source_id: Some(object.object.0.into()),
            environment: Some(types::Environment::Physical),
            ..types::ObjectSummary::default()
        }),
        local_snapshot_info: Some(types::BackupRun {
            snapshot_info: Some(types::SnapshotInfo {
                snapshot_id: snapshot.map(|snapshot| ids.snapshot(snapshot)),
                status: Some(attempt_status(object)),
                status_message: object.reason.clone(),
                admitted_time_usecs: Some(usecs(run.queued_at)),
                start_time_usecs: object.started_at.map(usecs),
                end_time_usecs: object.ended_at.map(usecs),
                snapshot_creation_time_usecs: snapshot.map(|snapshot| usecs(snapshot.taken_at)),
                stats: Some(stats(&object.stats)),
                warnings,
                is_manually_deleted: Some(object.deleted_at.is_some() && snapshot.is_none()),
                progress_task_id: Some(WireIds::object_task(run, object)),
                data_lock_constraints: snapshot.and_then(|snapshot| snapshot.lock).map(lock),
                expiry_time_usecs: snapshot.and_then(|snapshot| snapshot.expires_at).map(usecs),
                total_file_count: Some(int(object.stats.files_total)),
                backup_file_count: Some(int(object.stats.files_done)),
                ..types::SnapshotInfo::default()
            }),
            failed_attempts: Some(object.failed_attempts.iter().map(failed_attempt).collect::<Vec<_>>())
                .filter(|attempts| !attempts.is_empty()),
            unknown_fields: Default::default(),
        }),
        on_legal_hold: Some(snapshot.is_some_and(|snapshot| snapshot.legal_hold)),
        ..types::ObjectRunResult::default()
    }
}

fn failed_attempt(attempt: &FailedAttempt) -> types::BackupAttempt {
    types::BackupAttempt {
        start_time_usecs: Some(usecs(attempt.started_at)),
        end_time_usecs: Some(usecs(attempt.ended_at)),
        status: Some(types::RunStatus::Failed),
        message: Some(attempt.reason.clone()),
        ..types::BackupAttempt::default()
    }
}

fn stats(stats: &BackupStats) -> types::BackupDataStats {
    types::BackupDataStats {
        logical_size_bytes: Some(bytes(stats.bytes_total)),
        bytes_read: Some(bytes(stats.bytes_read)),
        bytes_written: Some(bytes(stats.bytes_stored)),
        unknown_fields: Default::default(),
    }
}

fn lock(lock: SnapshotLock) -> types::DataLockConstraints {
    types::DataLockConstraints {
        mode: Some(match lock.mode {
            LockMode::Compliance => types::DataLockMode::Compliance,
            LockMode::Administrative => types::DataLockMode::Administrative,
        }),
        expiry_time_usecs: Some(usecs(lock.until)),
        unknown_fields: Default::default(),
    }
}

/// What an update asks of the snapshots of a run.
pub(crate) fn snapshot_change(update: &types::LocalSnapshotUpdate) -> Result<SnapshotChange, ApiError> {
    let lock = match &update.data_lock {
        None => None,
        Some(types::DataLockMode::Compliance) => Some(LockMode::Compliance),
        Some(types::DataLockMode::Administrative) => Some(LockMode::Administrative),
        Some(other) => {
            return Err(ApiError::unsupported(
                "localSnapshotConfig.dataLock",
                format!("there is no lock {other} here"),
            ));
        }
    };
    Ok(SnapshotChange {
        delete: update.delete_snapshot == Some(true),
        legal_hold: update.enable_legal_hold,
        lock,
        days: update.days_to_keep,
    })
}

pub(super) fn bytes(value: u64) -> types::ByteCount {
    int(value).into()
}

pub(super) fn int(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(super) fn status(state: RunState) -> types::RunStatus {
    match state {
        RunState::Queued => types::RunStatus::Accepted,
        RunState::Running => types::RunStatus::Running,
        RunState::Paused => types::RunStatus::Paused,
        RunState::Cancelling => types::RunStatus::Canceling,
        RunState::Cancelled => types::RunStatus::Canceled,
        RunState::Failed => types::RunStatus::Failed,
        RunState::Succeeded => types::RunStatus::Succeeded,
        RunState::SucceededWithWarnings => types::RunStatus::SucceededWithWarning,
        RunState::Missed => types::RunStatus::Missed,
        RunState::Skipped => types::RunStatus::Skipped,
    }
}

/// The words for one object's attempt are fewer: a cancelled attempt is a failed one.
fn attempt_status(object: &ObjectRun) -> types::SnapshotInfoStatus {
    match object.state {
        RunState::Queued if object.attempts > 0 => types::SnapshotInfoStatus::WaitingForNextAttempt,
        RunState::Queued | RunState::Running | RunState::Cancelling => types::SnapshotInfoStatus::InProgress,
        RunState::Paused => types::SnapshotInfoStatus::CurrentAttemptPaused,
        RunState::Cancelled | RunState::Failed | RunState::Missed | RunState::Skipped => {
            types::SnapshotInfoStatus::Failed
        }
        RunState::Succeeded => types::SnapshotInfoStatus::Successful,
        RunState::SucceededWithWarnings => types::SnapshotInfoStatus::Warning,
    }
}

/// The engine's states for a filter. A state that this server never has matches nothing: the answer is none
/// when the filter is set and nothing is left of it.
pub(crate) fn run_states(wanted: &[types::RunStatus]) -> Option<Vec<RunState>> {
    const ALL: [RunState; 10] = [
        RunState::Queued,
        RunState::Running,
        RunState::Paused,
        RunState::Cancelling,
        RunState::Cancelled,
        RunState::Failed,
        RunState::Succeeded,
        RunState::SucceededWithWarnings,
        RunState::Missed,
        RunState::Skipped,
    ];
    let states: Vec<_> = ALL.into_iter().filter(|state| wanted.contains(&status(*state))).collect();
    (wanted.is_empty() || !states.is_empty()).then_some(states)
}

/// The engine's kinds for a filter, none when nothing can match.
pub(crate) fn run_kinds(wanted: &[types::RunTypeFilter]) -> Option<Vec<RunKind>> {
    if wanted.is_empty() || wanted.contains(&types::RunTypeFilter::All) {
        return Some(Vec::new());
    }
    let mut kinds = Vec::new();
    if wanted.contains(&types::RunTypeFilter::Incremental) {
        kinds.push(RunKind::Incremental);
    }
    if wanted.contains(&types::RunTypeFilter::Full) {
        kinds.push(RunKind::Full);
    }
    (!kinds.is_empty()).then_some(kinds)
}

/// The kind of run that a request asks for.
pub(crate) fn run_kind(wanted: &types::BackupRunType) -> Result<RunKind, ApiError> {
    match wanted {
        types::BackupRunType::Regular => Ok(RunKind::Incremental),
        types::BackupRunType::Full => Ok(RunKind::Full),
        other => Err(ApiError::unsupported(
            "runType",
            format!("files are backed up by kRegular and kFull runs; there is no {other} of them"),
        )),
    }
}
