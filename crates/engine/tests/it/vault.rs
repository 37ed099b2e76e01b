//! A vault in memory. A snapshot is its tags and the files it lists.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use engine::{
    BackupJob, BackupOutcome, BackupStats, CheckDepth, CheckStats, Error, FileEntry, FileKind, FilePath,
    FileSink, JobControl, Kind, Progress, PruneReport, Result, SnapshotTree, TenantId, Vault, VaultCheck,
    VaultSnapshot,
};
use tokio::sync::mpsc;

use crate::faults::Faults;

/// A vault in memory.
#[derive(Clone, Debug)]
pub(crate) struct FakeVault {
    faults: Arc<Faults>,
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    snapshots: Mutex<BTreeMap<String, Vec<String>>>,
    made: AtomicUsize,
    /// How long a backup takes, in seconds.
    seconds: Mutex<u64>,
    /// Backups that go on.
    going: AtomicUsize,
    prunes: AtomicUsize,
}

impl FakeVault {
    pub(crate) fn new(faults: Arc<Faults>) -> Self {
        Self { faults, inner: Arc::default() }
    }

    /// The names of what is kept.
    pub(crate) fn names(&self) -> Vec<String> {
        self.inner.snapshots.lock().unwrap().keys().cloned().collect()
    }

    /// Keeps a snapshot that nobody asked for.
    pub(crate) fn plant(&self, name: &str, tag: &str) {
        self.inner.snapshots.lock().unwrap().insert(name.to_owned(), vec![tag.to_owned()]);
    }

    /// From now on backups take so long.
    pub(crate) fn slow_down(&self, seconds: u64) {
        *self.inner.seconds.lock().unwrap() = seconds;
    }

    /// How often it was pruned.
    pub(crate) fn prunes(&self) -> usize {
        self.inner.prunes.load(Ordering::SeqCst)
    }

    /// How many backups go on.
    pub(crate) fn going(&self) -> usize {
        self.inner.going.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Vault for FakeVault {
    async fn back_up(
        &self,
        _: &TenantId,
        job: BackupJob,
        control: Arc<JobControl>,
        progress: Arc<dyn Progress<BackupStats>>,
    ) -> Result<BackupOutcome> {
        let course = self.faults.step("vault.back_up").await?;
        let inner = Arc::clone(&self.inner);
        // Like a thread that blocks, it goes on when nobody waits for it any more.
        let work = tokio::spawn(async move {
            inner.going.fetch_add(1, Ordering::SeqCst);
            let mut left = *inner.seconds.lock().unwrap() * 10;
            while left > 0 && !control.is_cancelled() {
                tokio::time::sleep(Duration::from_millis(100)).await;
                if !control.is_paused() {
                    left -= 1;
                }
            }
            inner.going.fetch_sub(1, Ordering::SeqCst);
            if control.is_cancelled() {
                return Err(Error::new(Kind::Cancelled, "the work was cancelled"));
            }
            let stats = BackupStats { files_total: 1, files_done: 1, ..BackupStats::default() };
            progress.update(&stats);
            let name = format!("snapshot {}", inner.made.fetch_add(1, Ordering::SeqCst));
            inner.snapshots.lock().unwrap().insert(name.clone(), vec![job.tag]);
            Ok(BackupOutcome { vault_snapshot: name, stats, warnings: vec![] })
        });
        let outcome = work.await.unwrap()?;
        course.end(outcome)
    }

    fn check_pattern(&self, _: &str) -> Result<()> {
        Ok(())
    }

    async fn find(&self, _: &TenantId, tag: &str) -> Result<Option<String>> {
        let course = self.faults.step("vault.find").await?;
        let snapshots = self.inner.snapshots.lock().unwrap();
        let found = snapshots.iter().find(|(_, tags)| tags.iter().any(|it| it == tag));
        course.end(found.map(|(name, _)| name.clone()))
    }

    async fn list(&self, _: &TenantId, name: &str, entries: mpsc::Sender<Vec<FileEntry>>) -> Result<()> {
        let course = self.faults.step("vault.list").await?;
        if !self.inner.snapshots.lock().unwrap().contains_key(name) {
            return Err(Error::not_found("snapshot", name));
        }
        let file = FileEntry {
            path: FilePath::from_bytes(*b"/data/file"),
            kind: FileKind::File,
            size_bytes: 1,
            modified_at: None,
        };
        let _ = entries.send(vec![file]).await;
        course.end(())
    }

    async fn entry(&self, _: &TenantId, _: &str, _: &FilePath) -> Result<Option<FileEntry>> {
        Err(unused())
    }

    async fn read(&self, _: &TenantId, _: &str, _: &FilePath, _: u64, _: u64) -> Result<Vec<u8>> {
        Err(unused())
    }

    async fn extract(
        &self,
        _: &TenantId,
        _: &str,
        _: Vec<FilePath>,
        sink: Box<dyn FileSink>,
        _: Arc<JobControl>,
    ) -> (Box<dyn FileSink>, Result<()>) {
        (sink, Err(unused()))
    }

    async fn open_tree(&self, _: &TenantId, _: &str) -> Result<Arc<dyn SnapshotTree>> {
        Err(unused())
    }

    async fn forget(&self, _: &TenantId, names: Vec<String>) -> Result<()> {
        let course = self.faults.step("vault.forget").await?;
        self.inner.snapshots.lock().unwrap().retain(|name, _| !names.contains(name));
        course.end(())
    }

    async fn snapshots(&self, _: &TenantId) -> Result<Vec<VaultSnapshot>> {
        let course = self.faults.step("vault.snapshots").await?;
        let snapshots = self.inner.snapshots.lock().unwrap();
        let all =
            snapshots.iter().map(|(name, tags)| VaultSnapshot { name: name.clone(), tags: tags.clone() });
        course.end(all.collect())
    }

    async fn prune(&self, _: &TenantId, known: Vec<String>) -> Result<PruneReport> {
        let course = self.faults.step("vault.prune").await?;
        if self.going() > 0 {
            return Err(Error::conflict("the vault is in use"));
        }
        let snapshots = self.inner.snapshots.lock().unwrap();
        if let Some(missing) = known.iter().find(|name| !snapshots.contains_key(*name)) {
            return Err(Error::new(Kind::Internal, format!("{missing} is known and not there")));
        }
        self.inner.prunes.fetch_add(1, Ordering::SeqCst);
        course.end(PruneReport::default())
    }

    async fn check(
        &self,
        _: &TenantId,
        _: CheckDepth,
        _: Arc<JobControl>,
        _: Arc<dyn Progress<CheckStats>>,
    ) -> Result<VaultCheck> {
        let course = self.faults.step("vault.check").await?;
        course.end(VaultCheck { snapshots: self.names(), ..VaultCheck::default() })
    }

    async fn recover(&self, _: &TenantId) -> Result<()> {
        self.faults.step("vault.recover").await?.end(())
    }
}

pub(crate) fn unused() -> Error {
    Error::new(Kind::Internal, "no test needs this")
}
