//! Reads the values of a parameter, which are texts, as what the document says they are.

use serde::de::value::{Error, SeqDeserializer, StrDeserializer};
use serde::de::{Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// All values of a parameter, in order. None is the absence of the parameter.
#[derive(Clone, Copy)]
pub(crate) struct Values<'a>(pub(crate) &'a [String]);

impl<'a> Values<'a> {
    fn one(self) -> Result<&'a str, Error> {
        match self.0 {
            [only] => Ok(only),
            [] => Err(Error::custom("is missing")),
            several => Err(Error::custom(format_args!("is there {} times", several.len()))),
        }
    }
}

macro_rules! parsed {
    ($($method:ident $visit:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let text = self.one()?;
            let wrong = |error| Error::custom(format_args!("{text:?} cannot be read: {error}"));
            visitor.$visit(text.parse().map_err(wrong)?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Values<'de> {
    type Error = Error;

    parsed! {
        deserialize_i8 visit_i8
        deserialize_i16 visit_i16
        deserialize_i32 visit_i32
        deserialize_i64 visit_i64
        deserialize_u8 visit_u8
        deserialize_u16 visit_u16
        deserialize_u32 visit_u32
        deserialize_u64 visit_u64
        deserialize_f32 visit_f32
        deserialize_f64 visit_f64
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.one()? {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            other => Err(Error::custom(format_args!("{other:?} is neither true nor false"))),
        }
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.one()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(SeqDeserializer::new(self.0.chunks(1).map(Values)))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let text: StrDeserializer<'_, Error> = self.one()?.into_deserializer();
        visitor.visit_enum(text)
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier
        ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Error> for Values<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    fn read<'a, T: Deserialize<'a>>(values: &'a [String]) -> Result<T, String> {
        T::deserialize(Values(values)).map_err(|error| error.to_string())
    }

    #[test]
    fn texts_are_read_as_what_they_should_be() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let (none, seven, two) = (texts(&[]), texts(&["7"]), texts(&["7", "8"]));
        assert_eq!(read::<i64>(&seven), Ok(7));
        assert_eq!(read::<String>(&seven), Ok("7".to_owned()));
        assert_eq!(read::<Option<u32>>(&seven), Ok(Some(7)));
        assert_eq!(read::<Option<u32>>(&none), Ok(None));
        assert_eq!(read::<Vec<i32>>(&two), Ok(vec![7, 8]));
        assert_eq!(read::<Option<Vec<String>>>(&none), Ok(None));
        assert_eq!(read::<bool>(&texts(&["true"])), Ok(true));
        assert_eq!(read::<i64>(&none), Err("is missing".to_owned()));
        assert_eq!(read::<i64>(&two), Err("is there 2 times".to_owned()));
        assert_eq!(read::<bool>(&seven), Err("\"7\" is neither true nor false".to_owned()));
        assert!(read::<u8>(&texts(&["-7"])).unwrap_err().starts_with("\"-7\" cannot be read"));
    }
}
