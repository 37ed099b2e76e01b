//! The vault itself: the tenants' repositories, and the way from the engine's calls to threads that may
//! block.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use engine::{
    BackupJob, BackupOutcome, BackupStats, CheckDepth, CheckStats, Error, FileEntry, FilePath, FileSink,
    JobControl, Kind, Node, Progress, PruneReport, Result, SinkReport, SnapshotTree, TenantId, Vault,
    VaultCheck, VaultSnapshot, Wanted,
};
use tokio::sync::{OwnedRwLockReadGuard, mpsc};
use tokio::time::timeout;

use crate::backup::Backup;
use crate::check::check;
use crate::errors::{io_failed, panicked};
use crate::extract::extract;
use crate::nodes;
use crate::prune::prune;
use crate::reader::{Reader, incomplete};
use crate::recover::{is_damaged, recover};
use crate::repository::TenantRepository;
use crate::slug::slug;
use crate::store::make_private_folder;
use crate::tree::Tree;
use crate::walk::check_pattern;

/// How many entries a list sends at once.
const BATCH: usize = 1000;

/// How long a recovery waits for others to leave a repository. Those who come meanwhile wait for it.
const RECOVERY_WAIT: Duration = Duration::from_secs(5);

/// How long a prune waits for the same.
const PRUNE_WAIT: Duration = Duration::from_secs(2);

/// A vault of restic-format repositories, one for each tenant.
///
/// Only one process may use a folder at a time for anything that removes files; restic may read beside it.
#[derive(Debug)]
pub struct RusticVault {
    folder: PathBuf,
    secrets: PathBuf,
    tenants: Mutex<HashMap<TenantId, Arc<TenantRepository>>>,
}

impl RusticVault {
    /// A vault whose repositories lie in `folder`, with their passwords in `secrets`. Both are made, for
    /// their owner alone, when they are missing.
    ///
    /// # Errors
    /// [`Kind::Unavailable`] when they cannot be made.
    pub fn open(folder: PathBuf, secrets: PathBuf) -> Result<Self> {
        let ready = |path: PathBuf| {
            make_private_folder(&path)
                .and_then(|()| fs::canonicalize(&path))
                .map_err(|error| io_failed("use the folder", &path, error))
        };
        Ok(Self { folder: ready(folder)?, secrets: ready(secrets)?, tenants: Mutex::default() })
    }

    /// Where the repository of a tenant lies, and the file with its password, whether they exist yet or
    /// not: what `restic -r … --password-file …` wants.
    ///
    /// # Errors
    /// [`Kind::Invalid`] for an id that no tenant can have.
    pub fn repository_hint(&self, tenant: &TenantId) -> Result<(PathBuf, PathBuf)> {
        let repository = self.repository(tenant)?;
        Ok((repository.store().folder().to_owned(), repository.password_file().to_owned()))
    }

    fn repository(&self, tenant: &TenantId) -> Result<Arc<TenantRepository>> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = tenants.get(tenant) {
            return Ok(known.clone());
        }
        let slug = slug(tenant)?;
        let password_file = self.secrets.join(format!("{slug}.password"));
        let repository = Arc::new(TenantRepository::new(self.folder.join(slug), password_file));
        tenants.insert(tenant.clone(), repository.clone());
        Ok(repository)
    }

    /// The repository of a tenant loaded for reading a snapshot, and the right to read it.
    async fn reader(
        &self,
        tenant: &TenantId,
        vault_snapshot: &str,
    ) -> Result<(OwnedRwLockReadGuard<()>, Arc<Reader>)> {
        let name = vault_snapshot.to_owned();
        opened(&self.repository(tenant)?, move |repository| repository.reader(&name)).await
    }
}

#[async_trait]
impl Vault for RusticVault {
    async fn back_up(
        &self,
        tenant: &TenantId,
        job: BackupJob,
        control: Arc<JobControl>,
        progress: Arc<dyn Progress<BackupStats>>,
    ) -> Result<BackupOutcome> {
        let repository = self.repository(tenant)?;
        let (guard, backup) = opened(&repository, move |repository| {
            Backup::prepare(repository, &job, control.clone(), progress.clone())
        })
        .await?;
        blocking(move || {
            let outcome = backup.run();
            repository.forget_reader();
            drop(guard);
            outcome
        })
        .await
    }

