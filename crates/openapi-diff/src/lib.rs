//! Says what changed between two OpenAPI 3.0 documents, and whom it breaks.
//!
//! [`diff`] compares two bundled documents and classifies every difference: [`Impact::Major`] breaks
//! clients or readers on the wire, [`Impact::SdkBreaking`] breaks programs written against generated code,
//! [`Impact::Minor`] adds, [`Impact::Patch`] is wording. It knows directions: a member that becomes required
//! breaks whoever sends it and nobody who reads it. [`changelog`] tells the same to the users of the API, and
//! [`version`] says which version number covers it.
//!
//! This crate knows no particular API, no code generator and no version control.
//!
//! ```
//! use openapi_check::{Sources, bundle};
//! use openapi_diff::{Impact, diff};
//!
//! let document = |text: &str| {
//!     let sources: Sources = [("openapi.yaml".to_owned(), text.to_owned())].into_iter().collect();
//!     bundle(&sources, "openapi.yaml").expect("the references resolve")
//! };
//! let base = document("openapi: 3.0.3\npaths:\n  /pets:\n    get: {operationId: ListPets}\n");
//! let new = document("openapi: 3.0.3\npaths:\n  /pets: {}\n");
//! let changes = diff(&base, &new);
//! assert_eq!(changes[0].id, "operation-removed");
//! assert_eq!(changes[0].impact, Impact::Major);
//! assert_eq!(changes[0].base.place(), "openapi.yaml:4:5");
//! ```

mod bodies;
mod change;
mod changelog;
mod comparison;
mod document;
mod leftover;
mod names;
mod parameters;
mod paths;
mod place;
mod rules;
mod schema;
mod security;
mod subject;
mod words;

pub use change::{Change, Direction, Impact, Side, impact};
pub use changelog::changelog;
pub use rules::{Rule, rules};

use openapi_check::Bundle;

/// Every difference between two documents, what asks most first, then in the order of the authored files.
///
/// Nothing is reported of documents that say the same: the order of members does not count.
pub fn diff(base: &Bundle, new: &Bundle) -> Vec<Change> {
    let mut comparison = comparison::Comparison::new(base, new);
    comparison.run();
    let mut changes = comparison.changes();
    leftover::add(&mut changes, base, new);
    changes
}
