//! From the schema objects of OpenAPI 3.0 to JSON Schema 2020-12.
//!
//! The differences that matter: `nullable`, boolean `exclusiveMinimum`, siblings of `$ref`, and formats
//! that bound integers. Undeclared members are forbidden by closing each schema where a value meets it
//! and not where another schema merely includes it, so every component exists up to twice: `closed:Pet`
//! for a property that holds a pet, `open:Pet` for the `allOf` that extends one.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Direction, Unknown};

/// Schemas inside schemas without a reference between. The YAML reader stops earlier.
const MAX_DEPTH: usize = 200;

const COMPOSITIONS: [&str; 3] = ["allOf", "oneOf", "anyOf"];

/// Keywords that mean the same in both.
const SAME: [&str; 11] = [
    "multipleOf",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "maximum",
    "minimum",
];

/// One schema with the components that it reaches.
pub(super) fn to_json_schema(
    document: &Value,
    schema: &Value,
    unknown: Unknown,
    direction: Direction,
) -> Result<Value, String> {
    let mut converter = Converter { document, unknown, direction, wanted: Vec::new(), seen: BTreeSet::new() };
    let mut root = converter.schema(schema, Use::Value, 0)?;
    let mut definitions = Map::new();
    while let Some((name, usage)) = converter.wanted.pop() {
        let component = converter.component(&name)?;
        let converted = converter.schema(component, usage, 0)?;
        definitions.insert(definition_name(&name, usage), converted);
    }
    if let Value::Object(root) = &mut root
        && !definitions.is_empty()
    {
        root.insert("$defs".to_owned(), Value::Object(definitions));
    }
    Ok(root)
}

/// How a schema is used where it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// A value is held against it.
    Value,
    /// Another schema includes it, and may declare more properties.
    Part,
}

fn definition_name(component: &str, usage: Use) -> String {
    match usage {
        Use::Value => format!("closed:{component}"),
        Use::Part => format!("open:{component}"),
    }
}

struct Converter<'d> {
    document: &'d Value,
    unknown: Unknown,
    direction: Direction,
    /// Components that are referred to and not converted yet.
    wanted: Vec<(String, Use)>,
    seen: BTreeSet<String>,
}

impl<'d> Converter<'d> {
    fn component(&self, name: &str) -> Result<&'d Value, String> {
        self.document["components"]["schemas"]
            .get(name)
            .ok_or_else(|| format!("there is no schema `{name}` in the document"))
    }

    fn schema(&mut self, schema: &Value, usage: Use, depth: usize) -> Result<Value, String> {
        let Value::Object(from) = schema else { return Err("a schema is an object".to_owned()) };
        if depth > MAX_DEPTH {
            return Err(format!("more than {MAX_DEPTH} schemas inside each other"));
        }
        if let Some(reference) = from.get("$ref").and_then(Value::as_str) {
            return self.reference(reference, usage);
        }
        let mut to = Map::new();
        for key in SAME {
            if let Some(value) = from.get(key) {
                to.insert(key.to_owned(), value.clone());
            }
        }
        exclusive(from, &mut to, "minimum", "exclusiveMinimum");
        exclusive(from, &mut to, "maximum", "exclusiveMaximum");
        integer_range(from, &mut to);
        if let Some(items) = from.get("items") {
            to.insert("items".to_owned(), self.schema(items, Use::Value, depth + 1)?);
        }
        if let Some(not) = from.get("not") {
            to.insert("not".to_owned(), self.schema(not, Use::Part, depth + 1)?);
        }
        for key in COMPOSITIONS {
            if let Some(Value::Array(members)) = from.get(key) {
                let members: Result<Vec<_>, _> =
                    members.iter().map(|member| self.schema(member, Use::Part, depth + 1)).collect();
                to.insert(key.to_owned(), Value::Array(members?));
            }
        }
        self.members(from, &mut to, depth)?;
        if usage == Use::Value && self.unknown == Unknown::Forbidden {
            self.close(schema, &mut to);
        }
        Ok(nullable(from, to))
    }

    fn reference(&mut self, reference: &str, usage: Use) -> Result<Value, String> {
        // Where everything is allowed the two uses are the same.
        let usage = if self.unknown == Unknown::Allowed { Use::Part } else { usage };
        let name = component_name(reference)?;
        let definition = definition_name(name, usage);
        let reference = format!("#/$defs/{definition}");
        if self.seen.insert(definition) {
            self.wanted.push((name.to_owned(), usage));
        }
        Ok(json!({ "$ref": reference }))
    }

    /// Properties, which of them are required, and what other members may be.
    fn members(
        &mut self,
        from: &Map<String, Value>,
        to: &mut Map<String, Value>,
        depth: usize,
    ) -> Result<(), String> {
        let properties = from.get("properties").and_then(Value::as_object);
        if let Some(properties) = properties {
            let converted: Result<Map<_, _>, String> = properties
                .iter()
                .map(|(name, property)| Ok((name.clone(), self.schema(property, Use::Value, depth + 1)?)))
                .collect();
            to.insert("properties".to_owned(), Value::Object(converted?));
        }
        if let Some(Value::Array(required)) = from.get("required") {
            let left_out = match self.direction {
                Direction::Request => "readOnly",
                Direction::Response => "writeOnly",
            };
            let is_left_out = |name: &Value| {
                let property = name.as_str().and_then(|name| properties?.get(name));
                property.is_some_and(|property| property[left_out] == Value::Bool(true))
            };
            let required = required.iter().filter(|name| !is_left_out(name)).cloned().collect();
            to.insert("required".to_owned(), Value::Array(required));
        }
        match from.get("additionalProperties") {
            Some(allowed @ Value::Bool(_)) => {
                to.insert("additionalProperties".to_owned(), allowed.clone());
            }
            Some(others) => {
                let others = self.schema(others, Use::Value, depth + 1)?;
                to.insert("additionalProperties".to_owned(), others);
            }
            None => {}
        }
        Ok(())
    }

    /// Forbids what `schema` does not declare, if it declares anything.
    fn close(&self, schema: &Value, to: &mut Map<String, Value>) {
        if to.contains_key("additionalProperties") {
            return;
        }
        if COMPOSITIONS.iter().any(|key| to.contains_key(*key)) {
            if self.declares_properties(schema, &mut BTreeSet::new()) {
                to.insert("unevaluatedProperties".to_owned(), Value::Bool(false));
            }
        } else if to.contains_key("properties") {
            // The same as the above, and quicker.
            to.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
    }

    /// Whether a schema or one that it includes has properties.
    fn declares_properties<'v>(&self, schema: &'v Value, seen: &mut BTreeSet<&'v str>) -> bool
    where
        'd: 'v,
    {
        if let Some(reference) = schema["$ref"].as_str() {
            let component = component_name(reference).and_then(|name| self.component(name));
            return seen.insert(reference)
                && component.is_ok_and(|component| self.declares_properties(component, seen));
        }
        schema.get("properties").is_some()
            || COMPOSITIONS
                .iter()
                .filter_map(|key| schema[*key].as_array())
                .flatten()
                .any(|member| self.declares_properties(member, seen))
    }
}

