//! The authored OpenAPI documents of Strongroom, as text.
//!
//! Build scripts, tests and the server read the documents from this crate and not from a path beside
//! them, so that each of these crates also builds after `cargo package`, away from the workspace.
//!
//! This crate knows no YAML and no OpenAPI: it only carries the files.

/// Every authored file as `(path, text)`, sorted by path. Paths are relative to `spec/` and use `/`,
/// for example `ibm/openapi.yaml`.
pub const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The entry file of the IBM Cloud Backup and Recovery document, a key of [`FILES`].
pub const IBM: &str = "ibm/openapi.yaml";

/// The entry file of the Storware Backup & Recovery document, a key of [`FILES`].
pub const STORWARE: &str = "storware/openapi.yaml";
