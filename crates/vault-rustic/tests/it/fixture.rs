//! A vault in a temporary folder, files to back up, and a sink that keeps what it is given.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use engine::{
    BackupJob, BackupOutcome, BackupStats, FileEntry, FilePath, FileSink, JobControl, NoProgress, Node,
    NodeContent, Progress, Result, Root, SinkReport, TenantId, Vault, Wanted,
};
use tempfile::TempDir;
use tokio::sync::mpsc;
use vault_rustic::RusticVault;

pub(crate) struct Fixture {
    pub(crate) dir: TempDir,
    pub(crate) vault: Arc<RusticVault>,
    pub(crate) tenant: TenantId,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let dir = TempDir::new().unwrap();
        fs::create_dir(dir.path().join("files")).unwrap();
        let vault = open(dir.path());
        Self { dir, vault, tenant: TenantId("acme".to_owned()) }
    }

    /// Where the files to back up lie.
    pub(crate) fn files(&self) -> PathBuf {
        self.dir.path().join("files")
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.files().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.file(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Where the tenant's repository lies.
    pub(crate) fn repository(&self) -> PathBuf {
        self.vault.repository_hint(&self.tenant).unwrap().0
    }

    /// Forgets everything that is held in memory, as a new process would.
    pub(crate) fn reopen(&mut self) {
        self.vault = open(self.dir.path());
    }

    pub(crate) fn job(&self, tag: &str) -> BackupJob {
        job(&[&self.files()], tag)
    }

    pub(crate) async fn back_up(&self, job: BackupJob) -> Result<BackupOutcome> {
        self.back_up_with(job, Arc::default(), Arc::new(NoProgress)).await
    }

    pub(crate) async fn back_up_with(
        &self,
        job: BackupJob,
        control: Arc<JobControl>,
        progress: Arc<dyn Progress<BackupStats>>,
    ) -> Result<BackupOutcome> {
        self.vault.back_up(&self.tenant, job, control, progress).await
    }

    pub(crate) async fn list(&self, snapshot: &str) -> Result<Vec<FileEntry>> {
        let (sender, mut receiver) = mpsc::channel(4);
        let receive = async {
            let mut entries = Vec::new();
            while let Some(batch) = receiver.recv().await {
                entries.extend(batch);
            }
            entries
        };
        let (listed, entries) = tokio::join!(self.vault.list(&self.tenant, snapshot, sender), receive);
        listed.map(|()| entries)
    }

    /// The paths of a snapshot below the files to back up, relative to them.
    pub(crate) async fn names(&self, snapshot: &str) -> Vec<String> {
        let entries = self.list(snapshot).await.unwrap();
        let files = self.files();
        let below = entries.iter().filter_map(|entry| entry.path.as_path().strip_prefix(&files).ok());
        below.map(|path| path.display().to_string()).filter(|path| !path.is_empty()).collect()
    }

    pub(crate) async fn extract(&self, snapshot: &str, items: &[&Path]) -> (Kept, Result<()>) {
        let (sink, kept) = Sink::new();
        let items = items.iter().map(|path| FilePath::from(*path)).collect();
        let (_, result) =
            self.vault.extract(&self.tenant, snapshot, items, Box::new(sink), Arc::default()).await;
        let kept = kept.lock().unwrap().clone();
        (kept, result)
    }

    /// Extracts everything of a snapshot of the files of another fixture.
    pub(crate) async fn extract_from(&self, other: &Self, snapshot: &str) -> (Kept, Result<()>) {
        self.extract(snapshot, &[&other.files()]).await
    }

    pub(crate) async fn read(
        &self,
        snapshot: &str,
        path: &Path,
        offset: u64,
        length: u64,
    ) -> Result<Vec<u8>> {
        self.vault.read(&self.tenant, snapshot, &FilePath::from(path), offset, length).await
    }
}

pub(crate) fn open(dir: &Path) -> Arc<RusticVault> {
    Arc::new(RusticVault::open(dir.join("vault"), dir.join("secrets")).unwrap())
}

pub(crate) fn job(roots: &[&Path], tag: &str) -> BackupJob {
    let root =
        |path: &&Path| Root { path: FilePath::from(*path), excluded: Vec::new(), one_file_system: false };
    BackupJob {
        host: "host.example".to_owned(),
        roots: roots.iter().map(root).collect(),
        excluded_patterns: Vec::new(),
        forbidden: Vec::new(),
        parent: None,
        tag: tag.to_owned(),
        taken_at: "2026-03-29T00:30:00Z".parse().unwrap(),
    }
}

/// Bytes that neither compress nor repeat, the same for the same seed.
pub(crate) fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// The pack files of a repository.
pub(crate) fn packs(repository: &Path) -> Vec<PathBuf> {
    let folders = fs::read_dir(repository.join("data")).unwrap();
    folders.flat_map(|folder| files_in(&folder.unwrap().path())).collect()
}

/// The files right in a folder.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// What a sink was given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    pub(crate) expected: (u64, u64),
    /// In the order in which they came.
    pub(crate) nodes: Vec<Node>,
    pub(crate) contents: BTreeMap<FilePath, Vec<u8>>,
    pub(crate) failures: Vec<(FilePath, String)>,
}

impl Kept {
    pub(crate) fn node(&self, path: &Path) -> &Node {
        let path = FilePath::from(path);
        self.nodes.iter().find(|node| node.path == path).unwrap_or_else(|| panic!("no node {path}"))
    }

    pub(crate) fn content(&self, path: &Path) -> &[u8] {
        let path = FilePath::from(path);
        self.contents.get(&path).unwrap_or_else(|| panic!("no content of {path}"))
    }
}

struct Sink {
    kept: Arc<Mutex<Kept>>,
    current: Option<FilePath>,
}

impl Sink {
    fn new() -> (Self, Arc<Mutex<Kept>>) {
        let kept = Arc::new(Mutex::new(Kept::default()));
        (Self { kept: kept.clone(), current: None }, kept)
    }
}

impl FileSink for Sink {
    fn expect(&mut self, entries: u64, bytes: u64) {
        self.kept.lock().unwrap().expected = (entries, bytes);
    }

    fn begin(&mut self, node: &Node) -> Result<Wanted> {
        assert_eq!(self.current, None, "an entry begins before the last one ended");
        let mut kept = self.kept.lock().unwrap();
        kept.nodes.push(node.clone());
        if matches!(node.content, NodeContent::File { .. }) {
            kept.contents.insert(node.path.clone(), Vec::new());
        }
        self.current = Some(node.path.clone());
        Ok(Wanted::Content)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let path = self.current.clone().unwrap();
        self.kept.lock().unwrap().contents.get_mut(&path).unwrap().extend_from_slice(bytes);
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        self.current.take().unwrap();
        Ok(())
    }

    fn fail(&mut self, reason: &str) -> Result<()> {
        let path = self.current.take().unwrap();
        let mut kept = self.kept.lock().unwrap();
        kept.contents.remove(&path);
        kept.failures.push((path, reason.to_owned()));
        Ok(())
    }

    fn complete(self: Box<Self>) -> Result<SinkReport> {
        Ok(SinkReport::default())
    }
}
