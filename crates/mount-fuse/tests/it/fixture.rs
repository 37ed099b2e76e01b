//! A vault in a temporary folder, and snapshots of a folder that are mounted.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::{
    BackupJob, FilePath, MountId, MountJob, Mounts, NoProgress, Root, SnapshotTree, TenantId, Vault,
};
use mount_fuse::{Access, FuseMounts};
use tempfile::TempDir;
use vault_rustic::RusticVault;

pub(crate) struct Fixture {
    pub(crate) dir: TempDir,
    pub(crate) vault: RusticVault,
    pub(crate) mounts: FuseMounts,
}

/// What mounts; none where there is no FUSE.
pub(crate) fn fuse() -> Option<FuseMounts> {
    let mounts = FuseMounts::new(Access::Server);
    let Err(error) = mounts.available() else { return Some(mounts) };
    let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!in_ci || !Path::new("/dev/fuse").exists(), "FUSE is there and does not work: {error}");
    println!("SKIPPED, nothing was mounted: {error}");
    None
}

impl Fixture {
    pub(crate) fn new() -> Option<Self> {
        let mounts = fuse()?;
        let dir = TempDir::new().unwrap();
        for folder in ["files", "at"] {
            fs::create_dir(dir.path().join(folder)).unwrap();
        }
        let vault = RusticVault::open(dir.path().join("vault"), dir.path().join("secrets")).unwrap();
        Some(Self { dir, vault, mounts })
    }

    pub(crate) fn files(&self) -> PathBuf {
        self.dir.path().join("files")
    }

    /// Where snapshots are mounted.
    pub(crate) fn at(&self) -> PathBuf {
        self.dir.path().join("at")
    }

    /// Where the files are in a mounted snapshot.
    pub(crate) fn mounted(&self) -> PathBuf {
        self.at().join(self.files().strip_prefix("/").unwrap())
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.files().join(name), content).unwrap();
    }

    pub(crate) async fn back_up(&self, tag: &str) -> String {
        let root = Root { path: FilePath::from(self.files()), excluded: Vec::new(), one_file_system: false };
        let job = BackupJob {
            host: "host.example".to_owned(),
            roots: vec![root],
            excluded_patterns: Vec::new(),
            forbidden: Vec::new(),
            parent: None,
            tag: tag.to_owned(),
            taken_at: "2026-03-29T00:30:00Z".parse().unwrap(),
        };
        let outcome = self.vault.back_up(&tenant(), job, Arc::default(), Arc::new(NoProgress)).await.unwrap();
        assert_eq!(outcome.warnings, Vec::<String>::new());
        outcome.vault_snapshot
    }

    pub(crate) async fn tree(&self, snapshot: &str) -> Arc<dyn SnapshotTree> {
        self.vault.open_tree(&tenant(), snapshot).await.unwrap()
    }

    pub(crate) async fn mount(&self, snapshot: &str) {
        self.mounts.mount(job(self.tree(snapshot).await, &self.at())).unwrap();
    }

    /// Backs up and mounts.
    pub(crate) async fn show(&self) {
        self.mount(&self.back_up("t").await).await;
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        // A folder that something is mounted in cannot be removed.
        let _ = self.mounts.unmount(&self.at());
    }
}

pub(crate) fn tenant() -> TenantId {
    TenantId("acme".to_owned())
}

pub(crate) fn job(tree: Arc<dyn SnapshotTree>, at: &Path) -> MountJob {
    MountJob { id: MountId(7), tree, at: at.to_owned() }
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
