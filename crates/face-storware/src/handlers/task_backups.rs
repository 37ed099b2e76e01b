//! Tasks that back up, and those that remove what is protected and what was kept.

use std::sync::Arc;

use axum::response::Response;
use engine::{Entity, EntityId, NewTask, RunKind, TaskPlan, Window};
use face_core::Call;
use jiff::Timestamp;
use storware_backup_recovery::types::{self, BackupType, NameAndGuid, UnixMillis};

use crate::answer;
use crate::caller::Caller;
use crate::desk::Desk;
use crate::error::ApiError;
use crate::router::Face;
use crate::wire::{self, from_millis, task_words};

/// Of the request, `protectedEntityType` and `async` change nothing: entities are of one type, and no task is waited
/// for.
pub(crate) async fn export(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let asked: types::ExportTaskRequest = call.body()?;
    let kind = kind(asked.backup_type)?;
    let window = window(asked.window_start, asked.window_end, face.engine.now())?;
    let priority = priority(asked.priority)?;
    let retries = asked.retry_count.unwrap_or(0);
    let retries = u32::try_from(retries)
        .map_err(|_| ApiError::invalid("retryCount", format!("a task cannot be repeated {retries} times")))?;
    if let Some(destination) = asked.backup_destination {
        desk.caller.guids.parse_vault(&destination.guid)?;
    }
    let guids = asked.protected_entities.unwrap_or_default();
    if guids.is_empty() {
        return Err(ApiError::invalid("protectedEntities", "names nothing to back up"));
    }
    let mut entities: Vec<&Entity> = Vec::new();
    for NameAndGuid { guid, .. } in &guids {
        let entity = desk.entity(guid)?;
        if !entities.iter().any(|other| other.id == entity.id) {
            entities.push(entity);
        }
    }
    check_rules(&desk, &entities, asked.rules.as_deref().unwrap_or_default())?;
    let new = entities.into_iter().map(|entity| NewTask {
        priority,
        window,
        retries,
        extras: desk.kept_of(entity.id.group, &entity.name),
        ..NewTask::new(TaskPlan::Backup { entity: entity.id, kind })
    });
    created(&desk, new.collect()).await
}

pub(crate) async fn remove_old(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let asked: types::BackupCleanupTaskRequest = call.body()?;
    for NameAndGuid { guid, .. } in asked.backup_destinations.unwrap_or_default() {
        desk.caller.guids.parse_vault(&guid)?;
    }
    let mut entities = Vec::new();
    if desk.caller.user.scope.is_some() {
        // An empty list would mean everybody's.
        let seen = desk.names.entities.values().filter(|entity| desk.sees_entity(entity));
        entities.extend(seen.map(|entity| entity.id));
        if entities.is_empty() {
            return answer::created(&Vec::<types::TaskDetails>::new());
        }
    }
    let task = NewTask { extras: desk.kept_of_caller(), ..NewTask::new(TaskPlan::Expire { entities }) };
    created(&desk, vec![task]).await
}

pub(crate) async fn delete(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let types::StringDto { value: guid, unknown_fields: _ } = call.body()?;
    let entity = desk.entity(&guid)?;
    if let Some(project) = call.parameter::<String>("project-uuid")?
        && !wire::projects(&entity.extras).contains(&project)
    {
        return Err(ApiError::not_found("protected entity", guid));
    }
    created(&desk, vec![removal(&desk, entity)]).await
}

