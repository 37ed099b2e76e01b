//! Accepting tasks, looking at them, ending and removing them.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::{
    Backup, Engine, Error, Follows, Kind, NewRecovery, NewTask, NodeId, ObjectId, Place, ProbeTarget,
    RecoveryId, RecoveryPlan, RestoreOptions, Result, RunId, Task, TaskDraft, TaskFilter, TaskId,
    TaskOutcome, TaskPlan, TaskState, TenantId,
};

/// How many tasks a call may make or name.
const MOST_TASKS: usize = 1000;
/// How often a task may be repeated.
const MOST_RETRIES: u32 = 100;

impl Engine {
    /// Accepts tasks, all or none. All of them are looked at before the first is made.
    ///
    /// # Errors
    /// [`Kind::NotFound`] for what a task is about,
    /// [`Kind::Invalid`] for what contradicts itself,
    /// [`Kind::Conflict`] for a backup that has no snapshot (any more) and a task to
    /// follow that did not succeed, [`Kind::Unsupported`] for outside work without
    /// an outside node.
    pub async fn create_tasks(&self, tenant: &TenantId, new: Vec<NewTask>) -> Result<Vec<Task>> {
        check_count(new.len())?;
        let now = self.shared.clock.now();
        let mut drafts = Vec::new();
        for (at, new) in new.into_iter().enumerate() {
            drafts.push(self.draft_task(tenant, new, at, now).await?);
        }
        if drafts.is_empty() {
            return Ok(Vec::new());
        }
        let made = self.shared.catalog.insert_tasks(drafts).await?;
        self.shared.tasks_rung.notify_one();
        Ok(made)
    }

    /// One task.
    ///
    /// # Errors
    /// [`Kind::NotFound`].
    pub async fn task(&self, tenant: &TenantId, id: TaskId) -> Result<Task> {
        self.shared.catalog.task(tenant, id).await
    }

    /// The tasks that a filter lets through, the latest first.
    ///
    /// # Errors
    /// When the catalog does not answer, and [`Kind::Invalid`] for a filter that names
    /// too many.
    pub async fn tasks(&self, tenant: &TenantId, filter: &TaskFilter) -> Result<Vec<Task>> {
        check_count(filter.ids.len())?;
        check_count(filter.entities.len())?;
        check_count(filter.follows.len())?;
        self.shared.catalog.tasks(tenant, filter).await
    }

