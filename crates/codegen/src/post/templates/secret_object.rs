/// Writes an object that does not print itself.
macro_rules! secret_object {
    ($name:ident) => {
        /// An object that holds passwords, keys or tokens. Travels as it is; `Debug` does not show it.
        #[derive(Clone, Default, PartialEq, serde::Deserialize, serde::Serialize)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(serde_json::Map<String, serde_json::Value>);

        impl $name {
            /// The members themselves.
            #[must_use]
            pub fn expose(&self) -> &serde_json::Map<String, serde_json::Value> {
                &self.0
            }
        }
        impl From<serde_json::Map<String, serde_json::Value>> for $name {
            fn from(members: serde_json::Map<String, serde_json::Value>) -> Self {
                Self(members)
            }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}
