//! The transport over a socket: tokens under concurrency, and what an API brings along.
//!
//! How operations use it is tested with a generated client, in `ibm-backup-recovery`.

mod iam;
mod server;
mod transport;
