//! The transport over a socket: tokens and sessions under concurrency, and what an API brings along.
//!
//! How operations use it is tested with a generated client, in `ibm-backup-recovery`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod backends;
mod download;
mod iam;
mod repeats;
mod secrets;
mod server;
mod session;
mod transport;