fn component_name(reference: &str) -> Result<&str, String> {
    reference
        .strip_prefix("#/components/schemas/")
        .ok_or_else(|| format!("`{reference}` does not lead to a schema of the document"))
}

/// OpenAPI says with a boolean that a bound is excluded, JSON Schema with a bound of its own.
fn exclusive(from: &Map<String, Value>, to: &mut Map<String, Value>, bound: &str, exclusive: &str) {
    if from.get(exclusive) == Some(&Value::Bool(true))
        && let Some(limit) = to.remove(bound)
    {
        to.insert(exclusive.to_owned(), limit);
    }
}

/// `int32` and `int64` are ranges; all other formats are left to those who read the value.
fn integer_range(from: &Map<String, Value>, to: &mut Map<String, Value>) {
    let range = match (from.get("type").and_then(Value::as_str), from.get("format").and_then(Value::as_str)) {
        (Some("integer"), Some("int32")) => [i64::from(i32::MIN), i64::from(i32::MAX)],
        (Some("integer"), Some("int64")) => [i64::MIN, i64::MAX],
        _ => return,
    };
    for (bound, exclusive, limit) in
        [("minimum", "exclusiveMinimum", range[0]), ("maximum", "exclusiveMaximum", range[1])]
    {
        // A bound of the author's is taken to be the tighter one.
        if !to.contains_key(exclusive) {
            to.entry(bound.to_owned()).or_insert_with(|| limit.into());
        }
    }
}

/// Adds type and enum, and null to both if the schema says so.
fn nullable(from: &Map<String, Value>, mut to: Map<String, Value>) -> Value {
    let kind = from.get("type").cloned();
    let values = from.get("enum").and_then(Value::as_array).cloned();
    let is_nullable = from.get("nullable") == Some(&Value::Bool(true));
    let composed = COMPOSITIONS.iter().any(|key| to.contains_key(*key)) || to.contains_key("not");
    if is_nullable && !composed {
        if let Some(kind) = kind {
            to.insert("type".to_owned(), json!([kind, "null"]));
        }
        if let Some(mut values) = values {
            if !values.contains(&Value::Null) {
                values.push(Value::Null);
            }
            to.insert("enum".to_owned(), Value::Array(values));
        }
        return Value::Object(to);
    }
    if let Some(kind) = kind {
        to.insert("type".to_owned(), kind);
    }
    if let Some(values) = values {
        to.insert("enum".to_owned(), Value::Array(values));
    }
    if is_nullable { json!({"anyOf": [{"type": "null"}, to]}) } else { Value::Object(to) }
}
