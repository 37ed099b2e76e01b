//! The IBM Cloud Backup and Recovery API as a face of the engine: wire in, engine call, wire out.
//!
//! Paths, methods, parameters and bodies come from the spec and are not repeated here: `face_core` makes routes
//! of them and holds every request against the document before a handler sees it. A handler does three things: it turns the request
//! into the engine's terms, makes one engine call, and turns the result back.
//!
//! This crate knows neither the catalog nor the vault, and no other face.

mod answer;
mod auth;
mod call;
mod error;
mod handlers;
mod own;
mod router;
mod wire;

pub use router::{Settings, handled_operations, router};
