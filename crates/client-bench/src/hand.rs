//! The types that somebody would write who has no client: serde's derive, `Option` for what may be missing, enums
//! with the values that are listed.
//!
//! They have every member that the document gives the run list, the policy list and the body that creates a group;
//! a test holds them against data in which each of these members occurs. Unlike the generated types they fail on a
//! value that an enum does not list, and lose members that they do not know. No ids, no moments: text and numbers.

#![expect(clippy::enum_variant_names, clippy::upper_case_acronyms, reason = "as the values are spelled")]

mod copies;
mod groups;
mod kubernetes;
mod policies;
mod runs;
mod shared;
mod sql;
mod targets;
mod tenants;

pub(crate) use groups::ProtectionGroupRequest;
pub(crate) use policies::{ProtectionPolicy, ProtectionPolicyList};
pub(crate) use runs::ProtectionGroupRunList;
