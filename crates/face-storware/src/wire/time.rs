//! Times on the wire are milliseconds since 1970.

use jiff::Timestamp;
use storware_backup_recovery::types::UnixMillis;

use crate::error::ApiError;

pub(crate) fn millis(time: Timestamp) -> UnixMillis {
    UnixMillis(time.as_millisecond())
}

/// The time in a member of a request.
pub(crate) fn from_millis(member: &str, millis: UnixMillis) -> Result<Timestamp, ApiError> {
    Timestamp::from_millisecond(millis.0)
        .map_err(|_| ApiError::invalid(member, format!("{millis} milliseconds since 1970 is no time")))
}
