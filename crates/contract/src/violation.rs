//! What a request or an answer gets wrong, in words for the person who sent it.

use std::fmt;

use openapi_check::schema::Mismatch;

/// The most telling mistake of a request or of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where the mistake is: `query`, `path`, `header` or `body`; of an answer also `status`.
    pub location: &'static str,
    /// Which part of it: a parameter, or a member of the body like
    /// `backupPolicy.regular.rules[0].unit`. Empty if it is the body or the status as a whole.
    pub member: String,
    /// What is wrong, without naming the part: `must be at least 1, not 0`.
    pub reason: String,
    /// How to repair it, if that can be told.
    pub help: Option<String>,
}

impl Violation {
    pub(crate) fn new(location: &'static str, member: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { location, member: member.into(), reason: reason.into(), help: None }
    }

    /// `inside` is the parameter that was held against the schema; empty for a body.
    pub(crate) fn from_mismatch(location: &'static str, inside: &str, mismatch: &Mismatch) -> Self {
        let member = mismatch.member();
        let separator =
            if inside.is_empty() || member.is_empty() || member.starts_with('[') { "" } else { "." };
        Self {
            location,
            member: format!("{inside}{separator}{member}"),
            reason: mismatch.reason.clone(),
            help: mismatch.help.clone(),
        }
    }
}

/// One line: where, what, and how to repair it.
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { location, member, reason, help } = self;
        match (*location, member.as_str()) {
            (_, "") => write!(f, "{location}: {reason}")?,
            ("body", _) => write!(f, "body member {member:?}: {reason}")?,
            ("query" | "path", _) => write!(f, "{location} parameter {member:?}: {reason}")?,
            _ => write!(f, "{location} {member:?}: {reason}")?,
        }
        match help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Violation {}
