//! What the engine does, a file a subject.

mod access;
mod agents;
mod backups;
mod connections;
mod connectors;
mod entities;
mod groups;
mod objects;
mod policies;
mod progress;
mod recoveries;
mod runs;
mod snapshots;
mod sources;
mod task_changes;
mod tasks;

pub use access::{NewApiKey, Secret, Token};
pub use connectors::NewConnector;
pub use objects::{FoundObject, Protection, TakenSnapshot};
pub use progress::{Advance, RunProgress};
pub use recoveries::Download;
pub(crate) use tasks::restoration;
