//! What the engine does, a file a subject.

mod access;
mod agents;
mod backups;
mod browse;
mod checks;
mod connections;
mod connectors;
mod entities;
mod groups;
mod mounts;
mod nodes;
mod objects;
mod policies;
mod progress;
mod recoveries;
mod runs;
mod snapshots;
mod sources;
mod task_changes;
mod tasks;
mod users;

pub(crate) use access::digest;
pub use access::{NewApiKey, Secret, Token};
pub use browse::FolderPage;
pub use checks::{Check, CheckEvent};
pub use connectors::NewConnector;
pub(crate) use mounts::blocking;
pub use objects::{FoundObject, Protection, TakenSnapshot};
pub use progress::{Advance, RunProgress};
pub use recoveries::Download;
pub(crate) use tasks::restoration;
pub use users::Login;
