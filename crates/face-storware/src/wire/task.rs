//! Tasks: as rows of lists, and one by one.

use engine::{EntityId, MountId, ObjectId, Place, ProbeTarget, Task, TaskPlan, TaskState};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use storware_backup_recovery::types::{self, NameAndGuid, TaskDetails, TaskListRecord, TaskStatus};

use super::reference::Names;
use super::task_words::{kept, kind_in_words, restore_type, state_in_words, type_in_words};
use super::{BackupKey, millis};

/// What this face keeps with tasks: members of its extras. Some are what nodes report and nobody else knows.
pub(crate) mod keeps {
    /// The name of the entity, which outlives it.
    pub(crate) const NAME: &str = "name";
    /// The projects of the entity, or of whoever asked for a task without one.
    pub(crate) const PROJECTS: &str = "projects";
    /// The number of the mount that a look at a backup comes before.
    pub(crate) const MOUNT: &str = "mount";
    pub(crate) const CBT_ID: &str = "cbtId";
    pub(crate) const INC_SNAP_REQUIRED: &str = "incSnapRequired";
    pub(crate) const RESTORE_HOST_ID: &str = "restoreHostId";
    pub(crate) const RESTORE_STORAGE_ID: &str = "restoreStorageId";
    pub(crate) const TASK_FILES: &str = "taskFiles";
    pub(crate) const TRANSFER_INFO: &str = "transferInfo";
}

/// A task as a row.
pub(crate) fn record(task: &Task, names: &Names) -> TaskListRecord {
    let TaskDetails {
        backup_destination,
        backup_type,
        finish_time,
        guid,
        hypervisor,
        hypervisor_manager,
        node,
        origin_entity,
        power_on_after_restore,
        priority,
        progress,
        protected_entity,
        protected_entity_display_name,
        start_time,
        state,
        status_info,
        storage_provider,
        type_,
        window_end,
        window_start,
        ..
    } = details(task, names);
    TaskListRecord {
        backup_destination,
        backup_type,
        finish_time,
        guid,
        hypervisor,
        hypervisor_manager,
        node,
        origin_entity,
        power_on_after_restore,
        priority,
        progress,
        protected_entity,
        protected_entity_display_name,
        start_time,
        state,
        status_info,
        storage_provider,
        type_,
        window_end,
        window_start,
        unknown_fields: Default::default(),
    }
}

/// A task with all that is known of it. What this server has no notion of is absent.
pub(crate) fn details(task: &Task, names: &Names) -> TaskDetails {
    let guids = &names.guids;
    let called: Option<String> = keep(task, keeps::NAME);
    let entity = task.entity.map(|id| names.entity(id, called));
    TaskDetails {
        backup: backup(task).map(|key| NameAndGuid {
            guid: guids.backup(key),
            name: None,
            unknown_fields: Default::default(),
        }),
        backup_destination: uses_vault(&task.plan).then(|| names.vault()),
        backup_destination_cert_chain_creation_time: None,
        backup_type: match task.plan {
            TaskPlan::Backup { kind, .. } => Some(kind_in_words(kind)),
            _ => None,
        },
        cbt_id: keep(task, keeps::CBT_ID),
        cloud_service_provider: None,
        creation_time: Some(millis(task.created_at)),
        dst_protected_entity: None,
        finish_time: task.ended_at.map(millis),
        guid: guids.task(task.id).into(),
        hypervisor: None,
        hypervisor_cert_chain_creation_time: None,
        hypervisor_manager: source(task).map(|id| names.source(id)),
        hypervisor_manager_cert_chain_creation_time: None,
        inc_snap_required: keep(task, keeps::INC_SNAP_REQUIRED),
        mounted_backup: mount(task).map(|id| NameAndGuid {
            guid: guids.mount(id),
            name: None,
            unknown_fields: Default::default(),
        }),
        node: Some(names.node(task.node)),
        origin_entity: task.requested_by.map(|user| names.user(user)),
        os_agent: None,
        parent_task: task.follows.map(|id| NameAndGuid {
            guid: guids.task(id),
            name: None,
            unknown_fields: Default::default(),
        }),
        power_on_after_restore: None,
        priority: Some(i32::from(task.priority)),
        processed_object_count: count(task.objects_done),
        progress: Some(task.progress),
        progress_change: is_going(task).then(|| millis(task.modified_at)),
        protected_entity_display_name: entity.as_ref().and_then(|entity| entity.name.clone()),
        protected_entity: entity,
        protected_entity_snapshot: None,
        restore_cluster_id: None,
        restore_host_id: keep(task, keeps::RESTORE_HOST_ID),
        restore_job: None,
        restore_storage_id: keep(task, keeps::RESTORE_STORAGE_ID),
        restore_type: restore_type(task),
        restored_pe_name: None,
        retry_count: i32::try_from(task.retries_left).ok(),
        rule: match task.plan {
            TaskPlan::Backup { entity, .. } => {
                names.entities.get(&entity).map(|entity| names.policy(entity.policy))
            }
            _ => None,
        },
        schedule: None,
        start_time: task.started_at.map(millis),
        state: state_in_words(task.state),
        status_info: task.reason.clone(),
        storage_provider: None,
        storage_provider_cert_chain_creation_time: None,
        tape_manager: None,
        task_files: keep(task, keeps::TASK_FILES),
        total_object_count: count(task.objects_total),
        type_: type_in_words(task),
        window_end: task.window.and_then(|window| window.until).map(millis),
        window_start: task.window.map(|window| millis(window.from)),
        workflow_execution: task.batch.map(|batch| types::WorkflowExecutionReference {
            guid: Some(guids.batch(batch)),
            common_context: common_context(task),
            ..types::WorkflowExecutionReference::default()
        }),
        unknown_fields: Default::default(),
    }
}

