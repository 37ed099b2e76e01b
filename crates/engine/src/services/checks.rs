//! Looking whether what is stored is whole.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::{
    CheckDepth, CheckReport, CheckStats, Engine, Error, Harm, HarmedSnapshot, JobControl, Kind, Progress,
    Result, Snapshot, SnapshotFilter, TenantId,
};

/// How often a check tells how far it is, at most.
const TOLD_EVERY: Duration = Duration::from_millis(200);

/// A check that goes on. Dropped, it ends.
#[derive(Debug)]
pub struct Check {
    control: Arc<JobControl>,
    stats: watch::Receiver<CheckStats>,
    work: Option<JoinHandle<Result<CheckReport>>>,
    has_told: bool,
}

/// What a check has to tell.
#[derive(Debug)]
pub enum CheckEvent {
    /// How far it is.
    Progress(CheckStats),
    /// That it has ended.
    Ended(Result<CheckReport>),
}

/// Passes figures on.
struct Teller(watch::Sender<CheckStats>);

impl Progress<CheckStats> for Teller {
    fn update(&self, stats: &CheckStats) {
        self.0.send_replace(*stats);
    }
}

impl Check {
    /// What it tells next: how far it is, some times a second, and at last how it ended. Nothing after that.
    pub async fn next(&mut self) -> Option<CheckEvent> {
        let work = self.work.as_mut()?;
        let pause = if self.has_told { TOLD_EVERY } else { Duration::ZERO };
        let stats = &mut self.stats;
        let told = async {
            sleep(pause).await;
            match stats.changed().await {
                Ok(()) => *stats.borrow_and_update(),
                // It has ended, which is told otherwise.
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            ended = work => {
                self.work = None;
                Some(CheckEvent::Ended(ended.unwrap_or_else(|error| Err(Error::internal("the check broke off", error)))))
            }
            stats = told => {
                self.has_told = true;
                Some(CheckEvent::Progress(stats))
            }
        }
    }
}

impl Drop for Check {
    fn drop(&mut self) {
        self.control.cancel();
    }
}

impl Engine {
    /// Begins a [check](Engine::check) of a tenant's vault, and gives it with the first that it tells.
    ///
    /// # Errors
    /// Those of [`Engine::check`] that come at once.
    pub async fn begin_check(&self, tenant: &TenantId, depth: CheckDepth) -> Result<(Check, CheckEvent)> {
        let control = Arc::<JobControl>::default();
        let (sender, stats) = watch::channel(CheckStats::default());
        let (engine, tenant, lever) = (self.clone(), tenant.clone(), Arc::clone(&control));
        let work =
            tokio::spawn(async move { engine.check(&tenant, depth, lever, Arc::new(Teller(sender))).await });
        let mut check = Check { control, stats, work: Some(work), has_told: false };
        match check.next().await {
            Some(CheckEvent::Ended(Err(error))) => Err(error),
            Some(event) => Ok((check, event)),
            None => Err(Error::new(Kind::Internal, "the check told nothing")),
        }
    }

    /// Looks whether everything of a tenant's vault is there and whole, and which snapshots miss something.
    ///
    /// Changes nothing. Backups, restores and prunes go on meanwhile; it shares the vault with the first two while
    /// it goes through snapshots, and lets prunes come between the packs that it reads.
    ///
    /// # Errors
    /// [`Kind::Conflict`](crate::Kind::Conflict) while another check of this vault goes on,
    /// [`Kind::Cancelled`](crate::Kind::Cancelled), [`Kind::Invalid`](crate::Kind::Invalid) for a share that is
    /// none, [`Kind::Unavailable`](crate::Kind::Unavailable) when the vault cannot be reached. What is damaged is
    /// no error but in the report.
    pub async fn check(
        &self,
        tenant: &TenantId,
        depth: CheckDepth,
        control: Arc<JobControl>,
        progress: Arc<dyn Progress<CheckStats>>,
    ) -> Result<CheckReport> {
        if let CheckDepth::Contents { percent } = depth
            && !(1..=100).contains(&percent)
        {
            return Err(Error::invalid(format!("{percent} % is no share: from 1 to 100")));
        }
        let started_at = self.now();
        let before = self.known_snapshots(tenant).await?;
        let vault = self.shared.vault.check(tenant, depth, control, progress).await?;
        // What was removed meanwhile is nobody's loss.
        let after = self.known_snapshots(tenant).await?;
        let known: Vec<Snapshot> =
            before.into_values().filter(|snapshot| after.contains_key(&snapshot.vault_snapshot)).collect();
        let mut harmed = self.harmed(tenant, &known, &vault.harmed, &vault.snapshots).await?;
        harmed.sort_by_key(|harmed| (std::cmp::Reverse(harmed.snapshot.taken_at), harmed.snapshot.id));
        Ok(CheckReport { started_at, ended_at: self.now(), snapshots: known.len() as u64, vault, harmed })
    }

    async fn known_snapshots(&self, tenant: &TenantId) -> Result<HashMap<String, Snapshot>> {
        let snapshots = self.shared.catalog.snapshots(tenant, &SnapshotFilter::default()).await?;
        Ok(snapshots.into_iter().map(|snapshot| (snapshot.vault_snapshot.clone(), snapshot)).collect())
    }

    /// Those of the known snapshots that miss something, or are not there at all.
    async fn harmed(
        &self,
        tenant: &TenantId,
        known: &[Snapshot],
        harms: &[Harm],
        standing: &[String],
    ) -> Result<Vec<HarmedSnapshot>> {
        let standing: HashSet<&str> = standing.iter().map(String::as_str).collect();
        let harms: HashMap<&str, &Harm> =
            harms.iter().map(|harm| (harm.vault_snapshot.as_str(), harm)).collect();
        let harm_of = |snapshot: &Snapshot| {
            let name = snapshot.vault_snapshot.as_str();
            match harms.get(name) {
                Some(harm) => Some((*harm).clone()),
                None => (!standing.contains(name)).then(|| Harm::whole(name)),
            }
        };
        let groups = self.shared.catalog.groups(tenant).await?;
        let name_of = |snapshot: &Snapshot| {
            groups.iter().find(|group| group.id == snapshot.group).map(|group| group.rules.name.clone())
        };
        Ok(known
            .iter()
            .filter_map(|snapshot| {
                let harm = harm_of(snapshot)?;
                Some(HarmedSnapshot {
                    taken_at: snapshot.taken_at,
                    group_name: name_of(snapshot),
                    snapshot: snapshot.clone(),
                    harm,
                })
            })
            .collect())
    }
}
