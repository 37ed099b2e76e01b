//! Snapshots: what a run kept of one object, and the files that are found in them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{FilePath, GroupId, ObjectId, RunId, RunKind, SnapshotId, TenantId};

/// A complete snapshot of one object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Its number.
    pub id: SnapshotId,
    /// Who owns it.
    pub tenant: TenantId,
    /// Of which object.
    pub object: ObjectId,
    /// By which group.
    pub group: GroupId,
    /// By which run.
    pub run: RunId,
    /// How it was taken.
    pub kind: RunKind,
    /// When the run was asked for, which is the moment it stands for.
    pub taken_at: Timestamp,
    /// When it may be removed; none means never.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// Its name in the vault.
    pub vault_snapshot: String,
    /// The protected roots it holds.
    pub roots: Vec<FilePath>,
    /// Kept whatever its expiry says, until somebody takes the hold away.
    #[serde(default)]
    pub legal_hold: bool,
    /// Kept until a moment, whatever anybody says.
    #[serde(default)]
    pub lock: Option<SnapshotLock>,
}

impl Snapshot {
    /// Why it must not be removed at `now`, in words that complete "it …"; none when it may be.
    pub fn kept_because(&self, now: Timestamp) -> Option<String> {
        if self.legal_hold {
            return Some("is under legal hold".to_owned());
        }
        self.lock.filter(|lock| lock.until > now).map(|lock| format!("is locked until {}", lock.until))
    }
}

/// A lock against removal. It can be made longer, and not shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotLock {
    /// How strict it is.
    pub mode: LockMode,
    /// When it ends.
    pub until: Timestamp,
}

/// How strict a lock is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockMode {
    /// Nobody can take it away.
    Compliance,
    /// An administrator could take it away; this API offers no way to.
    Administrative,
}

/// Which snapshots are wanted. Everything that is set must hold.
#[derive(Clone, Debug, Default)]
pub struct SnapshotFilter {
    /// Of this object.
    pub object: Option<ObjectId>,
    /// By one of these groups; empty means any.
    pub groups: Vec<GroupId>,
    /// By this run.
    pub run: Option<RunId>,
    /// Taken at or after.
    pub from: Option<Timestamp>,
    /// Taken at or before.
    pub until: Option<Timestamp>,
    /// Taken in one of these ways; empty means any.
    pub kinds: Vec<RunKind>,
}

/// One file or folder of a snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct FileEntry {
    /// Its absolute path.
    pub path: FilePath,
    /// What it is.
    pub kind: FileKind,
    /// Its size; 0 for what is not a regular file.
    pub size_bytes: u64,
    /// When its content last changed.
    pub modified_at: Option<Timestamp>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Symlink,
    /// A device, a socket or a fifo.
    Other,
}

/// A search over every file that some snapshot holds.
#[derive(Clone, Debug, Default)]
pub struct FileQuery {
    /// What the name must contain, whatever the case of its letters. A `*` stands for any characters, a
    /// `?` for one; with either of them the pattern must match the whole name. Empty matches all.
    pub name: String,
    /// Of one of these kinds; empty means any.
    pub kinds: Vec<FileKind>,
    /// On one of these objects; empty means any.
    pub objects: Vec<ObjectId>,
    /// Protected by one of these groups; empty means any.
    pub groups: Vec<GroupId>,
    /// Where the page begins that an earlier one ended before; none for the first.
    pub after: Option<FileCursor>,
    /// At most so many hits.
    pub limit: u32,
}

/// A page of hits.
#[derive(Clone, Debug, Default)]
pub struct FilePage {
    /// The hits, in a stable order.
    pub hits: Vec<FileHit>,
    /// How many there were over all pages when the first one was read.
    pub total: u64,
    /// What to give as [`FileQuery::after`] for the next page; none means this was the last.
    pub next: Option<FileCursor>,
}

/// Where a page ended. It carries the total along: counting costs far more than a page, so only the first page
/// counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileCursor {
    /// The number of the last file on the page.
    pub file: i64,
    /// [`FilePage::total`].
    pub total: u64,
}

/// A file that a search found: one path of one object, whatever the number of snapshots that hold it.
#[derive(Clone, Debug, PartialEq)]
pub struct FileHit {
    /// On which object.
    pub object: ObjectId,
    /// By which group it was last seen.
    pub group: GroupId,
    /// The file as the latest snapshot that holds it shows it.
    pub entry: FileEntry,
    /// That latest snapshot.
    pub snapshot: SnapshotId,
}

/// A page of files that a search found, each with all its versions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HistoryPage {
    /// The files, in a stable order.
    pub files: Vec<FileHistory>,
    /// The snapshots that they are in, the latest first.
    pub snapshots: Vec<Snapshot>,
    /// How many there were over all pages when the first one was read.
    pub total: u64,
    /// What to give as [`FileQuery::after`] for the next page; none means this was the last.
    pub next: Option<FileCursor>,
}

/// A path of an object, and what it was in the snapshots that are left.
#[derive(Clone, Debug, PartialEq)]
pub struct FileHistory {
    /// Of which object.
    pub object: ObjectId,
    /// Where it lies.
    pub path: FilePath,
    /// What it was, the oldest first.
    pub versions: Vec<FileVersion>,
}

/// What a file was in some snapshots that one group took of its object one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct FileVersion {
    /// Of which object.
    pub object: ObjectId,
    /// By which group.
    pub group: GroupId,
    /// What it was.
    pub entry: FileEntry,
    /// In which snapshots, the oldest first; at least one.
    pub snapshots: Vec<SnapshotId>,
}
