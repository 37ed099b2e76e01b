//! What is asked of a document.

use serde_json::{Map, Value};

/// How many references in a row are followed. A document whose references lead in a circle ends here.
const HOPS: usize = 16;

/// A bundled document.
#[derive(Clone, Copy)]
pub(super) struct Document<'d>(pub(super) &'d Value);

impl<'d> Document<'d> {
    /// What a reference leads to; the value itself where it is none.
    pub(super) fn resolve(self, mut value: &'d Value) -> &'d Value {
        for _ in 0..HOPS {
            let Some(target) = reference(value).and_then(|pointer| self.0.pointer(pointer)) else { break };
            value = target;
        }
        value
    }

    /// The schema itself, behind references and an `allOf` of one.
    pub(super) fn schema(self, value: &'d Value) -> &'d Value {
        let mut schema = self.resolve(value);
        for _ in 0..HOPS {
            let Some([only]) = schema["allOf"].as_array().map(Vec::as_slice) else { break };
            schema = self.resolve(only);
        }
        schema
    }

    /// What a schema is said to be, where it stands or where it leads.
    pub(super) fn description(self, value: &'d Value) -> &'d str {
        [value, self.resolve(value), self.schema(value)]
            .into_iter()
            .map(|schema| text(schema, "description"))
            .find(|description| !description.is_empty())
            .unwrap_or_default()
    }
}

/// The pointer of a reference within the document.
pub(super) fn reference(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()?.strip_prefix('#')
}

/// The text of a member; empty where there is none.
pub(super) fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}

/// Whether a member is `true`.
pub(super) fn is(value: &Value, member: &str) -> bool {
    value.get(member) == Some(&Value::Bool(true))
}

/// The members of an object; none of anything else.
pub(super) fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter).map(|(key, value)| (key.as_str(), value))
}

/// Whether an object requires a member.
pub(super) fn requires(schema: &Value, member: &str) -> bool {
    schema["required"].as_array().is_some_and(|names| names.iter().any(|name| name == member))
}
