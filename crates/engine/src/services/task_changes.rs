//! What outside nodes report about their tasks, and what people change of queued ones.

use jiff::Timestamp;

use crate::{
    Engine, Error, Extras, Kind, Result, Task, TaskChange, TaskId, TaskPlan, TaskReport, TaskState, TenantId,
    TransferSample,
};

/// The greatest number of bytes of a reason: all lists of tasks read it.
const LONGEST_REASON: usize = 10_000;
/// The greatest number of bytes, as JSON, of what faces keep with a task.
const LARGEST_EXTRAS: usize = 1 << 20;
/// How many measurements of a task are kept.
pub(crate) const MOST_SAMPLES: u32 = 3600;

impl Engine {
    /// Changes the state of tasks, all or none; see [`Task::move_to`]. Everybody may cancel; else this is
    /// for the tasks of outside nodes, whose reports these are.
    ///
    /// # Errors
    /// [`Kind::NotFound`], and [`Kind::Conflict`] for a change
    /// that a task does not allow, naming it.
    pub async fn set_task_state(
        &self,
        tenant: &TenantId,
        ids: &[TaskId],
        state: TaskState,
        reason: Option<String>,
    ) -> Result<Vec<Task>> {
        let turn = self.shared.tasks.lock().await;
        let before = self.named_tasks(tenant, ids).await?;
        let report = TaskReport { state: Some(state), reason, ..TaskReport::default() };
        let reported = before.iter().map(|task| apply(task.clone(), report.clone(), self.now()));
        let changed = self.write_tasks(reported.collect::<Result<_>>()?).await?;
        drop(turn);
        if state == TaskState::Cancelled {
            self.end_work_of(&before).await;
        }
        Ok(changed)
    }

    /// Changes when tasks have their turn, all or none.
    ///
    /// # Errors
    /// [`Kind::NotFound`], [`Kind::Invalid`] above
    /// [`Task::HIGHEST_PRIORITY`], [`Kind::Conflict`] for one that does not wait.
    pub async fn set_task_priority(
        &self,
        tenant: &TenantId,
        ids: &[TaskId],
        priority: u8,
    ) -> Result<Vec<Task>> {
        if priority > Task::HIGHEST_PRIORITY {
            return Err(Error::invalid(format!(
                "a priority lies from 0 to {}, not {priority}",
                Task::HIGHEST_PRIORITY
            )));
        }
        let _turn = self.shared.tasks.lock().await;
        let mut tasks = self.named_tasks(tenant, ids).await?;
        for task in &mut tasks {
            if task.state != TaskState::Queued {
                return Err(Error::conflict(format!("task {} does not wait any more", task.id)));
            }
            task.priority = priority;
        }
        self.write_tasks(tasks).await
    }

    /// Notes what the outside node that executes a task says about it. One that failed and has repetitions
    /// left is queued again as a copy.
    ///
    /// # Errors
    /// [`Kind::NotFound`]; [`Kind::Invalid`] for a progress
    /// outside 0 to 100 and a kind of backup for what is none; [`Kind::Conflict`] for
    /// a change of state that is not allowed, for a task that has ended, and for one that the built-in node
    /// executes, unless only `extras` are said or, before it begins, the kind of backup.
    pub async fn report_task(&self, tenant: &TenantId, id: TaskId, report: TaskReport) -> Result<Task> {
        let _turn = self.shared.tasks.lock().await;
        let task = self.shared.catalog.task(tenant, id).await?;
        if !task.state.is_final() {
            return self.write_task(apply(task, report, self.now())?).await;
        }
        // Whatever comes of its end came when it ended, and comes no second time.
        let change = TaskChange { task: apply(task, report, self.now())?, next: None };
        let written = self.shared.catalog.update_tasks(vec![change], self.now()).await?;
        written.into_iter().next().ok_or_else(|| Error::not_found("task", id))
    }

    /// Notes how fast a task moved bytes.
    ///
    /// # Errors
    /// [`Kind::NotFound`], and [`Kind::Invalid`] for what is no
    /// speed.
    pub async fn add_transfer_sample(
        &self,
        tenant: &TenantId,
        id: TaskId,
        sample: TransferSample,
    ) -> Result<()> {
        if !sample.bytes_per_second.is_finite() || sample.bytes_per_second < 0.0 {
            return Err(Error::invalid("a speed is a number of bytes per second, 0 or more"));
        }
        self.shared.catalog.add_transfer_sample(tenant, id, sample, MOST_SAMPLES).await
    }

    /// How fast a task moved bytes, the oldest sample first; at most an hour's worth of seconds, thinned out
    /// for what took longer.
    ///
    /// # Errors
    /// [`Kind::NotFound`].
    pub async fn transfer_samples(&self, tenant: &TenantId, id: TaskId) -> Result<Vec<TransferSample>> {
        self.shared.catalog.task(tenant, id).await?;
        self.shared.catalog.transfer_samples(tenant, id).await
    }

