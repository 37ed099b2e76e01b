//! The desk: one caller's view of tasks and of what tasks are made for. What it does not see is not there for
//! it.

use std::collections::BTreeMap;

use engine::{
    Action, Backup, Engine, Entity, Extras, Kind, Mount, NewTask, NodeId, Role, Task, TaskFilter, TaskId,
    TenantId,
};
use face_core::Call;
use serde_json::{Value, json};
use storware_backup_recovery::types::{TaskDetails, TaskListRecord};

use crate::caller::Caller;
use crate::error::ApiError;
use crate::names;
use crate::router::Face;
use crate::wire::reference::Names;
use crate::wire::{self, BackupKey, task, task_words};

/// How many tasks the engine takes in one call.
const AT_ONCE: usize = 1000;

pub(crate) struct Desk<'c> {
    pub(crate) engine: &'c Engine,
    pub(crate) caller: &'c Caller,
    pub(crate) names: Names,
}

impl<'c> Desk<'c> {
    pub(crate) async fn open(face: &'c Face, call: &'c Call<Caller>) -> Result<Self, ApiError> {
        let caller = &call.caller;
        let names = names::load(&face.engine, caller.tenant(), caller.guids).await?;
        Ok(Self { engine: &face.engine, caller, names })
    }

    pub(crate) fn tenant(&self) -> &TenantId {
        self.caller.tenant()
    }

    /// Whether the caller sees a task: a node its own, those who bring back what does that, and those who are
    /// confined to projects what belongs to them.
    pub(crate) fn sees(&self, task: &Task) -> bool {
        let user = &self.caller.user;
        if user.role == Role::Node {
            return user.node.is_some() && task.node == user.node;
        }
        user.sees(&task::projects(task, &self.names))
            && (user.may(Action::View) || task_words::brings_back(task))
    }

    /// The tasks that a filter lets through and the caller sees, the latest first.
    pub(crate) async fn tasks(&self, filter: &TaskFilter) -> Result<Vec<Task>, ApiError> {
        let mut tasks = self.engine.tasks(self.tenant(), filter).await?;
        tasks.retain(|task| self.sees(task));
        Ok(tasks)
    }

    /// The tasks that belong to a project too, where a call names one.
    pub(crate) async fn tasks_of(
        &self,
        project: Option<&str>,
        filter: &TaskFilter,
    ) -> Result<Vec<Task>, ApiError> {
        let mut tasks = self.tasks(filter).await?;
        if let Some(project) = project {
            tasks.retain(|task| task::projects(task, &self.names).iter().any(|own| own == project));
        }
        Ok(tasks)
    }

    /// One task.
    pub(crate) async fn task(&self, guid: &str) -> Result<Task, ApiError> {
        let id = self.caller.guids.parse_task(guid)?;
        match self.engine.task(self.tenant(), id).await {
            Err(err) if err.kind() != Kind::NotFound => Err(err.into()),
            Ok(task) if self.sees(&task) => Ok(task),
            _ => Err(ApiError::not_found("task", guid)),
        }
    }

    /// All of these tasks, each once, however often it is named.
    pub(crate) async fn chosen(&self, guids: impl Iterator<Item = &str>) -> Result<Vec<Task>, ApiError> {
        let mut named = BTreeMap::new();
        for guid in guids {
            named.insert(self.caller.guids.parse_task(guid)?, guid);
        }
        let ids: Vec<TaskId> = named.keys().copied().collect();
        let mut tasks: Vec<Task> = Vec::new();
        for some in ids.chunks(AT_ONCE) {
            tasks.extend(self.tasks(&TaskFilter { ids: some.to_vec(), ..TaskFilter::default() }).await?);
        }
        for task in &tasks {
            named.remove(&task.id);
        }
        match named.first_key_value() {
            Some((_, guid)) => Err(ApiError::not_found("task", guid)),
            None => Ok(tasks),
        }
    }

    /// Removes tasks, however many. Those that somebody removed meanwhile are passed over.
    pub(crate) async fn remove(&self, ids: Vec<TaskId>) -> Result<(), ApiError> {
        for some in ids.chunks(AT_ONCE) {
            match self.engine.delete_tasks(self.tenant(), some).await {
                Err(err) if err.kind() == Kind::NotFound => {
                    for id in some {
                        let removed = self.engine.delete_tasks(self.tenant(), &[*id]).await;
                        passing_over(&[Kind::NotFound], removed)?;
                    }
                }
                removed => removed?,
            }
        }
        Ok(())
    }

