//! The token endpoint, in the form of IBM's identity service: the same request, the same answer, its own
//! error body. IBM's authenticators work against it.
//!
//! The client is not generated for this operation, which lives on another host, so there are no types for it
//! and its answers are written out here.

use axum::response::{IntoResponse, Response};
use contract::Operation;
use engine::Engine;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

/// The operation's id in the spec.
pub(crate) const OPERATION: &str = "createToken";

/// The scope that the identity service names for every API key.
const SCOPE: &str = "ibm openid";

pub(crate) async fn exchange(
    engine: &Engine,
    operation: &Operation,
    headers: &HeaderMap,
    body: &[u8],
) -> Response {
    let form: Value = url::form_urlencoded::parse(body)
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect::<serde_json::Map<_, _>>()
        .into();
    if let Err(violation) = operation.check_request(None, headers, &[], Some(&form)) {
        return refuse(StatusCode::BAD_REQUEST, "BXNIM0109E", violation.to_string());
    }
    let key = form.get("apikey").and_then(Value::as_str).unwrap_or_default();
    match engine.exchange(key).await {
        Ok(Some(token)) => {
            let body = json!({
                "access_token": token.secret.expose(),
                // There is no second secret: a client that wants a new token comes with its key again.
                "refresh_token": "not_supported",
                "token_type": "Bearer",
                "expires_in": token.lifetime.as_secs(),
                "expiration": token.expires_at.as_second(),
                "scope": SCOPE,
            });
            (StatusCode::OK, axum::Json(body)).into_response()
        }
        Ok(None) => refuse(StatusCode::BAD_REQUEST, "BXNIM0415E", "there is no such API key".to_owned()),
        Err(err) => {
            tracing::error!(error = %err, cause = ?err, "a token could not be made");
            refuse(StatusCode::SERVICE_UNAVAILABLE, "BXNIM0500E", err.message().to_owned())
        }
    }
}

/// A refusal in the identity service's own error body.
pub(crate) fn refuse(status: StatusCode, code: &str, message: String) -> Response {
    let body = json!({ "errorCode": code, "errorMessage": message });
    (status, axum::Json(body)).into_response()
}
