//! Compressed request bodies, which IBM's SDKs send when they are told to.

use std::io::Read as _;

use axum::body::Bytes;
use flate2::read::MultiGzDecoder;
use http::header::CONTENT_ENCODING;
use http::{HeaderMap, StatusCode};

use crate::error::ApiError;

/// The body as it was before its sender compressed it.
///
/// # Errors
/// 415 for another coding than gzip, 400 for a body that is not in it, and 413 for one that has more than
/// `limit` bytes unpacked: a few bytes must not fill the memory.
pub(crate) fn unpacked(headers: &HeaderMap, body: Bytes, limit: usize) -> Result<Bytes, ApiError> {
    let Some(coding) = headers.get(CONTENT_ENCODING) else {
        return Ok(body);
    };
    let is = |name: &str| coding.as_bytes().eq_ignore_ascii_case(name.as_bytes());
    if body.is_empty() || is("identity") {
        return Ok(body);
    }
    if !is("gzip") {
        return Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "InvalidRequest",
            format!("header Content-Encoding: must be gzip, not {coding:?}"),
        ));
    }
    let mut plain = Vec::new();
    MultiGzDecoder::new(&*body)
        .take(limit as u64 + 1)
        .read_to_end(&mut plain)
        .map_err(|err| ApiError::invalid("body", format!("is not gzip: {err}")))?;
    if plain.len() > limit {
        return Err(ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "InvalidRequest",
            format!("the body is larger than {limit} bytes when it is unpacked"),
        ));
    }
    Ok(plain.into())
}
