//! What generated code uses besides the public types. Not for people.

pub use progenitor_client::{QueryParam, encode_path};
