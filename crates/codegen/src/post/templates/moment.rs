/// Writes a moment, counted in a unit of which this many are a second.
macro_rules! moment {
    ($name:ident, $unit:literal, $per_second:literal) => {
        #[doc = concat!(" A moment, in ", $unit, " since 1970 began in UTC. Travels and prints as that number.")]
        #[doc = ""]
        #[doc = " What is finer than the unit, or farther away than the number can say, is cut off."]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        number!($name);

        impl $name {
            const NANOS: i128 = 1_000_000_000 / $per_second;

            /// This moment.
            #[must_use]
            pub fn now() -> Self {
                Self::from(std::time::SystemTime::now())
            }

            /// The moment so much later, or `None` where the number cannot say it.
            #[must_use]
            pub fn checked_add(self, length: std::time::Duration) -> Option<Self> {
                self.0.checked_add_unsigned(Self::units(length)?).map(Self)
            }

            /// The moment so much earlier, or `None` where the number cannot say it.
            #[must_use]
            pub fn checked_sub(self, length: std::time::Duration) -> Option<Self> {
                self.0.checked_sub_unsigned(Self::units(length)?).map(Self)
            }

            /// How long ago `earlier` was then, or `None` where it was later.
            #[must_use]
            pub fn duration_since(self, earlier: Self) -> Option<std::time::Duration> {
                (earlier <= self).then(|| Self::length(self.0.abs_diff(earlier.0)))
            }

            /// The moment as the standard library has it, or `None` where that cannot hold it.
            #[must_use]
            pub fn to_system_time(self) -> Option<std::time::SystemTime> {
                let distance = Self::length(self.0.unsigned_abs());
                if self.0 < 0 {
                    std::time::UNIX_EPOCH.checked_sub(distance)
                } else {
                    std::time::UNIX_EPOCH.checked_add(distance)
                }
            }

            fn units(length: std::time::Duration) -> Option<u64> {
                u64::try_from(length.as_nanos() / Self::NANOS.unsigned_abs()).ok()
            }

            fn length(units: u64) -> std::time::Duration {
                let rest = std::time::Duration::from_secs(1) / $per_second;
                std::time::Duration::from_secs(units / $per_second) + rest * (units % $per_second) as u32
            }

            fn from_nanos(nanos: i128) -> Self {
                let units = nanos.div_euclid(Self::NANOS);
                Self(i64::try_from(units).unwrap_or(if units < 0 { i64::MIN } else { i64::MAX }))
            }
        }
        impl From<std::time::SystemTime> for $name {
            fn from(time: std::time::SystemTime) -> Self {
                Self::from_nanos(match time.duration_since(std::time::UNIX_EPOCH) {
                    Ok(since) => i128::try_from(since.as_nanos()).unwrap_or(i128::MAX),
                    Err(before) => {
                        i128::try_from(before.duration().as_nanos()).map_or(i128::MIN, |nanos| -nanos)
                    }
                })
            }
        }
        #[cfg(feature = "jiff")]
        impl From<jiff::Timestamp> for $name {
            fn from(time: jiff::Timestamp) -> Self {
                Self::from_nanos(time.as_nanosecond())
            }
        }
        /// Fails where the moment lies beyond the years that `jiff` knows.
        #[cfg(feature = "jiff")]
        impl TryFrom<$name> for jiff::Timestamp {
            type Error = jiff::Error;
            fn try_from(moment: $name) -> Result<Self, Self::Error> {
                Self::from_nanosecond(i128::from(moment.0) * $name::NANOS)
            }
        }
    };
}
