//! Cancelling and removing tasks: one, those that a request names, and all.

use std::sync::Arc;

use axum::response::Response;
use engine::{Task, TaskFilter, TaskState};
use face_core::Call;
use http::StatusCode;
use storware_backup_recovery::types::SelectedTask;

use crate::answer;
use crate::caller::Caller;
use crate::desk::Desk;
use crate::error::ApiError;
use crate::router::Face;

/// A task that runs is cancelled, and can then be removed; every other one is removed.
pub(crate) async fn delete(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let task = desk.task(&call.required::<String>("guid")?).await?;
    match task.state {
        TaskState::Running => desk.cancel(vec![task.id]).await?,
        _ => desk.remove(vec![task.id]).await?,
    }
    answer::empty(StatusCode::NO_CONTENT)
}

pub(crate) async fn delete_all_finished(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    remove_all(&face, &call, &[TaskState::Succeeded, TaskState::Failed, TaskState::Cancelled]).await
}

pub(crate) async fn delete_all_but_running(
    face: Arc<Face>,
    call: Call<Caller>,
) -> Result<Response, ApiError> {
    let states = [TaskState::Queued, TaskState::Succeeded, TaskState::Failed, TaskState::Cancelled];
    remove_all(&face, &call, &states).await
}

pub(crate) async fn cancel_all_running(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let tasks = all(&desk, &call, &[TaskState::Running]).await?;
    desk.cancel(tasks.iter().map(|task| task.id).collect()).await?;
    answer::empty(StatusCode::NO_CONTENT)
}

pub(crate) async fn cancel_running(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let tasks = chosen(&desk, &call, |state| state == TaskState::Running).await?;
    desk.cancel(tasks.iter().map(|task| task.id).collect()).await?;
    answer::empty(StatusCode::CREATED)
}

pub(crate) async fn delete_finished(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    remove_chosen(&face, &call, TaskState::is_final).await
}

pub(crate) async fn delete_but_running(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    remove_chosen(&face, &call, |state| state != TaskState::Running).await
}

async fn remove_all(face: &Face, call: &Call<Caller>, states: &[TaskState]) -> Result<Response, ApiError> {
    let desk = Desk::open(face, call).await?;
    let tasks = all(&desk, call, states).await?;
    desk.remove(tasks.iter().map(|task| task.id).collect()).await?;
    answer::empty(StatusCode::NO_CONTENT)
}

async fn remove_chosen(
    face: &Face,
    call: &Call<Caller>,
    may_go: impl Fn(TaskState) -> bool,
) -> Result<Response, ApiError> {
    let desk = Desk::open(face, call).await?;
    let tasks = chosen(&desk, call, may_go).await?;
    desk.remove(tasks.iter().map(|task| task.id).collect()).await?;
    answer::empty(StatusCode::CREATED)
}

async fn all(desk: &Desk<'_>, call: &Call<Caller>, states: &[TaskState]) -> Result<Vec<Task>, ApiError> {
    let project: Option<String> = call.parameter("project-uuid")?;
    let filter = TaskFilter { states: states.to_vec(), ..TaskFilter::default() };
    desk.tasks_of(project.as_deref(), &filter).await
}

/// Those of the tasks in the body that are in a state that is meant.
async fn chosen(
    desk: &Desk<'_>,
    call: &Call<Caller>,
    is_meant: impl Fn(TaskState) -> bool,
) -> Result<Vec<Task>, ApiError> {
    let rows: Vec<SelectedTask> = call.body()?;
    let mut tasks = desk.chosen(rows.iter().map(|row| row.guid.as_str())).await?;
    tasks.retain(|task| is_meant(task.state));
    Ok(tasks)
}
