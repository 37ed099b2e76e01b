//! The generated client against a server that plays a script over a socket, and the snapshots that show
//! what a change of the document does to it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod answers;
mod drift;
mod errors;
mod migration;
mod mocks;
mod open_world;
mod requests;
mod server;
mod tokens;
mod values;
