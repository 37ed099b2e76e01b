//! The engine's view of the machine that the server itself runs on: what it is, and writing files onto it.
//!
//! [`LocalHost`] implements the engine's port [`Hosts`](engine::Hosts). It knows nothing of snapshots,
//! repositories or tenants: entries come in one after the other and become files, below the places that were
//! named and nowhere else. Linux only; other systems would need their own list of mounts and their own way to
//! touch an entry without following links.

mod endpoint;
mod facts;
mod local;
mod roots;
mod volumes;
mod writer;

pub use local::LocalHost;
