//! Reading bodies.

use axum::body::{Body, Bytes, to_bytes};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::Refusal;

/// The bytes of a body of at most `limit` bytes.
pub(crate) async fn read(body: Body, limit: usize) -> Result<Bytes, Refusal> {
    to_bytes(body, limit).await.map_err(|err| {
        Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the body cannot be read: {err} (at most {limit} bytes are taken)"),
        )
    })
}

/// The JSON of a body; none when there is no body.
pub(crate) fn json(headers: &HeaderMap, body: &[u8]) -> Result<Option<Value>, Refusal> {
    if body.is_empty() {
        return Ok(None);
    }
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("application/json");
    let media = media.split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case("application/json") && !media.ends_with("+json") {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("header Content-Type: must be application/json, not {media:?}"),
        ));
    }
    serde_json::from_slice(body)
        .map(Some)
        .map_err(|err| Refusal::invalid("body", format_args!("is not JSON: {err}")))
}