    fn check_pattern(&self, pattern: &str) -> Result<()> {
        check_pattern(pattern)
    }

    async fn find(&self, tenant: &TenantId, tag: &str) -> Result<Option<String>> {
        let repository = self.repository(tenant)?;
        let guard = repository.share().await;
        let tag = tag.to_owned();
        blocking(move || {
            let _guard = guard;
            repository.find(&tag)
        })
        .await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        vault_snapshot: &str,
        entries: mpsc::Sender<Vec<FileEntry>>,
    ) -> Result<()> {
        let (guard, reader) = self.reader(tenant, vault_snapshot).await?;
        let name = vault_snapshot.to_owned();
        blocking(move || {
            let _guard = guard;
            list(&reader, &name, &entries)
        })
        .await
    }

    async fn entry(
        &self,
        tenant: &TenantId,
        vault_snapshot: &str,
        path: &FilePath,
    ) -> Result<Option<FileEntry>> {
        let (guard, reader) = self.reader(tenant, vault_snapshot).await?;
        let (name, path) = (vault_snapshot.to_owned(), path.clone());
        blocking(move || {
            let _guard = guard;
            reader.entry(&name, &path)
        })
        .await
    }

    async fn read(
        &self,
        tenant: &TenantId,
        vault_snapshot: &str,
        path: &FilePath,
        offset: u64,
        length: u64,
    ) -> Result<Vec<u8>> {
        let (guard, reader) = self.reader(tenant, vault_snapshot).await?;
        let (name, path) = (vault_snapshot.to_owned(), path.clone());
        blocking(move || {
            let _guard = guard;
            reader.read(&name, &path, offset, length)
        })
        .await
    }

    async fn extract(
        &self,
        tenant: &TenantId,
        vault_snapshot: &str,
        items: Vec<FilePath>,
        sink: Box<dyn FileSink>,
        control: Arc<JobControl>,
    ) -> (Box<dyn FileSink>, Result<()>) {
        let (guard, reader) = match self.reader(tenant, vault_snapshot).await {
            Ok(opened) => opened,
            Err(error) => return (sink, Err(error)),
        };
        let name = vault_snapshot.to_owned();
        // The sink stays outside the task, so that it comes back whatever becomes of the task.
        let shared = Arc::new(Mutex::new(sink));
        let lent = shared.clone();
        let result = blocking(move || {
            let _guard = guard;
            let mut sink = lent.lock().unwrap_or_else(PoisonError::into_inner);
            extract(&reader, &name, &items, &mut **sink, &control)
        })
        .await;
        let mut sink = shared.lock().unwrap_or_else(PoisonError::into_inner);
        (std::mem::replace(&mut *sink, Box::new(Gone)), result)
    }

    async fn open_tree(&self, tenant: &TenantId, vault_snapshot: &str) -> Result<Arc<dyn SnapshotTree>> {
        let repository = self.repository(tenant)?;
        let (shared, name) = (repository.clone(), vault_snapshot.to_owned());
        let (_guard, tree) = opened(&repository, move |_| Tree::open(shared.clone(), &name)).await?;
        Ok(Arc::new(tree))
    }

    async fn forget(&self, tenant: &TenantId, vault_snapshots: Vec<String>) -> Result<()> {
        let repository = self.repository(tenant)?;
        let guard = repository.share().await;
        blocking(move || {
            let _guard = guard;
            repository.forget(&vault_snapshots)
        })
        .await
    }

    async fn snapshots(&self, tenant: &TenantId) -> Result<Vec<VaultSnapshot>> {
        let repository = self.repository(tenant)?;
        let guard = repository.share().await;
        blocking(move || {
            let _guard = guard;
            repository.snapshots()
        })
        .await
    }

    async fn prune(&self, tenant: &TenantId, known: Vec<String>) -> Result<PruneReport> {
        let repository = self.repository(tenant)?;
        // Those who come while this waits wait for it: not for longer than a caller would take for a hiccup.
        let Ok(guard) = timeout(PRUNE_WAIT, repository.own()).await else {
            return Err(Error::conflict("the vault was not pruned: it is in use"));
        };
        blocking(move || {
            let _guard = guard;
            prune(&repository, &known)
        })
        .await
    }

