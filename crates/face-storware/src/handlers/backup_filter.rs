//! Which backups a call asks for.

use std::collections::HashSet;

use engine::BackupFilter;
use face_core::Call;
use storware_backup_recovery::types::{
    BackupStatusName, BackupTypeName, ProtectedEntityTypeName, UnixMillis,
};

use crate::caller::Caller;
use crate::error::ApiError;
use crate::router::Face;
use crate::shelf::{self, Shelf, Shelved};
use crate::wire;

/// A condition that a backup must meet.
type Condition = Box<dyn Fn(&Shelved) -> bool + Send>;

/// The backups that a call asks for and its caller may see, the latest first.
///
/// A guid that names nothing, or something else, matches nothing. With `fail-on-non-successful` the call fails
/// when one of them failed.
pub(crate) async fn wanted(face: &Face, call: &Call<Caller>) -> Result<Shelf, ApiError> {
    let mut conditions = conditions(call)?;
    if call.flag("only-mountable")? {
        let can_mount = face.engine.mounts_available().await.is_ok();
        conditions.push(Box::new(move |shelved| can_mount && shelved.backup.snapshot.is_some()));
    }
    let mut shelf = visible(face, &call.caller, &BackupFilter::default()).await?;
    shelf.backups.retain(|shelved| conditions.iter().all(|condition| condition(shelved)));
    if call.flag("fail-on-non-successful")?
        && let Some(failed) =
            shelf.backups.iter().find(|shelved| wire::backup_status(shelved) == BackupStatusName::Failed)
    {
        let guid = call.caller.guids.backup(failed.key());
        let message = format!("fail-on-non-successful: the backup {guid} of {:?} failed", failed.entity);
        return Err(ApiError::new(http::StatusCode::CONFLICT, message));
    }
    Ok(shelf)
}

/// The backups that a filter of the engine lets through and a caller may see. Who only restores sees what can be
/// restored.
pub(crate) async fn visible(face: &Face, caller: &Caller, filter: &BackupFilter) -> Result<Shelf, ApiError> {
    let mut shelf = shelf::load(&face.engine, caller, filter).await?;
    let sees_all = caller.user.may(engine::Action::View) || caller.user.may(engine::Action::ReportAsNode);
    shelf.backups.retain(|shelved| {
        wire::sees(&caller.user, shelved) && (sees_all || shelved.backup.snapshot.is_some())
    });
    Ok(shelf)
}

fn conditions(call: &Call<Caller>) -> Result<Vec<Condition>, ApiError> {
    let guids = call.caller.guids;
    let text = |name: &str| call.parameter::<String>(name);
    let mut conditions: Vec<Condition> = Vec::new();
    let mut must = |condition: Condition| conditions.push(condition);

    if let Some(guid) = text("protected-entity")? {
        let id = guids.parse_entity(&guid).ok();
        must(Box::new(move |shelved| id == Some(shelved.backup.entity())));
    }
    for name in ["hypervisor", "hypervisor-manager"] {
        if let Some(guid) = text(name)? {
            let id = guids.parse_source(&guid).ok();
            must(Box::new(move |shelved| id == Some(shelved.backup.object.object)));
        }
    }
    // What outside nodes back up is no backup of ours: all of them were made by the built-in node.
    if let Some(guid) = text("node")? {
        let is_ours = matches!(guids.parse_node(&guid), Ok(None));
        must(Box::new(move |_| is_ours));
    }
    if let Some(guid) = text("backup-destination")? {
        let is_ours = guids.parse_vault(&guid).is_ok();
        must(Box::new(move |shelved| is_ours && wire::has_location(shelved)));
    }
    if let Some(guid) = text("parent-backup")? {
        let key = guids.parse_backup(&guid).ok();
        must(Box::new(move |shelved| key.is_some() && key == shelved.parent.map(|parent| parent.key)));
    }
    if let Some(guid) = text("root-backup")? {
        let key = guids.parse_backup(&guid).ok();
        must(Box::new(move |shelved| key == Some(shelved.root)));
    }
    let rule = text("backup-rule")?.map(|guid| vec![guid]);
    let policies = call.parameter::<Vec<String>>("backup-policy")?;
    for wanted in [rule, policies].into_iter().flatten() {
        let ids: HashSet<_> = wanted.iter().filter_map(|guid| guids.parse_policy(guid).ok()).collect();
        must(Box::new(move |shelved| ids.contains(&shelved.backup.policy)));
    }
    for name in ["cloud-service-provider", "storage-provider"] {
        if text(name)?.is_some() {
            must(Box::new(|_| false));
        }
    }
    let statuses = call.list::<BackupStatusName>("status")?;
    if !statuses.is_empty() {
        must(Box::new(move |shelved| statuses.contains(&wire::backup_status(shelved))));
    }
    if let Some(kind) = call.parameter::<BackupTypeName>("type")? {
        must(Box::new(move |shelved| wire::backup_type(shelved) == kind));
    }
    if let Some(kind) = call.parameter::<ProtectedEntityTypeName>("protected-entity-type")? {
        must(Box::new(move |_| kind == wire::ENTITY_TYPE));
    }
    if let Some(from) = call.parameter::<UnixMillis>("from")? {
        must(Box::new(move |shelved| wire::millis(shelved.backup.queued_at) >= from));
    }
    if let Some(to) = call.parameter::<UnixMillis>("to")? {
        must(Box::new(move |shelved| wire::millis(shelved.backup.queued_at) <= to));
    }
    if let Some(least) = call.parameter::<i64>("min-size")? {
        must(Box::new(move |shelved| wire::backup_size(shelved) >= least));
    }
    if let Some(part) = text("nameLike")? {
        let part = part.to_lowercase();
        must(Box::new(move |shelved| shelved.entity.to_lowercase().contains(&part)));
    }
    if let Some(project) = text("project-uuid")? {
        must(Box::new(move |shelved| shelved.projects.contains(&project)));
    }
    // `without-hidden` leaves nothing out: no backup is hidden.
    Ok(conditions)
}
