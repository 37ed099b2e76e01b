//! Numbers on backups: summed up by entity, over time, and how fast they were.

use std::collections::HashMap;
use std::sync::Arc;

use axum::response::Response;
use engine::{BackupFilter, EntityId, RecoveryFilter};
use face_core::Call;
use serde::Serialize;
use storware_backup_recovery::types::{self, TaskTypeName, UnixMillis};

use super::backup_filter::{visible, wanted};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::router::Face;
use crate::shelf::{Shelf, Shelved};
use crate::wire::{self, BackupWords, Timeline};
use crate::{answer, page};

pub(crate) async fn aggregated(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    by_entity(&face, &call, BackupWords::aggregated).await
}

pub(crate) async fn sizes(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    by_entity(&face, &call, BackupWords::sizes).await
}

pub(crate) async fn times(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    by_entity(&face, &call, BackupWords::times).await
}

pub(crate) async fn size_timeline(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    timeline(&face, &call, BackupWords::size_point).await
}

pub(crate) async fn time_timeline(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    timeline(&face, &call, BackupWords::time_point).await
}

/// One row for each entity whose backups match, the one with the latest backup first.
async fn by_entity<T: Serialize>(
    face: &Face,
    call: &Call<Caller>,
    summed: fn(&BackupWords, &[Shelved]) -> Option<T>,
) -> Result<Response, ApiError> {
    let Shelf { words, backups } = wanted(face, call).await?;
    let mut order: Vec<EntityId> = Vec::new();
    let mut groups: HashMap<EntityId, Vec<Shelved>> = HashMap::new();
    for shelved in backups {
        let id = shelved.backup.entity();
        let group = groups.entry(id).or_default();
        if group.is_empty() {
            order.push(id);
        }
        group.push(shelved);
    }
    let rows = order.iter().filter_map(|id| summed(&words, groups.get(id)?)).collect();
    page::answer(call, rows)
}

/// What the guid names says what is meant; nobody knows which words the path has for it.
async fn timeline<P: Serialize>(
    face: &Face,
    call: &Call<Caller>,
    point: fn(&BackupWords, &Shelved) -> Option<P>,
) -> Result<Response, ApiError> {
    let (kind, guid): (String, String) = (call.required("type")?, call.required("guid")?);
    let (from, to) = (call.parameter("from")?, call.parameter("to")?);
    let guids = call.caller.guids;
    let Shelf { words, mut backups } = visible(face, &call.caller, &BackupFilter::default()).await?;
    if let Ok(id) = guids.parse_entity(&guid) {
        backups.retain(|shelved| shelved.backup.entity() == id);
        let entity = face.engine.entity(call.caller.tenant(), id).await.ok();
        let is_seen = entity.is_some_and(|entity| call.caller.user.sees(&wire::projects(&entity.extras)));
        if backups.is_empty() && !is_seen {
            return Err(ApiError::not_found("protected entity", guid));
        }
    } else if let Ok(id) = guids.parse_source(&guid) {
        face.engine.source(call.caller.tenant(), id).await?;
        backups.retain(|shelved| shelved.backup.object.object == id);
    } else if let Ok(id) = guids.parse_policy(&guid) {
        face.engine.policy(call.caller.tenant(), id).await?;
        backups.retain(|shelved| shelved.backup.policy == id);
    } else if guids.parse_vault(&guid).is_err() {
        return Err(ApiError::not_found("entity, source, policy or destination", guid));
    }
    backups.retain(|shelved| is_within(wire::millis(shelved.backup.queued_at), from, to));
    let points = backups.iter().rev().filter_map(|shelved| point(&words, shelved)).collect();
    answer::ok(&Timeline { kind, guid, from, to, points })
}

/// Backups read files and restores write them; tasks of other types move no files, and have no rates.
pub(crate) async fn transfer_rates(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let kind: TaskTypeName = call.required("task-type")?;
    let query: types::TransferRateQueryParameters = call.body()?;
    let guids = call.caller.guids;
    let Shelf { words, mut backups } = visible(&face, &call.caller, &BackupFilter::default()).await?;
    if let Some(entity) = query.protected_entity {
        let id = guids.parse_entity(&entity.guid).ok();
        backups.retain(|shelved| id == Some(shelved.backup.entity()));
    }
    let is_meant = |time| is_within(wire::millis(time), query.from, query.to);
    let rates: Vec<_> = match kind {
        TaskTypeName::Export => {
            let begun = |shelved: &&Shelved| shelved.backup.object.started_at.is_some_and(is_meant);
            backups.iter().filter(begun).filter_map(|shelved| words.export_rate(shelved)).collect()
        }
        TaskTypeName::Restore => {
            let recoveries = face.engine.recoveries(call.caller.tenant(), &RecoveryFilter::default()).await?;
            let begun = recoveries.iter().filter(|recovery| recovery.started_at.is_some_and(is_meant));
            let rate = |recovery| {
                let read = |shelved: &&Shelved| wire::reads(recovery, shelved.backup.snapshot.as_ref());
                words.restore_rate(recovery, backups.iter().find(read)?)
            };
            begun.filter_map(rate).collect()
        }
        _ => Vec::new(),
    };
    answer::created(&rates)
}

fn is_within(time: UnixMillis, from: Option<UnixMillis>, to: Option<UnixMillis>) -> bool {
    from.is_none_or(|from| from <= time) && to.is_none_or(|to| time <= to)
}
