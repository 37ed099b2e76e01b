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
//! and whether repeating is safe. It prints neither headers nor bodies.
//!
//! What is safe to repeat and failed in a way that is likely to pass is tried again, up to four times within a
//! minute: every GET, PUT and DELETE, and each POST that only reads. What is not safe is tried again only when it
//! cannot have had an effect. [`ClientBuilder::retry`] sets it for a client, [`CallOptions`] for a call.
//!
//! # Lists, waits and downloads
//!
//! - `items` and `pages` of the builders go through long lists as streams:
//!   [`search_objects`](Client::search_objects), [`get_protection_group_runs`](Client::get_protection_group_runs)
//!   and [`search_indexed_objects`](Client::search_indexed_objects).
//! - [`Client::start_run`], [`Client::wait_for_run`] and [`Client::wait_for_recovery`] give a [`Waiter`]: look once,
//!   watch, or wait to the end.
//! - [`Client::download_file`] and [`Client::download_recovery`] fetch files of any size in parallel ranges.
//!
//! # Features
//!
//! - `client` (on by default): [`Client`]. Without it the crate is [`types`] and serde.
//! - `rustls` (on by default): https. Without it only http URLs can be called.
//! - `profile`: `Client::from_profile`, with the settings and secrets that `strongroom login` keeps.
//! - `schemars`: JSON Schemas of the types.
//! - `all-areas` (on by default): every area of the API, which are features too: `agents`, `connections`,
//!   `connectors`, `objects`, `policies`, `protection-groups`, `recoveries`, `runs`, `search`, `snapshots` and
//!   `sources`. An area brings its operations and the types that these reach. Without any area there is little
//!   more than the error body; the area that an operation needs is told where it is described.

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod downloads;
#[cfg(feature = "client")]
mod environment;
#[cfg(feature = "client")]
mod lists;
#[cfg(feature = "profile")]
mod profile;
#[cfg(feature = "client")]
mod waits;

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
pub use client_core::{
    ByteStream, CallOptions, CallReport, CommaSeparated, Download, DownloadError, Error, ErrorKind, Method,
    Observer, RawRequest, Response, RetryPolicy, Secret, Step, WaitError, Waiter,
};
#[cfg(feature = "client")]
pub use generated::builder;
pub use generated::types;

/// What most callers want in scope.
#[cfg(feature = "client")]
pub mod prelude {
    pub use crate::{Client, Error, ErrorKind, Response, types};
}
