//! One tenant's repository: where it lies, how it is made and opened, and who may use it when. It does not
//! know what is read from it or written to it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use engine::{Result, VaultSnapshot};
use jiff::tz::TimeZone;
use rustic_core::repofile::{MasterKey, SnapshotFile};
use rustic_core::{
    ConfigOptions, Credentials, FileType, Id, KeyOptions, OpenStatus, Repository, RepositoryBackends,
    RepositoryOptions, RusticResult, WriteBackend,
};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock, RwLockReadGuard};

use crate::errors::{failed, io_failed, no_snapshot};
use crate::password;
use crate::prune;
use crate::reader::Reader;
use crate::store::{Store, make_private_folder, sync_folder};

/// zstd's own default. Lower levels save little time here, since reading and hashing take as long.
const COMPRESSION: i32 = 3;

/// A tenant's repository.
#[derive(Debug)]
pub(crate) struct TenantRepository {
    store: Arc<Store>,
    password_file: PathBuf,
    /// Backups and reads share it; what removes or rewrites files of the repository must have it alone. The
    /// format has no protection of its own against pruning beside a backup.
    lock: Arc<RwLock<()>>,
    /// The key, once it is known: deriving it from the password takes a second.
    key: Mutex<Option<MasterKey>>,
    /// The repository with its index, for reading. Held locked while it is loaded, so that nobody loads it
    /// twice and what was loaded before a backup ended never stays.
    reader: Mutex<Option<Arc<Reader>>>,
    /// How often content was moved: an index from before then is not to be read by any more.
    rewritten: AtomicU64,
    /// Held by the check that goes on.
    checking: Mutex<()>,
}

impl TenantRepository {
    pub(crate) fn new(folder: PathBuf, password_file: PathBuf) -> Self {
        Self {
            store: Arc::new(Store::new(folder)),
            password_file,
            lock: Arc::default(),
            key: Mutex::default(),
            reader: Mutex::default(),
            rewritten: AtomicU64::default(),
            checking: Mutex::default(),
        }
    }

    pub(crate) fn store(&self) -> &Arc<Store> {
        &self.store
    }

    pub(crate) fn password_file(&self) -> &Path {
        &self.password_file
    }

    /// Waits until the repository may be read and added to.
    pub(crate) async fn share(&self) -> OwnedRwLockReadGuard<()> {
        self.lock.clone().read_owned().await
    }

