//! The generated client against a server that plays a script over a socket, and the snapshots that show
//! what a change of the document does to it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod answers;
mod drift;
mod mocks;
mod requests;
mod session;
mod values;

use client_testing::Server;
use storware_backup_recovery::{Client, RetryPolicy};

/// A client of `server` that does not log in.
fn anonymous(server: &Server) -> Client {
    // It repeats nothing, so that a script has an answer a call.
    Client::builder(&server.url).retry(RetryPolicy::never()).build().unwrap()
}
