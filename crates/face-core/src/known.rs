//! Reads what the document knows, and nothing else.
//!
//! The generated types keep members that the document does not know, as a client should that sends back what it got.
//! A server must not: what nobody has held against the document would be stored, and said again in answers.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::{Error, Value};

/// Reads a `T` from JSON and leaves out, at any depth, the members that its type does not list.
///
/// # Errors
/// When it is not a `T`.
pub fn known<'de, T: Deserialize<'de>>(value: &'de Value) -> Result<T, Error> {
    T::deserialize(Known(value))
}

/// JSON whose objects show a struct no members but its own.
#[derive(Clone, Copy)]
struct Known<'de>(&'de Value);

impl<'de> IntoDeserializer<'de, Error> for Known<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Known<'de> {
    fn object<V: Visitor<'de>>(self, visitor: V, shows: impl Fn(&str) -> bool) -> Result<V::Value, Error> {
        let Value::Object(members) = self.0 else { return self.deserialize_any(visitor) };
        let members = members.iter().map(|(name, value)| (name.as_str(), Known(value)));
        visitor.visit_map(MapDeserializer::new(members.filter(|(name, _)| shows(name))))
    }
}

impl<'de> Deserializer<'de> for Known<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Object(_) => self.object(visitor, |_| true),
            Value::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.iter().map(Known))),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        members: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.object(visitor, |name| members.contains(&name))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        values: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_enum(name, values, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    /// Keeps every member it is shown, as the generated types do.
    #[derive(Debug, Deserialize)]
    struct Open {
        #[expect(dead_code, reason = "only its name matters: a struct asks for its members by name")]
        name: Option<String>,
        inner: Option<Vec<Inner>>,
        labels: Option<BTreeMap<String, Inner>>,
    }

    #[derive(Debug, PartialEq)]
    struct Inner(Vec<String>);

    impl<'de> Deserialize<'de> for Inner {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Names;
            impl<'de> Visitor<'de> for Names {
                type Value = Inner;
                fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    formatter.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Inner, A::Error> {
                    let mut names = Vec::new();
                    while let Some((name, _)) = map.next_entry::<String, serde::de::IgnoredAny>()? {
                        names.push(name);
                    }
                    Ok(Inner(names))
                }
            }
            deserializer.deserialize_struct("Inner", &["a", "b"], Names)
        }
    }

    #[test]
    fn a_struct_sees_its_own_members_at_any_depth() {
        let value = json!({
            "name": null, "else": 1,
            "inner": [{"a": 1, "x": 2}, {"y": {"a": 1}}],
            "labels": {"any": {"b": 1, "z": 1}},
        });
        let read: Open = known(&value).unwrap();
        assert_eq!(read.inner.unwrap(), [Inner(vec!["a".to_owned()]), Inner(Vec::new())]);
        assert_eq!(
            read.labels.unwrap()["any"],
            Inner(vec!["b".to_owned()]),
            "a map has no members of its own"
        );
    }

    #[test]
    fn everything_else_reads_as_from_json() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Number(i32);
        #[derive(Debug, PartialEq, Deserialize)]
        enum Choice {
            One,
        }
        let value = json!([7, "One", 1.5, true, null, {"b": [1]}]);
        type Read = (Number, Choice, f64, bool, Option<u8>, Value);
        assert_eq!(
            known::<Read>(&value).unwrap(),
            (Number(7), Choice::One, 1.5, true, None, json!({"b": [1]}))
        );
        assert!(known::<Inner>(&json!("text")).unwrap_err().to_string().contains("expected an object"));
        assert!(known::<Number>(&json!(1e12)).is_err());
    }
}
