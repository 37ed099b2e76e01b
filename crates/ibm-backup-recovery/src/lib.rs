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
//! # Start
//!
//! [`Client::builder`] takes where the service is, who calls, and for which tenant. [`Client::from_env`] takes the same
//! from the environment or from `ibm-credentials.env`, under the names that IBM's SDKs read, and with the
//! feature `profile` `Client::from_profile` from what `strongroom login` keeps. Nothing is sent before the first call;
//! that one fetches a token, which is renewed ahead of its end. A client is cheap to clone and may be used
//! from many tasks: make one and clone it.
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
//! # Times, sizes and ids
//!
//! They travel as plain numbers and texts, and have types, so that no two are mixed up:
//!
//! - Moments count from 1970: [`types::UnixMicros`], [`types::UnixMillis`], [`types::UnixSeconds`]. They come from and
//!   go to `SystemTime`, and `jiff::Timestamp` under the feature `jiff`; a `Duration` can be added and subtracted.
//! - Lengths of time are [`types::Micros`], [`types::Seconds`] and [`types::Minutes`], from and to `Duration`.
//! - Sizes are [`types::ByteCount`], which prints the number, and for people `1.5 GiB` as `human()`.
//! - Ids differ by what they are of, such as [`types::PolicyId`] and [`types::RunId`], texts, and
//!   [`types::ObjectId`], a number. Setters take a text or a number as well, and references to ids.
//!
//! ```
//! # #[cfg(all(feature = "runs", feature = "policies"))] {
//! use ibm_backup_recovery::types::{PolicyId, UnixMicros};
//!
//! let begin = UnixMicros(1_700_000_000_000_000);
//! let end = begin.checked_add(std::time::Duration::from_secs(90));
//! assert_eq!(end, Some(UnixMicros(1_700_000_090_000_000)));
//! assert_eq!(PolicyId::from("1:2:3").to_string(), "1:2:3");
//! # }
//! ```
//!
//! ```compile_fail,E0308
//! # use ibm_backup_recovery::types::{UnixMicros, UnixMillis};
//! let start: UnixMicros = UnixMillis(1_700_000_000_000); // another unit
//! ```
//!
//! ```compile_fail,E0277
//! # fn example(client: ibm_backup_recovery::Client, group: ibm_backup_recovery::types::ProtectionGroupId) {
//! client.get_protection_policy_by_id().id(group); // the id of something else
//! # }
//! ```
//!
//! # Errors
//!
//! Every operation fails with [`Error`]: its kind, the status, what the body says, the id of the request,
//! and whether repeating is safe. It prints neither headers nor bodies.
//!
//! # Retries
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
//! repository: `cargo run -p ibm-backup-recovery --example first_call`. The others are `protect_a_folder`,
//! `watch_a_run`, `list_runs_of_a_month`, `find_a_file`, `restore_to_a_folder`, `download_a_file`, `handle_errors`,
//! `tune_retries_and_timeouts`, `observe_calls`, `many_at_once` and `keep_what_is_new`.
//!
//! Who comes from IBM's Go SDK finds what is called how, call by call, in [`from_the_go_sdk`].
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
//! - `all-areas` (on by default): every area of the API, which are features too: `agents`, `connections`,
//!   `connectors`, `objects`, `policies`, `protection-groups`, `recoveries`, `runs`, `search`, `snapshots` and
//!   `sources`. An area brings its operations and the types that these reach. Without any area there is little
//!   more than the error body; the area that an operation needs is told where it is described.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod downloads;
#[cfg(feature = "client")]
mod environment;
#[cfg(feature = "client")]
mod lists;
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
    ByteStream, CallOptions, CallReport, CommaSeparated, Download, DownloadError, Error, ErrorKind, Method,
    Observer, RawRequest, Response, RetryPolicy, Secret, Step, WaitError, Waiter,
};
#[cfg(feature = "client")]
pub use generated::builder;
pub use generated::types;

/// The README, whose program is compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(all(feature = "client", any(doc, doctest)))]
#[doc = include_str!("../docs/from-the-go-sdk.md")]
pub mod from_the_go_sdk {}

/// What most callers want in scope.
#[cfg(feature = "client")]
pub mod prelude {
    pub use crate::{Client, Error, ErrorKind, Response, types};
}
