//! The maintainer's commands that carry the generator.
//!
//! `xtask` starts this program, so that its own commands need not wait for progenitor to be built. Nothing here
//! writes into the tree: the watch generates in memory, and the timing works on a copy of the documents.

pub mod events;
mod look;
pub mod probe;
pub mod surface;
pub mod timing;
pub mod watch;

pub use look::{Files, Look, look};
