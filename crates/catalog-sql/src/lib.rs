//! The engine's catalog in a SQL database: embedded SQLite.
//!
//! This crate turns domain values into rows and back. It knows no HTTP and no vault, it decides nothing that
//! the engine could decide, and it never looks at the clock but for the installation's birthday.
//!
//! - `catalog`: [`SqlCatalog`], the port with a line a method; the work is in one file a resource beside it.
//! - `files`: the index of files, which is the one part with an idea of its own.
//! - `connections`, `connectors`, `agents`: what reports to the server, by digests of what it shows.
//! - `users`, `nodes`: who logs in, by hashes of passwords and digests of sessions.
//! - `mounts`: the part of the port that is about mounts, with its SQL.
//! - `task_catalog`: the same as `catalog` for the part of the port that keeps tasks.
//! - `database`: the open file, its connections and transactions, what errors mean.
//! - `dialect`: what would differ for another database.
//! - `body`: how domain values become columns, and the rule by which old ones stay readable.

mod access;
mod agents;
mod body;
mod catalog;
mod connections;
mod connectors;
mod database;
mod dialect;
mod files;
mod groups;
mod installation;
mod jobs;
mod mounts;
mod nodes;
mod policies;
mod recoveries;
mod runs;
mod schedules;
mod snapshots;
mod sources;
mod task_catalog;
mod tasks;
mod users;

pub use catalog::SqlCatalog;
