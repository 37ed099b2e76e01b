//! Client for the IBM Cloud Backup and Recovery API, and for servers that speak it.
//!
//! ```no_run
//! use ibm_backup_recovery::{Client, types};
//!
//! # async fn example() -> Result<(), ibm_backup_recovery::Error> {
//! let client = Client::builder("https://example.us-east.backup-recovery.cloud.ibm.com")
//!     .api_key("the key of a service id")
//!     .tenant("79mle1bk3m/")
//!     .build()?;
//!
//! let groups = client.get_protection_groups().names(["laptops"]).send().await?;
//! for group in groups.protection_groups.iter().flatten() {
//!     println!("{:?} {:?}", group.id, group.name);
//! }
//!
//! match client.get_protection_policy_by_id().id("1:2:3").send().await {
//!     Ok(policy) => println!("{}", policy.name),
//!     Err(error) if error.is_not_found() => println!("no such policy"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(()) }
//! ```
//!
//! # Names
//!
//! An operation is a method of [`Client`], its `operationId` in snake case. The method gives a builder with
//! one setter a parameter; `send` sends it. Types are in [`types`], under the names of the document. Fields
//! are public and in snake case. A type that requests are made of has `new` with its required fields and
//! `with_…` for every other.
//!
//! # What the service may send
//!
//! A value that an enum does not list is kept in its `Unknown` variant and sent back unchanged. `null` for
//! an optional field is the same as its absence. Fields unknown to the document are read over. A default of
//! the service is described where it applies, and never sent by itself.
//!
//! # Errors
//!
//! Every operation fails with [`Error`]: its kind, the status, what the body says, the id of the request,
//! and whether repeating is safe. It prints neither headers nor bodies. Nothing is repeated by itself,
//! except once after a 401 with a fresh token.
//!
//! # Features
//!
//! - `client` (on by default): [`Client`]. Without it the crate is [`types`] and serde.
//! - `rustls` (on by default): https. Without it only http URLs can be called.
//! - `schemars`: JSON Schemas of the types.
//! - `all-areas` (on by default): every area of the API, which are features too: `agents`, `connections`,
//!   `connectors`, `objects`, `policies`, `protection-groups`, `recoveries`, `runs`, `search`, `snapshots` and
//!   `sources`. An area brings its operations and the types that these reach. Without any area there is little
//!   more than the error body; the area that an operation needs is told where it is described.

#[cfg(feature = "client")]
mod client;

#[allow(
    missing_docs,
    reason = "a member that only refers to a type is described by that type; without any area there is none"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/generated.rs"));
}

#[cfg(feature = "client")]
pub use client::{Client, ClientBuilder};
#[cfg(feature = "client")]
pub use client_core::{ByteStream, CommaSeparated, Error, ErrorKind, Response, Secret};
#[cfg(feature = "client")]
pub use generated::builder;
pub use generated::types;

/// What most callers want in scope.
#[cfg(feature = "client")]
pub mod prelude {
    pub use crate::{Client, Error, ErrorKind, Response, types};
}
