//! What is said about tasks by whoever executes them: outside nodes about their own, administrators about any.
//! Everybody who may start tasks may cancel them.

use std::sync::Arc;

use axum::response::Response;
use engine::{Action, Error, Role, Task, TaskReport, TaskState, TransferSample};
use face_core::Call;
use http::StatusCode;
use serde_json::{Value, json};
use storware_backup_recovery::types::{self, NameAndGuid, TaskStateName};

use crate::answer;
use crate::caller::Caller;
use crate::desk::{Desk, extras};
use crate::error::ApiError;
use crate::router::Face;
use crate::wire::{task::keeps, task_words};

pub(crate) async fn queued(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let user = &call.caller.user;
    let asked = call.parameter::<String>("node")?;
    let asked = asked.map(|guid| desk.node(&guid).map(|node| (guid, node))).transpose()?;
    let nodes = match (user.role, asked) {
        (Role::Node, Some((guid, node))) if node != user.node => {
            return Err(ApiError::forbidden(format!(
                "node {guid} is another one; a node gets its own tasks"
            )));
        }
        (Role::Node, _) => vec![user.node],
        (_, Some((_, node))) => vec![node],
        (_, None) => {
            let mut nodes = face.engine.nodes(desk.tenant()).await?;
            nodes.sort_unstable_by_key(|node| node.id);
            nodes.into_iter().map(|node| (!node.built_in).then_some(node.id)).collect()
        }
    };
    if let (Role::Node, Some(node)) = (user.role, user.node) {
        face.engine.node_contact(desk.tenant(), node).await?;
    }
    let mut due = Vec::new();
    for node in nodes {
        due.extend(face.engine.due_tasks(desk.tenant(), node).await?);
    }
    due.retain(|task| desk.sees(task));
    answer::ok(&due.iter().map(|task| desk.details(task)).collect::<Vec<_>>())
}

pub(crate) async fn set_state(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let task = desk.task(&call.required::<String>("guid")?).await?;
    // One client sends an object with an explanation, of which the document knows nothing.
    let said = call.sent().and_then(|body| body.get("statusInfo")?.as_str());
    change_state(&desk, &[task], &call.body()?, said.map(str::to_owned)).await
}

pub(crate) async fn set_states(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let asked: types::UpdateTasksStateRequest = call.body()?;
    let state = asked.state.ok_or_else(|| ApiError::invalid("state", "is missing"))?;
    let tasks = asked.tasks.ok_or_else(|| ApiError::invalid("tasks", "is missing"))?;
    let tasks = desk.chosen(tasks.iter().map(|task| task.guid.as_str())).await?;
    change_state(&desk, &tasks, &state.name, asked.status_info).await
}

async fn change_state(
    desk: &Desk<'_>,
    tasks: &[Task],
    name: &TaskStateName,
    said: Option<String>,
) -> Result<Response, ApiError> {
    let state = task_words::from_state(name)
        .ok_or_else(|| ApiError::invalid("state", format!("{name} is no state of a task")))?;
    let ids: Vec<_> = tasks.iter().map(|task| task.id).collect();
    let reason = if state == TaskState::Cancelled {
        said.or_else(|| desk.cancelled_by())
    } else {
        desk.caller.must_be_allowed(&[Action::ReportAsNode, Action::Manage])?;
        said
    };
    desk.engine.set_task_state(desk.tenant(), &ids, state, reason).await?;
    answer::empty(StatusCode::NO_CONTENT)
}

pub(crate) async fn set_kind(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let name: types::BackupTypeName = call.body()?;
    let kind = task_words::from_kind(&name).ok_or_else(|| {
        ApiError::unsupported("body", format!("a backup can be made FULL or INCREMENTAL, not {name}"))
    })?;
    let task = reported(&desk, &call).await?;
    let report = TaskReport { backup_kind: Some(kind), ..TaskReport::default() };
    let task = desk.engine.report_task(desk.tenant(), task.id, report).await?;
    answer::ok(&desk.details(&task))
}

pub(crate) async fn set_progress(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let types::DoubleDto { value, unknown_fields: _ } = call.body()?;
    if !(0.0..=100.0).contains(&value) {
        return Err(ApiError::invalid("value", format!("lies from 0 to 100, not at {value}")));
    }
    report(&face, &call, TaskReport { progress: Some(value), ..TaskReport::default() }).await
}

/// Objects of a cloud service and of a host are counted alike.
pub(crate) async fn set_objects(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let asked: types::UpdateTaskProgressRequest = call.body()?;
    let count = |member: &str, count: Option<i64>| {
        let count = count.map(u64::try_from).transpose();
        count.map_err(|_| ApiError::invalid(member, "is a count, and not less than 0"))
    };
    let said = TaskReport {
        progress: asked.progress,
        objects_done: count("processedObjectCount", asked.processed_object_count)?,
        objects_total: count("totalObjectCount", asked.total_object_count)?,
        ..TaskReport::default()
    };
    report(&face, &call, said).await
}

