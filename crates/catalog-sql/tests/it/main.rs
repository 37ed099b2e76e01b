//! The catalog against its contract: what the port documents, method by method, on a real file.

#![expect(clippy::unwrap_used, reason = "the lint spares tests but not what tests call")]

mod access;
mod connections;
mod crash;
mod database;
mod groups;
mod index;
mod jobs;
mod mounts;
mod policies;
mod recoveries;
mod runs;
mod schedules;
mod search;
mod sources;
mod tasks;
mod users;
mod world;
