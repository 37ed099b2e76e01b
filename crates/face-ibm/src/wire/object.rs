//! Objects as searches show them.

use engine::{FoundObject, Group, Policy, RunKind, TakenSnapshot};
use ibm_backup_recovery::types;

use super::run::{bytes, status};
use super::{WireIds, source_object, usecs};

/// An object with how it is protected. `policies` are all of the tenant.
pub(crate) fn found_object(
    ids: &WireIds,
    tenant: &str,
    object: &FoundObject,
    policies: &[Policy],
) -> types::FoundObject {
    let base = base(object);
    let groups = object.protections.iter().filter(|protection| protection.is_active).map(|protection| {
        let rules = &protection.group.rules;
        let policy = policies.iter().find(|policy| policy.id == rules.policy);
        types::ObjectProtectionGroupSummary {
            id: Some(ids.group(protection.group.id)),
            name: Some(rules.name.clone()),
            protection_env_type: Some(types::ObjectProtectionType::File),
            policy_id: Some(ids.policy(rules.policy)),
            policy_name: policy.map(|policy| policy.rules.name.clone()),
            last_backup_run_status: protection.last_state.map(status),
            ..types::ObjectProtectionGroupSummary::default()
        }
    });
    types::FoundObject {
        id: base.id,
        name: base.name.clone(),
        source_id: base.source_id,
        source_name: base.source_name.clone(),
        environment: base.environment.clone(),
        object_type: base.object_type.clone(),
        os_type: base.os_type.clone(),
        protection_type: base.protection_type.clone(),
        logical_size_bytes: base.logical_size_bytes,
        object_protection_infos: Some(vec![types::ObjectProtectionInfo {
            object_id: base.id,
            source_id: base.source_id,
            cluster_id: Some(ids.cluster_id()),
            cluster_incarnation_id: Some(ids.incarnation_id()),
            tenant_ids: Some(vec![tenant.into()]),
            is_deleted: Some(object.source.is_none()),
            protection_groups: Some(groups.collect()),
            last_run_status: object.last_state.map(status),
            ..types::ObjectProtectionInfo::default()
        }]),
        source_info: Some(base),
        ..types::FoundObject::default()
    }
}

/// An object with its latest snapshots.
pub(crate) fn protected_object(
    ids: &WireIds,
    object: &FoundObject,
    snapshots: &[&TakenSnapshot],
) -> types::ProtectedObject {
    let base = base(object);
    let latest = snapshots.iter().map(|taken| {
        let group = object.protections.iter().find(|one| one.group.id == taken.snapshot.group);
        snapshots_info(ids, taken, group.map(|protection| &protection.group))
    });
    types::ProtectedObject {
        id: base.id,
        name: base.name.clone(),
        source_id: base.source_id,
        source_name: base.source_name.clone(),
        environment: base.environment.clone(),
        object_type: base.object_type.clone(),
        os_type: base.os_type.clone(),
        protection_type: base.protection_type.clone(),
        logical_size_bytes: base.logical_size_bytes,
        latest_snapshots_info: Some(latest.collect()),
        source_info: Some(types::ObjectSummary {
            id: base.id,
            name: base.name,
            source_id: base.source_id,
            source_name: base.source_name,
            environment: base.environment,
            object_type: base.object_type,
            os_type: base.os_type,
            ..types::ObjectSummary::default()
        }),
        ..types::ProtectedObject::default()
    }
}

fn snapshots_info(ids: &WireIds, taken: &TakenSnapshot, group: Option<&Group>) -> types::ObjectSnapshotsInfo {
    let TakenSnapshot { snapshot, run } = taken;
    types::ObjectSnapshotsInfo {
        local_snapshot_info: Some(types::LocalSnapshotReference {
            snapshot_id: Some(ids.snapshot(snapshot)),
            logical_size_bytes: taken.object().map(|object| bytes(object.stats.bytes_total)),
            unknown_fields: Default::default(),
        }),
        indexing_status: Some(types::IndexingStatus::Done),
        protection_group_id: Some(ids.group(snapshot.group)),
        protection_group_name: Some(group.map_or(&run.group_name, |group| &group.rules.name).clone()),
        run_instance_id: Some(run.id.0.into()),
        protection_run_id: Some(WireIds::run(run)),
        run_type: Some(match snapshot.kind {
            RunKind::Incremental => types::BackupRunType::Regular,
            RunKind::Full => types::BackupRunType::Full,
        }),
        protection_run_start_time_usecs: Some(usecs(run.queued_at)),
        protection_run_end_time_usecs: run.ended_at.map(usecs),
        ..types::ObjectSnapshotsInfo::default()
    }
}

/// A point in time to which an object can be restored.
pub(crate) fn restore_point(
    ids: &WireIds,
    taken: &TakenSnapshot,
    object: Option<&FoundObject>,
) -> types::FullSnapshotInfo {
    let info = object.map(base);
    types::FullSnapshotInfo {
        restore_info: Some(types::RestoreInfo {
            attempt_number: taken.object().map(|object| i64::from(object.attempts)),
            object_info: info.clone(),
            parent_object_info: info,
            protection_group_id: Some(ids.group(taken.snapshot.group)),
            run_start_time_usecs: Some(usecs(taken.snapshot.taken_at)),
            ..types::RestoreInfo::default()
        }),
        ..types::FullSnapshotInfo::default()
    }
}

/// What can be said of an object; of one that is not registered any more, what its last backup knew.
fn base(object: &FoundObject) -> types::SourceObject {
    let known = object.source.as_ref().map_or_else(
        || types::SourceObject {
            id: Some(object.id.0.into()),
            name: Some(object.name.clone()),
            source_id: Some(object.id.0.into()),
            source_name: Some(object.name.clone()),
            environment: Some(types::Environment::Physical),
            object_type: Some("kHost".to_owned()),
            protection_type: Some(types::ObjectProtectionType::File),
            ..types::SourceObject::default()
        },
        source_object,
    );
    types::SourceObject { logical_size_bytes: object.size_bytes.map(bytes), ..known }
}
