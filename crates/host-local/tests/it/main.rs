//! The crate through its one door: the engine's port for hosts.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that cannot help has failed the test")]

mod attributes;
mod containment;
mod content;
mod deep;
mod existing;
mod forbidden;
mod mounts;
mod outcome;
mod probe;
mod roots;
mod support;
mod unprivileged;
