//! What the engine needs from the outside, as traits that adapters implement.

mod catalog;
mod clock;
mod host;
mod mounts;
mod progress;
mod tasks;
mod users;
mod vault;

pub use catalog::{Catalog, FireTime, Installation, NewObjectSnapshot};
pub use clock::{Clock, SystemClock};
pub use host::{Hosts, WriteJob};
pub use mounts::{ContentMark, MountCatalog, MountJob, Mounts, SnapshotTree, Unmounting};
pub use progress::{NoProgress, Progress};
pub use tasks::TaskCatalog;
pub use users::UserCatalog;
pub use vault::{
    BackupJob, BackupOutcome, FileSink, Node, NodeContent, PruneReport, SinkReport, Vault, VaultSnapshot,
    Wanted,
};
