//! Times: the engine's timestamps and the wire's counts since 1970.

use ibm_backup_recovery::types::UnixMicros;
use jiff::Timestamp;

use crate::error::ApiError;

/// A time in microseconds.
pub(crate) fn usecs(time: Timestamp) -> UnixMicros {
    UnixMicros(time.as_microsecond())
}

/// A time given in microseconds; `member` is its path on the wire.
pub(crate) fn from_usecs(member: &str, usecs: UnixMicros) -> Result<Timestamp, ApiError> {
    Timestamp::from_microsecond(usecs.get())
        .map_err(|_| ApiError::invalid(member, format!("{usecs} microseconds lie outside the calendar")))
}
