//! Profiles, secrets and precedence, on folders of their own.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

mod file;
mod place;
mod precedence;
mod schema;
mod secrets;
