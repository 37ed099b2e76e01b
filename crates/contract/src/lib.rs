//! Holds HTTP requests and answers against an OpenAPI 3.0 document, at run time.
//!
//! The server asks whether a request is one that the document describes, and gets the parameters parsed
//! and completed; the tests ask whether an answer is. Requests are read generously: parameters and
//! members of the body that the document does not know are accepted, and a member that is `null` counts
//! as absent. Answers are held to the letter: a member that the document does not declare is a mistake.
//!
//! Schemas are compiled when they are first needed, so a [`Contract`] costs little at start-up.
//!
//! This crate knows no web framework, no particular API and no authored files: it takes one bundled
//! document.
//!
//! ```
//! use contract::Contract;
//! use serde_json::json;
//!
//! let contract = Contract::new(&json!({
//!     "openapi": "3.0.3",
//!     "servers": [{"url": "https://pets.example/v1"}],
//!     "paths": {"/pets": {"get": {
//!         "operationId": "listPets",
//!         "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}}],
//!         "responses": {"200": {"description": "Pets."}}
//!     }}}
//! }))?;
//! let operation = contract.operation("listPets").expect("it is in the document");
//! assert_eq!(operation.path, "/v1/pets");
//!
//! let headers = http::HeaderMap::new();
//! let inputs = operation.check_request(Some("limit=10"), &headers, &[], None).expect("it is valid");
//! assert_eq!(inputs.get("limit"), Some(&json!(10)));
//!
//! let violation = operation.check_request(Some("limit=0"), &headers, &[], None).unwrap_err();
//! assert_eq!(violation.to_string(), "query parameter \"limit\": must be at least 1, not 0");
//! # Ok::<(), contract::ContractError>(())
//! ```

mod document;
mod lazy;
mod media;
mod nulls;
mod operation;
mod parameter;
mod request;
mod response;
mod violation;
mod visit;

#[cfg(test)]
mod tests;

pub use document::{Contract, ContractError};
pub use nulls::strip_nulls;
pub use operation::Operation;
pub use request::Inputs;
pub use violation::Violation;