    /// Changes a task as it is stored, in its turn, and writes it when `change` says so. None when it does not,
    /// and when the task is gone.
    pub(crate) async fn change_task(
        &self,
        task: &Task,
        change: impl FnOnce(&mut Task) -> Result<bool>,
    ) -> Result<Option<Task>> {
        let _turn = self.shared.tasks.lock().await;
        let mut stored = match self.shared.catalog.task(&task.tenant, task.id).await {
            Err(err) if err.kind() == Kind::NotFound => return Ok(None),
            stored => stored?,
        };
        if change(&mut stored)? { self.write_task(stored).await.map(Some) } else { Ok(None) }
    }

    /// Writes a changed task, with what comes of it. The caller holds the turn.
    async fn write_task(&self, task: Task) -> Result<Task> {
        let id = task.id;
        let written = self.write_tasks(vec![task]).await?;
        written.into_iter().next().ok_or_else(|| Error::not_found("task", id))
    }

    /// The same for several, all or none.
    pub(super) async fn write_tasks(&self, tasks: Vec<Task>) -> Result<Vec<Task>> {
        let now = self.now();
        let has_news = tasks.iter().any(|task| task.state != TaskState::Running);
        let changes = tasks.into_iter().map(|task| TaskChange::of(task, now)).collect();
        let written = self.shared.catalog.update_tasks(changes, now).await?;
        if has_news {
            self.shared.tasks_rung.notify_one();
        }
        Ok(written)
    }
}

/// A task as a report leaves it.
fn apply(mut task: Task, report: TaskReport, now: Timestamp) -> Result<Task> {
    let TaskReport { state, reason, progress, objects_done, objects_total, backup_kind, extras } = report;
    if reason.as_ref().is_some_and(|reason| reason.len() > LONGEST_REASON) {
        return Err(Error::invalid(format!("a reason has at most {LONGEST_REASON} bytes")));
    }
    if !extras.is_empty() {
        merge(&mut task.extras, extras);
        let kept = serde_json::to_vec(&task.extras)
            .map_err(|err| Error::internal("what is kept with a task", err))?;
        if kept.len() > LARGEST_EXTRAS {
            return Err(Error::invalid(format!("at most {LARGEST_EXTRAS} bytes are kept with a task")));
        }
    }
    let says_more = state.is_some()
        || reason.is_some()
        || progress.is_some()
        || objects_done.is_some()
        || objects_total.is_some()
        || backup_kind.is_some();
    if !says_more {
        return Ok(task);
    }
    // How much a backup reads is read when it begins.
    let only_plans = state.is_none()
        && reason.is_none()
        && progress.is_none()
        && objects_done.is_none()
        && objects_total.is_none()
        && task.state == TaskState::Queued;
    let may_hear = only_plans || state == Some(TaskState::Cancelled) || task.state.is_final();
    if task.node.is_none() && !may_hear {
        return Err(Error::conflict(format!(
            "task {} is executed by the built-in node, which reports itself; it can be cancelled",
            task.id
        )));
    }
    // First, so that what has ended hears nothing else either.
    task.move_to(state.unwrap_or(task.state), reason.or_else(|| task.reason.clone()), now)?;
    if let Some(progress) = progress {
        if !(0.0..=100.0).contains(&progress) {
            return Err(Error::invalid(format!("a progress lies from 0 to 100, not {progress}")));
        }
        task.progress = progress;
    }
    task.objects_done = objects_done.or(task.objects_done);
    task.objects_total = objects_total.or(task.objects_total);
    if let Some(wanted) = backup_kind {
        let TaskPlan::Backup { kind, .. } = &mut task.plan else {
            return Err(Error::invalid(format!("task {} is no backup, which could be full or not", task.id)));
        };
        *kind = wanted;
    }
    Ok(task)
}

/// Puts what a report says beside what a face keeps already.
fn merge(kept: &mut Extras, said: Extras) {
    for (face, said) in said {
        match (kept.get_mut(&face), said) {
            (Some(serde_json::Value::Object(kept)), serde_json::Value::Object(said)) => kept.extend(said),
            (_, said) => drop(kept.insert(face, said)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_report_replaces_what_it_names_and_no_more() {
        let extras = |face: &str, value| Extras::from([(face.to_owned(), value)]);
        let mut kept = extras("one", json!({"a": 1, "b": {"c": 2, "d": 3}}));
        merge(&mut kept, extras("one", json!({"b": {"c": 4}})));
        merge(&mut kept, extras("two", json!("new")));
        let told = serde_json::to_value(&kept).unwrap();
        assert_eq!(told, json!({"one": {"a": 1, "b": {"c": 4}}, "two": "new"}));
        merge(&mut kept, extras("two", json!({"now": "an object"})));
        assert_eq!(kept["two"], json!({"now": "an object"}));
    }
}