    async fn check(
        &self,
        tenant: &TenantId,
        depth: CheckDepth,
        control: Arc<JobControl>,
        progress: Arc<dyn Progress<CheckStats>>,
    ) -> Result<VaultCheck> {
        let repository = self.repository(tenant)?;
        blocking(move || check(&repository, depth, &control, &*progress)).await
    }

    async fn recover(&self, tenant: &TenantId) -> Result<()> {
        let repository = self.repository(tenant)?;
        let Ok(guard) = timeout(RECOVERY_WAIT, repository.own()).await else {
            // Whoever uses it has opened it, so that it is not damaged in a way that stops anybody. Blocks
            // without an index wait for the next time; nothing that was committed needs them.
            tracing::info!(%tenant, "the repository is in use and was not looked through");
            return Ok(());
        };
        blocking(move || {
            let _guard = guard;
            recover(&repository)
        })
        .await
    }
}

/// Opens something of a repository while it is shared. Where that fails because an index or snapshot file
/// is damaged, and nobody else uses the repository, it is repaired first.
async fn opened<T: Send + 'static>(
    repository: &Arc<TenantRepository>,
    open: impl Fn(&TenantRepository) -> Result<T> + Send + Sync + 'static,
) -> Result<(OwnedRwLockReadGuard<()>, T)> {
    let open = Arc::new(open);
    let attempt = || {
        let (repository, open) = (repository.clone(), open.clone());
        blocking(move || open(&repository))
    };
    let guard = repository.share().await;
    let error = match attempt().await {
        Ok(opened) => return Ok((guard, opened)),
        Err(error) => error,
    };
    drop(guard);
    if error.kind() != Kind::Internal || !mended(repository).await? {
        return Err(error);
    }
    let guard = repository.share().await;
    Ok((guard, attempt().await?))
}

/// Repairs a repository that is damaged; whether there was anything to repair and nobody in the way.
async fn mended(repository: &Arc<TenantRepository>) -> Result<bool> {
    let Some(guard) = repository.try_own() else { return Ok(false) };
    let repository = repository.clone();
    blocking(move || {
        let _guard = guard;
        let damaged = is_damaged(&repository)?;
        if damaged {
            recover(&repository)?;
        }
        Ok(damaged)
    })
    .await
}

/// Runs work on a thread that may block. The library panics on some faults; that costs the work only.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => Err(panicked(&*error.into_panic())),
        Err(error) => Err(Error::internal("the vault was shut down", error)),
    }
}

/// Sends the entries of a snapshot.
fn list(reader: &Reader, vault_snapshot: &str, entries: &mpsc::Sender<Vec<FileEntry>>) -> Result<()> {
    let top = FilePath::from_bytes(*b"/");
    let mut batch = Vec::with_capacity(BATCH);
    let mut damage = None;
    for step in reader.walk(top, reader.root(vault_snapshot)?).skip(1) {
        if let Some(lost) = step.damage {
            damage.get_or_insert(lost);
        }
        batch.push(nodes::entry(step.path, &step.node));
        if batch.len() == BATCH && entries.blocking_send(std::mem::take(&mut batch)).is_err() {
            return Ok(());
        }
    }
    if !batch.is_empty() && entries.blocking_send(batch).is_err() {
        return Ok(());
    }
    damage.map_or(Ok(()), |damage| Err(incomplete(damage)))
}

/// Stands where a sink was until it went back to its owner.
struct Gone;

impl FileSink for Gone {
    fn expect(&mut self, _entries: u64, _bytes: u64) {}

    fn begin(&mut self, _node: &Node) -> Result<Wanted> {
        Ok(Wanted::Nothing)
    }

    fn write(&mut self, _bytes: &[u8]) -> Result<()> {
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }

    fn fail(&mut self, _reason: &str) -> Result<()> {
        Ok(())
    }

    fn complete(self: Box<Self>) -> Result<SinkReport> {
        Ok(SinkReport::default())
    }
}
