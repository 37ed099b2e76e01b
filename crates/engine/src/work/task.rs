//! Executing a task. It can be begun again after a crash: what it began before is written with it and is
//! followed then, and everything else may be done twice.

use std::future::Future;
use std::time::Duration;

use super::task_checks::{confirm, probe};
use super::task_follow::{follow_recovery, follow_run};
use crate::keeper::expire_entities;
use crate::services::restoration;
use crate::{
    Engine, EntityId, Error, Kind, MountId, ObjectId, Place, RecoveryId, RestoreOptions, Result, RunId,
    RunKind, RunRequest, Task, TaskPlan, TaskState, Trigger,
};

/// How often to look at what a task follows, and whether it is still wanted.
pub(super) const LOOK: Duration = Duration::from_millis(200);

/// How a task ended.
#[derive(Debug)]
pub(super) enum End {
    /// It did what it was for; perhaps with something to say about it.
    Succeeded(Option<String>),
    /// It did not, for this reason.
    Failed(String),
    /// What it did was cancelled, for this reason.
    Cancelled(String),
    /// It cannot begin now after all.
    GivenBack,
}

impl End {
    fn of(done: Result<()>) -> Self {
        match done {
            Ok(()) => Self::Succeeded(None),
            Err(err) => Self::failed(&err),
        }
    }

    fn failed(err: &Error) -> Self {
        tracing::warn!(error = %err, cause = ?err, "a task failed");
        Self::Failed(err.message().to_owned())
    }
}

/// Executes a running task, and writes how it ended.
///
/// # Errors
/// When the catalog does not answer: the task is then as it was last written.
pub(crate) async fn execute(engine: &Engine, task: &Task) -> Result<()> {
    let end = perform(engine, task).await?;
    let now = engine.now();
    engine
        .change_task(task, |stored| {
            if stored.state != TaskState::Running {
                return Ok(false);
            }
            let (state, reason) = match end {
                End::Succeeded(reason) => (TaskState::Succeeded, reason),
                End::Failed(reason) => (TaskState::Failed, Some(reason)),
                End::Cancelled(reason) => (TaskState::Cancelled, Some(reason)),
                End::GivenBack => (TaskState::Queued, None),
            };
            stored.move_to(state, reason, now).map(|()| true)
        })
        .await
        .map(drop)
}

async fn perform(engine: &Engine, task: &Task) -> Result<End> {
    match &task.plan {
        TaskPlan::Backup { entity, kind } => back_up(engine, task, *entity, *kind).await,
        TaskPlan::Restore { run, object, target, place, options } => {
            let begun = match task.outcome.recovery {
                Some(recovery) => Ok(Some(recovery)),
                None => begin_recovery(engine, task, (*run, *object), *target, place, *options).await,
            };
            match begun {
                Ok(Some(recovery)) => follow_recovery(engine, task, recovery).await,
                Ok(None) => Ok(End::GivenBack),
                Err(err) => Ok(End::failed(&err)),
            }
        }
        TaskPlan::Confirm { run, object } => {
            while_wanted(engine, task, confirm(engine, task, *run, *object)).await
        }
        TaskPlan::Mount { mount } => while_wanted(engine, task, mounted(engine, task, *mount, true)).await,
        TaskPlan::Unmount { mount } => while_wanted(engine, task, mounted(engine, task, *mount, false)).await,
        TaskPlan::Expire { entities } => {
            while_wanted(engine, task, async {
                let count = expire_entities(engine, &task.tenant, entities).await?;
                count_objects(engine, task, count).await
            })
            .await
        }
        TaskPlan::Refresh { source } => {
            while_wanted(engine, task, async { engine.refresh_source(&task.tenant, *source).await.map(drop) })
                .await
        }
        TaskPlan::Probe { target } => while_wanted(engine, task, probe(engine, task, *target)).await,
        TaskPlan::RemoveEntity { entity } => {
            while_wanted(engine, task, async {
                match engine.remove_entity(&task.tenant, *entity).await {
                    // Somebody was quicker: perhaps this very task, before the server was stopped.
                    Err(err) if err.kind() == Kind::NotFound => Ok(()),
                    removed => removed,
                }
            })
            .await
        }
        TaskPlan::External { kind, .. } => {
            Ok(End::Failed(format!("{kind:?} is work for an outside node, and this task names none")))
        }
    }
}

