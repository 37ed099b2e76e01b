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
//! # Start
//!
//! [`Client::builder`] takes where the server is, and who calls. [`Client::from_env`] takes the same from `STORWARE_URL`,
//! `STORWARE_LOGIN` and `STORWARE_PASSWORD`. With the feature `profile`, `Client::from_profile` takes it
//! from what `strongroom login` keeps. Nothing is sent before the first call; that one logs in. A client is cheap
//! to clone and may be used from many tasks: make one and clone it.
//!
//! # Names
//!
//! An operation is a method of [`Client`], its `operationId` in snake case. The method gives a builder with
//! one setter a parameter; `send` sends it. Types are in [`types`], under the names of the document. Fields
//! are public and in snake case. A type that requests are made of has `new` with its required fields and
//! `with_…` for every other.
//!
//! What has no method is called with [`Client::request`], by method and path.
//!
//! # Values of lists
//!
//! Bodies have them as objects, such as [`types::TaskState`], of a `name` and a `description`. They are made
//! from the name: from [`types::TaskStateName`], or from a text. A server of another version that sends the
//! bare name is understood. Query parameters have the names alone.
//!
//! # What the service may send
//!
//! More than the document says, and it is kept:
//!
//! - A value that an enum does not list is in its `Unknown` variant.
//! - A member that the document does not know is in the `unknown_fields` of its object, a [`types::UnknownFields`].
//!   Both are sent back unchanged, so that a change made of what was read loses nothing. A request gets such a member
//!   with `with_unknown_field`.
//! - Any 2xx is a success, and [`Response::status`] says which. A success that has no body, or another than the
//!   document says, is an [`ErrorKind::Decode`]: the service has acted, and [`Error::answer`] is what it said. What
//!   comes where nothing is documented is the [`Response::undocumented_body`].
//!
//! `null` for an optional field is the same as its absence, and absence is never sent as `null`. A default of the
//! service is described where it applies, and never sent by itself.
//!
//! A list is all of the list unless `page` and `size` are set; [`ListResponse::total_count`] tells how long the
//! whole is, and [`entries`] goes through it page by page.
//!
//! # Times, sizes and ids
//!
//! They travel as plain numbers and texts, and have types, so that no two are mixed up:
//!
//! - Moments are [`types::UnixMillis`], milliseconds since 1970. They come from and go to `SystemTime`, and
//!   `jiff::Timestamp` under the feature `jiff`; a `Duration` can be added and subtracted.
//! - Lengths of time are [`types::Millis`], from and to `Duration`.
//! - Sizes are [`types::ByteCount`], which prints the number, and for people `1.5 GiB` as `human()`.
//! - Guids differ by what they are of, such as [`types::TaskId`] and [`types::BackupId`]. Setters take texts as well,
//!   and references to guids. A [`types::NameAndGuid`] refers to anything, so its guid is a text.
//!
//! ```compile_fail,E0277
//! # fn example(client: storware_backup_recovery::Client, task: storware_backup_recovery::types::TaskId) {
//! client.get_backup().guid(task); // the guid of something else
//! # }
//! ```
//!
//! # Errors
//!
//! Every operation fails with [`Error`]: its kind, the status, what the body says, and whether repeating is
//! safe. It prints neither headers nor bodies.
//!
//! # Retries
//!
//! What is safe to repeat and failed in a way that is likely to pass is tried again, up to four times within a
//! minute; what is not safe is tried again only when it cannot have had an effect. The documentation of each
//! operation says which it is. [`ClientBuilder::retry`] sets it for a client, [`CallOptions`] for a call.
//!
//! # Waits
//!
//! [`Client::wait_for_task`] gives a [`Waiter`]: look once, watch, or wait to the end.
//!
//! # Logs and metrics
//!
//! Every call has a span of `tracing` with its operation, status, attempts and duration; [`ClientBuilder::observer`]
//! takes a hook for metrics. Neither tells anything secret.
//!
//! # Tests of your own
//!
//! The crate `strongroom-testing` starts a server of this API in the process of your tests, on a temporary folder.
//! What the service would hardly do on demand, refuse, answer late or break off, the module `mocks` does, under the
//! feature of that name.
//!
//! # Examples
//!
//! The repository has programs of a screen, each with what it shows and prints at its top. From the top of the
//! repository: `cargo run -p storware-backup-recovery --example log_in`. The others are `back_up_an_entity`,
//! `page_through_backups`, `restore_a_backup`, `mount_a_backup` and `sum_up_backups`.
//!
//! # Features
//!
//! - `client` (on by default): [`Client`]. Without it the crate is [`types`] and serde.
//! - `rustls` (on by default): https with rustls and ring. Without a backend only http URLs can be called.
//! - `rustls-aws-lc`, `native-tls`: https with rustls and aws-lc, or with what the operating system has. Where several
//!   are on, `native-tls` is used before `rustls-aws-lc`, and that before `rustls`.
//! - `webpki-roots`: trust in the authorities that Mozilla trusts, besides those of the operating system.
//! - `jiff`: moments and lengths of time to those of `jiff`, and back.
//! - `mocks`: a service that a test tells what to answer, for code that uses the client: the module `mocks`.
//! - `profile`: `Client::from_profile`, with the settings and secrets that `strongroom login` keeps.
//! - `schemars`: JSON Schemas of the types.
//! - `all-areas` (on by default): every area of the API, which are features too: `backups`,
//!   `hypervisor-managers`, `nodes`, `protected-entities`, `session` and `tasks`. An area brings its operations
//!   and the types that these reach; the one that an operation needs is told where it is described.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod list;
#[cfg(feature = "mocks")]
pub mod mocks;
#[cfg(feature = "profile")]
mod profile;
#[cfg(feature = "client")]
mod waits;

#[allow(
    missing_docs,
    reason = "a member that only refers to a type is described by that type; without any area there is none"
)]
#[allow(
    clippy::modulo_one,
    clippy::unnecessary_to_owned,
    reason = "one template serves every unit, seconds too, and every type of a path parameter"
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

/// The README, whose program is compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// What most callers want in scope.
#[cfg(feature = "client")]
pub mod prelude {
    pub use crate::{Client, Error, ErrorKind, ListResponse, Response, types};
}
