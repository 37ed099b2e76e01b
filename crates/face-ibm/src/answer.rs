//! What a handler answers.

use std::future::Future;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures::stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::call::Call;
use crate::error::ApiError;

/// How much of a file is held in memory at a time.
const BLOCK: u64 = 4 << 20;

/// An answer of an operation that succeeded.
pub(crate) enum Answer {
    /// A JSON body.
    Json(StatusCode, serde_json::Value),
    /// No body.
    Empty(StatusCode),
    /// A file, or a part of one.
    File {
        /// What a browser should call it.
        name: String,
        /// How many bytes follow.
        length: u64,
        body: Body,
    },
}

/// A part of a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Part {
    offset: u64,
    length: u64,
}

impl Part {
    /// The part that the parameters `startOffset` and `length` name of a file of `total` bytes: from the
    /// offset to the end where there is no length, and nothing past the end.
    pub(crate) fn read(call: &Call, total: u64) -> Result<Self, ApiError> {
        let number = |name: &str| {
            let value: Option<i64> = call.parameter(name)?;
            value
                .map(|value| {
                    u64::try_from(value)
                        .map_err(|_| ApiError::invalid(name, format!("must not be negative: {value}")))
                })
                .transpose()
        };
        let offset = number("startOffset")?.unwrap_or(0).min(total);
        let length = number("length")?.unwrap_or(u64::MAX).min(total - offset);
        Ok(Self { offset, length })
    }
}

impl Answer {
    /// A JSON body made of a type of the spec.
    pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Result<Self, ApiError> {
        let body = serde_json::to_value(body).map_err(|err| ApiError::internal("answer", &err))?;
        Ok(Self::Json(status, body))
    }

    /// A part of a file, read a block at a time by `read(offset, length)` as the caller takes it. A block that
    /// cannot be read breaks the connection off, so that nobody takes half a file for a whole one.
    pub(crate) fn file<F, R>(name: String, part: Part, read: F) -> Self
    where
        F: Fn(u64, u64) -> R + Send + 'static,
        R: Future<Output = engine::Result<Vec<u8>>> + Send,
    {
        let blocks = stream::try_unfold((part, read), |(left, read)| async move {
            if left.length == 0 {
                return Ok(None);
            }
            let bytes = read(left.offset, left.length.min(BLOCK)).await?;
            let count = bytes.len() as u64;
            if count == 0 {
                return Err(engine::Error::new(engine::Kind::Internal, "the file ended before its size"));
            }
            let left = Part { offset: left.offset + count, length: left.length.saturating_sub(count) };
            Ok::<_, engine::Error>(Some((bytes, (left, read))))
        });
        Self::File { name, length: part.length, body: Body::from_stream(blocks) }
    }

    /// 200 with a JSON body.
    pub(crate) fn ok(body: &impl Serialize) -> Result<Self, ApiError> {
        Self::json(StatusCode::OK, body)
    }

    /// 201 with a JSON body.
    pub(crate) fn created(body: &impl Serialize) -> Result<Self, ApiError> {
        Self::json(StatusCode::CREATED, body)
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        match self {
            Self::Json(status, body) => (status, axum::Json(body)).into_response(),
            Self::Empty(status) => status.into_response(),
            Self::File { name, length, body } => {
                let mut response = Response::new(body);
                let headers = response.headers_mut();
                headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
                if let Ok(value) = HeaderValue::try_from(disposition(&name)) {
                    headers.insert(CONTENT_DISPOSITION, value);
                }
                response
            }
        }
    }
}

/// `Content-Disposition` for a name of any characters, by RFC 6266: a plain form for old readers and the
/// full one, percent-encoded.
fn disposition(name: &str) -> String {
    let name = shortened(name);
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() && !"\"\\".contains(c) || c == ' ' { c } else { '_' })
        .collect();
    let full: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}")
}

/// A name that fits into a header and a folder: of a long one the beginning and the end, which says what kind
/// of file it is.
fn shortened(name: &str) -> String {
    const BEGINNING: usize = 100;
    const END: usize = 20;
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= BEGINNING + END {
        return name.to_owned();
    }
    let (beginning, end) = (&letters[..BEGINNING], &letters[letters.len() - END..]);
    beginning.iter().chain(&['…']).chain(end).collect()
}

#[cfg(test)]
mod tests {
    use super::{disposition, shortened};

    #[test]
    fn a_name_of_any_length_fits() {
        assert_eq!(shortened("short.zip"), "short.zip");
        let long = shortened(&format!("{}.zip", "ü".repeat(1 << 20)));
        assert_eq!(long.chars().count(), 121);
        assert!(long.starts_with("üü") && long.ends_with("ü.zip"), "{long}");
    }

    #[test]
    fn any_name_becomes_a_header() {
        insta::assert_snapshot!(
            disposition("Grüße \"1\"\n.zip"),
            @r#"attachment; filename="Gr__e _1__.zip"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%221%22%0A.zip"#
        );
    }
}
