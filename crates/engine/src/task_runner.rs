//! The task runner: begins the tasks of the built-in node when their turn comes, and sees them through.
//!
//! What is to be done next stands in the catalog and nowhere else. Each turn looks at all tasks that have not
//! ended: what waited too long, or waits for what will not come, ends; what the catalog calls running and
//! nobody here works on is picked up, which is how the work of a server that died goes on; and of what may
//! begin, as much begins as there are places.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

use crate::work::execute_task;
use crate::{Engine, Kind, Result, Task, TaskId, TaskKind, TaskPlan, TaskState};

/// How often to look at the engine's clock, in real time: a clock may be turned.
const TICK: Duration = Duration::from_secs(1);
/// How long a task that has ended is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How often, by the engine's clock, old tasks are looked for.
const ROUND: SignedDuration = SignedDuration::from_hours(1);

/// Executes the tasks of the built-in node. One a process is enough: it works on several tasks at a time.
pub struct TaskRunner {
    engine: Engine,
    at_once: usize,
    /// The tasks at work here, cancelled ones whose work still ends among them.
    going: Arc<Mutex<HashMap<TaskId, Task>>>,
    work: JoinSet<()>,
    /// When old tasks were last looked for.
    last_round: Option<Timestamp>,
}

impl TaskRunner {
    /// A runner that works on at most `at_once` tasks at a time.
    pub fn new(engine: Engine, at_once: usize) -> Self {
        Self {
            engine,
            at_once: at_once.max(1),
            going: Arc::default(),
            work: JoinSet::new(),
            last_round: None,
        }
    }

    /// Works until `shutdown` completes. Tasks that go on then stay as they are, for the next start.
    pub async fn run(mut self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = std::pin::pin!(shutdown);
        let engine = self.engine.clone();
        loop {
            let rung = engine.shared.tasks_rung.notified();
            let turn = async {
                if let Err(err) = self.turn().await {
                    tracing::error!(error = %err, cause = ?err, "the tasks cannot be looked after");
                }
                let _ = tokio::time::timeout(TICK, rung).await;
            };
            tokio::select! {
                () = &mut shutdown => break,
                () = turn => {}
            }
        }
        self.work.shutdown().await;
    }

    async fn turn(&mut self) -> Result<()> {
        while self.work.try_join_next().is_some() {}
        let now = self.engine.now();
        self.prune(now).await?;
        let open = settle(&self.engine, now).await?;
        let (mut running, queued): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|task| task.state == TaskState::Running);
        for task in running.iter().filter(|task| task.node.is_none()) {
            self.begin(task.clone());
        }
        running.extend(self.going().values().cloned());
        for task in queued.iter().filter(|task| task.node.is_none()) {
            if self.going().len() >= self.at_once {
                break;
            }
            if running.iter().any(|other| stands_in_the_way(other, task))
                || !self.engine.may_begin(task, now).await?
                || self.waits_for_a_run(task).await?
            {
                continue;
            }
            if let Some(task) = self.claim(task, now).await? {
                self.begin(task.clone());
                running.push(task);
            }
        }
        Ok(())
    }

    /// Calls a task running, unless somebody changed it meanwhile.
    async fn claim(&self, task: &Task, now: Timestamp) -> Result<Option<Task>> {
        self.engine
            .change_task(task, |stored| {
                let unchanged = stored.state == TaskState::Queued && stored.follows == task.follows;
                if unchanged {
                    stored.move_to(TaskState::Running, None, now).map(|()| true)
                } else {
                    Ok(false)
                }
            })
            .await
    }

    /// Works on a task, unless that goes on already.
    fn begin(&mut self, task: Task) {
        match self.going().entry(task.id) {
            Entry::Occupied(_) => return,
            Entry::Vacant(place) => {
                place.insert(task.clone());
            }
        }
        let going = Going { tasks: Arc::clone(&self.going), id: task.id, engine: self.engine.clone() };
        self.work.spawn(async move {
            if let Err(err) = execute_task(&going.engine, &task).await {
                // The task stays as it is; the next turn finds that nobody works on it.
                tracing::error!(task = task.id.0, error = %err, cause = ?err, "a task broke off");
                tokio::time::sleep(TICK).await;
            }
        });
    }

    /// Whether the group of a backup is at another run: there is only one at a time.
    async fn waits_for_a_run(&self, task: &Task) -> Result<bool> {
        match task.plan {
            TaskPlan::Backup { entity, .. } => {
                Ok(self.engine.open_run(&task.tenant, entity.group).await?.is_some())
            }
            _ => Ok(false),
        }
    }

    async fn prune(&mut self, now: Timestamp) -> Result<()> {
        // A clock that was turned back must not put the next round off for as long.
        let due = self.last_round.is_none_or(|last| now < last || now.duration_since(last) >= ROUND);
        let Some(before) = now.checked_sub(KEPT).ok().filter(|_| due) else {
            return Ok(());
        };
        let count = self.engine.shared.catalog.prune_tasks(before, now).await?;
        if count > 0 {
            tracing::info!(count, "removed tasks that ended long ago");
        }
        self.last_round = Some(now);
        Ok(())
    }

    fn going(&self) -> std::sync::MutexGuard<'_, HashMap<TaskId, Task>> {
        self.going.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task at work; when this is dropped, it is not any more.
