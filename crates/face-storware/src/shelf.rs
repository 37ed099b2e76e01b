//! Backups with what goes with them: what their entity is called, which of them they build on, and who asked
//! for them. All of it is read in a few calls, however many backups there are.

use std::collections::HashMap;

use engine::{
    Backup, BackupFilter, Engine, EntityId, RunKind, RunState, TaskFilter, TaskKind, TenantId, Trigger,
};
use jiff::Timestamp;

use crate::error::ApiError;
use crate::wire::{self, BackupKey};

/// A backup with what goes with it.
#[derive(Clone, Debug)]
pub(crate) struct Shelved {
    pub(crate) backup: Backup,
    /// What its entity is called, or was.
    pub(crate) entity: String,
    /// The host of its entity, or what it was called then.
    pub(crate) host: String,
    /// The projects that its entity belongs to; none when nobody knows any more.
    pub(crate) projects: Vec<String>,
    /// The name of its policy, while there is one.
    pub(crate) policy: Option<String>,
    /// Who or what asked for it, as far as that is known.
    pub(crate) origin: Option<Origin>,
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

/// What caused a backup.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// Somebody with a login.
    User(engine::UserId, Option<String>),
    /// The schedule of its policy.
    Schedule,
}

impl Shelved {
    pub(crate) fn key(&self) -> BackupKey {
        key(&self.backup)
    }
}

fn key(backup: &Backup) -> BackupKey {
    BackupKey { run: backup.run, object: backup.object.object }
}

/// The backups that a filter lets through, the latest first. A filter that leaves out earlier backups of an
/// entity leaves out what later ones build on.
pub(crate) async fn load(
    engine: &Engine,
    tenant: &TenantId,
    filter: &BackupFilter,
) -> Result<Vec<Shelved>, ApiError> {
    let backups = engine.backups(tenant, filter).await?;
    let entities = engine.entities(tenant).await?;
    let groups = engine.groups(tenant).await?;
    let policies = engine.policies(tenant).await?;
    let asked = askers(engine, tenant, filter).await?;
    let entities: HashMap<_, _> = entities.iter().map(|entity| (entity.id, entity)).collect();
    let groups: HashMap<_, _> = groups.iter().map(|group| (group.id, group)).collect();
    let policies: HashMap<_, _> = policies.iter().map(|policy| (policy.id, &policy.rules.name)).collect();

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
        let origin = match backup.trigger {
            Trigger::Schedule => Some(Origin::Schedule),
            Trigger::OnDemand => asked.get(&key).map(|(user, login)| Origin::User(*user, login.clone())),
        };
        let (entity, host) = match entities.get(&id) {
            Some(entity) => (entity.name.clone(), entity.host.clone()),
            None => (backup.group_name.clone(), backup.object.name.clone()),
        };
        let projects = groups.get(&backup.group).map(|group| wire::projects(&group.rules.extras));
        shelf.push(Shelved {
            entity,
            host,
            projects: projects.unwrap_or_default(),
            policy: policies.get(&backup.policy).map(|name| (*name).clone()),
            origin,
            parent,
            root,
            backup,
        });
    }
    shelf.reverse();
    Ok(shelf)
}

/// Whether a backup left a snapshot behind, which may be gone by now.
pub(crate) fn is_complete(state: RunState) -> bool {
    matches!(state, RunState::Succeeded | RunState::SucceededWithWarnings)
}

type Askers = HashMap<BackupKey, (engine::UserId, Option<String>)>;

/// Who asked for backups by way of tasks, while the tasks are remembered.
async fn askers(engine: &Engine, tenant: &TenantId, filter: &BackupFilter) -> Result<Askers, ApiError> {
    let entities = match (filter.group, filter.object) {
        (Some(group), Some(object)) => vec![EntityId { group, object }],
        _ => Vec::new(),
    };
    let wanted = TaskFilter { kinds: vec![TaskKind::Backup], entities, ..TaskFilter::default() };
    let tasks = engine.tasks(tenant, &wanted).await?;
    let users = engine.users(tenant).await?;
    let logins: HashMap<_, _> = users.into_iter().map(|user| (user.id, user.login)).collect();
    let asked = tasks.into_iter().filter_map(|task| {
        let key = BackupKey { run: task.outcome.run?, object: task.outcome.object? };
        let user = task.requested_by?;
        Some((key, (user, logins.get(&user).cloned())))
    });
    Ok(asked.collect())
}
