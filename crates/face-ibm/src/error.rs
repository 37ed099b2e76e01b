//! Failures as the API tells them.

use axum::response::{IntoResponse, Response};
use engine::Kind;
use face_core::Refusal;
use http::StatusCode;
use ibm_backup_recovery::types;

use crate::wire::WireIds;

/// A failure on its way to the caller.
#[derive(Debug)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// What the engine does not have, and its own id of it.
    missing: Option<(String, String)>,
    /// What only the log may hear.
    pub(crate) cause: Option<String>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), missing: None, cause: None }
    }

    /// A member of the request that cannot be right; `member` is its path on the wire.
    pub(crate) fn invalid(member: &str, reason: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidRequest", format!("{member}: {reason}"))
    }

    /// Something that the API has and this server has no means for; `member` is its path on the wire.
    pub(crate) fn unsupported(member: &str, reason: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "NotSupported", format!("{member}: {reason}"))
    }

    pub(crate) fn not_found(what: &str, id: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFound", format!("there is no {what} {id}"))
    }

    /// The failure with the ids of what is not there as the API spells them: by the way a kind of thing is spelt, and
    /// where that takes more than the engine's number, as the caller has written it. `written` is what they wrote.
    pub(crate) fn spelt(mut self, ids: &WireIds, written: &[String]) -> Self {
        if let Some((what, number)) = &self.missing
            && let Some(id) = number.parse().ok().and_then(|number| ids.spell(what, number, written))
        {
            let what = if what == "group" { "protection group" } else { what };
            self.message = format!("there is no {what} {id}");
        }
        self
    }

    /// A fault of ours.
    pub(crate) fn internal(doing: &str, cause: &dyn std::fmt::Display) -> Self {
        Self {
            cause: Some(cause.to_string()),
            ..Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Internal",
                format!("the server failed over the {doing}; its log says more under the task log id"),
            )
        }
    }

    /// The API's error body. The task log id leads from it to the line in the server's log.
    pub(crate) fn respond(self, task_log_id: &str) -> Response {
        let Self { status, code, message, cause, .. } = &self;
        if status.is_server_error() {
            tracing::error!(task_log_id, %status, code, message, cause, "request failed");
        } else {
            tracing::debug!(task_log_id, %status, code, message, "request refused");
        }
        let body = types::ApiError {
            error_code: Some((*code).to_owned()),
            message: Some(message.clone()),
            task_log_id: Some(task_log_id.to_owned()),
            unknown_fields: Default::default(),
        };
        (*status, axum::Json(body)).into_response()
    }
}

impl From<engine::Error> for ApiError {
    fn from(err: engine::Error) -> Self {
        let (status, code) = match err.kind() {
            Kind::NotFound => (StatusCode::NOT_FOUND, "NotFound"),
            Kind::Invalid => (StatusCode::BAD_REQUEST, "InvalidRequest"),
            Kind::Conflict | Kind::Cancelled => (StatusCode::CONFLICT, "Conflict"),
            Kind::Stale => (StatusCode::CONFLICT, "Stale"),
            Kind::Unsupported => (StatusCode::UNPROCESSABLE_ENTITY, "NotSupported"),
            Kind::Forbidden => (StatusCode::FORBIDDEN, "Forbidden"),
            Kind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "Unavailable"),
            Kind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "Internal"),
        };
        let cause = std::error::Error::source(&err).map(|cause| format!("{cause:?}"));
        let missing = err.missing().map(|(what, id)| (what.to_owned(), id.to_owned()));
        Self { status, code, message: err.message().to_owned(), missing, cause }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal.status {
            StatusCode::NOT_FOUND => "NotFound",
            StatusCode::METHOD_NOT_ALLOWED => "MethodNotAllowed",
            StatusCode::NOT_IMPLEMENTED => "NotSupported",
            status if status.is_server_error() => "Internal",
            _ => "InvalidRequest",
        };
        Self { status: refusal.status, code, message: refusal.message, missing: None, cause: refusal.cause }
    }
}
