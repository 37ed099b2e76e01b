//! What the tests of the generated clients share: a server that plays a script over a socket, and the snapshots
//! that show what a change of the document does to a client.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod drift;
mod server;

pub use drift::Drift;
pub use server::{Asked, Server, answer, empty, json};
