//! The engine over ports of paper: a catalog, a vault and hosts in memory, each of whose calls can be made to
//! fail, and a time that passes as fast as nobody works. What a real disk does is tested with the adapters.

#![expect(clippy::unwrap_used, clippy::panic, reason = "the lint spares tests but not what tests call")]

mod blackouts;
mod catalog;
mod elsewhere;
mod faults;
mod keeping;
mod parts;
mod trouble;
mod vault;
mod world;