/// How far a task is, and why.
pub(crate) fn status(task: &Task) -> TaskStatus {
    TaskStatus {
        state: state_in_words(task.state),
        status_info: task.reason.clone(),
        unknown_fields: Default::default(),
    }
}

/// The backup that a task makes or is about.
pub(crate) fn backup(task: &Task) -> Option<BackupKey> {
    Some(BackupKey { run: task.outcome.run?, object: task.outcome.object? })
}

/// The mount that a task is about.
pub(crate) fn mount(task: &Task) -> Option<MountId> {
    task.outcome.mount.or_else(|| keep(task, keeps::MOUNT).map(MountId))
}

/// The source that a task is about.
pub(crate) fn source(task: &Task) -> Option<ObjectId> {
    match task.plan {
        TaskPlan::Refresh { source } | TaskPlan::Probe { target: ProbeTarget::Source(source) } => {
            Some(source)
        }
        _ => task.entity.map(|EntityId { object, .. }| object),
    }
}

/// Whether a task reads or writes the vault.
pub(crate) fn uses_vault(plan: &TaskPlan) -> bool {
    match plan {
        TaskPlan::Backup { .. }
        | TaskPlan::Confirm { .. }
        | TaskPlan::Restore { .. }
        | TaskPlan::Mount { .. }
        | TaskPlan::Unmount { .. }
        | TaskPlan::Expire { .. }
        | TaskPlan::Probe { target: ProbeTarget::Vault } => true,
        TaskPlan::Refresh { .. }
        | TaskPlan::Probe { target: ProbeTarget::Source(_) }
        | TaskPlan::RemoveEntity { .. }
        | TaskPlan::External { .. } => false,
    }
}

/// The projects that a task belongs to.
pub(crate) fn projects(task: &Task, names: &Names) -> Vec<String> {
    match task.entity.and_then(|entity| names.projects.get(&entity.group)) {
        Some(projects) => projects.clone(),
        None => keep(task, keeps::PROJECTS).unwrap_or_default(),
    }
}

/// The API has no member for the folder that is restored to, which an outside node has to know; all members of
/// this context are the server's own.
fn common_context(task: &Task) -> Option<Map<String, Value>> {
    match &task.plan {
        TaskPlan::Restore { place: Place::Folder(folder), .. } => {
            Some(Map::from_iter([("restorePath".to_owned(), Value::from(folder.to_string()))]))
        }
        _ => None,
    }
}

/// While a task runs, all that changes of it is how far it is.
fn is_going(task: &Task) -> bool {
    task.state == TaskState::Running && task.progress > 0.0
}

/// What is kept with a task, where it reads as what it should be.
fn keep<T: DeserializeOwned>(task: &Task, member: &str) -> Option<T> {
    kept(task, member).and_then(|value| face_core::known(value).ok())
}

fn count(count: Option<u64>) -> Option<i64> {
    count.map(|count| i64::try_from(count).unwrap_or(i64::MAX))
}
