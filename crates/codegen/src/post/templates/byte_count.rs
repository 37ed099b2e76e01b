/// Writes a number of bytes.
macro_rules! byte_count {
    ($name:ident) => {
        /// A size or an amount of data in bytes. Travels and prints as that number.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        number!($name);

        impl $name {
            /// The size for people, such as `512 B` or `1.5 GiB`: at most four digits before the point.
            #[must_use]
            pub fn human(self) -> String {
                let sign = if self.0 < 0 { "-" } else { "" };
                let bytes = self.0.unsigned_abs();
                if bytes < 1024 {
                    return format!("{sign}{bytes} B");
                }
                let mut tenths = (u128::from(bytes) * 10 + 512) / 1024;
                let mut units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"].into_iter();
                let mut unit = units.next().unwrap_or_default();
                while tenths >= 10_240 {
                    let Some(next) = units.next() else { break };
                    (tenths, unit) = ((tenths + 512) / 1024, next);
                }
                format!("{sign}{}.{} {unit}", tenths / 10, tenths % 10)
            }
        }
        impl TryFrom<u64> for $name {
            type Error = std::num::TryFromIntError;
            fn try_from(bytes: u64) -> Result<Self, Self::Error> {
                i64::try_from(bytes).map(Self)
            }
        }
        /// Fails where the number is negative.
        impl TryFrom<$name> for u64 {
            type Error = std::num::TryFromIntError;
            fn try_from(size: $name) -> Result<Self, Self::Error> {
                Self::try_from(size.0)
            }
        }
    };
}
