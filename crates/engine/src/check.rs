//! What a check of a vault looks at, and what it finds.

use jiff::Timestamp;
use serde::Serialize;

use crate::{FilePath, Snapshot};

/// How far a check goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckDepth {
    /// That everything is there which snapshots need: every snapshot and index can be read, every pack that they
    /// name is there with its size, every folder of every snapshot can be listed, and every part of every file is
    /// known.
    Structure,
    /// That too, and reads this much of what is stored, in per cent of its bytes from 1 to 100, and holds it
    /// against its checksums. What is left out is another part each time.
    Contents {
        /// How much.
        percent: u8,
    },
}

/// How far a check is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckStats {
    /// Bytes that were read and held against their checksums.
    pub bytes_done: u64,
    /// Bytes that will be.
    pub bytes_total: u64,
    /// Snapshots that were gone through.
    pub snapshots_done: u64,
    /// Snapshots that will be.
    pub snapshots_total: u64,
    /// What was found so far.
    pub damages: u64,
}

/// What a check of a vault found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VaultCheck {
    /// Snapshots that stand in the vault, whole or not.
    #[serde(skip)]
    pub snapshots: Vec<String>,
    /// Packs that an index names.
    pub packs: u64,
    /// Bytes of these packs.
    pub bytes: u64,
    /// Bytes of them that were read.
    pub bytes_read: u64,
    /// Files that nothing needs: of backups that go on or broke off. They are no damage.
    pub unused_files: u64,
    /// What is not as it should be, at most [`CheckReport::KEPT`].
    pub damages: Vec<Damage>,
    /// How many there are in all.
    pub damages_total: u64,
    /// The snapshots that miss something.
    #[serde(skip)]
    pub harmed: Vec<Harm>,
}

/// A thing of a vault that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Damage {
    /// What it is.
    pub kind: DamagedThing,
    /// Its name in the vault.
    pub name: String,
    /// What is wrong with it, in words that follow its kind and name.
    pub reason: String,
}

/// What is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum DamagedThing {
    /// What everything else is opened with.
    Key,
    /// A list of what lies in which pack. It is made anew when the server next starts.
    Index,
    /// A file with parts of files or folders.
    Pack,
    /// A snapshot's own file.
    Snapshot,
}

/// What a snapshot misses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Harm {
    /// Its name in the vault.
    pub vault_snapshot: String,
    /// Files that cannot be read, or not to their end.
    pub files: u64,
    /// Folders of which nobody knows what they hold.
    pub folders: u64,
    /// The first of both, at most [`CheckReport::PATHS_KEPT`]; none where all of the snapshot is lost.
    pub paths: Vec<FilePath>,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckReport {
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How many snapshots the catalog knows and were looked at.
    pub snapshots: u64,
    /// What the vault found.
    #[serde(flatten)]
    pub vault: VaultCheck,
    /// The snapshots that miss something, the latest first.
    pub harmed: Vec<HarmedSnapshot>,
}

/// A snapshot of the catalog that misses something.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HarmedSnapshot {
    /// Which.
    #[serde(skip)]
    pub snapshot: Snapshot,
    /// The moment it stands for.
    pub taken_at: Timestamp,
    /// What the group is called; none when nobody knows any more.
    pub group_name: Option<String>,
    /// What it misses. Without files, folders and paths: all of it.
    #[serde(flatten)]
    pub harm: Harm,
}

impl CheckReport {
    /// How many damages are told one by one.
    pub const KEPT: usize = 1000;
    /// How many paths of a snapshot are told.
    pub const PATHS_KEPT: usize = 10;

    /// Whether everything is as it should be.
    pub fn is_good(&self) -> bool {
        self.vault.damages_total == 0 && self.harmed.is_empty()
    }
}

impl Harm {
    /// A snapshot of which nothing can be read.
    pub fn whole(vault_snapshot: impl Into<String>) -> Self {
        Self { vault_snapshot: vault_snapshot.into(), ..Self::default() }
    }

    /// Whether nothing of the snapshot can be read.
    pub fn is_whole(&self) -> bool {
        self.files == 0 && self.folders == 0
    }
}
