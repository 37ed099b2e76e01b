//! Runs: one execution of a protection group.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Extras, GroupId, ObjectId, PolicyId, Retention, RunId, SnapshotId, TenantId};

/// A run of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Its number.
    pub id: RunId,
    /// Who owns it.
    pub tenant: TenantId,
    /// Whose run it is.
    pub group: GroupId,
    /// The group's name when the run was asked for.
    pub group_name: String,
    /// The policy in force when the run was asked for.
    pub policy: PolicyId,
    /// How much it reads.
    pub kind: RunKind,
    /// What caused it.
    pub trigger: Trigger,
    /// How far it is.
    pub state: RunState,
    /// Why it ended as it did, where that needs saying.
    #[serde(default)]
    pub reason: Option<String>,
    /// When it was asked for.
    pub queued_at: Timestamp,
    /// When work began.
    #[serde(default)]
    pub started_at: Option<Timestamp>,
    /// When it ended, in whatever way.
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
    /// What it does for each object.
    pub objects: Vec<ObjectRun>,
    /// How long its snapshots are kept, where the schedule that started it says so; else the policy does.
    #[serde(default)]
    pub retention: Option<Retention>,
    /// What a face keeps with it.
    #[serde(default)]
    pub extras: Extras,
}

/// What a run does for one object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectRun {
    /// Which object.
    pub object: ObjectId,
    /// Its name when the run was asked for.
    pub name: String,
    /// How far it is.
    pub state: RunState,
    /// Why it ended as it did.
    #[serde(default)]
    pub reason: Option<String>,
    /// When work on it began.
    #[serde(default)]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
    /// How often it was tried, the present attempt included.
    #[serde(default)]
    pub attempts: u32,
    /// Earlier attempts, which all failed; the last [`ObjectRun::FAILED_ATTEMPTS_KEPT`] of them.
    #[serde(default)]
    pub failed_attempts: Vec<FailedAttempt>,
    /// What was counted. While it runs, the live figures come from the progress board.
    #[serde(default)]
    pub stats: BackupStats,
    /// What could not be read, a line each with its path; at most [`BackupStats::WARNINGS_KEPT`] of them.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// The snapshot, once it is complete.
    #[serde(default)]
    pub snapshot: Option<SnapshotId>,
    /// When somebody deleted the snapshot before its time was over.
    #[serde(default)]
    pub deleted_at: Option<Timestamp>,
    /// What somebody wrote about it afterwards.
    #[serde(default)]
    pub note: Option<String>,
    /// Whether somebody has seen the warnings.
    #[serde(default)]
    pub warnings_acknowledged: bool,
}

impl ObjectRun {
    /// How many failed attempts are kept on record: a policy may ask for any number of them.
    pub const FAILED_ATTEMPTS_KEPT: usize = 100;

    /// How many attempts came before the one at this place of `failed_attempts`.
    pub fn attempts_before(&self, place: usize) -> usize {
        let present = usize::from(self.state != RunState::Queued);
        let failed = usize::try_from(self.attempts).unwrap_or(usize::MAX).saturating_sub(present);
        failed.saturating_sub(self.failed_attempts.len()).saturating_add(place)
    }
}

/// An attempt that failed and was followed by another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailedAttempt {
    /// When it began.
    pub started_at: Timestamp,
    /// When it failed.
    pub ended_at: Timestamp,
    /// Why.
    pub reason: String,
}

/// A run that is asked for.
#[derive(Clone, Debug)]
pub struct RunRequest {
    /// How much to read.
    pub kind: RunKind,
    /// What caused it.
    pub trigger: Trigger,
    /// Only these objects of the group; empty means all.
    pub objects: Vec<ObjectId>,
    /// What a face keeps with it.
    pub extras: Extras,
}

/// How much a run reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// What changed since the last snapshot.
    Incremental,
    /// Everything.
    Full,
}

/// What caused a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Somebody asked.
    OnDemand,
    /// The policy's schedule.
    Schedule,
}

/// How far a run, or one object of it, is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Accepted, not begun.
    Queued,
    /// Working.
    Running,
    /// Held; goes on when resumed.
    Paused,
    /// Asked to end; ending.
    Cancelling,
    /// Ended because somebody asked.
    Cancelled,
    /// Ended without a snapshot.
    Failed,
    /// Complete.
    Succeeded,
    /// Complete but for what the warnings name.
    SucceededWithWarnings,
    /// Not started because an earlier run was still going.
    Missed,
    /// Not started because the group did not allow it at the time.
    Skipped,
}

impl RunState {
    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running | Self::Paused | Self::Cancelling)
    }
}

/// What a backup of one object counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupStats {
    /// Files found, folders not counted.
    pub files_total: u64,
    /// Files done with.
    pub files_done: u64,
    /// Of these, files that are new since the parent snapshot.
    pub files_new: u64,
    /// Of these, files that changed since the parent snapshot.
    pub files_changed: u64,
    /// Files and folders that could not be read.
    pub files_unreadable: u64,
    /// Size of all files found.
    pub bytes_total: u64,
    /// Size of the files done with, read or not.
    pub bytes_done: u64,
    /// Bytes really read from files.
    pub bytes_read: u64,
    /// Bytes really added to the vault.
    pub bytes_stored: u64,
    /// Whether everything was found, so that the totals are final.
    #[serde(default)]
    pub all_found: bool,
}

impl BackupStats {
    /// How many warnings a run keeps in words; `files_unreadable` counts them all.
    pub const WARNINGS_KEPT: usize = 100;
}

/// Which runs are wanted. Everything that is set must hold.
#[derive(Clone, Debug, Default)]
pub struct RunFilter {
    /// Of this group.
    pub group: Option<GroupId>,
    /// Only this run.
    pub run: Option<RunId>,
    /// Asked for at or after.
    pub from: Option<Timestamp>,
    /// Asked for at or before.
    pub until: Option<Timestamp>,
    /// In one of these states; empty means any.
    pub states: Vec<RunState>,
    /// Of one of these kinds; empty means any.
    pub kinds: Vec<RunKind>,
    /// At most so many, the latest first.
    pub limit: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_attempts_are_counted_also_where_the_first_are_not_kept_any_more() {
        let failed = FailedAttempt {
            started_at: Timestamp::UNIX_EPOCH,
            ended_at: Timestamp::UNIX_EPOCH,
            reason: String::new(),
        };
        let before = |state, attempts, kept: usize, place| {
            let object = ObjectRun {
                object: ObjectId(1),
                name: String::new(),
                state,
                reason: None,
                started_at: None,
                ended_at: None,
                attempts,
                failed_attempts: vec![failed.clone(); kept],
                stats: BackupStats::default(),
                warnings: Vec::new(),
                snapshot: None,
                deleted_at: None,
                note: None,
                warnings_acknowledged: false,
            };
            object.attempts_before(place)
        };
        assert_eq!(before(RunState::Queued, 2, 2, 1), 1, "two have failed, the third is to come");
        assert_eq!(before(RunState::Running, 3, 2, 0), 0, "the third goes on");
        assert_eq!(before(RunState::Failed, 151, 100, 0), 50, "the last of 151 has failed too");
        assert_eq!(before(RunState::Cancelled, 1, 1, 0), 0, "cancelled while it waited for the second");
    }
}