    /// The queued tasks of a node that may begin now, in the order in which they should: by priority, then
    /// the oldest first. None means the built-in node.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn due_tasks(&self, tenant: &TenantId, node: Option<NodeId>) -> Result<Vec<Task>> {
        let now = self.shared.clock.now();
        let mut due = Vec::new();
        for task in self.shared.catalog.open_tasks().await? {
            let theirs = task.tenant == *tenant && task.node == node && task.state == TaskState::Queued;
            if theirs && self.may_begin(&task, now).await? {
                due.push(task);
            }
        }
        Ok(due)
    }

    /// When a task of the tenant was last made, changed or removed; none when there never was one.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn tasks_modified_at(&self, tenant: &TenantId) -> Result<Option<Timestamp>> {
        self.shared.catalog.tasks_modified_at(tenant).await
    }

    /// Cancels tasks, and gives those that it cancelled. Those that have ended are passed over. What the
    /// built-in node does for them is ended after that.
    ///
    /// # Errors
    /// [`Kind::NotFound`] for one that is not there, and
    /// [`Kind::Conflict`] when all of them have ended; nothing is cancelled then.
    pub async fn cancel_tasks(
        &self,
        tenant: &TenantId,
        ids: &[TaskId],
        reason: Option<String>,
    ) -> Result<Vec<Task>> {
        let now = self.shared.clock.now();
        let turn = self.shared.tasks.lock().await;
        let open: Vec<_> =
            self.named_tasks(tenant, ids).await?.into_iter().filter(|task| !task.state.is_final()).collect();
        if open.is_empty() && !ids.is_empty() {
            return Err(Error::conflict("nothing can be cancelled: these tasks have ended"));
        }
        let mut cancelled = open.clone();
        for task in &mut cancelled {
            task.move_to(TaskState::Cancelled, reason.clone(), now)?;
        }
        let cancelled = self.write_tasks(cancelled).await?;
        drop(turn);
        self.end_work_of(&open).await;
        Ok(cancelled)
    }

    /// Removes tasks. Those that have not ended are cancelled first. A queued task that follows one of them
    /// is cancelled with it, unless what it waited for had come about.
    ///
    /// # Errors
    /// [`Kind::NotFound`] for one that is not there; nothing is removed then.
    pub async fn delete_tasks(&self, tenant: &TenantId, ids: &[TaskId]) -> Result<()> {
        let now = self.shared.clock.now();
        let turn = self.shared.tasks.lock().await;
        let gone = self.named_tasks(tenant, ids).await?;
        let filter =
            TaskFilter { follows: ids.to_vec(), states: vec![TaskState::Queued], ..TaskFilter::default() };
        let mut followers = if ids.is_empty() { Vec::new() } else { self.tasks(tenant, &filter).await? };
        followers.retain(|follower| !ids.contains(&follower.id));
        let waiting = followers.clone();
        for follower in &mut followers {
            let followed = gone.iter().find(|task| follower.follows == Some(task.id));
            follower.follows = None;
            if followed.is_none_or(|task| task.state != TaskState::Succeeded) {
                let reason = "the task before it was removed".to_owned();
                follower.move_to(TaskState::Cancelled, Some(reason), now)?;
            }
        }
        let ended: HashSet<_> = followers
            .iter()
            .filter(|follower| follower.state.is_final())
            .map(|follower| follower.id)
            .collect();
        self.shared.catalog.delete_tasks(tenant, ids, followers, now).await?;
        drop(turn);
        self.end_work_of(&gone).await;
        for follower in waiting.iter().filter(|follower| ended.contains(&follower.id)) {
            self.release_mount_of_task(follower).await;
        }
        Ok(())
    }

    /// Whether a queued task's window is open and what it follows has succeeded.
    pub(crate) async fn may_begin(&self, task: &Task, now: Timestamp) -> Result<bool> {
        if task.window.is_some_and(|window| !window.is_open(now)) {
            return Ok(false);
        }
        let Some(before) = task.follows else { return Ok(true) };
        match self.shared.catalog.task(&task.tenant, before).await {
            Ok(before) => Ok(before.state == TaskState::Succeeded),
            // It was removed in this moment; the runner sees to what waits for it.
            Err(err) if err.kind() == Kind::NotFound => Ok(false),
            Err(err) => Err(err),
        }
    }

    /// All of these tasks.
    pub(super) async fn named_tasks(&self, tenant: &TenantId, ids: &[TaskId]) -> Result<Vec<Task>> {
        check_count(ids.len())?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let filter = TaskFilter { ids: ids.to_vec(), ..TaskFilter::default() };
        let tasks = self.shared.catalog.tasks(tenant, &filter).await?;
        match ids.iter().find(|id| !tasks.iter().any(|task| task.id == **id)) {
            Some(missing) => Err(Error::not_found("task", missing)),
            None => Ok(tasks),
        }
    }

    /// Asks what the built-in node does for these tasks to end. What cannot be ended now, the runner sees to.
    pub(super) async fn end_work_of(&self, tasks: &[Task]) {
        self.shared.tasks_rung.notify_one();
        for task in tasks.iter().filter(|task| !task.state.is_final() && task.node.is_none()) {
            let TaskOutcome { run, recovery, .. } = task.outcome;
            // The run of another plan is that of the backup that it is about.
            if let (Some(run), TaskPlan::Backup { .. }) = (run, &task.plan) {
                self.end_run_of_task(&task.tenant, run).await;
            }
            if let Some(recovery) = recovery {
                self.end_recovery_of_task(&task.tenant, recovery).await;
            }
            self.release_mount_of_task(task).await;
        }
    }

    /// Cancels the run of a task that is not wanted any more. May have to be tried again.
    pub(crate) async fn end_run_of_task(&self, tenant: &TenantId, run: RunId) {
        if let Err(err) = self.cancel_run(tenant, run).await {
            tracing::debug!(run = run.0, error = %err, "the run of a cancelled task does not end yet");
        }
    }

    /// The same for a recovery.
    pub(crate) async fn end_recovery_of_task(&self, tenant: &TenantId, recovery: RecoveryId) {
        if let Err(err) = self.cancel_recovery(tenant, recovery).await {
            tracing::debug!(recovery = recovery.0, error = %err, "the recovery of a cancelled task does not end yet");
        }
    }

    /// Gives up the mount of a task that will not mount it: it would keep its snapshot for ever.
    pub(crate) async fn release_mount_of_task(&self, task: &Task) {
        if let TaskPlan::Mount { mount } = task.plan
            && let Err(err) = self.unmount(&task.tenant, mount).await
        {
            tracing::warn!(%mount, error = %err, cause = ?err, "the mount of a cancelled task is still there");
        }
    }

    async fn draft_task(
        &self,
        tenant: &TenantId,
        new: NewTask,
        at: usize,
        now: Timestamp,
    ) -> Result<TaskDraft> {
        check_numbers(&new, now)?;
        let (follows, follows_earlier) = match new.follows {
            None => (None, None),
            Some(Follows::Earlier(place)) if place < at => (None, Some(place)),
            Some(Follows::Earlier(_)) => {
                return Err(Error::invalid("a task can only follow one that stands before it"));
            }
            Some(Follows::Task(id)) => {
                let followed = self.shared.catalog.task(tenant, id).await?;
                if matches!(followed.state, TaskState::Failed | TaskState::Cancelled) {
                    return Err(Error::conflict(format!("task {id} did not succeed; nothing can follow it")));
                }
                (Some(id), None)
            }
        };
        let mut outcome = TaskOutcome::default();
        let entity = match &new.plan {
            TaskPlan::Backup { entity, .. } | TaskPlan::RemoveEntity { entity } => {
                Some(self.entity(tenant, *entity).await?.id)
            }
            TaskPlan::Confirm { run, object } => {
                (outcome.run, outcome.object) = (Some(*run), Some(*object));
                Some(self.kept_backup(tenant, *run, *object).await?.entity())
            }
            TaskPlan::Restore { run, object, target, place, options } => {
                (outcome.run, outcome.object) = (Some(*run), Some(*object));
                let backup = self.kept_backup(tenant, *run, *object).await?;
                let entity = backup.entity();
                self.check_recovery(tenant, &restoration(backup, *target, place, *options)?).await?;
                Some(entity)
            }
            TaskPlan::Mount { mount } | TaskPlan::Unmount { mount } => {
                let mount = self.mount_record(tenant, *mount).await?;
                (outcome.mount, outcome.run, outcome.object) =
                    (Some(mount.id), Some(mount.run), Some(mount.object));
                new.entity
            }
            TaskPlan::Expire { entities } => {
                for entity in entities {
                    // Also of a deleted group, while snapshots of it are left.
                    self.shared.catalog.group(tenant, entity.group).await?;
                }
                match entities.as_slice() {
                    [only] => Some(*only),
                    _ => None,
                }
            }
            TaskPlan::Refresh { source } | TaskPlan::Probe { target: ProbeTarget::Source(source) } => {
                self.shared.catalog.source(tenant, *source).await?;
                None
            }
            TaskPlan::Probe { target: ProbeTarget::Vault } => None,
            TaskPlan::External { kind, .. } => {
                if new.node.is_none() {
                    return Err(Error::new(
                        Kind::Unsupported,
                        format!("{kind:?} is work for an outside node; say which one is to do it"),
                    ));
                }
                new.entity
            }
        };
        let task = Task {
            id: TaskId(0),
            tenant: tenant.clone(),
            plan: new.plan,
            entity,
            state: TaskState::Queued,
            reason: None,
            priority: new.priority,
            window: new.window,
            retries_left: new.retries,
            retry_of: None,
            follows,
            batch: None,
            node: new.node,
            requested_by: new.requested_by,
            created_at: now,
            modified_at: now,
            started_at: None,
            ended_at: None,
            progress: 0.0,
            objects_done: None,
            objects_total: None,
            outcome,
            extras: new.extras,
        };
        Ok(TaskDraft { task, follows_earlier })
    }

    /// A backup whose snapshot is there.
    pub(crate) async fn kept_backup(
        &self,
        tenant: &TenantId,
        run: RunId,
        object: ObjectId,
    ) -> Result<Backup> {
        let backup = self.backup(tenant, run, object).await?;
        if backup.snapshot.is_some() {
            return Ok(backup);
        }
        let why = match backup.was_removed() {
            true => "its snapshot was removed",
            false if backup.object.state.is_final() => "it did not succeed",
            false => "it has not ended",
        };
        Err(Error::conflict(format!("the backup of object {object} in run {run} holds nothing: {why}")))
    }
}

