//! Hanging snapshots in the file system, and remembering which ones hang where.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::Node;
use crate::error::Result;
use crate::{FilePath, Mount, MountId, NewMount, SnapshotId, TenantId};

/// What shows a snapshot as a folder. All calls may block.
pub trait Mounts: Send + Sync + 'static {
    /// Whether this machine can mount anything.
    ///
    /// # Errors
    /// [`Kind::Unsupported`](crate::Kind::Unsupported), with what is missing.
    fn available(&self) -> Result<()>;

    /// Looks at a folder that somebody wants to mount at, and gives its path without symbolic links. Makes
    /// nothing.
    ///
    /// # Errors
    /// [`Kind::Invalid`](crate::Kind::Invalid) unless it is an empty folder, named by an absolute path, and
    /// nothing is mounted there.
    fn check(&self, at: &Path) -> Result<PathBuf>;

    /// Shows a tree, for reading only. The folder must be there; what a process that died left mounted at it
    /// is put away first.
    ///
    /// # Errors
    /// [`Kind::Unsupported`](crate::Kind::Unsupported) as in [`Mounts::available`],
    /// [`Kind::Conflict`](crate::Kind::Conflict) when the folder is not there, not empty or taken,
    /// [`Kind::Forbidden`](crate::Kind::Forbidden) when the system does not allow it.
    fn mount(&self, job: MountJob) -> Result<()>;

    /// Takes a tree away, also from under programs that use it. Nothing being mounted there is no error.
    ///
    /// # Errors
    /// [`Kind::Internal`](crate::Kind::Internal) when it still hangs there.
    fn unmount(&self, at: &Path) -> Result<Unmounting>;

    /// Unmounts what this kind of server mounted at or below a folder and nobody serves any more. Gives the
    /// mount points.
    ///
    /// # Errors
    /// [`Kind::Internal`](crate::Kind::Internal) when one of them still hangs there.
    fn clean(&self, folder: &Path) -> Result<Vec<PathBuf>>;
}

/// A tree that is to be shown.
pub struct MountJob {
    /// The mount's number, by which the system's list of mounts names it.
    pub id: MountId,
    /// What to show.
    pub tree: Arc<dyn SnapshotTree>,
    /// The folder to show it in.
    pub at: PathBuf,
}

/// How an unmount went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmounting {
    /// Nothing is left of it.
    Complete,
    /// It is gone from the folder tree, and programs that had files of it open can read them until they close
    /// them or the server stops.
    StillOpen,
}

/// A snapshot that is open for reading, as a tree of folders. All calls may block, and may come from several
/// threads at once. Memory stays bounded whatever the snapshot holds.
pub trait SnapshotTree: Send + Sync + 'static {
    /// What is at a path; `/` is always there.
    ///
    /// # Errors
    /// [`Kind::Internal`](crate::Kind::Internal) when the folders on the way are damaged,
    /// [`Kind::NotFound`](crate::Kind::NotFound) when the whole snapshot is gone.
    fn entry(&self, path: &FilePath) -> Result<Option<Node>>;

    /// What a folder holds, by name, always in the same order.
    ///
    /// # Errors
    /// As for [`SnapshotTree::entry`], also when there is no such folder, and
    /// [`Kind::Invalid`](crate::Kind::Invalid) when it is none.
    fn list(&self, folder: &FilePath) -> Result<Vec<Node>>;

    /// The same as [`SnapshotTree::list`], each with a mark of what it holds.
    ///
    /// # Errors
    /// As for [`SnapshotTree::list`].
    fn list_marked(&self, folder: &FilePath) -> Result<Vec<(Node, ContentMark)>>;

    /// At most `length` bytes of a file from `offset` on; fewer at its end, none past it.
    ///
    /// # Errors
    /// As for [`SnapshotTree::list`], for a file.
    fn read(&self, path: &FilePath, offset: u64, length: u64) -> Result<Vec<u8>>;
}

/// Stands for the content of a file, or for all that lies below a folder, with its attributes. Of two entries of one
/// kind in snapshots of one tenant, equal marks mean equal content; unequal ones of folders may yet hold the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentMark(pub [u8; 32]);

/// The part of the catalog that remembers mounts. What holds for [`Catalog`](super::Catalog) holds here.
///
/// A snapshot with a mount that is [in use](crate::MountState::is_in_use) is not forgotten:
/// [`forget_expired`](super::Catalog::forget_expired) passes it over, and
/// [`forget_snapshots`](super::Catalog::forget_snapshots) and
/// [`delete_group`](super::Catalog::delete_group) with snapshots answer
/// [`Kind::Conflict`](crate::Kind::Conflict) and name the mount.
#[async_trait]
pub trait MountCatalog: Send + Sync + 'static {
    /// Accepts a mount. [`Kind::NotFound`](crate::Kind::NotFound) when the snapshot is not there,
    /// [`Kind::Conflict`](crate::Kind::Conflict) when a mount in use has the same path.
    async fn insert_mount(
        &self,
        tenant: &TenantId,
        new: NewMount,
        snapshot: SnapshotId,
        now: Timestamp,
    ) -> Result<Mount>;
    /// One mount.
    async fn mount(&self, tenant: &TenantId, id: MountId) -> Result<Mount>;
    /// All mounts of a tenant, the latest first.
    async fn mounts(&self, tenant: &TenantId) -> Result<Vec<Mount>>;
    /// The mounts of all tenants that are in use, the oldest first.
    async fn mounts_in_use(&self) -> Result<Vec<Mount>>;
    /// Replaces a mount. [`Kind::Conflict`](crate::Kind::Conflict) when it comes into use and its snapshot is
    /// gone, or another mount in use has its path.
    async fn update_mount(&self, mount: &Mount) -> Result<()>;
}
