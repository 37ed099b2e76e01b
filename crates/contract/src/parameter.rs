//! Parameters: from the characters of a request to JSON values.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Number, Value};

use crate::Violation;
use crate::lazy::{LazySchema, resolve};

/// A parameter of the query, the path or a header.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    /// `query`, `path` or `header`.
    pub(crate) location: &'static str,
    pub(crate) required: bool,
    pub(crate) default: Option<Value>,
    pub(crate) schema: LazySchema,
    shape: Shape,
}

/// How the characters are read.
#[derive(Debug)]
enum Shape {
    One(Scalar),
    /// Each occurrence of the key is an item.
    Repeated(Scalar),
    /// Items are joined by the character; further occurrences of the key add to them.
    Joined(char, Scalar),
}

#[derive(Clone, Copy, Debug)]
enum Scalar {
    String,
    Integer,
    Number,
    Boolean,
}

impl Parameter {
    /// `None` for parameters that are not checked: cookies, and headers of HTTP itself.
    pub(crate) fn new(document: &Arc<Value>, parameter: &Value) -> Option<Self> {
        let name = parameter["name"].as_str()?;
        let location = match parameter["in"].as_str()? {
            "query" => "query",
            "path" => "path",
            // OpenAPI has these three ignored where they are declared as parameters.
            "header"
                if !["accept", "content-type", "authorization"].contains(&&*name.to_ascii_lowercase()) =>
            {
                "header"
            }
            _ => return None,
        };
        let schema = &parameter["schema"];
        let resolved = resolve(document, schema);
        let shape = if scalar_type(document, resolved) == Some("array") {
            let item = scalar(document, &resolved["items"]);
            let style = parameter["style"].as_str();
            // Only the query explodes unless it is told otherwise.
            let explode = parameter["explode"].as_bool().unwrap_or(location == "query");
            match style {
                Some("spaceDelimited") => Shape::Joined(' ', item),
                Some("pipeDelimited") => Shape::Joined('|', item),
                _ if explode && location == "query" => Shape::Repeated(item),
                _ => Shape::Joined(',', item),
            }
        } else {
            Shape::One(scalar(document, resolved))
        };
        Some(Self {
            name: name.to_owned(),
            location,
            required: parameter["required"] == Value::Bool(true),
            default: resolved.get("default").cloned(),
            schema: LazySchema::request(document, schema),
            shape,
        })
    }

    /// The value, if the parameter was given or has a default.
    pub(crate) fn read(&self, given: &[Cow<'_, str>]) -> Result<Option<Value>, Violation> {
        let Some(last) = given.last() else {
            return match &self.default {
                Some(default) => Ok(Some(default.clone())),
                None if self.required => Err(self.violation("is required")),
                None => Ok(None),
            };
        };
        let value = match self.shape {
            Shape::One(scalar) => self.scalar(scalar, last, "")?,
            Shape::Repeated(scalar) => self.items(scalar, given.iter().map(Cow::as_ref))?,
            Shape::Joined(separator, scalar) => {
                let parts = given.iter().flat_map(|text| text.split(separator));
                self.items(scalar, parts.filter(|part| !part.is_empty()))?
            }
        };
        match self.schema.first_mismatch(&value) {
            Ok(None) => Ok(Some(value)),
            Ok(Some(mismatch)) => Err(Violation::from_mismatch(self.location, &self.name, &mismatch)),
            Err(reason) => Err(self.violation(format!("cannot be checked: {reason}"))),
        }
    }

    fn items<'t>(&self, scalar: Scalar, parts: impl Iterator<Item = &'t str>) -> Result<Value, Violation> {
        let items = parts.enumerate().map(|(index, part)| self.scalar(scalar, part, &format!("[{index}]")));
        items.collect::<Result<Vec<_>, _>>().map(Value::Array)
    }

    fn scalar(&self, scalar: Scalar, text: &str, index: &str) -> Result<Value, Violation> {
        let (value, expected) = match scalar {
            Scalar::String => return Ok(Value::String(text.to_owned())),
            Scalar::Integer => {
                let signed = text.parse::<i64>().ok().map(Value::from);
                (signed.or_else(|| text.parse::<u64>().ok().map(Value::from)), "an integer")
            }
            Scalar::Number => {
                let integer = text.parse::<i64>().ok().map(Value::from);
                let fraction = || text.parse().ok().and_then(Number::from_f64).map(Value::Number);
                (integer.or_else(fraction), "a number")
            }
            Scalar::Boolean => (text.parse::<bool>().ok().map(Value::Bool), "true or false"),
        };
        value.ok_or_else(|| {
            let member = format!("{}{index}", self.name);
            Violation::new(self.location, member, format!("must be {expected}, not {text:?}"))
        })
    }

    pub(crate) fn violation(&self, reason: impl Into<String>) -> Violation {
        Violation::new(self.location, &*self.name, reason)
    }
}

fn scalar(document: &Value, schema: &Value) -> Scalar {
    match scalar_type(document, resolve(document, schema)) {
        Some("integer") => Scalar::Integer,
        Some("number") => Scalar::Number,
        Some("boolean") => Scalar::Boolean,
        _ => Scalar::String,
    }
}

/// The type of a resolved schema, which it may have from the parts that it is composed of.
fn scalar_type<'d>(document: &'d Value, schema: &'d Value) -> Option<&'d str> {
    let own = schema["type"].as_str();
    let parts = || schema["allOf"].as_array().into_iter().flatten();
    own.or_else(|| parts().find_map(|part| resolve(document, part)["type"].as_str()))
}

/// The pairs of a query string, decoded. Bytes that are no UTF-8 become replacement characters.
pub(crate) fn query_pairs(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(key), decode(value))
    })
}

fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = |offset: usize| bytes.get(at + offset).and_then(|b| char::from(*b).to_digit(16));
        match (byte, hex(1), hex(2)) {
            (b'%', Some(high), Some(low)) => {
                // Two hexadecimal digits are a byte.
                decoded.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', ..) => decoded.push(b' '),
            _ => decoded.push(byte),
        }
        at += 1;
    }
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_strings_are_decoded() {
        let pairs: Vec<_> = query_pairs("a=1%2C2&b=x+y&c&&d=%zz%4&%C3%A9=%ff").collect();
        let pairs: Vec<_> = pairs.iter().map(|(key, value)| (key.as_ref(), value.as_ref())).collect();
        assert_eq!(pairs, [("a", "1,2"), ("b", "x y"), ("c", ""), ("d", "%zz%4"), ("é", "\u{fffd}")]);
    }
}
