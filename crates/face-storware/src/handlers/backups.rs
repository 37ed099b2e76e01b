//! Backups: lists of them, one of them, and what is said about them afterwards.

use std::collections::HashSet;
use std::sync::Arc;

use axum::response::Response;
use engine::{Action, BackupFilter, BackupNote, EntityId, Kind, Role, TaskFilter};
use face_core::Call;
use storware_backup_recovery::types;

use super::backup_filter::{visible, wanted};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::router::Face;
use crate::shelf::{self, Shelf, Shelved};
use crate::wire::{self, BackupKey, BackupWords};
use crate::{answer, page};

pub(crate) async fn list(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let Shelf { words, backups } = wanted(&face, &call).await?;
    page::answer(&call, backups.iter().map(|shelved| words.row(shelved)).collect())
}

pub(crate) async fn list_detailed(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let Shelf { words, backups } = wanted(&face, &call).await?;
    page::answer(&call, backups.iter().map(|shelved| words.details(shelved)).collect())
}

/// One row for each entity: the latest of its backups that match.
pub(crate) async fn list_grouped(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let Shelf { words, mut backups } = wanted(&face, &call).await?;
    let mut seen = HashSet::new();
    backups.retain(|shelved| seen.insert(shelved.backup.entity()));
    page::answer(&call, backups.iter().map(|shelved| words.row(shelved)).collect())
}

pub(crate) async fn get(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let (words, shelved) = named(&face, &call).await?;
    answer::ok(&words.extended(&shelved))
}

/// Whoever may restore may look at any backup of the tenant by its guid, whichever project it belongs to. Who
/// only looks sees here what it sees elsewhere.
pub(crate) async fn get_for_restore(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    if !call.caller.user.may(Action::Restore) {
        return get(face, call).await;
    }
    let guid: String = call.required("guid")?;
    let key = call.caller.guids.parse_backup(&guid)?;
    let (words, shelved) = one(&face, &call.caller, key).await?;
    answer::ok(&words.extended(&shelved))
}

pub(crate) async fn set_description(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let types::UpdateBackupDescriptionRequest { value, unknown_fields: _ } = call.body()?;
    let note = Some(Some(value).filter(|value| !value.is_empty()));
    let (words, shelved) = annotate(&face, &call, BackupNote { note, ..BackupNote::default() }).await?;
    answer::ok(&words.row(&shelved))
}

pub(crate) async fn set_warnings(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let sent: Vec<types::StringDto> = call.body()?;
    check_has_task(&face, &call).await?;
    let warnings = Some(sent.into_iter().map(|warning| warning.value).collect());
    let (words, shelved) = annotate(&face, &call, BackupNote { warnings, ..BackupNote::default() }).await?;
    answer::ok(&words.details(&shelved))
}

pub(crate) async fn acknowledge(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let types::BooleanDto { value, unknown_fields: _ } = call.body()?;
    let said = BackupNote { acknowledged: Some(value), ..BackupNote::default() };
    let (words, shelved) = annotate(&face, &call, said).await?;
    answer::ok(&words.details(&shelved))
}