pub(crate) async fn delete_batch(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let asked: Vec<types::StringDto> = call.body()?;
    let mut found: Vec<&Entity> = Vec::new();
    let mut missing = Vec::new();
    for types::StringDto { value: guid, unknown_fields: _ } in asked {
        match desk.entity(&guid) {
            Ok(entity) if found.iter().any(|other| other.id == entity.id) => {}
            Ok(entity) => found.push(entity),
            Err(_) => missing.push(NameAndGuid { guid, name: None, unknown_fields: Default::default() }),
        }
    }
    let tasks = desk.create(found.iter().map(|entity| removal(&desk, entity)).collect()).await?;
    let reference = |id: EntityId, name: &str| NameAndGuid {
        guid: desk.caller.guids.entity(id),
        name: Some(name.to_owned()),
        unknown_fields: Default::default(),
    };
    answer::created(&types::TaskBatchResponse {
        successful: Some(found.iter().map(|entity| reference(entity.id, &entity.name)).collect()),
        unsuccessful: Some(missing),
        tasks: Some(tasks.iter().map(|task| desk.details(task)).collect()),
        unknown_fields: Default::default(),
    })
}

fn removal(desk: &Desk<'_>, entity: &Entity) -> NewTask {
    let extras = desk.kept_of(entity.id.group, &entity.name);
    NewTask { extras, ..NewTask::new(TaskPlan::RemoveEntity { entity: entity.id }) }
}

/// Makes tasks and answers with them.
pub(super) async fn created(desk: &Desk<'_>, new: Vec<NewTask>) -> Result<Response, ApiError> {
    let tasks = desk.create(new).await?;
    answer::created(&tasks.iter().map(|task| desk.details(task)).collect::<Vec<_>>())
}

/// How much a backup reads. The server chooses what costs the least: an incremental one without a base is
/// full.
fn kind(asked: Option<BackupType>) -> Result<RunKind, ApiError> {
    let Some(BackupType { name, .. }) = asked else { return Ok(RunKind::Incremental) };
    task_words::from_kind(&name).ok_or_else(|| match name {
        types::BackupTypeName::Synthetic | types::BackupTypeName::Synchronization => ApiError::unsupported(
            "backupType",
            format!(
                "{name} needs a backup destination that joins backups by itself; ask for FULL or INCREMENTAL"
            ),
        ),
        _ => ApiError::invalid("backupType", format!("{name} is no kind of backup")),
    })
}

fn window(
    start: Option<UnixMillis>,
    end: Option<UnixMillis>,
    now: Timestamp,
) -> Result<Option<Window>, ApiError> {
    let from = start.map(|start| from_millis("windowStart", start)).transpose()?;
    let until = end.map(|end| from_millis("windowEnd", end)).transpose()?;
    if let Some(until) = until {
        if from.is_some_and(|from| until < from) {
            return Err(ApiError::invalid("windowEnd", "lies before windowStart"));
        }
        if until < now {
            return Err(ApiError::invalid("windowEnd", "has passed already; the task could never begin"));
        }
    }
    Ok((from.is_some() || until.is_some()).then(|| Window { from: from.unwrap_or(now), until }))
}

fn priority(asked: Option<i32>) -> Result<u8, ApiError> {
    let Some(asked) = asked else { return Ok(engine::Task::DEFAULT_PRIORITY) };
    let fits = u8::try_from(asked).ok().filter(|priority| *priority <= engine::Task::HIGHEST_PRIORITY);
    fits.ok_or_else(|| ApiError::invalid("priority", format!("lies from 0 to 100, not at {asked}")))
}

/// A rule decides for how long a backup is kept, and here that is said by the policy of the entity's group.
fn check_rules(desk: &Desk<'_>, entities: &[&Entity], rules: &[NameAndGuid]) -> Result<(), ApiError> {
    let mut policies = Vec::new();
    for NameAndGuid { guid, .. } in rules {
        let policy = desk.caller.guids.parse_policy(guid)?;
        if !desk.names.policies.contains_key(&policy) {
            return Err(ApiError::not_found("policy rule", guid));
        }
        policies.push(policy);
    }
    match entities.iter().find(|entity| !policies.is_empty() && !policies.contains(&entity.policy)) {
        None => Ok(()),
        Some(entity) => Err(ApiError::unsupported(
            "rules",
            format!(
                "{:?} is backed up under the rule {:?} of its group alone; change the policy of the group for another",
                entity.name,
                desk.names.policies.get(&entity.policy).map_or("", String::as_str)
            ),
        )),
    }
}
