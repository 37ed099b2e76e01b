//! Times on the wire are milliseconds since 1970.

use jiff::Timestamp;

use crate::error::ApiError;

pub(crate) fn millis(time: Timestamp) -> i64 {
    time.as_millisecond()
}

/// The time in a member of a request.
pub(crate) fn from_millis(member: &str, millis: i64) -> Result<Timestamp, ApiError> {
    Timestamp::from_millisecond(millis)
        .map_err(|_| ApiError::invalid(member, format!("{millis} milliseconds since 1970 is no time")))
}