struct Going {
    tasks: Arc<Mutex<HashMap<TaskId, Task>>>,
    id: TaskId,
    engine: Engine,
}

impl Drop for Going {
    fn drop(&mut self) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
        // A place is free.
        self.engine.shared.tasks_rung.notify_one();
    }
}

/// Ends the queued tasks of all nodes that cannot begin any more, and gives those that have not ended.
async fn settle(engine: &Engine, now: Timestamp) -> Result<Vec<Task>> {
    let mut open = Vec::new();
    for task in engine.shared.catalog.open_tasks().await? {
        let end = if task.state == TaskState::Queued { hopeless(engine, &task, now).await? } else { None };
        let Some((state, reason)) = end else {
            open.push(task);
            continue;
        };
        let ended = engine
            .change_task(&task, |stored| {
                // Somebody may have changed it meanwhile; the next turn looks again.
                if stored.modified_at != task.modified_at {
                    return Ok(false);
                }
                stored.state = state;
                stored.reason = Some(reason);
                stored.ended_at = Some(now);
                Ok(true)
            })
            .await?;
        if ended.is_some() {
            engine.release_mount_of_task(&task).await;
        }
    }
    Ok(open)
}

/// How a queued task ends that cannot begin any more, and why; none for one that can.
async fn hopeless(engine: &Engine, task: &Task, now: Timestamp) -> Result<Option<(TaskState, String)>> {
    if let Some(id) = task.follows {
        let how = match engine.shared.catalog.task(&task.tenant, id).await {
            Ok(before) => match before.state {
                TaskState::Failed => Some("failed"),
                TaskState::Cancelled => Some("was cancelled"),
                TaskState::Queued | TaskState::Running | TaskState::Succeeded => None,
            },
            Err(err) if err.kind() == Kind::NotFound => Some("was removed"),
            Err(err) => return Err(err),
        };
        if let Some(how) = how {
            return Ok(Some((TaskState::Cancelled, format!("task {id}, which comes before it, {how}"))));
        }
    }
    let over = task.window.filter(|window| window.is_over(now)).and_then(|window| window.until);
    Ok(over.map(|until| (TaskState::Failed, format!("its window closed at {until} before it began"))))
}

/// Whether a running task keeps another from beginning: what reads, writes or removes an entity is alone with
/// it, and a group has one run at a time.
fn stands_in_the_way(running: &Task, task: &Task) -> bool {
    let is_alone = |task: &Task| {
        matches!(task.plan.kind(), TaskKind::Backup | TaskKind::Restore | TaskKind::RemoveEntity)
    };
    if running.tenant != task.tenant || !is_alone(running) || !is_alone(task) {
        return false;
    }
    let (Some(one), Some(other)) = (running.entity, task.entity) else { return false };
    let both_run = |task: &Task| task.node.is_none() && task.plan.kind() == TaskKind::Backup;
    one == other || (one.group == other.group && both_run(running) && both_run(task))
}