pub(crate) async fn add_rate(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    add_sample(&face, &call, false).await
}

pub(crate) async fn add_incremental_rate(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    add_sample(&face, &call, true).await
}

/// The unit that nobody states is taken to be bytes in a second.
async fn add_sample(face: &Face, call: &Call<Caller>, incremental: bool) -> Result<Response, ApiError> {
    let desk = Desk::open(face, call).await?;
    let asked: types::DataTransferRateRequest = call.body()?;
    let rate = asked.transfer_rate.ok_or_else(|| ApiError::invalid("transferRate", "is missing"))?;
    let task = reported(&desk, call).await?;
    if task.node.is_none() {
        return Err(Error::conflict("the built-in node measures its tasks itself").into());
    }
    if task.state.is_final() {
        return Err(Error::conflict(format!("task {} has ended", task.id)).into());
    }
    let sample = TransferSample { at: face.engine.now(), bytes_per_second: rate, incremental };
    face.engine.add_transfer_sample(desk.tenant(), task.id, sample).await?;
    answer::empty(StatusCode::NO_CONTENT)
}

pub(crate) async fn last_rate(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let task = desk.task(&call.required::<String>("guid")?).await?;
    let samples = face.engine.transfer_samples(desk.tenant(), task.id).await?;
    let transfer_rate = samples.last().map(|sample| sample.bytes_per_second);
    answer::ok(&types::DataTransferRateDetails { transfer_rate, unknown_fields: Default::default() })
}

pub(crate) async fn set_transfer_info(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let info: Value = call.body()?;
    report(&face, &call, keeping(keeps::TRANSFER_INFO, info.clone())).await?;
    answer::ok(&info)
}

pub(crate) async fn set_files(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let asked: types::TaskFilesListRequest = call.body()?;
    let files = asked.task_files.ok_or_else(|| ApiError::invalid("taskFiles", "is missing"))?;
    let files = serde_json::to_value(files).map_err(|err| face_core::Refusal::internal("task files", err))?;
    report(&face, &call, keeping(keeps::TASK_FILES, files)).await?;
    answer::empty(StatusCode::CREATED)
}

pub(crate) async fn set_restore_host(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let types::StringDto { value, unknown_fields: _ } = call.body()?;
    report(&face, &call, keeping(keeps::RESTORE_HOST_ID, json!(value))).await
}

pub(crate) async fn set_restore_storage(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let types::StringDto { value, unknown_fields: _ } = call.body()?;
    report(&face, &call, keeping(keeps::RESTORE_STORAGE_ID, json!(value))).await
}

pub(crate) async fn set_cbt_id(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let asked: types::UpdateCbtTaskRequest = call.body()?;
    let id = asked.cbt_id.ok_or_else(|| ApiError::invalid("cbtId", "is missing"))?;
    report_named(&face, &call, asked.task, keeping(keeps::CBT_ID, json!(id))).await
}

pub(crate) async fn set_inc_snap_required(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let asked: types::UpdateIncSnapRequired = call.body()?;
    let required =
        asked.inc_snap_required.ok_or_else(|| ApiError::invalid("incSnapRequired", "is missing"))?;
    report_named(&face, &call, asked.task, keeping(keeps::INC_SNAP_REQUIRED, json!(required))).await
}

fn keeping(member: &str, value: Value) -> TaskReport {
    TaskReport { extras: extras([(member, value)]), ..TaskReport::default() }
}

/// The task in the path, if the caller may report about it.
async fn reported(desk: &Desk<'_>, call: &Call<Caller>) -> Result<Task, ApiError> {
    desk.task(&call.required::<String>("guid")?).await
}

async fn report(face: &Face, call: &Call<Caller>, said: TaskReport) -> Result<Response, ApiError> {
    let desk = Desk::open(face, call).await?;
    let task = reported(&desk, call).await?;
    desk.engine.report_task(desk.tenant(), task.id, said).await?;
    answer::empty(StatusCode::NO_CONTENT)
}

/// A report about a task that the body names.
async fn report_named(
    face: &Face,
    call: &Call<Caller>,
    task: Option<NameAndGuid>,
    said: TaskReport,
) -> Result<Response, ApiError> {
    let desk = Desk::open(face, call).await?;
    let task = task.ok_or_else(|| ApiError::invalid("task", "is missing"))?;
    let task = desk.task(&task.guid).await?;
    desk.engine.report_task(desk.tenant(), task.id, said).await?;
    answer::empty(StatusCode::NO_CONTENT)
}
