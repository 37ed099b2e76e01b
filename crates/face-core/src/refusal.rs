//! What is wrong with a request before any API has a say in it.

use std::fmt;

use contract::Violation;
use http::StatusCode;

/// Why a request is refused, in terms of HTTP. Each API turns it into its own error body.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The status that says so.
    pub status: StatusCode,
    /// What is wrong, naming the part of the request.
    pub message: String,
    /// What only the log may hear.
    pub cause: Option<String>,
}

impl Refusal {
    /// A refusal with this status.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), cause: None }
    }

    /// A part of the request that cannot be right; `member` is its name on the wire.
    pub fn invalid(member: &str, reason: impl fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, format!("{member}: {reason}"))
    }

    /// A fault of the server's own, over what it was doing.
    pub fn internal(doing: &str, cause: impl fmt::Display) -> Self {
        Self {
            cause: Some(cause.to_string()),
            ..Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                format!("the server failed over the {doing}; its log says more"),
            )
        }
    }
}

impl From<Violation> for Refusal {
    fn from(violation: Violation) -> Self {
        Self::new(StatusCode::BAD_REQUEST, violation.to_string())
    }
}