    /// The same on a thread that may block.
    pub(crate) fn share_blocking(&self) -> RwLockReadGuard<'_, ()> {
        self.lock.blocking_read()
    }

    /// Waits until nobody else uses the repository.
    pub(crate) async fn own(&self) -> OwnedRwLockWriteGuard<()> {
        self.lock.clone().write_owned().await
    }

    /// The repository for this caller alone, if nobody else uses it.
    pub(crate) fn try_own(&self) -> Option<OwnedRwLockWriteGuard<()>> {
        self.lock.clone().try_write_owned().ok()
    }

    /// Whether the repository was made.
    pub(crate) fn exists(&self) -> Result<bool> {
        let config = self.store.path(FileType::Config, &Id::default());
        config.try_exists().map_err(|error| io_failed("look at", &config, error))
    }

    /// Makes the repository unless it is there.
    pub(crate) fn make(&self) -> Result<()> {
        let mut key = guard(&self.key);
        if key.is_some() || self.exists()? {
            return Ok(());
        }
        let password = password::load_or_make(&self.password_file)?;
        // Made beside its place and then moved there, so that it is never found half made.
        let folder = self.store.folder();
        let unfinished = folder.with_extension("unfinished");
        let at = |error| io_failed("make a repository at", folder, error);
        match fs::remove_dir_all(&unfinished) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(error)),
            _ => make_private_folder(&unfinished).map_err(at)?,
        }
        let made = init(Arc::new(Store::new(unfinished.clone())), password)
            .map_err(|error| failed("make a repository", error))?;
        sync_folder(&unfinished).map_err(at)?;
        fs::rename(&unfinished, folder).map_err(at)?;
        folder.parent().map_or(Ok(()), sync_folder).map_err(at)?;
        tracing::info!(folder = %folder.display(), "made a repository");
        *key = Some(made);
        Ok(())
    }

    /// Opens the repository, which must exist, upon `backend`.
    pub(crate) fn open(&self, backend: Arc<dyn WriteBackend>) -> Result<Repository<OpenStatus>> {
        let mut key = guard(&self.key);
        let open = |credentials| {
            assembled(backend)
                .and_then(|repository| repository.open(&credentials))
                .map_err(|error| failed("open the repository", error))
        };
        match key.as_ref() {
            Some(known) => open(Credentials::Masterkey(known.clone())),
            None => {
                let repository = open(Credentials::Password(password::load(&self.password_file)?))?;
                *key = Some(repository.key());
                Ok(repository)
            }
        }
    }

    /// Opens the repository by its password, as if its key had never been known.
    pub(crate) fn open_by_password(&self) -> Result<Repository<OpenStatus>> {
        let password = Credentials::Password(password::load(&self.password_file)?);
        assembled(self.store.clone())
            .and_then(|repository| repository.open(&password))
            .map_err(|error| failed("open the repository", error))
    }

    /// The right to check the repository; none while somebody else has it.
    pub(crate) fn turn_to_check(&self) -> Option<MutexGuard<'_, ()>> {
        match self.checking.try_lock() {
            Ok(turn) => Some(turn),
            Err(TryLockError::Poisoned(turn)) => Some(turn.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// The repository with its index, for reading a snapshot.
    ///
    /// # Errors
    /// [`engine::Kind::NotFound`] when there is no such snapshot.
    pub(crate) fn reader(&self, vault_snapshot: &str) -> Result<Arc<Reader>> {
        let id = snapshot_id(vault_snapshot)?;
        let path = self.store.path(FileType::Snapshot, &id);
        if !path.try_exists().map_err(|error| io_failed("look at", &path, error))? {
            return Err(no_snapshot(vault_snapshot));
        }
        let mut kept = guard(&self.reader);
        if let Some(reader) = kept.as_ref().filter(|reader| reader.knows(&id)) {
            return Ok(reader.clone());
        }
        let reader = Arc::new(Reader::load(&self.store, self.open(self.store.clone())?)?);
        *kept = Some(reader.clone());
        Ok(reader)
    }

    /// Lets go of what was loaded for reading: the repository has changed.
    pub(crate) fn forget_reader(&self) {
        *guard(&self.reader) = None;
    }

    /// Lets go of what was loaded for reading, here and by whoever keeps a tree open: content was moved. The
    /// caller has the repository alone.
    pub(crate) fn forget_readers(&self) {
        self.rewritten.fetch_add(1, Ordering::SeqCst);
        self.forget_reader();
    }

    /// How often content was moved since the start.
    pub(crate) fn rewritten(&self) -> u64 {
        self.rewritten.load(Ordering::SeqCst)
    }

    /// The snapshot that carries `tag`.
    pub(crate) fn find(&self, tag: &str) -> Result<Option<String>> {
        if !self.exists()? {
            return Ok(None);
        }
        let folder = self.store.folder();
        let unreadable = |error| io_failed("list the snapshots in", folder, error);
        let ids = self.store.list_strictly(FileType::Snapshot).map_err(unreadable)?;
        let repository = self.open(self.store.clone())?;
        let mut found: Option<SnapshotFile> = None;
        for (id, _) in ids {
            if !self.store.is_whole(FileType::Snapshot, &id).map_err(unreadable)? {
                tracing::warn!(snapshot = id.to_hex().as_str(), "a damaged snapshot file was passed over");
                continue;
            }
            let mut snapshot: SnapshotFile =
                repository.get_file(&id.into()).map_err(|error| failed("read a snapshot", error))?;
            // The earlier one, should there ever be two, so that the answer is always the same.
            if snapshot.tags.contains(tag) && found.as_ref().is_none_or(|it| snapshot.time < it.time) {
                snapshot.id = id.into();
                found = Some(snapshot);
            }
        }
        Ok(found.map(|snapshot| snapshot.id.to_hex().as_str().to_owned()))
    }

    /// The names of all snapshots, each with its tags.
    ///
    /// # Errors
    /// Also when one of them is damaged: a list must not be shorter than it is.
    pub(crate) fn snapshots(&self) -> Result<Vec<VaultSnapshot>> {
        if !self.exists()? {
            return Ok(Vec::new());
        }
        let folder = self.store.folder();
        let unreadable = |error| io_failed("list the snapshots in", folder, error);
        let ids = self.store.list_strictly(FileType::Snapshot).map_err(unreadable)?;
        let repository = self.open(self.store.clone())?;
        let mut snapshots = Vec::with_capacity(ids.len());
        for (id, _) in ids {
            let snapshot: SnapshotFile =
                repository.get_file(&id.into()).map_err(|error| failed("read a snapshot", error))?;
            snapshots.push(VaultSnapshot {
                name: id.to_hex().as_str().to_owned(),
                tags: snapshot.tags.iter().cloned().collect(),
            });
        }
        Ok(snapshots)
    }

    /// Removes snapshots; those that are not there are passed over.
    pub(crate) fn forget(&self, vault_snapshots: &[String]) -> Result<()> {
        if vault_snapshots.is_empty() || !self.exists()? {
            return Ok(());
        }
        // First, so that a process that dies over it leaves a prune too many and not one too few.
        prune::mark(&self.store).map_err(|error| io_failed("write to", self.store.folder(), error))?;
        for name in vault_snapshots {
            // What is no name of a snapshot names none.
            let Ok(id) = snapshot_id(name) else { continue };
            self.store
                .discard(FileType::Snapshot, &id)
                .map_err(|error| io_failed("remove a snapshot in", self.store.folder(), error))?;
        }
        self.forget_reader();
        Ok(())
    }
}

/// The id that a snapshot's name stands for.
pub(crate) fn snapshot_id(vault_snapshot: &str) -> Result<Id> {
    // The length first: the library takes the beginning of an id for an id.
    let id = (vault_snapshot.len() == 64).then(|| vault_snapshot.parse().ok()).flatten();
    id.ok_or_else(|| no_snapshot(vault_snapshot))
}

/// A moment in the form that snapshots are dated with.
pub(crate) fn dated(moment: jiff::Timestamp) -> jiff::Zoned {
    moment.to_zoned(TimeZone::UTC)
}

fn assembled(backend: Arc<dyn WriteBackend>) -> RusticResult<Repository<()>> {
    // The library's cache copies index and snapshots to the home folder, which gains nothing over a local
    // disk.
    let options = RepositoryOptions::default().no_cache(true);
    Repository::new(&options, &RepositoryBackends::new(backend, None))
}

fn init(store: Arc<Store>, password: String) -> RusticResult<MasterKey> {
    // Chunks, packs and the verification of what is written stay as the library has them.
    let config = ConfigOptions::default().set_compression(COMPRESSION);
    let key = KeyOptions::default().with_created(true);
    Ok(assembled(store)?.init(&Credentials::Password(password), &key, &config)?.key())
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
