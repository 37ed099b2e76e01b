//! The one error that the engine and its ports answer with.
//!
//! A face decides the status code by [`Kind`] alone and shows `message` to its caller, so a message names
//! the thing, the reason and, where there is one, the way out. What only an operator may see goes into
//! `source`, which faces log and never show.

use std::error::Error as StdError;
use std::fmt;

/// The result of every engine call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure this is, as far as a caller acts differently on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The thing does not exist, or belongs to somebody else.
    NotFound,
    /// The request cannot be right, whatever the state of the system.
    Invalid,
    /// The request contradicts the present state; another state would allow it.
    Conflict,
    /// The caller's copy of the thing is older than the stored one.
    Stale,
    /// The request is understood but this installation has no means to do it.
    Unsupported,
    /// The caller is not allowed to do it.
    Forbidden,
    /// The work was cancelled.
    Cancelled,
    /// Storage is full or unreachable; nothing was acknowledged.
    Unavailable,
    /// A fault of ours or of the machine.
    Internal,
}

/// A failure of an engine call.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    message: String,
    missing: Option<(String, String)>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of `kind` whose `message` may be shown to the caller.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), missing: None, source: None }
    }

    /// A thing that is not there: `Error::not_found("policy", id)`.
    pub fn not_found(what: &str, id: impl fmt::Display) -> Self {
        let (what, id) = (what.to_owned(), id.to_string());
        let message = format!("there is no {what} {id}");
        Self { missing: Some((what, id)), ..Self::new(Kind::NotFound, message) }
    }

    /// A request that cannot be right.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, message)
    }

    /// A request that the present state does not allow.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, message)
    }

    /// A fault of ours or of the machine; `message` says what was being done.
    pub fn internal(message: impl Into<String>, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Kind::Internal, message).with_source(source)
    }

    /// Adds the cause, for the log.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What is not there and the engine's id of it, for faces that spell ids in another way.
    pub fn missing(&self) -> Option<(&str, &str)> {
        self.missing.as_ref().map(|(what, id)| (what.as_str(), id.as_str()))
    }

    /// What may be shown to the caller.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.fmt(f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
