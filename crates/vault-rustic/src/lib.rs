//! The engine's vault in restic-format repositories on a local disk, through `rustic_core`.
//!
//! Each tenant has a repository of its own, with a key of its own, that restic opens as well. This crate
//! knows nothing of runs, schedules, HTTP or SQL, and no type of the library leaves it.
//!
//! What the library does that a vault must not do, and where it is made good:
//!
//! - It saves a snapshot of a cancelled backup, goes on after a failed write, and drops files that it
//!   cannot read without a word: `job_store`, `source`, `watch`.
//! - It leaves folders unsynced and swallows errors of listings: `store`.
//! - It gives up where one file of the repository is torn, and forgets blocks that a crash left without an
//!   index: `recover`.
//! - Its restore panics on damage and takes memory for all that it restores: `extract`.
//! - It has no locks: `repository`.
//! - Its prune trusts whatever listing it gets and removes what runs beside it needs: `prune`.
//! - Its check gives up at a torn index, panics on some damage and cannot be cancelled: `check`.
//! - Its view of a snapshot as a tree keeps nothing it has read: `tree`.

mod backup;
mod check;
mod errors;
mod extract;
mod job_store;
mod nodes;
mod password;
mod prune;
mod reader;
mod recent;
mod recover;
mod repository;
mod slug;
mod source;
mod store;
mod tree;
mod vault;
mod walk;
mod watch;

pub use vault::RusticVault;
