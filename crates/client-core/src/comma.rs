//! Lists in a query that go out as one value: OpenAPI's `style: form` with `explode: false`.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Error as _, Serialize, Serializer};

/// A list written as `a,b,c`.
///
/// Converts from arrays, slices and vectors, of `T` or of what becomes a `T`:
///
/// ```
/// # use client_core::CommaSeparated;
/// let names: CommaSeparated<String> = ["a", "b"].into();
/// let ids: CommaSeparated<i64> = vec![1, 2].into();
/// assert_eq!(names.to_string(), "a,b");
/// assert_eq!(ids.to_string(), "1,2");
/// ```
///
/// # Caveats
///
/// The form has no way to say a value with a comma in it. Such a value does not serialise, so the request
/// fails before it is sent instead of asking for something else. An empty list is sent as an empty value,
/// not left out: leaving a filter out asks for everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommaSeparated<T>(Vec<T>);

impl<T> CommaSeparated<T> {
    /// The values.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }

    /// The values, owned.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T, U: Into<T>> From<Vec<U>> for CommaSeparated<T> {
    fn from(values: Vec<U>) -> Self {
        values.into_iter().collect()
    }
}

impl<T, U: Into<T>, const N: usize> From<[U; N]> for CommaSeparated<T> {
    fn from(values: [U; N]) -> Self {
        values.into_iter().collect()
    }
}

impl<T, U: Clone + Into<T>> From<&[U]> for CommaSeparated<T> {
    fn from(values: &[U]) -> Self {
        values.iter().cloned().collect()
    }
}

impl<T, U: Into<T>> FromIterator<U> for CommaSeparated<T> {
    fn from_iter<I: IntoIterator<Item = U>>(values: I) -> Self {
        Self(values.into_iter().map(Into::into).collect())
    }
}

impl<T: fmt::Display> fmt::Display for CommaSeparated<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, value) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str(",")?;
            }
            write!(formatter, "{value}")?;
        }
        Ok(())
    }
}

impl<T: fmt::Display> Serialize for CommaSeparated<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let values: Vec<String> = self.0.iter().map(T::to_string).collect();
        if let Some(value) = values.iter().find(|value| value.contains(',')) {
            return Err(S::Error::custom(format_args!(
                "the value `{value}` holds a comma, which separates values"
            )));
        }
        serializer.serialize_str(&values.join(","))
    }
}

impl<'de, T> Deserialize<'de> for CommaSeparated<T>
where
    T: FromStr,
    T::Err: fmt::Display,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<T>(PhantomData<T>);
        impl<T: FromStr<Err: fmt::Display>> serde::de::Visitor<'_> for Visitor<T> {
            type Value = CommaSeparated<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("values separated by commas")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                let parts = text.split(',').filter(|part| !part.is_empty());
                parts
                    .map(|part| part.parse().map_err(E::custom))
                    .collect::<Result<_, _>>()
                    .map(CommaSeparated)
            }
        }
        deserializer.deserialize_str(Visitor(PhantomData)).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::CommaSeparated;

    fn json(values: CommaSeparated<String>) -> Result<String, String> {
        serde_json::to_string(&values).map_err(|error| error.to_string())
    }

    #[test]
    fn values_are_joined_and_an_empty_list_stays_visible() {
        assert_eq!(json(["a", "b"].into()).as_deref(), Ok("\"a,b\""));
        assert_eq!(json(Vec::<String>::new().into()).as_deref(), Ok("\"\""));
    }

    #[test]
    fn a_value_with_a_comma_is_refused() {
        let error = json(["a,b"].into()).unwrap_err();
        assert!(error.contains("holds a comma"), "{error}");
    }

    #[test]
    fn reading_gives_back_what_was_written() {
        let read: CommaSeparated<i64> = serde_json::from_str("\"1,2\"").unwrap();
        assert_eq!(read.as_slice(), [1, 2]);
        assert!(serde_json::from_str::<CommaSeparated<i64>>("\"1,x\"").is_err());
    }
}
