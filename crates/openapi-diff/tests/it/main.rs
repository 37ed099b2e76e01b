//! What the crate promises.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod cases;
mod edits;
mod properties;
mod scenarios;
mod support;
