//! The mounter: brings mounts back after a start, ends those whose time has come, and all of them at the end.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::services::blocking;
use crate::{Engine, Mount, MountId, MountState, Result, TaskPlan};

/// How often to look at the engine's clock, in real time: a clock may be turned.
const TICK: Duration = Duration::from_secs(1);

/// What this process has mounted.
#[derive(Debug, Default)]
pub(crate) struct Hanging {
    /// Where.
    pub(crate) mounts: HashMap<MountId, PathBuf>,
    /// Set when the server stops: nothing is mounted after that.
    pub(crate) is_closed: bool,
}

/// Looks after mounts. One a process is enough.
pub struct Mounter {
    engine: Engine,
    /// What was asked for before was asked of a server that is gone.
    begun: Timestamp,
    /// Mounts that could not be ended, so that it is told once.
    troubles: HashSet<MountId>,
}

impl Mounter {
    /// A mounter of everything that this engine mounts.
    pub fn new(engine: Engine) -> Self {
        let begun = engine.now();
        Self { engine, begun, troubles: HashSet::new() }
    }

    /// Mounts what was mounted when the server stopped, then ends mounts at their time until `shutdown`
    /// completes. What is mounted then stays so: see [`Engine::close_mounts`].
    pub async fn run(mut self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = std::pin::pin!(shutdown);
        let work = async {
            if let Err(err) = self.bring_back().await {
                tracing::error!(error = %err, cause = ?err, "mounts cannot be brought back");
            }
            if let Err(err) = self.give_up_forgotten().await {
                tracing::error!(error = %err, cause = ?err, "mounts without tasks cannot be given up");
            }
            loop {
                if let Err(err) = self.end_due().await {
                    tracing::error!(error = %err, cause = ?err, "the times of mounts cannot be looked at");
                }
                tokio::time::sleep(TICK).await;
            }
        };
        tokio::select! {
            () = &mut shutdown => {}
            () = work => {}
        }
    }

    async fn bring_back(&self) -> Result<()> {
        let now = self.engine.now();
        for mount in self.engine.shared.catalog.mounts_in_use().await? {
            if mount.state != MountState::Mounted || is_due(&mount, now) {
                continue;
            }
            if let Err(err) = self.engine.mount(&mount.tenant, mount.id).await {
                tracing::error!(mount = mount.id.0, error = %err, cause = ?err, "cannot mount again");
            }
        }
        Ok(())
    }

    /// Gives up mounts that were asked for before this start and that no task will mount, as when the server was
    /// killed before it made the task: they would keep their snapshots for ever.
    async fn give_up_forgotten(&self) -> Result<()> {
        let catalog = &self.engine.shared.catalog;
        let mounts = catalog.mounts_in_use().await?;
        let tasks = catalog.open_tasks().await?;
        let is_old = |mount: &&Mount| mount.state == MountState::Requested && mount.created_at < self.begun;
        for Mount { id, tenant, .. } in mounts.iter().filter(is_old) {
            let has_task = tasks.iter().any(|task| task.plan == TaskPlan::Mount { mount: *id });
            // Its task may have mounted it in between.
            if has_task || catalog.mount(tenant, *id).await?.state != MountState::Requested {
                continue;
            }
            tracing::info!(mount = id.0, "gave up a mount that no task is left for");
            self.engine.unmount(tenant, *id).await?;
        }
        Ok(())
    }

    async fn end_due(&mut self) -> Result<()> {
        let now = self.engine.now();
        for mount in self.engine.shared.catalog.mounts_in_use().await? {
            if !is_due(&mount, now) {
                continue;
            }
            match self.engine.unmount(&mount.tenant, mount.id).await {
                Ok(_) => drop(self.troubles.remove(&mount.id)),
                Err(err) => {
                    if self.troubles.insert(mount.id) {
                        tracing::error!(mount = mount.id.0, error = %err, cause = ?err, "cannot unmount");
                    }
                }
            }
        }
        Ok(())
    }
}

fn is_due(mount: &Mount, now: jiff::Timestamp) -> bool {
    mount.unmount_at.is_some_and(|time| time <= now)
}

impl Engine {
    /// Puts away what a server that was killed left mounted. Called once at start by the only process that has
    /// the data folder open.
    ///
    /// # Errors
    /// When the catalog does not answer. A mount point that cannot be put away is told in the log.
    pub async fn clean_mounts(&self) -> Result<()> {
        let mut places = vec![self.shared.places.mounts.clone()];
        places.extend(self.mount_points().await?);
        let mounts = Arc::clone(&self.shared.mounts);
        blocking(move || {
            for place in places {
                match mounts.clean(&place) {
                    Ok(cleaned) => {
                        for path in cleaned {
                            tracing::info!(path = %path.display(), "put a dead mount away");
                        }
                    }
                    Err(err) => {
                        tracing::error!(error = %err, cause = ?err, "a dead mount cannot be put away")
                    }
                }
            }
            Ok(())
        })
        .await
    }

    /// Takes everything down that this process has mounted, at its end. The catalog is left as it is, so that
    /// the next start mounts it again.
    pub async fn close_mounts(&self) {
        let mut hanging = self.shared.hanging.lock().await;
        hanging.is_closed = true;
        for (id, at) in hanging.mounts.drain() {
            let is_ours = at.starts_with(&self.shared.places.mounts);
            if let Err(err) = self.take_down(&at, is_ours).await {
                tracing::error!(mount = id.0, error = %err, cause = ?err, "a mount is left behind");
            }
        }
    }
}
