//! Reading bodies.

use std::io::Read as _;

use axum::body::{Body, Bytes, to_bytes};
use flate2::read::MultiGzDecoder;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use http_body_util::LengthLimitError;
use serde_json::Value;

use crate::Refusal;

/// The bytes of a body of at most `limit` bytes.
///
/// # Errors
/// 413 for one that has more, 400 for one that breaks off.
pub async fn read(body: Body, limit: usize) -> Result<Bytes, Refusal> {
    to_bytes(body, limit).await.map_err(|err| {
        let first: &(dyn std::error::Error + 'static) = &err;
        let mut causes = std::iter::successors(Some(first), |err| err.source());
        match causes.any(|err| err.is::<LengthLimitError>()) {
            true => Refusal::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("body: has more than {limit} bytes, which is all that is taken"),
            ),
            false => Refusal::invalid("body", format_args!("broke off: {err}")),
        }
    })
}

/// The body as it was before its sender compressed it.
///
/// # Errors
/// 415 for another coding than gzip, 400 for a body that is not in it, and 413 for one that has more than
/// `limit` bytes unpacked: a few bytes must not fill the memory.
pub(crate) fn unpacked(headers: &HeaderMap, body: Bytes, limit: usize) -> Result<Bytes, Refusal> {
    let Some(coding) = headers.get(CONTENT_ENCODING) else {
        return Ok(body);
    };
    let is = |name: &str| coding.as_bytes().eq_ignore_ascii_case(name.as_bytes());
    if body.is_empty() || is("identity") {
        return Ok(body);
    }
    if !is("gzip") {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("header Content-Encoding: must be gzip, not {coding:?}"),
        ));
    }
    let mut plain = Vec::new();
    MultiGzDecoder::new(&*body)
        .take(limit as u64 + 1)
        .read_to_end(&mut plain)
        .map_err(|err| Refusal::invalid("body", format_args!("is not gzip: {err}")))?;
    if plain.len() > limit {
        return Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the body is larger than {limit} bytes when it is unpacked"),
        ));
    }
    Ok(plain.into())
}

/// The JSON of a body; none when there is no body.
///
/// # Errors
/// 415 for another media type, 400 for what is not JSON.
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
