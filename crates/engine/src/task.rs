//! Tasks: work that was asked for, with its place in the queue.
//!
//! A task is executed by a node: by the built-in one, which is this process, or by an outside one that asks
//! for its tasks and reports. What the built-in node does is done by the engine's own runs and recoveries;
//! the task says which, and follows them.

mod plan;
mod request;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    EntityId, Error, Extras, MountId, NodeId, ObjectId, RecoveryId, Result, RunId, TaskId, TenantId, UserId,
};

pub use plan::{ProbeTarget, TaskKind, TaskPlan};
pub use request::{Follows, NewTask, TaskDraft, TaskFilter, TaskReport, TransferSample};

/// A task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Its number.
    pub id: TaskId,
    /// Who owns it.
    pub tenant: TenantId,
    /// What is to be done.
    pub plan: TaskPlan,
    /// Of which entity, where it is about one.
    #[serde(default)]
    pub entity: Option<EntityId>,
    /// How far it is.
    pub state: TaskState,
    /// Why it ended as it did, where that needs saying.
    #[serde(default)]
    pub reason: Option<String>,
    /// 0 to 100; the higher goes first.
    pub priority: u8,
    /// When it may begin; none means at any time.
    #[serde(default)]
    pub window: Option<Window>,
    /// How often it is queued again when it fails.
    #[serde(default)]
    pub retries_left: u32,
    /// The task that failed, and that this one is the repetition of.
    #[serde(default)]
    pub retry_of: Option<TaskId>,
    /// The task that must have succeeded before this one begins.
    #[serde(default)]
    pub follows: Option<TaskId>,
    /// Equal for tasks that were made by one call, and for what came of them: the number of the first.
    #[serde(default)]
    pub batch: Option<i64>,
    /// Which outside node executes it; none means the built-in one.
    #[serde(default)]
    pub node: Option<NodeId>,
    /// Who asked for it.
    #[serde(default)]
    pub requested_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed; grows with every change.
    pub modified_at: Timestamp,
    /// When work began.
    #[serde(default)]
    pub started_at: Option<Timestamp>,
    /// When it ended, in whatever way.
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
    /// How much of it is done, 0 to 100; of what failed or was cancelled, how far it had come.
    #[serde(default)]
    pub progress: f64,
    /// How many things are done with: files of a backup or restore, removed snapshots, listed entries.
    #[serde(default)]
    pub objects_done: Option<u64>,
    /// How many there are.
    #[serde(default)]
    pub objects_total: Option<u64>,
    /// What came of it.
    #[serde(default)]
    pub outcome: TaskOutcome,
    /// What faces keep with it.
    #[serde(default)]
    pub extras: Extras,
}

impl Task {
    /// The priority of a task for which nobody says another.
    pub const DEFAULT_PRIORITY: u8 = 50;
    /// The highest priority.
    pub const HIGHEST_PRIORITY: u8 = 100;

    /// Changes the state as whoever executes the task may: it begins, ends in some way, is given back, or is
    /// cancelled before it began. The same state again is no change.
    ///
    /// # Errors
    /// [`Kind::Conflict`](crate::Kind::Conflict) for every other change; a final state stays.
    pub fn move_to(&mut self, state: TaskState, reason: Option<String>, now: Timestamp) -> Result<()> {
        use TaskState::{Cancelled, Failed, Queued, Running, Succeeded};
        match (self.state, state) {
            (Queued, Queued) | (Running, Running) => {}
            (Queued, Running) => self.started_at = Some(now),
            (Running, Queued) => {
                self.started_at = None;
                self.progress = 0.0;
                (self.objects_done, self.objects_total) = (None, None);
            }
            (Running, Succeeded | Failed | Cancelled) | (Queued, Cancelled) => {
                self.ended_at = Some(now);
                if state == Succeeded {
                    self.progress = 100.0;
                }
            }
            (from, to) => {
                return Err(Error::conflict(format!(
                    "task {} {} and cannot become {}",
                    self.id,
                    from.in_words(),
                    to.name()
                )));
            }
        }
        self.state = state;
        if reason.is_some() || state != Succeeded {
            self.reason = reason;
        }
        Ok(())
    }

