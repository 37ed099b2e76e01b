//! Reading bodies, and failures as these paths tell them.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::response::{IntoResponse, Response};
use engine::{Error, Kind};
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::json;

/// A failure on its way to the caller.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Refusal {
    pub(crate) fn unauthorized(message: &str) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, code: "Unauthorized", message: message.to_owned() }
    }

    pub(crate) fn wrong_method() -> Self {
        let message = "only POST is taken here".to_owned();
        Self { status: StatusCode::METHOD_NOT_ALLOWED, code: "MethodNotAllowed", message }
    }
}

impl From<Error> for Refusal {
    fn from(err: Error) -> Self {
        let (status, code) = match err.kind() {
            Kind::NotFound => (StatusCode::NOT_FOUND, "NotFound"),
            Kind::Invalid => (StatusCode::BAD_REQUEST, "InvalidRequest"),
            Kind::Conflict | Kind::Cancelled | Kind::Stale => (StatusCode::CONFLICT, "Conflict"),
            Kind::Unsupported => (StatusCode::UNPROCESSABLE_ENTITY, "NotSupported"),
            // What is shown here is all there is to know somebody by.
            Kind::Forbidden => (StatusCode::UNAUTHORIZED, "Unauthorized"),
            Kind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "Unavailable"),
            Kind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "Internal"),
        };
        if status.is_server_error() {
            tracing::error!(error = %err, cause = ?err, "a report of a connector or agent failed");
        }
        Self { status, code, message: err.message().to_owned() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({ "error": { "code": self.code, "message": self.message } });
        (self.status, axum::Json(body)).into_response()
    }
}

/// A body as far as it could be read: too large a one could not.
pub(crate) type Body = Result<Bytes, BytesRejection>;

/// The body as `T`.
pub(crate) fn read<T: DeserializeOwned>(body: Body) -> Result<T, Refusal> {
    let body = body.map_err(|err| Refusal {
        status: err.status(),
        code: "InvalidRequest",
        message: format!("the body cannot be read: {}", err.body_text()),
    })?;
    serde_json::from_slice(&body).map_err(|err| Refusal {
        status: StatusCode::BAD_REQUEST,
        code: "InvalidRequest",
        message: format!("the body is not understood: {err}"),
    })
}
