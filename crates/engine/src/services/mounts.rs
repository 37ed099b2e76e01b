//! Mounting backups as folders.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::{
    Engine, Error, Kind, Mount, MountId, MountJob, MountState, NewMount, Result, TenantId, Unmounting,
};

impl Engine {
    /// Whether backups can be mounted on this machine.
    ///
    /// # Errors
    /// [`Kind::Unsupported`], with what is missing.
    pub async fn mounts_available(&self) -> Result<()> {
        let mounts = Arc::clone(&self.shared.mounts);
        blocking(move || mounts.available()).await
    }

    /// Accepts a mount of what a run kept of an object; [`Engine::mount`] carries it out. From now on the
    /// snapshot is kept until the mount is unmounted or fails.
    ///
    /// # Errors
    /// [`Kind::NotFound`] for the run or an object it did not have, [`Kind::Conflict`] when the backup has no
    /// snapshot (any more) or the folder is taken by another mount, [`Kind::Invalid`] for a folder that is not
    /// absolute, empty and outside the server's own, or a time to unmount that has passed,
    /// [`Kind::Unsupported`] where nothing can be mounted.
    pub async fn create_mount(&self, tenant: &TenantId, mut new: NewMount) -> Result<Mount> {
        let now = self.shared.clock.now();
        if new.unmount_at.is_some_and(|time| time <= now) {
            return Err(Error::invalid("the time to unmount must lie in the future"));
        }
        let run = self.shared.catalog.run(tenant, new.run).await?;
        let object =
            run.objects.iter().find(|object| object.object == new.object).ok_or_else(|| {
                Error::not_found(&format!("backup by run {} of object", run.id), new.object)
            })?;
        let snapshot = object
            .snapshot
            .ok_or_else(|| Error::conflict(format!("run {} kept nothing of {}", run.id, object.name)))?;
        self.mounts_available().await?;
        if let Some(wanted) = new.path.take() {
            new.path = Some(self.check_mount_point(wanted).await?);
        }
        // Not while somebody who has looked at what keeps a snapshot is about to remove it.
        let _keeping = self.shared.keeping.read().await;
        let made = self.shared.catalog.insert_mount(tenant, new, snapshot, now).await;
        made.map_err(|err| match err.kind() {
            Kind::NotFound => Error::conflict(format!("the snapshot of run {} was removed", run.id)),
            _ => err,
        })
    }

    /// Hangs a mount in its place; it does now, when this returns. Doing it again changes nothing.
    ///
    /// Where it fails, the mount says so too, and can be tried again.
    ///
    /// # Errors
    /// [`Kind::NotFound`]; [`Kind::Conflict`] for a mount that was unmounted, or when its place or its snapshot
    /// is gone; [`Kind::Unsupported`] where nothing can be mounted.
    pub async fn mount(&self, tenant: &TenantId, id: MountId) -> Result<Mount> {
        let (engine, tenant) = (self.clone(), tenant.clone());
        whole(async move { engine.mount_now(&tenant, id).await }).await
    }

    async fn mount_now(&self, tenant: &TenantId, id: MountId) -> Result<Mount> {
        let mut hanging = self.shared.hanging.lock().await;
        let mut mount = self.shared.catalog.mount(tenant, id).await?;
        match mount.state {
            MountState::Mounted if hanging.mounts.contains_key(&id) => return Ok(mount),
            MountState::Unmounted => {
                return Err(Error::conflict(format!("mount {id} was unmounted; ask for another one")));
            }
            MountState::Requested | MountState::Mounted | MountState::Failed => {}
        }
        if hanging.is_closed {
            return Err(Error::new(Kind::Unavailable, "the server is about to stop"));
        }
        if mount.state == MountState::Failed {
            // It keeps its snapshot again, if that is still there.
            mount.state = MountState::Requested;
            mount.reason = None;
            self.shared.catalog.update_mount(&mount).await?;
        }
        let outcome = self.hang(&mount).await;
        match &outcome {
            Ok(at) => {
                hanging.mounts.insert(id, at.clone());
                mount.state = MountState::Mounted;
                mount.path = Some(at.clone());
                mount.reason = None;
                mount.mounted_at = Some(self.shared.clock.now());
            }
            Err(err) => {
                mount.state = MountState::Failed;
                mount.path = None;
                mount.reason = Some(err.message().to_owned());
            }
        }
        let written = self.shared.catalog.update_mount(&mount).await;
        match (outcome, written) {
            (Ok(_), Ok(())) => Ok(mount),
            (Ok(at), Err(err)) => {
                // Nobody would know of it.
                self.take_down(&at, mount.wanted_path.is_none()).await?;
                hanging.mounts.remove(&id);
                Err(err)
            }
            (Err(err), _) => Err(err),
        }
    }