    /// The repetition of a task that failed; none when it has none left.
    fn retry(&self, now: Timestamp) -> Option<Self> {
        let retries_left = self.retries_left.checked_sub(1)?;
        // What was given to it stays; what it made does not.
        let TaskOutcome { run, object, mount, .. } = self.outcome;
        let outcome = match self.plan {
            TaskPlan::Backup { .. } => TaskOutcome::default(),
            _ => TaskOutcome { run, object, recovery: None, mount },
        };
        let repeated = self.successor(self.plan.clone(), now);
        Some(Self { retries_left, retry_of: Some(self.id), outcome, ..repeated })
    }

    /// The confirmation of a backup that was made here.
    fn confirmation(&self, now: Timestamp) -> Option<Self> {
        let (TaskPlan::Backup { .. }, TaskOutcome { run: Some(run), object: Some(object), .. }) =
            (&self.plan, self.outcome)
        else {
            return None;
        };
        let outcome = TaskOutcome { run: Some(run), object: Some(object), ..TaskOutcome::default() };
        let plan = TaskPlan::Confirm { run, object };
        Some(Self { follows: Some(self.id), window: None, outcome, ..self.successor(plan, now) })
    }

    /// A queued task beside this one, made by the same call for the same person.
    fn successor(&self, plan: TaskPlan, now: Timestamp) -> Self {
        Self {
            id: TaskId(0),
            plan,
            state: TaskState::Queued,
            reason: None,
            retry_of: None,
            follows: None,
            created_at: now,
            modified_at: now,
            started_at: None,
            ended_at: None,
            progress: 0.0,
            objects_done: None,
            objects_total: None,
            outcome: TaskOutcome::default(),
            ..self.clone()
        }
    }
}

/// When a task may begin. One that goes on when it closes goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Not before.
    pub from: Timestamp,
    /// Not after; none means at any time after `from`. A task that has not begun by then fails.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

impl Window {
    /// Whether a task may begin.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.from <= now && !self.is_over(now)
    }

    /// Whether it is too late to begin.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until < now)
    }
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Accepted, not begun.
    Queued,
    /// Working.
    Running,
    /// Complete.
    Succeeded,
    /// Ended without its purpose.
    Failed,
    /// Ended because somebody asked. What it did may take a moment longer to end.
    Cancelled,
}

impl TaskState {
    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    fn in_words(self) -> &'static str {
        match self {
            Self::Queued => "waits in the queue",
            Self::Running => "is running",
            Self::Succeeded => "has succeeded",
            Self::Failed => "has failed",
            Self::Cancelled => "was cancelled",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What came of a task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskOutcome {
    /// The run that backs up, or whose backup it is about.
    pub run: Option<RunId>,
    /// The object of that run.
    pub object: Option<ObjectId>,
    /// The recovery that brings back.
    pub recovery: Option<RecoveryId>,
    /// The mount.
    pub mount: Option<MountId>,
}

/// A changed task on its way to the catalog.
#[derive(Clone, Debug)]
pub struct TaskChange {
    /// The task as it is now.
    pub task: Task,
    /// What comes of it: its repetition, or the task that follows from its success.
    pub next: Option<Task>,
}

impl TaskChange {
    /// A task as it has become. One that failed over its work and has repetitions left is repeated; what a
    /// backup kept is confirmed.
    pub(crate) fn of(task: Task, now: Timestamp) -> Self {
        let next = match task.state {
            // What never began failed because its time was over, and would again.
            TaskState::Failed if task.started_at.is_some() => task.retry(now),
            TaskState::Succeeded => task.confirmation(now),
            _ => None,
        };
        Self { task, next }
    }
}
