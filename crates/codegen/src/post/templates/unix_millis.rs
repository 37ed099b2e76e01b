/// A moment, in milliseconds since 1970 began in UTC. Travels as a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct UnixMillis(pub i64);

impl From<i64> for UnixMillis {
    fn from(millis: i64) -> Self {
        Self(millis)
    }
}

impl From<UnixMillis> for i64 {
    fn from(moment: UnixMillis) -> Self {
        moment.0
    }
}

/// A moment too far away for the number becomes the first or last that it can say.
impl From<std::time::SystemTime> for UnixMillis {
    fn from(time: std::time::SystemTime) -> Self {
        Self(match time.duration_since(std::time::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |millis| -millis),
        })
    }
}

impl UnixMillis {
    /// The moment as the standard library has it, or `None` where it cannot hold it.
    #[must_use]
    pub fn to_system_time(self) -> Option<std::time::SystemTime> {
        let distance = std::time::Duration::from_millis(self.0.unsigned_abs());
        if self.0 < 0 {
            std::time::UNIX_EPOCH.checked_sub(distance)
        } else {
            std::time::UNIX_EPOCH.checked_add(distance)
        }
    }
}

impl std::fmt::Display for UnixMillis {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}
