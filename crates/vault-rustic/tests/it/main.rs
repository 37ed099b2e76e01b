//! The vault through the engine's port, on real files.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

mod check;
mod control;
mod crash;
mod damage;
mod fixture;
mod full_disk;
mod incremental;
mod marks;
mod prune;
mod restic;
mod round_trip;
mod selection;
mod tenants;
mod together;
mod trouble;
