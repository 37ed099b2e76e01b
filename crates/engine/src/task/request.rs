//! What is said about tasks: by those who ask for them, look for them and execute them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{EntityId, Extras, NodeId, RunKind, Task, TaskId, TaskKind, TaskPlan, TaskState, UserId, Window};

/// A task that is asked for.
#[derive(Clone, Debug)]
pub struct NewTask {
    /// What is to be done.
    pub plan: TaskPlan,
    /// Of which entity; only heard for a mount, an unmount and outside work. The other plans say it themselves.
    pub entity: Option<EntityId>,
    /// 0 to 100; the higher goes first.
    pub priority: u8,
    /// When it may begin; none means at any time.
    pub window: Option<Window>,
    /// How often it is queued again when it fails.
    pub retries: u32,
    /// What must have succeeded before it begins.
    pub follows: Option<Follows>,
    /// Which outside node executes it; none means the built-in one.
    pub node: Option<NodeId>,
    /// Who asks for it.
    pub requested_by: Option<UserId>,
    /// What a face keeps with it.
    pub extras: Extras,
}

impl NewTask {
    /// A task for the built-in node, to begin when its turn comes.
    pub fn new(plan: TaskPlan) -> Self {
        Self {
            plan,
            entity: None,
            priority: Task::DEFAULT_PRIORITY,
            window: None,
            retries: 0,
            follows: None,
            node: None,
            requested_by: None,
            extras: Extras::new(),
        }
    }
}

/// What a new task follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// A task that is there.
    Task(TaskId),
    /// The one at this place of the same call, counted from 0; it stands before the one that follows it.
    Earlier(usize),
}

/// A task on its way to the catalog.
#[derive(Clone, Debug)]
pub struct TaskDraft {
    /// The task. Its number is not known yet, nor that of its batch.
    pub task: Task,
    /// The draft before it that it follows, by its place; none leaves [`Task::follows`] as it is.
    pub follows_earlier: Option<usize>,
}

/// What whoever executes a task says about it. What is not set stays as it is.
#[derive(Clone, Debug, Default)]
pub struct TaskReport {
    /// How far it is; see [`Task::move_to`].
    pub state: Option<TaskState>,
    /// Why.
    pub reason: Option<String>,
    /// How much of it is done, 0 to 100.
    pub progress: Option<f64>,
    /// How many things are done with.
    pub objects_done: Option<u64>,
    /// How many things there are.
    pub objects_total: Option<u64>,
    /// How much a backup reads after all.
    pub backup_kind: Option<RunKind>,
    /// What a face keeps with it: members of each face's object are replaced one by one.
    pub extras: Extras,
}

/// How fast a task moved bytes at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TransferSample {
    /// When.
    pub at: Timestamp,
    /// How fast.
    pub bytes_per_second: f64,
    /// Whether what was moved is an incremental backup; else it is a full one or a restore.
    #[serde(default)]
    pub incremental: bool,
}

/// Which tasks are wanted. Everything that is set must hold; what is empty means any.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    /// Only these.
    pub ids: Vec<TaskId>,
    /// In one of these states.
    pub states: Vec<TaskState>,
    /// Of one of these kinds.
    pub kinds: Vec<TaskKind>,
    /// Executed by one of these nodes; none among them means the built-in one.
    pub nodes: Vec<Option<NodeId>>,
    /// About one of these entities.
    pub entities: Vec<EntityId>,
    /// That follow one of these.
    pub follows: Vec<TaskId>,
    /// Made at or after.
    pub from: Option<Timestamp>,
    /// Made at or before.
    pub until: Option<Timestamp>,
    /// At most so many, the latest first.
    pub limit: Option<u32>,
}
