//! What tasks, their states and kinds are called.

use engine::{RunKind, Task, TaskPlan, TaskState};
use serde_json::Value;
use storware_backup_recovery::types::{
    BackupType, BackupTypeName, RestoreType, RestoreTypeName, TaskState as State, TaskStateName, TaskType,
    TaskTypeName,
};

use super::EXTRAS;

/// A member of what this face keeps with a task.
pub(crate) fn kept<'t>(task: &'t Task, member: &str) -> Option<&'t Value> {
    task.extras.get(EXTRAS)?.get(member)
}

/// The member that says that a look at a backup is the first half of a mount.
pub(crate) const BEFORE_MOUNT: &str = "beforeMount";

/// What a task does.
pub(crate) fn task_type(task: &Task) -> TaskTypeName {
    match &task.plan {
        TaskPlan::Backup { .. } => TaskTypeName::Export,
        // Nothing has to be fetched before a backup is mounted; what is left of that step is the look at it.
        TaskPlan::Confirm { .. } if kept(task, BEFORE_MOUNT).is_some() => TaskTypeName::Restore,
        TaskPlan::Confirm { .. } => TaskTypeName::Store,
        TaskPlan::Restore { .. } => TaskTypeName::Restore,
        TaskPlan::Mount { .. } => TaskTypeName::Mount,
        TaskPlan::Unmount { .. } => TaskTypeName::Unmount,
        TaskPlan::Expire { .. } => TaskTypeName::BackupCleanup,
        TaskPlan::Refresh { .. } => TaskTypeName::InventorySync,
        TaskPlan::Probe { .. } => TaskTypeName::ConnectivityTest,
        TaskPlan::RemoveEntity { .. } => TaskTypeName::Delete,
        TaskPlan::External { kind, .. } => TaskTypeName::from(kind.as_str()),
    }
}

/// What a task does, with words for people.
pub(crate) fn type_in_words(task: &Task) -> TaskType {
    let name = task_type(task);
    let words = match &name {
        TaskTypeName::Export => "Back up",
        TaskTypeName::Store => "Check the backup",
        TaskTypeName::Restore => "Restore",
        TaskTypeName::Mount => "Mount",
        TaskTypeName::Unmount => "Unmount",
        TaskTypeName::BackupCleanup => "Remove old backups",
        TaskTypeName::InventorySync => "Look at the host",
        TaskTypeName::ConnectivityTest => "Test the connection",
        TaskTypeName::Delete => "Remove",
        other => other.as_str(),
    };
    let description = Some(words.to_owned());
    TaskType { name, description, unknown_fields: Default::default() }
}

/// Whether a task brings something back: those are seen by who may do no more than that.
pub(crate) fn brings_back(task: &Task) -> bool {
    matches!(task_type(task), TaskTypeName::Restore | TaskTypeName::Mount | TaskTypeName::Unmount)
}

/// What becomes of the data of a task that brings something back.
pub(crate) fn restore_type(task: &Task) -> Option<RestoreType> {
    let (name, words) = match &task.plan {
        TaskPlan::Restore { .. } => (RestoreTypeName::Restore, "Restore to files"),
        TaskPlan::Mount { .. } => (RestoreTypeName::RestoreAndMount, "Mount"),
        TaskPlan::Confirm { .. } if kept(task, BEFORE_MOUNT).is_some() => {
            (RestoreTypeName::RestoreAndMount, "Mount")
        }
        _ => return None,
    };
    Some(RestoreType { name, description: Some(words.to_owned()), unknown_fields: Default::default() })
}

/// How far a task is.
pub(crate) fn state_name(state: TaskState) -> TaskStateName {
    match state {
        TaskState::Queued => TaskStateName::Queued,
        TaskState::Running => TaskStateName::Running,
        TaskState::Succeeded => TaskStateName::Finished,
        TaskState::Failed => TaskStateName::Failed,
        TaskState::Cancelled => TaskStateName::Cancelled,
    }
}

/// How far a task is, with words for people.
pub(crate) fn state_in_words(state: TaskState) -> State {
    let words = match state {
        TaskState::Queued => "Queued",
        TaskState::Running => "Running",
        TaskState::Succeeded => "Finished",
        TaskState::Failed => "Failed",
        TaskState::Cancelled => "Cancelled",
    };
    State { name: state_name(state), description: Some(words.to_owned()), unknown_fields: Default::default() }
}

/// The state that a name means; none for a name that nobody knows.
pub(crate) fn from_state(name: &TaskStateName) -> Option<TaskState> {
    Some(match name {
        TaskStateName::Queued => TaskState::Queued,
        TaskStateName::Running => TaskState::Running,
        TaskStateName::Finished => TaskState::Succeeded,
        TaskStateName::Failed => TaskState::Failed,
        TaskStateName::Cancelled => TaskState::Cancelled,
        _ => return None,
    })
}

/// The kind of a backup, with words for people.
pub(crate) fn kind_in_words(kind: RunKind) -> BackupType {
    let (name, words) = match kind {
        RunKind::Full => (BackupTypeName::Full, "Full"),
        RunKind::Incremental => (BackupTypeName::Incremental, "Incremental"),
    };
    BackupType { name, description: Some(words.to_owned()), unknown_fields: Default::default() }
}

/// The kind of backup that a name means; none for the kinds that nobody can ask for here.
pub(crate) fn from_kind(name: &BackupTypeName) -> Option<RunKind> {
    match name {
        BackupTypeName::Full => Some(RunKind::Full),
        BackupTypeName::Incremental => Some(RunKind::Incremental),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_what_they_mean() {
        use TaskState::{Cancelled, Failed, Queued, Running, Succeeded};
        for state in [Queued, Running, Succeeded, Failed, Cancelled] {
            assert_eq!(from_state(&state_name(state)), Some(state));
        }
        assert_eq!(from_state(&TaskStateName::from("PAUSED")), None);
        for kind in [RunKind::Full, RunKind::Incremental] {
            assert_eq!(from_kind(&kind_in_words(kind).name), Some(kind));
        }
        assert_eq!(from_kind(&BackupTypeName::Synthetic), None);
    }
}
