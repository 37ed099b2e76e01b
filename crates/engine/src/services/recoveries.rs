//! Bringing files back.

use std::collections::HashMap;
use std::io::{self, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

use crate::work::write_job;
use crate::{
    Engine, Error, NewRecovery, Place, Recovery, RecoveryFilter, RecoveryId, RecoveryPlan, RecoveryState,
    Result, TenantId,
};

/// How many files and folders a recovery may name. Each is looked up before the recovery is accepted.
const MOST_ITEMS: usize = 1000;

/// A part of a download.
#[derive(Clone, Debug, PartialEq)]
pub struct Download {
    /// What the whole is called.
    pub name: String,
    /// The size of the whole.
    pub total_bytes: u64,
    /// The part.
    pub bytes: Vec<u8>,
}

impl Engine {
    /// Accepts a recovery; a worker executes it.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound) for the snapshot, [`Kind::Invalid`](crate::Kind::Invalid) for
    /// an item that it does not hold or a place that is not absolute,
    /// [`Kind::Conflict`](crate::Kind::Conflict) for a name that is taken where names must be unique: a
    /// download is fetched by people, who tell them apart by name.
    pub async fn create_recovery(&self, tenant: &TenantId, new: NewRecovery) -> Result<Recovery> {
        self.check_recovery(tenant, &new).await?;
        let unique_name = matches!(new.plan, RecoveryPlan::Download { .. });
        let now = self.shared.clock.now();
        let recovery = self.shared.catalog.insert_recovery(tenant, new, unique_name, now).await?;
        self.shared.recoveries.notify_one();
        Ok(recovery)
    }

    /// Looks at what [`Engine::create_recovery`] refuses, but for a name that is taken.
    pub(crate) async fn check_recovery(&self, tenant: &TenantId, new: &NewRecovery) -> Result<()> {
        if new.name.trim().is_empty() {
            return Err(Error::invalid("a recovery needs a name"));
        }
        if new.plan.items().is_empty() {
            return Err(Error::invalid("a recovery needs at least one file or folder"));
        }
        if let RecoveryPlan::Place { place: Place::Folder(folder), .. } = &new.plan
            && !folder.as_path().is_absolute()
        {
            return Err(Error::invalid(format!("the folder to restore into must be absolute, not {folder}")));
        }
        if new.plan.items().len() > MOST_ITEMS {
            return Err(Error::invalid(format!(
                "a recovery takes at most {MOST_ITEMS} files and folders; name the folders that hold them"
            )));
        }
        let mut names = HashMap::new();
        for item in new.plan.items() {
            if let RecoveryPlan::Place { place: Place::Folder(_), .. } = &new.plan
                && let Some(other) = names.insert(item.name(), item)
            {
                return Err(Error::invalid(format!(
                    "{other} and {item} would both be restored under the name {:?}; restore them one by one",
                    item.name()
                )));
            }
            self.file(tenant, new.plan.snapshot(), item).await?;
        }
        if let RecoveryPlan::Place { items, target, place, options, .. } = &new.plan {
            let source = self.shared.catalog.source(tenant, *target).await?;
            let job = write_job(self, source.endpoint, items, place, *options);
            self.shared.hosts.check_places(&job).await?;
        }
        Ok(())
    }

    /// One recovery, with live figures.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound).
    pub async fn recovery(&self, tenant: &TenantId, id: RecoveryId) -> Result<Recovery> {
        let mut recovery = self.shared.catalog.recovery(tenant, id).await?;
        self.overlay_recovery(&mut recovery);
        Ok(recovery)
    }

    /// The recoveries that a filter lets through, the latest first, with live figures.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn recoveries(&self, tenant: &TenantId, filter: &RecoveryFilter) -> Result<Vec<Recovery>> {
        if filter.ids.len() > MOST_ITEMS {
            return Err(Error::invalid(format!("at most {MOST_ITEMS} recoveries can be named at a time")));
        }
        let mut recoveries = self.shared.catalog.recoveries(tenant, filter).await?;
        recoveries.iter_mut().for_each(|recovery| self.overlay_recovery(recovery));
        Ok(recoveries)
    }

    /// Ends a recovery, whether it is being worked on or still waits for that. What it already wrote stays.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound), and [`Kind::Conflict`](crate::Kind::Conflict) for one that
    /// has ended.
    pub async fn cancel_recovery(&self, tenant: &TenantId, id: RecoveryId) -> Result<Recovery> {
        let catalog = &self.shared.catalog;
        // Whose it is, before anything else.
        catalog.recovery(tenant, id).await?;
        let ended = || Error::conflict(format!("recovery {id} cannot be cancelled: it has ended"));
        let claims = self.shared.board.claims.lock().await;
        if let Some(live) = self.shared.board.recoveries.get(id) {
            drop(claims);
            let mut stored = live.recovery.lock().await;
            if stored.state.is_final() {
                return Err(ended());
            }
            let cancelling = Recovery { state: RecoveryState::Cancelling, ..stored.clone() };
            catalog.update_recovery(&cancelling).await?;
            *stored = cancelling.clone();
            live.control.cancel();
            return Ok(cancelling);
        }
        // Nobody is at it, and nobody can begin while the claims are held. Its job finds that there is nothing
        // to do any more.
        let waiting = catalog.recovery(tenant, id).await?;
        if waiting.state.is_final() {
            return Err(ended());
        }
        let now = Some(self.shared.clock.now());
        let cancelled = Recovery { state: RecoveryState::Cancelled, ended_at: now, ..waiting };
        catalog.update_recovery(&cancelled).await?;
        Ok(cancelled)
    }

    /// At most `length` bytes of a finished download from `offset` on.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound); [`Kind::Conflict`](crate::Kind::Conflict) while it is being
    /// made, and when it did not succeed; [`Kind::Invalid`](crate::Kind::Invalid) for a recovery that is no
    /// download.
    pub async fn read_download(
        &self,
        tenant: &TenantId,
        id: RecoveryId,
        offset: u64,
        length: u64,
    ) -> Result<Download> {
        let recovery = self.shared.catalog.recovery(tenant, id).await?;
        if !matches!(recovery.plan, RecoveryPlan::Download { .. }) {
            return Err(Error::invalid(format!("recovery {id} restores to a place; it is not a download")));
        }
        match recovery.state {
            RecoveryState::Succeeded | RecoveryState::SucceededWithWarnings => {}
            RecoveryState::Failed | RecoveryState::Cancelled => {
                let reason = recovery.reason.unwrap_or_else(|| "it was cancelled".to_owned());
                return Err(Error::conflict(format!("recovery {id} has nothing to download: {reason}")));
            }
            RecoveryState::Queued | RecoveryState::Running | RecoveryState::Cancelling => {
                return Err(Error::conflict(format!(
                    "recovery {id} is still being made; wait until it ends"
                )));
            }
        }
        if recovery.archive_expires_at().is_some_and(|time| time <= self.shared.clock.now()) {
            return Err(Error::conflict(format!(
                "the archive of recovery {id} was kept for a day and is gone; make the download again"
            )));
        }
        let archive = self.archive_path(id);
        let (total_bytes, bytes) = read_part(&archive, offset, length)
            .await
            .map_err(|err| Error::internal("the archive of this download cannot be read", err))?;
        Ok(Download { name: format!("{}.zip", recovery.name), total_bytes, bytes })
    }

    fn overlay_recovery(&self, recovery: &mut Recovery) {
        let live: Option<Arc<_>> = self.shared.board.recoveries.get(recovery.id);
        if let Some(live) = live {
            live.overlay(recovery);
        }
    }
}

async fn read_part(path: &Path, offset: u64, length: u64) -> io::Result<(u64, Vec<u8>)> {
    let mut file = tokio::fs::File::open(path).await?;
    let total = file.metadata().await?.len();
    let mut bytes = Vec::new();
    if offset < total {
        file.seek(SeekFrom::Start(offset)).await?;
        file.take(length).read_to_end(&mut bytes).await?;
    }
    Ok((total, bytes))
}
