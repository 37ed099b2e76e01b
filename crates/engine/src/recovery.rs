//! Recoveries: bringing files back, to a place or as a download.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Extras, FilePath, ObjectId, RecoveryId, SnapshotId, TenantId};

/// A recovery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recovery {
    /// Its number.
    pub id: RecoveryId,
    /// Who owns it.
    pub tenant: TenantId,
    /// What people call it.
    pub name: String,
    /// What is brought back and where to.
    pub plan: RecoveryPlan,
    /// How far it is.
    pub state: RecoveryState,
    /// Why it ended as it did, where that needs saying.
    #[serde(default)]
    pub reason: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When work began.
    #[serde(default)]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
    /// What was counted.
    #[serde(default)]
    pub stats: RestoreStats,
    /// What could not be brought back, a line each; bounded like the warnings of a run.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// What a face keeps with it.
    #[serde(default)]
    pub extras: Extras,
}

/// A recovery that is asked for.
#[derive(Clone, Debug)]
pub struct NewRecovery {
    /// What people call it.
    pub name: String,
    /// What is brought back and where to.
    pub plan: RecoveryPlan,
    /// What a face keeps with it.
    pub extras: Extras,
}

/// What is brought back and where to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum RecoveryPlan {
    /// Files and folders are written to a place.
    Place {
        /// From which snapshot.
        snapshot: SnapshotId,
        /// Which, by absolute path.
        items: Vec<FilePath>,
        /// To which source's host: the one they came from, or another.
        target: ObjectId,
        /// Where to.
        place: Place,
        /// How.
        options: RestoreOptions,
    },
    /// Files and folders are packed into one archive that can be downloaded.
    Download {
        /// From which snapshot.
        snapshot: SnapshotId,
        /// Which, by absolute path.
        items: Vec<FilePath>,
    },
}

impl RecoveryPlan {
    /// The snapshot that is read.
    pub fn snapshot(&self) -> SnapshotId {
        match self {
            Self::Place { snapshot, .. } | Self::Download { snapshot, .. } => *snapshot,
        }
    }

    /// The paths that are brought back.
    pub fn items(&self) -> &[FilePath] {
        match self {
            Self::Place { items, .. } | Self::Download { items, .. } => items,
        }
    }
}

/// Where files are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Where they came from.
    Original,
    /// Below this folder, each item under its own last name. The folder is made when it is missing.
    Folder(FilePath),
}

/// How files are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoreOptions {
    /// Replace what is already there; else it is left as it is and counted as skipped.
    pub overwrite: bool,
    /// Set owner (where allowed), mode, times and extended attributes as they were.
    pub preserve_attributes: bool,
    /// Go on with the other files when one fails; the recovery then ends with warnings.
    pub continue_on_error: bool,
}

/// How far a recovery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecoveryState {
    /// Accepted, not begun.
    Queued,
    /// Working.
    Running,
    /// Asked to end; ending.
    Cancelling,
    /// Ended because somebody asked.
    Cancelled,
    /// Ended without bringing everything back.
    Failed,
    /// Complete.
    Succeeded,
    /// Complete but for what the warnings name.
    SucceededWithWarnings,
}

impl RecoveryState {
    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running | Self::Cancelling)
    }
}

/// What a restore counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoreStats {
    /// Files, links and folders to write.
    pub files_total: u64,
    /// Of these, done.
    pub files_done: u64,
    /// Of these, left alone because something was there.
    pub files_skipped: u64,
    /// Of these, failed.
    pub files_failed: u64,
    /// Size of all files to write.
    pub bytes_total: u64,
    /// Bytes written.
    pub bytes_done: u64,
}

/// Which recoveries are wanted. Everything that is set must hold.
#[derive(Clone, Debug, Default)]
pub struct RecoveryFilter {
    /// Only these; empty means any.
    pub ids: Vec<RecoveryId>,
    /// Asked for at or after.
    pub from: Option<Timestamp>,
    /// Asked for at or before.
    pub until: Option<Timestamp>,
    /// In one of these states; empty means any.
    pub states: Vec<RecoveryState>,
}
