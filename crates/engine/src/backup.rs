//! Backups: what one run did for one object, with what is left of it.

use jiff::Timestamp;

use crate::{
    EntityId, Extras, GroupId, ObjectId, ObjectRun, PolicyId, RunId, RunKind, RunState, Snapshot, Trigger,
};

/// A backup: one object of one run. It is not kept anywhere: it follows from the run and the snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct Backup {
    /// Of which run.
    pub run: RunId,
    /// By which group.
    pub group: GroupId,
    /// The group's name when the run was asked for.
    pub group_name: String,
    /// The policy in force when the run was asked for.
    pub policy: PolicyId,
    /// How much it reads.
    pub kind: RunKind,
    /// What caused it.
    pub trigger: Trigger,
    /// When it was asked for, which is the moment it stands for.
    pub queued_at: Timestamp,
    /// What was done for the object; live figures while that goes on.
    pub object: ObjectRun,
    /// The snapshot, while it is there.
    pub snapshot: Option<Snapshot>,
    /// What faces keep with the run.
    pub extras: Extras,
}

impl Backup {
    /// Of which entity, which may be gone by now.
    pub fn entity(&self) -> EntityId {
        EntityId { group: self.group, object: self.object.object }
    }

    /// Whether there was a snapshot that is gone: past its time, or deleted.
    pub fn was_removed(&self) -> bool {
        let complete = matches!(self.object.state, RunState::Succeeded | RunState::SucceededWithWarnings);
        complete && self.snapshot.is_none()
    }
}

/// Which backups are wanted. Everything that is set must hold.
#[derive(Clone, Debug, Default)]
pub struct BackupFilter {
    /// By this group.
    pub group: Option<GroupId>,
    /// Of this object.
    pub object: Option<ObjectId>,
    /// Of this run.
    pub run: Option<RunId>,
    /// Asked for at or after.
    pub from: Option<Timestamp>,
    /// Asked for at or before.
    pub until: Option<Timestamp>,
}

/// What is said about a backup afterwards. What is not set stays as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BackupNote {
    /// A description, or its removal.
    pub note: Option<Option<String>>,
    /// Whether somebody has seen the warnings.
    pub acknowledged: Option<bool>,
    /// Other warnings in place of those that the backup has; at most
    /// [`BackupStats::WARNINGS_KEPT`](crate::BackupStats::WARNINGS_KEPT).
    pub warnings: Option<Vec<String>>,
}
