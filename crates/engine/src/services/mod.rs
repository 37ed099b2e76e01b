//! What the engine does, a file a subject.

mod access;
mod agents;
mod connections;
mod connectors;
mod groups;
mod policies;
mod recoveries;
mod runs;
mod snapshots;
mod sources;

pub use access::{NewApiKey, Secret, Token};
pub use connectors::NewConnector;
pub use recoveries::Download;
