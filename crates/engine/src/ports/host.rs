//! The machines that are protected: what they are, and writing files back to them.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;

use crate::error::Result;
use crate::{FilePath, FileSink, HostFacts, Progress, RestoreOptions, RestoreStats};

/// The reachable machines.
#[async_trait]
pub trait Hosts: Send + Sync + 'static {
    /// Looks at the host that answers at `endpoint`.
    ///
    /// # Errors
    /// [`Kind::Unsupported`](crate::Kind::Unsupported) when this installation cannot reach that host.
    async fn probe(&self, endpoint: &str) -> Result<HostFacts>;

    /// Looks at a root that is about to be protected: it must be absolute, exist and be readable.
    ///
    /// # Errors
    /// [`Kind::Invalid`](crate::Kind::Invalid), with the path and the reason.
    async fn check_root(&self, endpoint: &str, root: &FilePath) -> Result<()>;

    /// Looks at the places of a job that is about to be accepted, and makes nothing.
    ///
    /// # Errors
    /// When a place cannot be written because of what it is: relative, twice the same, or forbidden.
    async fn check_places(&self, job: &WriteJob) -> Result<()>;

    /// Opens the place where files are to be written. Nothing outside it is ever written, whatever the
    /// names and links in the snapshot or on the disk say.
    ///
    /// # Errors
    /// When the place cannot be made or written.
    fn writer(&self, job: WriteJob, progress: Arc<dyn Progress<RestoreStats>>) -> Result<Box<dyn FileSink>>;
}

/// Files that are to be written to a host.
#[derive(Clone, Debug)]
pub struct WriteJob {
    /// The host.
    pub endpoint: String,
    /// For each path of the snapshot the place on the host: the item itself goes exactly there, what lies
    /// below it follows.
    pub placements: Vec<(FilePath, PathBuf)>,
    /// How files are written.
    pub options: RestoreOptions,
    /// Folders of ours that must not be written into.
    pub forbidden: Vec<PathBuf>,
    /// Exceptions from `forbidden`: folders below it that may be written.
    pub allowed: Vec<PathBuf>,
}
