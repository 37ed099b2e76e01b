//! The commands of an API as a static table.
//!
//! At build time a document becomes a table (`read`), and the table becomes Rust source (`source`), both under the
//! feature `read`: static data and nothing else, which costs a program that contains it neither time nor memory until
//! it looks at a line. How a command line is made of it is the business of that program.
//!
//! # Names
//!
//! A command is a resource and a verb. Both follow from the document:
//!
//! - the resource is the tag of the operation, `Hypervisor Managers` becomes `hypervisor-managers`;
//! - the verb of a path that ends in the resource is `list`, `create` or, behind an id, `get`, `update` (PUT), `patch`
//!   and `delete`;
//! - of a longer path the fixed parts that follow are the verb of a POST (`/tasks/{guid}/cancel` is `cancel`), and
//!   otherwise follow `get`, `list`, `set` or `delete`: `GET /tasks/{guid}/state` is `get-state`.
//!
//! Where the rule gives no good name, the operation says `x-command: VERB`, or `x-command: RESOURCE VERB` where it
//! belongs to another resource; a tag says `x-command: RESOURCE`, and what a resource without a tag is says the
//! document's `x-command-resources`. Two commands of one name fail the build.
//!
//! An operation that does several things, as a member of its body says, is several commands: then `x-command` is a list
//! of `{verb, about, set, list}`, where `set` has the member with its value, and `list` is the member whose entries the
//! command takes as flags. The others belong to the other commands.
//!
//! # Flags
//!
//! Parameters of the path are arguments in their order, all others flags in kebab case. Of a body the scalar members
//! and the lists of scalars are flags too, and so are those of objects that are required or small, behind a dot. Of
//! lists of objects it is the one member that is required. An object that is sent as one of its members alone (`guid`,
//! `name`, `value`) takes the value of that member.
//!
//! This crate knows no HTTP, no command-line parser and no particular API.

mod model;
#[cfg(feature = "read")]
mod read;
#[cfg(feature = "read")]
mod source;

pub use model::{Answer, Api, Body, Column, Command, Form, Kind, Paging, Parameter, Place, Repeat, Resource};
#[cfg(feature = "read")]
pub use read::{Options, ReadError, read};
#[cfg(feature = "read")]
pub use source::source;
