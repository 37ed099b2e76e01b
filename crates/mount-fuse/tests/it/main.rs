//! Snapshots that are really mounted. Where this machine has no FUSE the tests say so and skip.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod dead;
mod fixture;
mod reading;
mod same;
mod through_engine;
mod trouble;
