//! How domain values become columns: JSON bodies, words, times.
//!
//! The rule for bodies: a catalog outlives the program that wrote it. A field that a domain type gains must
//! have `#[serde(default)]`, so that bodies from before it can be read; a field that it loses is ignored when
//! it is read and gone when the body is next replaced. A field is never given another meaning.

use engine::{Error, Result};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value as it is kept in `body`.
pub(crate) fn encode<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| Error::internal("a value cannot be written to the catalog", error))
}

/// The value in a `body`.
pub(crate) fn decode<T: DeserializeOwned>(body: &str) -> Result<T> {
    serde_json::from_str(body)
        .map_err(|error| Error::internal("an entry of the catalog cannot be understood", error))
}

/// The values in many bodies.
pub(crate) fn decode_all<T: DeserializeOwned>(bodies: &[String]) -> Result<Vec<T>> {
    bodies.iter().map(|body| decode(body)).collect()
}

/// The word that a value of a plain enum is written as, in bodies and columns alike.
pub(crate) fn word<T: Serialize>(value: &T) -> Result<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        Ok(other) => Err(Error::internal("a state is not written as a word", other.to_string())),
        Err(error) => Err(Error::internal("a state cannot be written to the catalog", error)),
    }
}

/// A time as a column: microseconds since 1970. Columns compare no finer than that.
pub(crate) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

/// The `modified_at` of a thing that changes now: later than `old`, whatever the clock does.
pub(crate) fn next_modified(old: Timestamp, now: Timestamp) -> Timestamp {
    let after = old.as_microsecond().saturating_add(1);
    if now.as_microsecond() >= after {
        return now;
    }
    Timestamp::from_microsecond(after).unwrap_or(old)
}