    /// Takes a mount away, also from under programs that use it; [`Mount::reason`] tells if some did. Doing it
    /// again changes nothing.
    ///
    /// # Errors
    /// [`Kind::NotFound`]; [`Kind::Internal`] when it still hangs.
    pub async fn unmount(&self, tenant: &TenantId, id: MountId) -> Result<Mount> {
        let (engine, tenant) = (self.clone(), tenant.clone());
        whole(async move { engine.unmount_now(&tenant, id).await }).await
    }

    async fn unmount_now(&self, tenant: &TenantId, id: MountId) -> Result<Mount> {
        let mut hanging = self.shared.hanging.lock().await;
        let mut mount = self.shared.catalog.mount(tenant, id).await?;
        if !mount.state.is_in_use() {
            return Ok(mount);
        }
        mount.reason = None;
        if let Some(at) = mount.path.take()
            && self.take_down(&at, mount.wanted_path.is_none()).await? == Unmounting::StillOpen
        {
            let still_open = "programs had files of it open, and can read those until they close them";
            mount.reason = Some(still_open.to_owned());
        }
        hanging.mounts.remove(&id);
        mount.state = MountState::Unmounted;
        mount.unmounted_at = Some(self.shared.clock.now());
        self.shared.catalog.update_mount(&mount).await?;
        Ok(mount)
    }

    /// One mount.
    ///
    /// # Errors
    /// [`Kind::NotFound`].
    pub async fn mount_record(&self, tenant: &TenantId, id: MountId) -> Result<Mount> {
        self.shared.catalog.mount(tenant, id).await
    }

    /// All mounts of a tenant, the latest first, those that have ended included.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn mounts(&self, tenant: &TenantId) -> Result<Vec<Mount>> {
        self.shared.catalog.mounts(tenant).await
    }

    /// Where mounts hang in folders that somebody chose: what lies there is backed up already.
    pub(crate) async fn mount_points(&self) -> Result<Vec<PathBuf>> {
        let mounts = self.shared.catalog.mounts_in_use().await?;
        Ok(mounts.into_iter().filter_map(|mount| mount.path.or(mount.wanted_path)).collect())
    }

    /// A folder that somebody chose must be empty and must neither be ours nor hide what is ours.
    async fn check_mount_point(&self, wanted: PathBuf) -> Result<PathBuf> {
        let mounts = Arc::clone(&self.shared.mounts);
        let at = blocking(move || mounts.check(&wanted)).await?;
        let private = &self.shared.places.private;
        match private.iter().find(|ours| at.starts_with(ours) || ours.starts_with(&at)) {
            None => Ok(at),
            Some(ours) => Err(Error::invalid(format!(
                "{} lies in this server's own folder {}; leave the path out to mount there",
                at.display(),
                ours.display()
            ))),
        }
    }

    /// Hangs the tree of a mount in its place, and gives that.
    async fn hang(&self, mount: &Mount) -> Result<PathBuf> {
        let snapshot = self.shared.catalog.snapshot(&mount.tenant, mount.snapshot).await?;
        let tree = self.shared.vault.open_tree(&mount.tenant, &snapshot.vault_snapshot).await?;
        let own = self.shared.places.mounts.join(mount.id.to_string());
        let (wanted, id, mounts) = (mount.wanted_path.clone(), mount.id, Arc::clone(&self.shared.mounts));
        blocking(move || {
            let at = match wanted {
                Some(wanted) => {
                    // A dead mount there leads nowhere.
                    mounts.clean(&wanted)?;
                    // It was looked at when it was asked for; what leads there may lead elsewhere by now.
                    if wanted.canonicalize().ok().as_ref() != Some(&wanted) {
                        let words = format!("{} is gone or leads somewhere else by now", wanted.display());
                        return Err(Error::conflict(words));
                    }
                    wanted
                }
                None => {
                    // What a server that was killed left there looks like a folder that cannot be made.
                    mounts.clean(&own)?;
                    make_folder(&own)
                        .map_err(|err| Error::internal(format!("cannot make {}", own.display()), err))?;
                    own
                }
            };
            mounts.mount(MountJob { id, tree, at: at.clone() })?;
            Ok(at)
        })
        .await
    }

    /// Takes a tree away from its place, and the place too where it is ours.
    pub(crate) async fn take_down(&self, at: &Path, is_ours: bool) -> Result<Unmounting> {
        let (at, mounts) = (at.to_owned(), Arc::clone(&self.shared.mounts));
        blocking(move || {
            let unmounting = mounts.unmount(&at)?;
            if is_ours && let Err(err) = std::fs::remove_dir(&at) {
                tracing::warn!(path = %at.display(), error = %err, "the folder of a mount cannot be removed");
            }
            Ok(unmounting)
        })
        .await
    }
}

fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Does work to its end even if the caller goes away, as an HTTP client may: what hangs and what is written down
/// must agree.
async fn whole<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    tokio::spawn(work).await.map_err(|err| Error::internal("the work on a mount broke off", err))?
}

/// Runs what may block.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|err| Error::internal("a step of this mount broke off", err))?
}
