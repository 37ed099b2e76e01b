//! Where file contents are kept.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::mpsc;

use super::SnapshotTree;
use crate::error::Result;
use crate::{BackupStats, FileEntry, FileKind, FilePath, JobControl, Progress, RestoreStats, Root, TenantId};
use crate::{CheckDepth, CheckStats, VaultCheck};

/// A store of snapshots: deduplicated, compressed and encrypted. Each tenant has one of its own, made when
/// it is first needed; tenants share nothing, not even equal blocks.
///
/// Snapshots are named by strings that only the vault understands.
#[async_trait]
pub trait Vault: Send + Sync + 'static {
    /// Reads files and keeps them as one snapshot, tagged with [`BackupJob::tag`].
    ///
    /// When this returns `Ok`, the snapshot is on disk for good. When it returns an error or never returns,
    /// there is no snapshot with that tag; blocks that were stored are found again by the next attempt.
    ///
    /// # Errors
    /// [`Kind::Cancelled`](crate::Kind::Cancelled), [`Kind::Unavailable`](crate::Kind::Unavailable) when the
    /// store is full or unreachable, [`Kind::Invalid`](crate::Kind::Invalid) when a root is gone. A file that
    /// cannot be read is no error but a warning of the outcome.
    async fn back_up(
        &self,
        tenant: &TenantId,
        job: BackupJob,
        control: Arc<JobControl>,
        progress: Arc<dyn Progress<BackupStats>>,
    ) -> Result<BackupOutcome>;

    /// Refuses what [`BackupJob::excluded_patterns`] cannot hold.
    ///
    /// # Errors
    /// [`Kind::Invalid`](crate::Kind::Invalid), with the pattern and the reason.
    fn check_pattern(&self, pattern: &str) -> Result<()>;

    /// The snapshot that carries `tag`, if a backup with it was completed.
    async fn find(&self, tenant: &TenantId, tag: &str) -> Result<Option<String>>;

    /// Sends every entry of a snapshot, folders before what they hold, in batches. Ends early without an
    /// error when the receiver is gone.
    async fn list(
        &self,
        tenant: &TenantId,
        vault_snapshot: &str,
        entries: mpsc::Sender<Vec<FileEntry>>,
    ) -> Result<()>;

    /// One entry of a snapshot.
    async fn entry(
        &self,
        tenant: &TenantId,
        vault_snapshot: &str,
        path: &FilePath,
    ) -> Result<Option<FileEntry>>;

    /// At most `length` bytes of a file from `offset` on; fewer at its end, none past it.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound) when there is no such file,
    /// [`Kind::Invalid`](crate::Kind::Invalid) when it is not a regular file.
    async fn read(
        &self,
        tenant: &TenantId,
        vault_snapshot: &str,
        path: &FilePath,
        offset: u64,
        length: u64,
    ) -> Result<Vec<u8>>;

    /// Hands items of a snapshot, with all that lies below them, to a sink: folders before what they hold.
    /// A file whose content is damaged is reported to the sink and costs only itself.
    ///
    /// Gives the sink back, together with how it went.
    async fn extract(
        &self,
        tenant: &TenantId,
        vault_snapshot: &str,
        items: Vec<FilePath>,
        sink: Box<dyn FileSink>,
        control: Arc<JobControl>,
    ) -> (Box<dyn FileSink>, Result<()>);

    /// Opens a snapshot to be read here and there, for as long as somebody has it. A prune may come between two
    /// calls, and waits for one that goes on.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound) when there is no such snapshot.
    async fn open_tree(&self, tenant: &TenantId, vault_snapshot: &str) -> Result<Arc<dyn SnapshotTree>>;

    /// Removes snapshots. The space of blocks that no other snapshot shares comes back with the next prune.
    /// A name that is not there is not an error.
    async fn forget(&self, tenant: &TenantId, vault_snapshots: Vec<String>) -> Result<()>;

    /// Every snapshot that is there.
    ///
    /// # Errors
    /// Also when one of them cannot be read: the list is whole or there is none.
    async fn snapshots(&self, tenant: &TenantId) -> Result<Vec<VaultSnapshot>>;

    /// Gives back the space of what no snapshot holds. Does nothing when no snapshot was forgotten since the
    /// last prune. Everything that stands in the vault is kept, also what is not among `known`.
    ///
    /// # Errors
    /// [`Kind::Conflict`](crate::Kind::Conflict) while backups and reads of ours go on: try again later.
    /// [`Kind::Unavailable`](crate::Kind::Unavailable) while another tool has locked it.
    /// [`Kind::Internal`](crate::Kind::Internal) when one of the snapshots in `known` is missing or damaged:
    /// what it holds could not be told from what nothing holds.
    async fn prune(&self, tenant: &TenantId, known: Vec<String>) -> Result<PruneReport>;

    /// Looks whether what is stored is there and whole, and changes nothing. It never goes on together with a prune,
    /// and keeps one waiting for no longer than it takes to go through the snapshots, or to read one file.
    ///
    /// # Errors
    /// [`Kind::Conflict`](crate::Kind::Conflict) while another check goes on,
    /// [`Kind::Cancelled`](crate::Kind::Cancelled), [`Kind::Unavailable`](crate::Kind::Unavailable) when the store
    /// is unreachable. Damage is no error.
    async fn check(
        &self,
        tenant: &TenantId,
        depth: CheckDepth,
        control: Arc<JobControl>,
        progress: Arc<dyn Progress<CheckStats>>,
    ) -> Result<VaultCheck>;

    /// Makes the vault whole again after the process that wrote to it died.
    async fn recover(&self, tenant: &TenantId) -> Result<()>;
}