    /// Cancels tasks, however many. Those that have ended or were removed meanwhile are passed over.
    pub(crate) async fn cancel(&self, ids: Vec<TaskId>) -> Result<(), ApiError> {
        let gone = [Kind::NotFound, Kind::Conflict];
        for some in ids.chunks(AT_ONCE) {
            let cancelled = self.engine.cancel_tasks(self.tenant(), some, self.cancelled_by()).await;
            match cancelled {
                Err(err) if err.kind() == Kind::NotFound => {
                    for id in some {
                        let cancelled =
                            self.engine.cancel_tasks(self.tenant(), &[*id], self.cancelled_by()).await;
                        passing_over(&gone, cancelled.map(drop))?;
                    }
                }
                cancelled => passing_over(&gone, cancelled.map(drop))?,
            }
        }
        Ok(())
    }

    /// The reason of a task that the caller cancels.
    pub(crate) fn cancelled_by(&self) -> Option<String> {
        Some(format!("cancelled by {}", self.caller.user.login))
    }

    pub(crate) fn details(&self, task: &Task) -> TaskDetails {
        task::details(task, &self.names)
    }

    pub(crate) fn records(&self, tasks: &[Task]) -> Vec<TaskListRecord> {
        tasks.iter().map(|task| task::record(task, &self.names)).collect()
    }

    /// Makes tasks, all or none.
    pub(crate) async fn create(&self, new: Vec<NewTask>) -> Result<Vec<Task>, ApiError> {
        let new = new.into_iter().map(|new| NewTask { requested_by: Some(self.caller.user.id), ..new });
        Ok(self.engine.create_tasks(self.tenant(), new.collect()).await?)
    }

    /// An entity that is there and that the caller sees.
    pub(crate) fn entity(&self, guid: &str) -> Result<&Entity, ApiError> {
        let id = self.caller.guids.parse_entity(guid)?;
        let found = self.names.entities.get(&id).filter(|entity| self.sees_entity(entity));
        found.ok_or_else(|| ApiError::not_found("protected entity", guid))
    }

    pub(crate) fn sees_entity(&self, entity: &Entity) -> bool {
        self.caller.user.sees(&wire::projects(&entity.extras))
    }

    /// A backup that is there and that the caller sees.
    pub(crate) async fn backup(&self, key: BackupKey) -> Result<Backup, ApiError> {
        let is_seen = |backup: &Backup| {
            let projects = self.names.projects.get(&backup.group).cloned().unwrap_or_default();
            self.caller.user.sees(&projects)
        };
        match self.engine.backup(self.tenant(), key.run, key.object).await {
            Err(err) if err.kind() != Kind::NotFound => Err(err.into()),
            Ok(backup) if is_seen(&backup) => Ok(backup),
            _ => Err(ApiError::not_found("backup", self.caller.guids.backup(key))),
        }
    }

    /// A mount of a backup that the caller sees, and that backup.
    pub(crate) async fn mount(&self, guid: &str) -> Result<(Mount, Backup), ApiError> {
        let id = self.caller.guids.parse_mount(guid)?;
        let missing = |err: engine::Error| match err.kind() {
            Kind::NotFound => ApiError::not_found("mounted backup", guid),
            _ => err.into(),
        };
        let mount = self.engine.mount_record(self.tenant(), id).await.map_err(missing)?;
        let backup = self.backup(BackupKey { run: mount.run, object: mount.object }).await?;
        Ok((mount, backup))
    }

    /// Which node a reference means; none is the built-in one.
    pub(crate) fn node(&self, guid: &str) -> Result<Option<NodeId>, ApiError> {
        let node = self.caller.guids.parse_node(guid)?;
        match node {
            Some(id) if !self.names.nodes.contains_key(&id) => Err(ApiError::not_found("node", guid)),
            node => Ok(node),
        }
    }

    /// What is kept with a task about something that belongs to a group, under the name that this has.
    pub(crate) fn kept_of(&self, group: engine::GroupId, name: &str) -> Extras {
        let projects = self.names.projects.get(&group).cloned().unwrap_or_default();
        extras([(task::keeps::NAME, json!(name)), (task::keeps::PROJECTS, json!(projects))])
    }

    /// What is kept with a task that is about no entity: those who are confined to projects see what they asked
    /// for.
    pub(crate) fn kept_of_caller(&self) -> Extras {
        let projects = self.caller.user.scope.clone().unwrap_or_default();
        extras([(task::keeps::PROJECTS, json!(projects))])
    }
}

/// Whether something was done, or could not be for one of these reasons.
fn passing_over(kinds: &[Kind], done: engine::Result<()>) -> Result<(), ApiError> {
    match done {
        Err(err) if kinds.contains(&err.kind()) => Ok(()),
        done => Ok(done?),
    }
}

/// What this face keeps with a task.
pub(crate) fn extras<const N: usize>(members: [(&str, Value); N]) -> Extras {
    let members = members.into_iter().map(|(name, value)| (name.to_owned(), value));
    Extras::from([(wire::EXTRAS.to_owned(), Value::Object(members.collect()))])
}
