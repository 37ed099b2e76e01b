//! Looking at tasks.

use std::sync::Arc;

use axum::response::Response;
use engine::{Task, TaskFilter};
use face_core::Call;
use storware_backup_recovery::types::{self, TaskStateName, TaskTypeName};

use crate::answer;
use crate::caller::Caller;
use crate::desk::Desk;
use crate::error::ApiError;
use crate::page;
use crate::router::Face;
use crate::wire::{millis, task, task_words};

pub(crate) async fn list(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let tasks = wanted(&desk, &call).await?;
    page::answer(&call, desk.records(&tasks))
}

pub(crate) async fn list_detailed(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let tasks = wanted(&desk, &call).await?;
    page::answer(&call, tasks.iter().map(|task| desk.details(task)).collect())
}

pub(crate) async fn get(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let task = desk.task(&call.required::<String>("guid")?).await?;
    // There is no more detail that `extended` could add.
    answer::ok(&desk.details(&task))
}

pub(crate) async fn get_state(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    answer::ok(&task::status(&desk.task(&call.required::<String>("guid")?).await?))
}

pub(crate) async fn modified_at(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let time = face.engine.tasks_modified_at(call.caller.tenant()).await?;
    answer::ok(&types::TimestampDto { value: time.map(millis), unknown_fields: Default::default() })
}

/// The tasks that the parameters of a list let through. What names nothing that is there lets nothing through.
async fn wanted(desk: &Desk<'_>, call: &Call<Caller>) -> Result<Vec<Task>, ApiError> {
    let guids = desk.caller.guids;
    let guid = |name: &str| call.parameter::<String>(name);
    let mut filter = TaskFilter::default();

    let mut states: Vec<TaskStateName> = call.list("states")?;
    let narrowed: Option<TaskStateName> = call.parameter("state")?;
    if let Some(state) = narrowed {
        if !states.is_empty() && !states.contains(&state) {
            return Ok(Vec::new());
        }
        states = vec![state];
    }
    filter.states = states.iter().filter_map(task_words::from_state).collect();
    if let Some(guid) = guid("protected-entity")? {
        let Ok(entity) = guids.parse_entity(&guid) else { return Ok(Vec::new()) };
        filter.entities = vec![entity];
    }
    if let Some(guid) = guid("node")? {
        let Ok(node) = guids.parse_node(&guid) else { return Ok(Vec::new()) };
        filter.nodes = vec![node];
    }
    if let Some(guid) = guid("parent-task")? {
        let Ok(parent) = guids.parse_task(&guid) else { return Ok(Vec::new()) };
        filter.follows = vec![parent];
    }
    // There are none of these things, and so no tasks of them.
    for nothing in ["storage-provider", "restore-job", "schedule"] {
        if guid(nothing)?.is_some() {
            return Ok(Vec::new());
        }
    }
    let project = guid("project-uuid")?;
    let mut tasks = desk.tasks_of(project.as_deref(), &filter).await?;

    if let Some(wanted) = call.parameter::<TaskTypeName>("type")? {
        tasks.retain(|task| task_words::task_type(task) == wanted);
    }
    if let Some(guid) = guid("backup")? {
        let backup = guids.parse_backup(&guid).ok();
        tasks.retain(|task| backup.is_some() && task::backup(task) == backup);
    }
    for manager in ["hypervisor", "hypervisor-manager"] {
        if let Some(guid) = guid(manager)? {
            let source = guids.parse_source(&guid).ok();
            tasks.retain(|task| source.is_some() && task::source(task) == source);
        }
    }
    if let Some(guid) = guid("backup-destination")? {
        let is_ours = guids.parse_vault(&guid).is_ok();
        tasks.retain(|task| is_ours && task::uses_vault(&task.plan));
    }
    if let Some(guid) = guid("workflow-execution")? {
        let batch = guids.parse_batch(&guid).ok();
        tasks.retain(|task| batch.is_some() && task.batch == batch);
    }
    if let Some(assigned) = call.parameter::<bool>("mounted-backup-assigned")? {
        tasks.retain(|task| task::mount(task).is_some() == assigned);
    }
    // A task has no name but that of its entity.
    if let Some(part) = guid("nameLike")?.map(|part| part.to_lowercase()) {
        tasks.retain(|task| {
            let name = desk.details(task).protected_entity_display_name.unwrap_or_default();
            name.to_lowercase().contains(&part)
        });
    }
    Ok(tasks)
}