/// Acknowledges the warnings of backups that are named, and all that are there of entities and destinations.
pub(crate) async fn acknowledge_many(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let (caller, request) = (&call.caller, call.body::<types::WarningAcknowledgementRequest>()?);
    let named = |list: Option<Vec<types::NameAndGuid>>| {
        list.into_iter().flatten().map(|reference| reference.guid).collect::<Vec<_>>()
    };
    for (member, list) in [("snapshots", request.snapshots), ("restoreJobs", request.restore_jobs)] {
        if !named(list).is_empty() {
            return Err(ApiError::unsupported(member, "this server has warnings of backups and no others"));
        }
    }
    let mut keys = Vec::new();
    let mut entities = HashSet::new();
    for guid in named(request.backups) {
        keys.push((guid.clone(), caller.guids.parse_backup(&guid)?));
    }
    for guid in named(request.protected_entities) {
        entities.insert(caller.guids.parse_entity(&guid)?);
    }
    let destinations = named(request.backup_destinations);
    for guid in &destinations {
        caller.guids.parse_vault(guid)?;
    }
    let Shelf { words, backups } = visible(&face, caller, &BackupFilter::default()).await?;
    let chosen: HashSet<BackupKey> = keys.iter().map(|(_, key)| *key).collect();
    if let Some((guid, _)) = keys.iter().find(|(_, key)| !backups.iter().any(|shelved| shelved.key() == *key))
    {
        return Err(ApiError::not_found("backup", guid));
    }
    // What is protected no longer may have backups, and what is protected may have none yet.
    let names = &words.names.entities;
    let is_there = |id: &EntityId| {
        names.get(id).is_some_and(|entity| caller.user.sees(&wire::projects(&entity.extras)))
            || backups.iter().any(|shelved| shelved.backup.entity() == *id)
    };
    if let Some(id) = entities.iter().find(|id| !is_there(id)) {
        return Err(ApiError::not_found("protected entity", caller.guids.entity(*id)));
    }
    // Nothing is changed unless all that are named can be.
    if let Some(busy) = backups
        .iter()
        .find(|shelved| chosen.contains(&shelved.key()) && !shelved.backup.object.state.is_final())
    {
        let guid = caller.guids.backup(busy.key());
        let message = format!("the backup {guid} has not ended; it has no warnings to acknowledge yet");
        return Err(ApiError::new(http::StatusCode::CONFLICT, message));
    }
    let mut changed = Vec::new();
    for mut shelved in backups {
        let is_chosen = chosen.contains(&shelved.key());
        let object = &shelved.backup.object;
        let has_unseen = !object.warnings.is_empty() && !object.warnings_acknowledged;
        let is_part = !destinations.is_empty() || entities.contains(&shelved.backup.entity());
        let is_meant = is_chosen || (is_part && has_unseen);
        if !is_meant {
            continue;
        }
        let said = BackupNote { acknowledged: Some(true), ..BackupNote::default() };
        let BackupKey { run, object } = shelved.key();
        match face.engine.annotate_backup(caller.tenant(), run, object, said).await {
            Ok(backup) => shelved.backup = backup,
            // Its run goes on with other objects; somebody who meant all of an entity gets it the next time.
            Err(err) if err.kind() == Kind::Conflict && !is_chosen => continue,
            Err(err) => return Err(err.into()),
        }
        changed.push(words.details(&shelved));
    }
    answer::ok(&changed)
}

/// The backup that the path names, if the caller may see it.
async fn named(face: &Face, call: &Call<Caller>) -> Result<(BackupWords, Shelved), ApiError> {
    let guid: String = call.required("guid")?;
    let key = call.caller.guids.parse_backup(&guid)?;
    let (words, shelved) = one(face, &call.caller, key).await?;
    match wire::sees(&call.caller.user, &shelved) {
        true => Ok((words, shelved)),
        false => Err(ApiError::not_found("backup", guid)),
    }
}

/// A node has something to say about the backups that its own tasks are about. Others are not there for it.
async fn check_has_task(face: &Face, call: &Call<Caller>) -> Result<(), ApiError> {
    let user = &call.caller.user;
    if user.role != Role::Node {
        return Ok(());
    }
    let guid: String = call.required("guid")?;
    let key = call.caller.guids.parse_backup(&guid)?;
    let tasks = match user.node {
        Some(node) => {
            let filter = TaskFilter { nodes: vec![Some(node)], ..TaskFilter::default() };
            face.engine.tasks(call.caller.tenant(), &filter).await?
        }
        None => Vec::new(),
    };
    match tasks.iter().any(|task| wire::task::backup(task) == Some(key)) {
        true => Ok(()),
        false => Err(ApiError::not_found("backup", guid)),
    }
}

/// One backup of the tenant, with what it builds on.
async fn one(face: &Face, caller: &Caller, key: BackupKey) -> Result<(BackupWords, Shelved), ApiError> {
    let missing = || ApiError::not_found("backup", caller.guids.backup(key));
    let backup = face.engine.backup(caller.tenant(), key.run, key.object).await;
    let backup = backup.map_err(|err| match err.kind() {
        Kind::NotFound => missing(),
        _ => err.into(),
    })?;
    let filter =
        BackupFilter { group: Some(backup.group), object: Some(key.object), ..BackupFilter::default() };
    let Shelf { words, backups } = shelf::load(&face.engine, caller, &filter).await?;
    let found = backups.into_iter().find(|shelved| shelved.key() == key);
    found.map(|shelved| (words, shelved)).ok_or_else(missing)
}

async fn annotate(
    face: &Face,
    call: &Call<Caller>,
    said: BackupNote,
) -> Result<(BackupWords, Shelved), ApiError> {
    let (words, mut shelved) = named(face, call).await?;
    let BackupKey { run, object } = shelved.key();
    shelved.backup = face.engine.annotate_backup(call.caller.tenant(), run, object, said).await?;
    Ok((words, shelved))
}
