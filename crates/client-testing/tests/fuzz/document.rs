//! What a document says about answers, and JSON that it allows.

use openapi_check::Sources;
use serde_json::{Map, Value, json};

use crate::random::Random;

/// Deeper than this only what is required is made.
const DEEP: usize = 7;

/// A bundled document.
pub(crate) struct Document(Value);

impl Document {
    /// The authored document with this entry.
    pub(crate) fn authored(entry: &str) -> Self {
        let sources = Sources::embedded(strongroom_spec::FILES);
        Self(openapi_check::bundle(&sources, entry).unwrap().document().clone())
    }

    /// The operation that a method of the client calls.
    fn operation(&self, method: &str) -> &Value {
        let plain = method.replace('_', "");
        let paths = self.0["paths"].as_object().unwrap().values();
        let operations = paths.flat_map(|path| path.as_object().unwrap().values());
        let mut named =
            operations.filter(|it| it["operationId"].as_str().is_some_and(|id| id.to_lowercase() == plain));
        named.next().unwrap_or_else(|| panic!("no operation for `{method}`"))
    }

    /// A documented success: its status, and the schema of its body if it is JSON.
    pub(crate) fn success(&self, method: &str, random: &mut Random) -> (u16, Option<&Value>) {
        let answers = self.operation(method)["responses"].as_object().unwrap();
        let successes: Vec<_> = answers.iter().filter(|(status, _)| status.starts_with('2')).collect();
        let (status, answer) = random.pick(&successes);
        let answer = self.resolved(answer);
        (status.parse().unwrap(), answer["content"].get("application/json").map(|media| &media["schema"]))
    }

    /// The least that can be sent to an operation.
    pub(crate) fn least_request(&self, method: &str) -> Value {
        let body = self.resolved(&self.operation(method)["requestBody"]);
        self.least(&body["content"]["application/json"]["schema"])
    }

    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => self.resolved(self.0.pointer(reference.trim_start_matches('#')).unwrap()),
            None => value,
        }
    }

    fn least(&self, schema: &Value) -> Value {
        let schema = self.resolved(schema);
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        if let Some(parts) = schema["allOf"].as_array() {
            return merged(parts.iter().map(|part| self.least(part)));
        }
        match kind(schema) {
            "object" => {
                let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
                required.map(|name| (name.to_owned(), self.least(&schema["properties"][name]))).collect()
            }
            "array" => json!([]),
            "integer" | "number" => json!(1),
            "boolean" => json!(true),
            _ => json!("x"),
        }
    }

    /// Something that the schema allows, or would tomorrow: with values and members that it does not know.
    pub(crate) fn some(&self, schema: &Value, random: &mut Random, depth: usize) -> Value {
        let schema = self.resolved(schema);
        if let Some(listed) = schema["enum"].as_array() {
            return if random.once_in(6) { json!("kTomorrow") } else { random.pick(listed) };
        }
        if let Some(parts) = schema["allOf"].as_array() {
            return merged(parts.iter().map(|part| self.some(part, random, depth)));
        }
        match kind(schema) {
            "object" => self.some_object(schema, random, depth),
            "array" => {
                let length = if depth > DEEP { 0 } else { random.below(3) };
                (0..length).map(|_| self.some(&schema["items"], random, depth + 1)).collect()
            }
            "integer" if schema["format"] == "int32" => json!(random.pick(&[0, -1, 7, i32::MAX, i32::MIN])),
            "integer" => json!(random.pick(&[0, -1, 7, 1_763_694_000_000_000, i64::MAX, i64::MIN])),
            "number" => json!(random.pick(&[0.5, -1.25, 1e300])),
            "boolean" => json!(random.once_in(2)),
            "string" => {
                json!(random.pick(&["", "x", "1:2:3", "é\u{0}\"\\", "\u{1f4be}", "2026-01-01T00:00:00Z"]))
            }
            _ => json!({"any": [1, "x"]}),
        }
    }

    fn some_object(&self, schema: &Value, random: &mut Random, depth: usize) -> Value {
        let mut object = Map::new();
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if required.contains(&name.as_str()) {
                object.insert(name.clone(), self.some(property, random, depth + 1));
            } else if random.once_in(16) {
                object.insert(name.clone(), Value::Null);
            } else if depth <= DEEP && random.once_in(2) {
                object.insert(name.clone(), self.some(property, random, depth + 1));
            }
        }
        let further = &schema["additionalProperties"];
        if further.is_object() && depth <= DEEP {
            for name in ["one", "two"].iter().take(random.below(3)) {
                object.insert((*name).to_owned(), self.some(further, random, depth + 1));
            }
        } else if random.once_in(4) {
            let unknown = [json!("x"), json!([{"deep": [1]}]), json!(u64::MAX), json!({"a": {"b": false}})];
            object.insert("tomorrow".to_owned(), random.pick(&unknown));
        }
        Value::Object(object)
    }
}

fn kind(schema: &Value) -> &str {
    match schema["type"].as_str() {
        Some(kind) => kind,
        None if schema.get("properties").is_some() => "object",
        None => "",
    }
}

fn merged(parts: impl Iterator<Item = Value>) -> Value {
    let mut whole = Value::Object(Map::new());
    for part in parts {
        match (&mut whole, part) {
            (Value::Object(whole), Value::Object(part)) => whole.extend(part),
            (whole, part) => *whole = part,
        }
    }
    whole
}
