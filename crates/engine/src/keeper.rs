//! The keeper: removes what is past its time and gives its space back.
//!
//! Three steps, each of which may be cut short by a crash, and is then made up for by a later one:
//!
//! 1. Snapshots whose time is over, and that neither a hold nor a lock keeps nor a recovery waits for, leave the
//!    catalog. From then on nobody finds them.
//! 2. They leave the vault. Where the server dies before that, they stand in the vault and in no catalog.
//!    Each round looks for such orphans (see [`tidy`]) and removes them.
//! 3. The vault is pruned. It remembers by itself that it has to be, until it was.
//!
//! **Why a prune never takes what a run has just kept.** Between "the snapshot is in the vault" and "the
//! catalog knows it" a run is not protected by any lock, since a prune that had to wait for every run would
//! never come. It need not be: the vault keeps everything that its own listing reaches, known or not, and it
//! excludes backups while it prunes. So the only danger is that such a snapshot is taken for an orphan. A
//! snapshot is an orphan only if it was listed first, its run was seen to have ended after that, and the
//! catalog was asked for the names it knows last. A run ends after everything it will ever publish was
//! published; whatever it published is therefore in the last answer, and what is not in it will never be.
//! What carries no tag of a run that the catalog knows is somebody else's, or a catalog was replaced by an
//! older one: it is left alone.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::work::run_of_tag;
use crate::{Engine, EntityId, Kind, Result, Snapshot, SnapshotFilter, SnapshotId, TenantId, VaultSnapshot};

/// How often to look whether anything is past its time. Real time: the engine's clock may be turned.
const TICK: Duration = Duration::from_secs(1);
/// How often, by the engine's clock, each vault is looked through. Pruning reads and rewrites a good part of
/// a vault, so what expires is gathered for this long.
const ROUND: SignedDuration = SignedDuration::from_hours(1);
/// After how much real time a vault that was in use is tried again.
const AGAIN: Duration = Duration::from_secs(10);
/// After how much real time one that cannot be pruned is tried again.
const AFTER_FAILURE: Duration = Duration::from_secs(300);
/// After how much time in use, by the engine's clock, the prune of a vault comes before new backups. Restores
/// and downloads do not wait: they are seldom and short beside backups.
const OVERDUE: SignedDuration = SignedDuration::from_hours(6);
/// How many snapshots are looked at and removed at a time.
const BATCH: u32 = 200;

/// Vaults that are to be pruned without waiting for the next round.
#[derive(Debug, Default)]
pub(crate) struct Urgent {
    tenants: Mutex<HashSet<TenantId>>,
    rung: Notify,
}

