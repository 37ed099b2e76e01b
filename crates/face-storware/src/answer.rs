//! What handlers answer.

use axum::response::{IntoResponse as _, Response};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;

use crate::error::ApiError;

/// How many entries there are on all pages.
const TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");

/// 200 with a JSON body.
pub(crate) fn ok(body: &impl Serialize) -> Result<Response, ApiError> {
    json(StatusCode::OK, body)
}

/// 201 with a JSON body.
pub(crate) fn created(body: &impl Serialize) -> Result<Response, ApiError> {
    json(StatusCode::CREATED, body)
}

/// A status without a body.
pub(crate) fn empty(status: StatusCode) -> Result<Response, ApiError> {
    Ok(status.into_response())
}

/// 200 with one page of a list, and the length of the whole list in its header.
pub(crate) fn list(page: &[impl Serialize], total: usize) -> Result<Response, ApiError> {
    let mut response = json(StatusCode::OK, &page)?;
    response.headers_mut().insert(TOTAL_COUNT, HeaderValue::from(total));
    Ok(response)
}

fn json(status: StatusCode, body: &impl Serialize) -> Result<Response, ApiError> {
    let body = serde_json::to_value(body)
        .map_err(|err| ApiError::from(face_core::Refusal::internal("answer", err)))?;
    Ok((status, axum::Json(body)).into_response())
}
