//! Makes what other teams receive of a bundled OpenAPI 3.0 document.
//!
//! Everything here is a pure function from a document to text or bytes: the same document gives the same bytes on
//! every machine. This crate knows no particular API, no folders, no git and no network; whoever calls it
//! writes the files.
//!
//! ```
//! use openapi_check::{Sources, bundle};
//!
//! static FILES: &[(&str, &str)] =
//!     &[("openapi.yaml", "paths: {}\ninfo: {version: '1.0', title: Pets}\nopenapi: 3.0.3\n")];
//! let bundle = bundle(&Sources::embedded(FILES), "openapi.yaml").expect("one document");
//! let document = openapi_publish::document(&bundle);
//! assert_eq!(document.yaml(), "openapi: '3.0.3'\ninfo:\n  title: Pets\n  version: '1.0'\npaths: {}\n");
//! ```

#[cfg(feature = "changes")]
mod changelog;
#[cfg(feature = "collection")]
mod collection;
mod document;
mod model;
#[cfg(feature = "packages")]
mod packages;
mod page;
mod sums;
mod yaml;

#[cfg(feature = "changes")]
pub use changelog::{Since, changelog, changes};
#[cfg(feature = "collection")]
pub use collection::collection;
pub use document::{Document, document, is_note};
#[cfg(feature = "packages")]
pub use packages::{Package, packages};
pub use page::{Entry, Page, console, index, reference};
pub use sums::{sha256, sums};
pub use yaml::write as yaml;
