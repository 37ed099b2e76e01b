//! Answers of a line at a time, for work that tells how far it is.

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use futures::{Stream, StreamExt as _};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::Value;

/// An answer of JSON values, each in a line of its own and sent when it is there. When the caller goes away, the
/// stream is dropped.
pub fn lines(values: impl Stream<Item = Value> + Send + 'static) -> Response {
    let lines = values.map(|value| Ok::<_, std::convert::Infallible>(format!("{value}\n")));
    let head = [(CONTENT_TYPE, "application/x-ndjson"), (CACHE_CONTROL, "no-store")];
    (head, Body::from_stream(lines)).into_response()
}
