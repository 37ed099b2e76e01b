//! Tasks over the real catalog, vault and host, without a face: the engine is opened as the server does it.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without, it fails on")]

mod backups;
mod queue;
mod reports;
mod restarts;
mod world;
