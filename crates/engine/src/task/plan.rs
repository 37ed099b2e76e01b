//! What tasks do.

use serde::{Deserialize, Serialize};

use crate::{EntityId, MountId, ObjectId, Place, RestoreOptions, RunId, RunKind};

/// What a task does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum TaskPlan {
    /// Back an entity up. When it succeeds, a [`TaskPlan::Confirm`] of what it kept is queued with it.
    Backup {
        /// Which.
        entity: EntityId,
        /// How much to read.
        kind: RunKind,
    },
    /// See that a backup's snapshot stands in the vault and can be listed as a whole.
    Confirm {
        /// The backup's run.
        run: RunId,
        /// The backup's object.
        object: ObjectId,
    },
    /// Bring everything back that a backup holds.
    Restore {
        /// The backup's run.
        run: RunId,
        /// The backup's object.
        object: ObjectId,
        /// To which source's host; none means the one it came from.
        #[serde(default)]
        target: Option<ObjectId>,
        /// Where to.
        place: Place,
        /// How.
        options: RestoreOptions,
    },
    /// Make a snapshot browsable as a folder.
    Mount {
        /// Which mount.
        mount: MountId,
    },
    /// End that.
    Unmount {
        /// Which mount.
        mount: MountId,
    },
    /// Remove snapshots that are past their time, and give their space back soon.
    Expire {
        /// Only of these entities; empty means of all.
        #[serde(default)]
        entities: Vec<EntityId>,
    },
    /// Look at a host again and keep what was found.
    Refresh {
        /// Which source.
        source: ObjectId,
    },
    /// Really try whether something answers.
    Probe {
        /// What.
        target: ProbeTarget,
    },
    /// Protect an entity no longer. Its snapshots stay until their time is over.
    RemoveEntity {
        /// Which.
        entity: EntityId,
    },
    /// Work that only an outside node can do.
    External {
        /// What, in the words of the face that made it.
        kind: String,
        /// More about it, for people.
        #[serde(default)]
        note: Option<String>,
    },
}

impl TaskPlan {
    /// What kind of task this is.
    pub fn kind(&self) -> TaskKind {
        match self {
            Self::Backup { .. } => TaskKind::Backup,
            Self::Confirm { .. } => TaskKind::Confirm,
            Self::Restore { .. } => TaskKind::Restore,
            Self::Mount { .. } => TaskKind::Mount,
            Self::Unmount { .. } => TaskKind::Unmount,
            Self::Expire { .. } => TaskKind::Expire,
            Self::Refresh { .. } => TaskKind::Refresh,
            Self::Probe { .. } => TaskKind::Probe,
            Self::RemoveEntity { .. } => TaskKind::RemoveEntity,
            Self::External { .. } => TaskKind::External,
        }
    }
}

/// What kind of task it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// [`TaskPlan::Backup`].
    Backup,
    /// [`TaskPlan::Confirm`].
    Confirm,
    /// [`TaskPlan::Restore`].
    Restore,
    /// [`TaskPlan::Mount`].
    Mount,
    /// [`TaskPlan::Unmount`].
    Unmount,
    /// [`TaskPlan::Expire`].
    Expire,
    /// [`TaskPlan::Refresh`].
    Refresh,
    /// [`TaskPlan::Probe`].
    Probe,
    /// [`TaskPlan::RemoveEntity`].
    RemoveEntity,
    /// [`TaskPlan::External`].
    External,
}

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProbeTarget {
    /// Whether a source's host can be reached.
    Source(ObjectId),
    /// Whether the tenant's vault can be opened and everything in it listed.
    Vault,
}
