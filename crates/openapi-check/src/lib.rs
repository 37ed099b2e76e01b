//! Reads an authored OpenAPI 3.0 tree with line and column, bundles it and checks it.
//!
//! An author writes one file a resource, with relative references between the files. [`bundle()`] makes
//! one document of them and remembers where every part was written; [`check()`] holds the document
//! against the specification and against rules of its own. Whatever either has to say, it says about the
//! authored line.
//!
//! This crate knows no particular API and no code generator.
//!
//! ```
//! use openapi_check::{Sources, bundle};
//!
//! static FILES: &[(&str, &str)] = &[
//!     ("openapi.yaml", "openapi: 3.0.3\npaths:\n  /pets:\n    $ref: pets.yaml\n"),
//!     ("pets.yaml", "get:\n  operationId: ListPets\n"),
//! ];
//! let bundle = bundle(&Sources::embedded(FILES), "openapi.yaml").expect("the references resolve");
//! assert_eq!(bundle.document()["paths"]["/pets"]["get"]["operationId"], "ListPets");
//! let place = bundle.locate("/paths/~1pets/get/operationId").expect("it is there");
//! assert_eq!(place.to_string(), "pets.yaml:2:16");
//! ```

#![cfg_attr(
    not(feature = "check"),
    expect(dead_code, reason = "what the bundler notes for the rules has no reader without them")
)]

mod bundle;
#[cfg(feature = "check")]
mod check;
mod diagnostic;
mod kind;
mod location;
mod node;
mod pointer;
#[cfg(feature = "check")]
mod rules;
#[cfg(feature = "check")]
pub mod schema;
mod sources;
mod suggest;
mod yaml;

pub use bundle::{Bundle, bundle};
#[cfg(feature = "check")]
pub use check::check;
pub use diagnostic::{Diagnostic, Severity, render};
pub use kind::Kind;
pub use location::Location;
pub use sources::Sources;
