//! Client for the tasks and backups of the Storware Backup & Recovery API, and for servers that speak it.
//!
//! ```no_run
//! use storware_backup_recovery::{Client, ListResponse, types};
//!
//! # async fn example() -> Result<(), storware_backup_recovery::Error> {
//! let client = Client::builder("https://backup.example:8181").login("operator", "the password").build()?;
//!
//! let running = client.list_tasks().states([types::TaskStateName::Running]).size(20).send().await?;
//! println!("{} of {:?}", running.len(), running.total_count());
//! for task in running.iter() {
//!     println!("{} {} {:?}", task.guid, task.type_.name, task.progress);
//! }
//!
//! match client.get_task().guid("4f1c").send().await {
//!     Ok(task) => println!("{}", task.state.name),
//!     Err(error) if error.is_not_found() => println!("no such task"),
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
//! # Values of lists
//!
//! Bodies have them as objects, such as [`types::TaskState`], of a `name` and a `description`. They are made
//! from the name: from [`types::TaskStateName`], or from a text. A server of another version that sends the
//! bare name is understood. Query parameters have the names alone.
//!
//! # What the service may send
//!
//! A value that an enum does not list is kept in its `Unknown` variant and sent back unchanged. `null` for
//! an optional field is the same as its absence, and absence is never sent as `null`. Fields unknown to the
//! document are read over. A default of the service is described where it applies, and never sent by itself.
//! A list is all of the list unless `page` and `size` are set; [`ListResponse::total_count`] tells how long the
//! whole is, and [`entries`] goes through it page by page.
//!
//! # Errors
//!
//! Every operation fails with [`Error`]: its kind, the status, what the body says, and whether repeating is
//! safe. It prints neither headers nor bodies.
//!
//! What is safe to repeat and failed in a way that is likely to pass is tried again, up to four times within a
//! minute; what is not safe is tried again only when it cannot have had an effect. The documentation of each
//! operation says which it is. [`ClientBuilder::retry`] sets it for a client, [`CallOptions`] for a call.
//!
//! # Waits
//!
//! [`Client::wait_for_task`] gives a [`Waiter`]: look once, watch, or wait to the end.
//!
//! # Features
//!
//! - `client` (on by default): [`Client`]. Without it the crate is [`types`] and serde.
//! - `rustls` (on by default): https. Without it only http URLs can be called.
//! - `profile`: `Client::from_profile`, with the settings and secrets that `strongroom login` keeps.
//! - `schemars`: JSON Schemas of the types.
//! - `all-areas` (on by default): every area of the API, which are features too: `backups`,
//!   `hypervisor-managers`, `nodes`, `protected-entities`, `session` and `tasks`. An area brings its operations
//!   and the types that these reach; the one that an operation needs is told where it is described.

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod list;
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
    CallOptions, CallReport, Error, ErrorKind, Method, Observer, RawRequest, Response, RetryPolicy, Secret,
    Step, WaitError, Waiter,
};
#[cfg(feature = "client")]
pub use generated::builder;
pub use generated::types;
#[cfg(feature = "client")]
pub use list::{ListResponse, entries};

/// What most callers want in scope.
#[cfg(feature = "client")]
pub mod prelude {
    pub use crate::{Client, Error, ErrorKind, ListResponse, Response, types};
}
