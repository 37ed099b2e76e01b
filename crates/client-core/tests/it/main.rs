//! The transport over a socket: tokens and sessions under concurrency, and what an API brings along.
//!
//! How operations use it is tested with a generated client, in `ibm-backup-recovery`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

mod backends;
#[cfg(feature = "rustls")]
mod certificates;
mod download;
mod iam;
mod raw;
mod repeats;
mod routes;
mod secrets;
mod server;
mod session;
mod transport;
