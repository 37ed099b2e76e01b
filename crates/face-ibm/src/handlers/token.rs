//! The token endpoint, in the form of IBM's identity service: the same request, the same answer, its own
//! error body. IBM's authenticators work against it.

use axum::response::{IntoResponse, Response};
use contract::Operation;
use engine::Engine;
use http::{HeaderMap, StatusCode};
use ibm_backup_recovery::types;
use serde_json::Value;

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
            let body = types::IamToken {
                access_token: token.secret.expose().to_owned().into(),
                // There is no second secret: a client that wants a new token comes with its key again.
                refresh_token: Some("not_supported".to_owned().into()),
                token_type: Some("Bearer".to_owned()),
                expires_in: Some(token.lifetime.as_secs()),
                expiration: Some(token.expires_at.as_second()),
                scope: Some(SCOPE.to_owned()),
            };
            (StatusCode::OK, axum::Json(body)).into_response()
        }
        Ok(None) => refuse(StatusCode::BAD_REQUEST, "BXNIM0415E", "there is no such API key".to_owned()),
        Err(err) => {
            tracing::error!(error = %err, cause = ?err, "a token could not be made");
            refuse(StatusCode::SERVICE_UNAVAILABLE, "BXNIM0500E", err.message().to_owned())
        }
    }
}

fn refuse(status: StatusCode, code: &str, message: String) -> Response {
    let body = types::IamError { error_code: Some(code.to_owned()), error_message: Some(message) };
    (status, axum::Json(body)).into_response()
}
