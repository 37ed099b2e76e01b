//! The server for tests, and that the mocks have every operation.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod coverage;
mod server;
