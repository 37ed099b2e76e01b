//! The Storware Backup & Recovery API as a face of the engine: wire in, engine call, wire out.
//!
//! Paths, methods, parameters and bodies come from the spec and are not repeated here; `face_core` makes routes
//! of them and holds requests against them. A handler does three things: it turns the request into the engine's
//! terms, makes one engine call, and turns the result back.
//!
//! What the API calls otherwise than the engine: a *protected entity* is one object of one protection group; a
//! *backup* is what one run did for one object; *export* and *store* are a backup and the look whether the vault
//! has it; a *hypervisor manager* is a source; the *backup destination* is the tenant's vault.
//!
//! This crate knows neither the catalog nor the vault, and no other face.

mod answer;
mod auth;
mod caller;
mod desk;
mod entities;
mod error;
mod handlers;
mod lenient;
mod names;
mod own;
mod page;
mod router;
mod shelf;
mod wire;

pub use router::{Settings, handled_operations, router};
