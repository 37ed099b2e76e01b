//! `strongroom ibm`, `strongroom storware` and `strongroom api`: every operation of the documents as a command.
//!
//! # Why there is no generated code
//!
//! progenitor can write a command line too. For these two documents that is 14,257 lines of Rust, beside the
//! generated clients. It takes bodies as a file only, prints nothing by itself, names the commands after the
//! operations, and parses into the generated types, so that what those do not know is lost.
//! Here the documents become two static tables at build time (crate `command-table`), which cost the compiler
//! little and a start nothing. A command is made of its line when it is asked for, and talks JSON over the
//! client's transport, so that an answer is shown with all that the service sent.
//!
//! # The way of a command
//!
//! [`tree`] makes clap commands of the table, and [`input`] what to send of what was given: parameters, and a body from
//! flags, `--set` and a file, checked against the document before it is sent. [`call`] sends it, [`pages`] goes
//! through a list, and `print` shows what came back.

mod api;
mod body;
mod call;
mod curl;
mod flags;
mod input;
mod listing;
mod member;
mod pages;
mod request;
mod skeleton;
mod table;
mod tree;
mod work;

pub(crate) use call::run;
pub(crate) use listing::{Listing, singular};
pub(crate) use request::Request;
pub(crate) use table::resolve;
pub(crate) use tree::{apis, wants_json};

#[cfg(test)]
mod tests;