/// The recovery that brings everything back that a backup holds.
pub(crate) fn restoration(
    backup: Backup,
    target: Option<ObjectId>,
    place: &Place,
    options: RestoreOptions,
) -> Result<NewRecovery> {
    let object = backup.object.object;
    let snapshot = backup
        .snapshot
        .ok_or_else(|| Error::conflict(format!("the backup of object {object} has no snapshot any more")))?;
    let plan = RecoveryPlan::Place {
        snapshot: snapshot.id,
        items: snapshot.roots,
        target: target.unwrap_or(object),
        place: place.clone(),
        options,
    };
    let name = format!("{}, backup of {}", backup.group_name, backup.queued_at);
    Ok(NewRecovery { name, plan, extras: crate::Extras::new() })
}

fn check_numbers(new: &NewTask, now: Timestamp) -> Result<()> {
    if new.priority > Task::HIGHEST_PRIORITY {
        return Err(Error::invalid(format!(
            "a priority lies from 0 to {}, not {}",
            Task::HIGHEST_PRIORITY,
            new.priority
        )));
    }
    if new.retries > MOST_RETRIES {
        return Err(Error::invalid(format!("a task is repeated at most {MOST_RETRIES} times")));
    }
    if let Some(window) = &new.window {
        if window.until.is_some_and(|until| until < window.from) {
            return Err(Error::invalid("a task's window ends before it begins"));
        }
        if window.is_over(now) {
            return Err(Error::invalid("a task's window has ended already; it could never begin"));
        }
    }
    Ok(())
}

fn check_count(count: usize) -> Result<()> {
    if count > MOST_TASKS {
        return Err(Error::invalid(format!("at most {MOST_TASKS} tasks can be named at a time")));
    }
    Ok(())
}