/// Mounts a snapshot, or ends that.
async fn mounted(engine: &Engine, task: &Task, mount: MountId, is_wanted: bool) -> Result<()> {
    match is_wanted {
        true => engine.mount(&task.tenant, mount).await.map(drop),
        false => engine.unmount(&task.tenant, mount).await.map(drop),
    }
}

/// Does something that can be broken off, for as long as nobody cancels the task.
async fn while_wanted(engine: &Engine, task: &Task, work: impl Future<Output = Result<()>>) -> Result<End> {
    let unwanted = async {
        loop {
            tokio::time::sleep(LOOK).await;
            if !is_wanted(engine, task).await? {
                return Ok::<_, Error>(());
            }
        }
    };
    tokio::select! {
        done = work => Ok(End::of(done)),
        looked = unwanted => looked.map(|()| End::GivenBack),
    }
}

/// Whether the task is still to be done: neither cancelled nor removed.
pub(super) async fn is_wanted(engine: &Engine, task: &Task) -> Result<bool> {
    match engine.shared.catalog.task(&task.tenant, task.id).await {
        Ok(task) => Ok(task.state == TaskState::Running),
        Err(err) if err.kind() == Kind::NotFound => Ok(false),
        Err(err) => Err(err),
    }
}

/// Notes how many things a task dealt with in all.
pub(super) async fn count_objects(engine: &Engine, task: &Task, count: u64) -> Result<()> {
    let counted = |stored: &mut Task| {
        (stored.objects_done, stored.objects_total) = (Some(count), Some(count));
        Ok(stored.state == TaskState::Running)
    };
    engine.change_task(task, counted).await.map(drop)
}

async fn back_up(engine: &Engine, task: &Task, entity: EntityId, kind: RunKind) -> Result<End> {
    let begun = match task.outcome.run {
        Some(run) => Ok(Some(run)),
        None => begin_run(engine, task, entity, kind).await,
    };
    match begun {
        Ok(Some(run)) => follow_run(engine, task, run, entity.object).await,
        Ok(None) => Ok(End::GivenBack),
        // Another run was a little quicker; when it has ended, there is another turn.
        Err(err)
            if err.kind() == Kind::Conflict
                && engine.open_run(&task.tenant, entity.group).await?.is_some() =>
        {
            Ok(End::GivenBack)
        }
        Err(err) => Ok(End::failed(&err)),
    }
}

/// Starts the run of a task; none when the task is not wanted any more.
async fn begin_run(engine: &Engine, task: &Task, entity: EntityId, kind: RunKind) -> Result<Option<RunId>> {
    let _turn = engine.shared.tasks.lock().await;
    if !is_wanted(engine, task).await? {
        return Ok(None);
    }
    let mut task = engine.shared.catalog.task(&task.tenant, task.id).await?;
    let request = RunRequest {
        kind,
        trigger: Trigger::OnDemand,
        objects: vec![entity.object],
        extras: crate::Extras::new(),
    };
    let run = engine.prepare_run(&task.tenant, entity.group, request).await?;
    task.outcome.object = Some(entity.object);
    let (_, run) = engine.shared.catalog.begin_task_run(task, run, engine.now()).await?;
    engine.shared.jobs.notify_one();
    Ok(Some(run.id))
}

/// The same with the recovery of a task.
async fn begin_recovery(
    engine: &Engine,
    task: &Task,
    (run, object): (RunId, ObjectId),
    target: Option<ObjectId>,
    place: &Place,
    options: RestoreOptions,
) -> Result<Option<RecoveryId>> {
    let backup = engine.kept_backup(&task.tenant, run, object).await?;
    let new = restoration(backup, target, place, options)?;
    engine.check_recovery(&task.tenant, &new).await?;
    let _turn = engine.shared.tasks.lock().await;
    if !is_wanted(engine, task).await? {
        return Ok(None);
    }
    let task = engine.shared.catalog.task(&task.tenant, task.id).await?;
    let (_, recovery) = engine.shared.catalog.begin_task_recovery(task, new, engine.now()).await?;
    engine.shared.recoveries.notify_one();
    Ok(Some(recovery.id))
}
