//! What a handler answers.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::error::ApiError;

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
        bytes: Vec<u8>,
    },
}

impl Answer {
    /// A JSON body made of a type of the spec.
    pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Result<Self, ApiError> {
        let body = serde_json::to_value(body).map_err(|err| ApiError::internal("answer", &err))?;
        Ok(Self::Json(status, body))
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
            Self::File { name, bytes } => {
                let mut response = Response::new(Body::from(bytes));
                let headers = response.headers_mut();
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

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn any_name_becomes_a_header() {
        insta::assert_snapshot!(
            disposition("Grüße \"1\"\n.zip"),
            @r#"attachment; filename="Gr__e _1__.zip"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%221%22%0A.zip"#
        );
    }
}