/// A snapshot as the vault knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultSnapshot {
    /// Its name in the vault.
    pub name: String,
    /// What it was tagged with.
    pub tags: Vec<String>,
}

/// What a prune did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PruneReport {
    /// By how much the vault is smaller now.
    pub bytes_freed: u64,
}

/// What is to be backed up.
#[derive(Clone, Debug)]
pub struct BackupJob {
    /// The host's name, kept with the snapshot.
    pub host: String,
    /// What to read.
    pub roots: Vec<Root>,
    /// Glob patterns left out everywhere.
    pub excluded_patterns: Vec<String>,
    /// Folders of ours that are never read: backing up the vault into itself has no end.
    pub forbidden: Vec<PathBuf>,
    /// The snapshot that unchanged files are taken from; none reads everything.
    pub parent: Option<String>,
    /// By what the snapshot is found again.
    pub tag: String,
    /// The moment it stands for.
    pub taken_at: Timestamp,
}

/// A completed backup.
#[derive(Clone, Debug, PartialEq)]
pub struct BackupOutcome {
    /// The snapshot's name in the vault.
    pub vault_snapshot: String,
    /// What was counted.
    pub stats: BackupStats,
    /// What could not be read, a line each with its path and the reason, at most
    /// [`BackupStats::WARNINGS_KEPT`]; `stats.files_unreadable` counts them all.
    pub warnings: Vec<String>,
}

/// Receives the entries of a snapshot one after the other: `begin`, then `write` as often as there is
/// content, then `finish`; or `begin` and `fail`. Called from a thread that may block.
///
/// An error from any of them ends the extraction; a sink that wants to go on after a failed file counts it
/// and answers `Ok`.
pub trait FileSink: Send + 'static {
    /// What is about to come in all: entries and bytes.
    fn expect(&mut self, entries: u64, bytes: u64);

    /// An entry begins.
    fn begin(&mut self, node: &Node) -> Result<Wanted>;

    /// The next bytes of its content. Long runs of zeros may be given as they are: a sink may leave holes.
    fn write(&mut self, bytes: &[u8]) -> Result<()>;

    /// The entry is complete.
    fn finish(&mut self) -> Result<()>;

    /// The entry's content cannot be read.
    fn fail(&mut self, reason: &str) -> Result<()>;

    /// Everything was given: sets what can only be set at the end, such as the times of folders, and brings
    /// all of it to disk. An error means that what was written cannot be relied on.
    fn complete(self: Box<Self>) -> Result<SinkReport>;
}

/// What a sink wants of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Its content.
    Content,
    /// Nothing more; neither `write` nor `finish` is called.
    Nothing,
}

/// How it went in the end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SinkReport {
    /// What was counted.
    pub stats: RestoreStats,
    /// What failed, a line each with its path and the reason, at most [`BackupStats::WARNINGS_KEPT`].
    pub warnings: Vec<String>,
}

/// An entry of a snapshot with everything that is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its absolute path in the snapshot.
    pub path: FilePath,
    /// What it is.
    pub content: NodeContent,
    /// Permission bits with setuid, setgid and sticky; none where the source had none.
    pub mode: Option<u32>,
    /// The owner's number.
    pub uid: Option<u32>,
    /// The owning group's number.
    pub gid: Option<u32>,
    /// When its content last changed, to the nanosecond where the source had it.
    pub modified_at: Option<Timestamp>,
    /// When it was last read.
    pub accessed_at: Option<Timestamp>,
    /// Extended attributes.
    pub xattrs: Vec<(Vec<u8>, Vec<u8>)>,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeContent {
    /// A regular file.
    File {
        /// Its size.
        size_bytes: u64,
        /// Set for a file with several names: equal for all of them.
        hard_link: Option<(u64, u64)>,
    },
    /// A folder.
    Folder,
    /// A symbolic link.
    Symlink {
        /// What it points to, as the bytes it holds.
        target: Vec<u8>,
    },
    /// A named pipe.
    Fifo,
    /// A socket.
    Socket,
    /// A device.
    Device {
        /// Whether it is a character device; else a block device.
        character: bool,
        /// Its number.
        number: u64,
    },
}

impl NodeContent {
    /// The kind, as searches know it.
    pub fn kind(&self) -> FileKind {
        match self {
            Self::File { .. } => FileKind::File,
            Self::Folder => FileKind::Folder,
            Self::Symlink { .. } => FileKind::Symlink,
            Self::Fifo | Self::Socket | Self::Device { .. } => FileKind::Other,
        }
    }
}
