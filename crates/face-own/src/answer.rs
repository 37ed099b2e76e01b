//! Reading what is asked for, and answering.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::{IntoResponse as _, Response};
use engine::{FileCursor, FilePath};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Door;

/// The parameters of a request as far as they could be read.
pub(crate) type Asked<T> = Result<Query<T>, QueryRejection>;

/// The parameters.
pub(crate) fn read<D: Door, T: DeserializeOwned>(door: &D, asked: Asked<T>) -> Result<T, D::Error> {
    match asked {
        Ok(Query(parameters)) => Ok(parameters),
        Err(error) => Err(door.invalid("query", &error.body_text())),
    }
}

/// A path of a snapshot; a slash at its end says nothing.
pub(crate) fn path<D: Door>(door: &D, parameter: &str, text: Option<&str>) -> Result<FilePath, D::Error> {
    let text = text.unwrap_or("/");
    let trimmed = text.trim_end_matches('/');
    let Ok(path) =
        (if trimmed.is_empty() && text.starts_with('/') { "/" } else { trimmed }).parse::<FilePath>();
    match path.is_plain() {
        true => Ok(path),
        false => Err(door.invalid(parameter, "must be an absolute path without `.` and `..`")),
    }
}

/// How many a page has.
pub(crate) fn limit<D: Door>(door: &D, asked: Option<u32>, default: u32, most: u32) -> Result<u32, D::Error> {
    match asked.unwrap_or(default) {
        limit if (1..=most).contains(&limit) => Ok(limit),
        limit => Err(door.invalid("limit", &format!("must lie between 1 and {most}, not {limit}"))),
    }
}

/// Where a page of a search begins.
pub(crate) fn cursor<D: Door>(door: &D, text: Option<&str>) -> Result<Option<FileCursor>, D::Error> {
    let Some(text) = text else { return Ok(None) };
    let parts =
        text.split_once('-').and_then(|(file, total)| Some((file.parse().ok()?, total.parse().ok()?)));
    match parts {
        Some((file, total)) => Ok(Some(FileCursor { file, total })),
        None => Err(door.invalid("after", "is not one that this server gave")),
    }
}

/// An answer, or why there is none.
pub(crate) fn answer<D: Door>(door: &D, outcome: Result<Response, D::Error>) -> Response {
    outcome.unwrap_or_else(|error| door.respond(error))
}

/// 200 with a JSON body.
pub(crate) fn json(body: &impl Serialize) -> Response {
    axum::Json(body).into_response()
}
