//! Reads one YAML file into a tree that remembers places.
//!
//! Scalars follow the YAML 1.2 core schema. What JSON cannot hold is refused with a place: several
//! documents, keys that are collections, tags of one's own, infinities. Nesting and the expansion of
//! aliases are bounded, so a hostile file costs no more than a large one.
//!
//! This module knows no OpenAPI.

mod reader;
mod scalar;

pub(crate) use reader::read;
