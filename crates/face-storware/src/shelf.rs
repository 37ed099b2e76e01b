//! Backups with what goes with them: what their entity is called, which of them they build on, and what tasks say
//! of them. All of it is read in a few calls, however many backups there are.

use std::collections::HashMap;

use engine::{
    Backup, BackupFilter, Engine, EntityId, RunKind, RunState, TaskFilter, TaskKind, TenantId, UserId,
};
use jiff::{SignedDuration, Timestamp};

use crate::caller::Caller;
use crate::error::ApiError;
use crate::names;
use crate::wire::{BackupKey, BackupWords};

/// Some of the backups of a tenant, and the words for them.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    pub(crate) words: BackupWords,
    /// The latest first.
    pub(crate) backups: Vec<Shelved>,
}

/// A backup with what goes with it.
#[derive(Clone, Debug)]
pub(crate) struct Shelved {
    pub(crate) backup: Backup,
    /// What its entity is called, or was.
    pub(crate) entity: String,
    /// The projects that its entity belongs to; none when nobody knows any more.
    pub(crate) projects: Vec<String>,
    /// Who asked for it with a task, while that is remembered.
    pub(crate) asked_by: Option<UserId>,
    /// How long its confirmation waited and took, while that is remembered.
    pub(crate) stored: Option<(SignedDuration, SignedDuration)>,
    /// The one before it whose files it was compared with; none when it is full.
    pub(crate) parent: Option<Earlier>,
    /// The full one that it builds on in the end: itself when it is full.
    pub(crate) root: BackupKey,
}

/// A backup that another builds on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Earlier {
    pub(crate) key: BackupKey,
    /// The moment that it stands for.
    pub(crate) taken_at: Timestamp,
    root: BackupKey,
}

impl Shelved {
    pub(crate) fn key(&self) -> BackupKey {
        key(&self.backup)
    }
}

fn key(backup: &Backup) -> BackupKey {
    BackupKey { run: backup.run, object: backup.object.object }
}

/// Whether a backup left a snapshot behind, which may be gone by now.
pub(crate) fn is_complete(state: RunState) -> bool {
    matches!(state, RunState::Succeeded | RunState::SucceededWithWarnings)
}

/// The backups that a filter lets through, whoever may see them. A filter that leaves out earlier backups of an
/// entity leaves out what later ones build on.
pub(crate) async fn load(engine: &Engine, caller: &Caller, filter: &BackupFilter) -> Result<Shelf, ApiError> {
    let tenant = caller.tenant();
    let backups = engine.backups(tenant, filter).await?;
    let names = names::load(engine, tenant, caller.guids).await?;
    let told = told_by_tasks(engine, tenant, filter).await?;

    let mut latest: HashMap<EntityId, Earlier> = HashMap::new();
    let mut shelf: Vec<Shelved> = Vec::with_capacity(backups.len());
    for backup in backups.into_iter().rev() {
        let (id, key) = (backup.entity(), key(&backup));
        let parent = match backup.kind {
            RunKind::Incremental => latest.get(&id).copied(),
            RunKind::Full => None,
        };
        let root = parent.map_or(key, |parent| parent.root);
        if is_complete(backup.object.state) {
            latest.insert(id, Earlier { key, taken_at: backup.queued_at, root });
        }
        let entity = names.entities.get(&id).map_or(&backup.group_name, |entity| &entity.name);
        shelf.push(Shelved {
            entity: entity.clone(),
            projects: names.projects.get(&backup.group).cloned().unwrap_or_default(),
            asked_by: told.asked_by.get(&key).copied(),
            stored: told.stored.get(&key).copied(),
            parent,
            root,
            backup,
        });
    }
    shelf.reverse();
    Ok(Shelf { words: BackupWords { names, now: engine.now() }, backups: shelf })
}

/// What tasks tell of backups. Tasks are forgotten after a while.
#[derive(Default)]
struct Told {
    asked_by: HashMap<BackupKey, UserId>,
    stored: HashMap<BackupKey, (SignedDuration, SignedDuration)>,
}

async fn told_by_tasks(engine: &Engine, tenant: &TenantId, filter: &BackupFilter) -> Result<Told, ApiError> {
    let entities = match (filter.group, filter.object) {
        (Some(group), Some(object)) => vec![EntityId { group, object }],
        _ => Vec::new(),
    };
    let kinds = vec![TaskKind::Backup, TaskKind::Confirm];
    let tasks = engine.tasks(tenant, &TaskFilter { kinds, entities, ..TaskFilter::default() }).await?;
    let mut told = Told::default();
    for task in tasks {
        let (Some(run), Some(object)) = (task.outcome.run, task.outcome.object) else { continue };
        let key = BackupKey { run, object };
        // Only the confirmation that belongs to the backup follows its task.
        match (task.plan.kind(), task.follows, task.started_at, task.ended_at) {
            (TaskKind::Backup, ..) => told.asked_by.extend(task.requested_by.map(|user| (key, user))),
            (TaskKind::Confirm, Some(_), Some(begun), Some(ended)) => {
                let times = (begun.duration_since(task.created_at), ended.duration_since(begun));
                told.stored.insert(key, times);
            }
            _ => {}
        }
    }
    Ok(told)
}
