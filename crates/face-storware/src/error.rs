//! Failures as the API tells them: a message, and the status.

use axum::response::{IntoResponse as _, Response};
use engine::Kind;
use face_core::Refusal;
use http::StatusCode;
use serde_json::json;

/// A failure on its way to the caller.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    message: String,
    /// What only the log may hear.
    cause: Option<String>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), cause: None }
    }

    /// A member of the request that cannot be right; `member` is its path on the wire.
    pub(crate) fn invalid(member: &str, reason: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, format!("{member}: {reason}"))
    }

    /// Something that the API has and this server has no means for; `member` is its path on the wire.
    pub(crate) fn unsupported(member: &str, reason: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, format!("{member}: {reason}"))
    }

    pub(crate) fn not_found(what: &str, guid: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is no {what} {guid}"))
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// The API's error body.
    pub(crate) fn respond(self) -> Response {
        let Self { status, message, cause } = self;
        if status.is_server_error() {
            tracing::error!(%status, message, cause, "request failed");
        } else {
            tracing::debug!(%status, message, "request refused");
        }
        (status, axum::Json(json!({ "message": message }))).into_response()
    }
}

impl From<engine::Error> for ApiError {
    fn from(err: engine::Error) -> Self {
        let status = match err.kind() {
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Invalid => StatusCode::BAD_REQUEST,
            Kind::Conflict | Kind::Cancelled | Kind::Stale => StatusCode::CONFLICT,
            Kind::Unsupported => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let cause = std::error::Error::source(&err).map(|cause| format!("{cause:?}"));
        Self { status, message: err.message().to_owned(), cause }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self { status: refusal.status, message: refusal.message, cause: refusal.cause }
    }
}