impl Urgent {
    /// Somebody asked for the removal of snapshots and wants their space.
    pub(crate) fn prune_soon(&self, tenant: &TenantId) {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner).insert(tenant.clone());
        self.rung.notify_one();
    }

    fn take(&self) -> HashSet<TenantId> {
        std::mem::take(&mut *self.tenants.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Removes what is past its time. One a process is enough.
pub struct Keeper {
    engine: Engine,
    /// When all vaults were last looked through; none since the start, so that what a crash left comes first.
    last_round: Option<Timestamp>,
    /// Vaults that were in use, or gave an error.
    waiting: HashMap<TenantId, Waiting>,
}

/// A vault that could not be pruned.
struct Waiting {
    /// Since when, by the engine's clock.
    since: Timestamp,
    /// When to try again.
    again: Instant,
}

impl Keeper {
    /// A keeper of everything that this engine keeps.
    pub fn new(engine: Engine) -> Self {
        Self { engine, last_round: None, waiting: HashMap::new() }
    }

    /// Works until `shutdown` completes. A prune that goes on then is left behind; it does no harm.
    pub async fn run(mut self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = std::pin::pin!(shutdown);
        let engine = self.engine.clone();
        loop {
            let rung = engine.shared.urgent.rung.notified();
            let turn = async {
                if let Err(err) = self.turn().await {
                    tracing::error!(error = %err, cause = ?err, "what is past its time cannot be removed");
                }
                let _ = tokio::time::timeout(TICK, rung).await;
            };
            tokio::select! {
                () = &mut shutdown => return,
                () = turn => {}
            }
        }
    }

    async fn turn(&mut self) -> Result<()> {
        let now = self.engine.shared.clock.now();
        let expired = expire(&self.engine, now).await;
        if let Err(err) = self.engine.sweep_downloads() {
            tracing::warn!(error = %err, "old archives for download cannot be removed");
        }
        let mut due = self.engine.shared.urgent.take();
        // A clock that was turned back must not put the next round off for as long.
        let round_due = self.last_round.is_none_or(|last| now < last || now.duration_since(last) >= ROUND);
        if round_due {
            due.extend(tenants(&self.engine).await?);
            self.last_round = Some(now);
        }
        let begun = Instant::now();
        due.extend(self.waiting.iter().filter(|(_, it)| it.again <= begun).map(|(tenant, _)| tenant.clone()));
        for tenant in due {
            self.tidy(tenant, now).await;
        }
        expired
    }

    async fn tidy(&mut self, tenant: TenantId, now: Timestamp) {
        let turns = &self.engine.shared.turns;
        let Err(err) = tidy(&self.engine, &tenant).await else {
            self.waiting.remove(&tenant);
            turns.let_in(&tenant);
            return;
        };
        // A clock that was turned back makes nothing overdue, and nothing wait for longer.
        let since = self.waiting.get(&tenant).map_or(now, |waiting| waiting.since.min(now));
        let is_in_use = err.kind() == Kind::Conflict;
        let is_overdue = now.duration_since(since) >= OVERDUE;
        // A held run has its share of the vault for as long as somebody likes: nobody waits behind it.
        if is_in_use && is_overdue && !self.engine.shared.board.holds_a_run_of(&tenant) {
            turns.hold_back(&tenant);
        } else {
            turns.let_in(&tenant);
        }
        if !is_in_use {
            tracing::error!(%tenant, error = %err, cause = ?err, "a vault cannot be pruned");
        }
        let pause = if is_in_use { AGAIN } else { AFTER_FAILURE };
        self.waiting.insert(tenant, Waiting { since, again: Instant::now() + pause });
    }
}

/// Removes every snapshot whose time is over and that may go.
async fn expire(engine: &Engine, now: Timestamp) -> Result<()> {
    let shared = &engine.shared;
    let mut limit = BATCH;
    loop {
        let expired = shared.catalog.expired_snapshots(now, limit).await?;
        let all_seen = expired.len() < limit as usize;
        let mut by_tenant: HashMap<TenantId, Vec<Snapshot>> = HashMap::new();
        let mounts = shared.catalog.mounts_in_use().await?;
        let in_use: HashSet<_> = mounts.into_iter().map(|mount| mount.snapshot).collect();
        let may_go =
            |snapshot: &Snapshot| snapshot.kept_because(now).is_none() && !in_use.contains(&snapshot.id);
        for snapshot in expired.into_iter().filter(may_go) {
            by_tenant.entry(snapshot.tenant.clone()).or_default().push(snapshot);
        }
        let mut any_gone = false;
        for (tenant, snapshots) in by_tenant {
            let ids: Vec<_> = snapshots.iter().map(|snapshot| snapshot.id).collect();
            any_gone |= remove_expired(engine, &tenant, &ids, now).await? > 0;
        }
        if all_seen {
            return Ok(());
        }
        if !any_gone {
            // All of these are held, or recoveries wait for them; there may be others behind them.
            limit = limit.saturating_mul(2);
        }
    }
}

/// Removes those of these snapshots whose time is over and that nothing keeps. Says how many.
async fn remove_expired(
    engine: &Engine,
    tenant: &TenantId,
    ids: &[SnapshotId],
    now: Timestamp,
) -> Result<u64> {
    let shared = &engine.shared;
    // Not while a snapshot is made visible: forgetting one of its series would undo that.
    let keeping = shared.keeping.write().await;
    let gone = shared.catalog.forget_expired(tenant, ids, now).await?;
    drop(keeping);
    let count = gone.len() as u64;
    if count > 0 {
        tracing::info!(%tenant, count, "removed snapshots whose time is over");
        shared.vault.forget(tenant, gone).await?;
    }
    Ok(count)
}

/// Removes every snapshot of these entities, of all when none are named, whose time is over and that may go,
/// and has the vault pruned soon. Says how many.
pub(crate) async fn expire_entities(
    engine: &Engine,
    tenant: &TenantId,
    entities: &[EntityId],
) -> Result<u64> {
    let now = engine.now();
    let snapshots = engine.shared.catalog.snapshots(tenant, &SnapshotFilter::default()).await?;
    let wanted = |snapshot: &&Snapshot| {
        let entity = EntityId { group: snapshot.group, object: snapshot.object };
        snapshot.expires_at.is_some_and(|time| time <= now)
            && snapshot.kept_because(now).is_none()
            && (entities.is_empty() || entities.contains(&entity))
    };
    let ids: Vec<_> = snapshots.iter().filter(wanted).map(|snapshot| snapshot.id).collect();
    let mut count = 0;
    for some in ids.chunks(BATCH as usize) {
        count += remove_expired(engine, tenant, some, now).await?;
    }
    engine.shared.urgent.prune_soon(tenant);
    Ok(count)
}

/// Removes a tenant's orphans and prunes the vault, if there is anything to give back.
async fn tidy(engine: &Engine, tenant: &TenantId) -> Result<()> {
    let vault = &engine.shared.vault;
    // The order of these questions matters; see the top of this file.
    let standing = vault.snapshots(tenant).await?;
    let suspects = without(standing, &known(engine, tenant).await?);
    let ended = of_ended_runs(engine, tenant, suspects).await?;
    let known = known(engine, tenant).await?;
    let orphans = without(ended, &known);
    if !orphans.is_empty() {
        tracing::info!(%tenant, count = orphans.len(), "removing snapshots that the catalog does not know");
        vault.forget(tenant, orphans.into_iter().map(|orphan| orphan.name).collect()).await?;
    }
    let report = vault.prune(tenant, known.into_iter().collect()).await?;
    if report.bytes_freed > 0 {
        tracing::info!(%tenant, bytes = report.bytes_freed, "gave space back");
    }
    Ok(())
}

/// The names of a tenant's snapshots that the catalog knows.
async fn known(engine: &Engine, tenant: &TenantId) -> Result<HashSet<String>> {
    let snapshots = engine.shared.catalog.snapshots(tenant, &SnapshotFilter::default()).await?;
    Ok(snapshots.into_iter().map(|snapshot| snapshot.vault_snapshot).collect())
}

fn without(mut snapshots: Vec<VaultSnapshot>, known: &HashSet<String>) -> Vec<VaultSnapshot> {
    snapshots.retain(|snapshot| !known.contains(&snapshot.name));
    snapshots
}

/// Those whose run the catalog knows and that has ended.
async fn of_ended_runs(
    engine: &Engine,
    tenant: &TenantId,
    snapshots: Vec<VaultSnapshot>,
) -> Result<Vec<VaultSnapshot>> {
    let mut ended = Vec::new();
    for snapshot in snapshots {
        let Some(run) = snapshot.tags.iter().find_map(|tag| run_of_tag(tag)) else { continue };
        match engine.shared.catalog.run(tenant, run).await {
            Ok(run) if run.state.is_final() => ended.push(snapshot),
            Ok(_) => {}
            Err(err) if err.kind() == Kind::NotFound => {}
            Err(err) => return Err(err),
        }
    }
    Ok(ended)
}

/// Everybody who may have a vault.
async fn tenants(engine: &Engine) -> Result<HashSet<TenantId>> {
    let keys = engine.shared.catalog.api_keys().await?;
    let groups = engine.shared.catalog.all_groups().await?;
    let tenants = keys.into_iter().map(|key| key.tenant).chain(groups.into_iter().map(|group| group.tenant));
    Ok(tenants.collect())
}
