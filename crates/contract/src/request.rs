//! Requests against the document.

use std::borrow::Cow;

use http::HeaderMap;
use serde_json::Value;

use crate::media::{Content, is_json};
use crate::nulls::has_nulls;
use crate::parameter::query_pairs;
use crate::{Operation, Violation, strip_nulls};

/// The parameters of a request, parsed and completed with defaults.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inputs {
    values: Vec<(String, Value)>,
}

impl Inputs {
    /// The value of a parameter by its name in the document; `None` if it was not given and has no
    /// default. Lists are arrays, numbers and booleans are what the schema says.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// A parameter that is a string.
    pub fn str(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// A parameter that is a boolean.
    pub fn bool(&self, name: &str) -> Option<bool> {
        self.get(name).and_then(Value::as_bool)
    }

    /// A parameter that is an integer.
    pub fn int(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(Value::as_i64)
    }

    /// Every text among the parameters, in their order, those within lists too.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let values = self.values.iter().flat_map(|(_, value)| match value {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        });
        values.filter_map(Value::as_str)
    }

    /// The items of a parameter that is a list; none if it was not given.
    pub fn list(&self, name: &str) -> &[Value] {
        self.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// All parameters, those of the path first, then the query's and the headers'.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl Operation {
    /// Holds a request against the document and parses its parameters.
    ///
    /// `query` is the raw query string, `path_params` are the decoded parts of the path by name, and
    /// `body` is the parsed body, if there was one; a form counts as an object of strings. What the
    /// document does not know is accepted, and members of the body that are `null` read as absent.
    ///
    /// # Errors
    /// The most telling mistake. Parameters come before the body.
    pub fn check_request(
        &self,
        query: Option<&str>,
        headers: &HeaderMap,
        path_params: &[(String, String)],
        body: Option<&Value>,
    ) -> Result<Inputs, Violation> {
        let query: Vec<_> = query_pairs(query.unwrap_or_default()).collect();
        let mut inputs = Inputs::default();
        for location in ["path", "query", "header"] {
            for parameter in self.parameters.iter().filter(|parameter| parameter.location == location) {
                let name = parameter.name.as_str();
                let given: Vec<Cow<'_, str>> = match location {
                    "query" => query.iter().filter(|(key, _)| key == name).map(|(_, v)| v.clone()).collect(),
                    "path" => {
                        let values = path_params.iter().filter(|(key, _)| key == name);
                        values.map(|(_, value)| Cow::Borrowed(value.as_str())).collect()
                    }
                    _ => {
                        let values = headers.get_all(name).iter();
                        values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect()
                    }
                };
                if let Some(value) = parameter.read(&given)? {
                    inputs.values.push((parameter.name.clone(), value));
                }
            }
        }
        self.check_body(body)?;
        Ok(inputs)
    }

    fn check_body(&self, body: Option<&Value>) -> Result<(), Violation> {
        let Some(declared) = &self.body else { return Ok(()) };
        let Some(value) = body else {
            return match declared.required {
                true => Err(Violation::new("body", "", "is required")),
                false => Ok(()),
            };
        };
        let json = declared.content.iter().find(|content| is_json(&content.media_type));
        let form =
            || declared.content.iter().find(|content| content.covers("application/x-www-form-urlencoded"));
        let Some(Content { schema: Some(schema), .. }) = json.or_else(form) else { return Ok(()) };
        let mut value = Cow::Borrowed(value);
        if has_nulls(&value) {
            strip_nulls(value.to_mut());
        }
        match schema.first_mismatch(&value) {
            Ok(None) => Ok(()),
            Ok(Some(mismatch)) => Err(Violation::from_mismatch("body", "", &mismatch)),
            Err(reason) => Err(Violation::new("body", "", format!("cannot be checked: {reason}"))),
        }
    }
}
