#![doc = include_str!("../README.md")]
//!
//! The other half is generated: for every operation a type of what a call carries, which implements [`Operation`],
//! and a method that begins an [`Expectation`] of such calls. Expectations are
//! looked at in the order in which they were made; the first that a call fits and that has an answer left is used.
//!
//! A misuse panics, and so does [`MockService::verify`]: this crate is for tests, which fail by panicking.

#![expect(clippy::panic, reason = "a test fails by panicking, in its helpers too")]

mod asked;
mod content;
mod expectation;
mod operation;
mod reply;
mod rules;
mod serve;
mod service;
mod then;
mod values;

pub use asked::{Asked, Call, Unreadable};
pub use bytes::Bytes;
pub use content::Content;
pub use expectation::Expectation;
pub use operation::{Operation, OperationInfo};
pub use service::{Api, Aside, MockService};
pub use then::Then;
