//! Snapshots.

use engine::{RunKind, Snapshot};
use ibm_backup_recovery::types;
use jiff::Timestamp;

use super::{WireIds, usecs};

/// A snapshot as an object's list shows it.
pub(crate) fn object_snapshot(
    ids: &WireIds,
    snapshot: &Snapshot,
    object_name: Option<String>,
    group_name: Option<String>,
    now: Timestamp,
) -> types::ObjectSnapshot {
    let taken = usecs(snapshot.taken_at);
    types::ObjectSnapshot {
        id: Some(ids.snapshot(snapshot)),
        cluster_id: Some(ids.cluster_id()),
        cluster_incarnation_id: Some(ids.incarnation_id()),
        environment: Some(types::ObjectSnapshotEnvironment::PhysicalFiles),
        expiry_time_usecs: snapshot.expires_at.map(usecs),
        has_data_lock: Some(snapshot.lock.is_some_and(|lock| lock.until > now)),
        indexing_status: Some(types::IndexingStatus::Done),
        object_id: Some(snapshot.object.0.into()),
        object_name,
        on_legal_hold: Some(snapshot.legal_hold),
        physical_params: Some(types::PhysicalSnapshotParams {
            protection_type: Some(types::PhysicalSnapshotParamsProtectionType::File),
            ..types::PhysicalSnapshotParams::default()
        }),
        protection_group_id: Some(ids.group(snapshot.group)),
        protection_group_name: group_name,
        protection_group_run_id: Some(format!("{}:{taken}", snapshot.run).into()),
        run_instance_id: Some(snapshot.run.0.into()),
        run_start_time_usecs: Some(taken),
        run_type: Some(match snapshot.kind {
            RunKind::Incremental => types::BackupRunType::Regular,
            RunKind::Full => types::BackupRunType::Full,
        }),
        snapshot_target_type: Some(types::SnapshotTargetType::Local),
        snapshot_timestamp_usecs: Some(taken),
        source_id: Some(snapshot.object.0.into()),
        ..types::ObjectSnapshot::default()
    }
}
