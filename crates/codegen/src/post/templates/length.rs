/// Writes a length of time, counted in a unit of so many nanoseconds.
macro_rules! length {
    ($name:ident, $unit:literal, $nanos:literal) => {
        #[doc = concat!(" A length of time in ", $unit, ". Travels and prints as that number.")]
        #[doc = ""]
        #[doc = " What is finer than the unit, or longer than the number can say, is cut off."]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        number!($name);

        impl $name {
            /// The length as the standard library has it, or `None` where it is negative or too long for that.
            #[must_use]
            pub fn to_duration(self) -> Option<std::time::Duration> {
                let nanos = u128::try_from(self.0).ok()? * $nanos;
                let seconds = u64::try_from(nanos / 1_000_000_000).ok()?;
                Some(std::time::Duration::new(seconds, (nanos % 1_000_000_000) as u32))
            }
        }
        impl From<std::time::Duration> for $name {
            fn from(length: std::time::Duration) -> Self {
                Self(i64::try_from(length.as_nanos() / $nanos).unwrap_or(i64::MAX))
            }
        }
        #[cfg(feature = "jiff")]
        impl From<jiff::SignedDuration> for $name {
            fn from(length: jiff::SignedDuration) -> Self {
                let units = length.as_nanos() / $nanos;
                Self(i64::try_from(units).unwrap_or(if units < 0 { i64::MIN } else { i64::MAX }))
            }
        }
        /// A length that `jiff` has no room for becomes the longest that it has.
        #[cfg(feature = "jiff")]
        impl From<$name> for jiff::SignedDuration {
            fn from(length: $name) -> Self {
                let nanos = i128::from(length.0) * $nanos;
                match i64::try_from(nanos / 1_000_000_000) {
                    Ok(seconds) => Self::new(seconds, (nanos % 1_000_000_000) as i32),
                    Err(_) if nanos < 0 => Self::MIN,
                    Err(_) => Self::MAX,
                }
            }
        }
    };
}
