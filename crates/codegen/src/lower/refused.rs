//! Refuses schemas that would compile and be wrong, or make the generator panic without a place.

use serde_json::Value;

use super::Context;
use crate::Error;
use crate::document::{Object, resolve_schema, text, visit_schemas};

pub(super) fn apply(context: &mut Context<'_>) -> Result<(), Error> {
    let source = context.document.clone();
    if !text_of(&source, "openapi").is_some_and(|version| version.starts_with("3.0.")) {
        return Err(Error::unsupported("#/openapi", "only OpenAPI 3.0 can be generated from"));
    }
    visit_schemas(&mut context.document, |pointer, schema| {
        if let Some(reference) = text(schema, "$ref") {
            if resolve_schema(&source, &Value::Object(schema.clone())).is_none() {
                return Err(Error::unsupported(
                    pointer,
                    format!("`{reference}` leads nowhere or in a circle"),
                ));
            }
            return Ok(());
        }
        if schema.contains_key("not") {
            return Err(Error::unsupported(pointer, "`not` has no type; describe what is allowed instead"));
        }
        if schema.contains_key("discriminator") {
            return Err(Error::unsupported(
                pointer,
                "a `discriminator` is read as if it were not there; use one property for each case",
            ));
        }
        parts(&source, pointer, schema)?;
        string_or_enum(&source, pointer, schema)?;
        required_exists(pointer, schema)?;
        strings_only(pointer, schema)
    })
}

fn text_of<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

/// Nothing can be one of none, nor of two types at once: the generated type would have no values.
fn parts(source: &Value, pointer: &str, schema: &Object) -> Result<(), Error> {
    for key in ["allOf", "oneOf", "anyOf", "enum"] {
        if schema.get(key).and_then(Value::as_array).is_some_and(Vec::is_empty) {
            return Err(Error::unsupported(format!("{pointer}/{key}"), "an empty list leaves no value"));
        }
    }
    let all = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    let mut types: Vec<&str> = all
        .filter_map(|part| resolve_schema(source, part)?.get("type")?.as_str())
        .chain(text(schema, "type"))
        .collect();
    types.sort_unstable();
    types.dedup();
    if types.len() > 1 {
        return Err(Error::unsupported(
            format!("{pointer}/allOf"),
            format!("no value is {} at once", types.join(" and ")),
        ));
    }
    Ok(())
}

/// `anyOf: [enum, string]` says what every generated enum does by itself, and fails at run time.
fn string_or_enum(source: &Value, pointer: &str, schema: &Object) -> Result<(), Error> {
    for key in ["anyOf", "oneOf"] {
        let parts = schema.get(key).and_then(Value::as_array).into_iter().flatten();
        let strings = parts
            .filter_map(|part| resolve_schema(source, part))
            .filter(|part| part["type"] == "string")
            .count();
        if strings > 1 {
            return Err(Error::unsupported(
                format!("{pointer}/{key}"),
                "several kinds of strings cannot be told apart; an enum already takes unknown values",
            ));
        }
    }
    Ok(())
}

fn required_exists(pointer: &str, schema: &Object) -> Result<(), Error> {
    // With `allOf` the property may come from another part.
    if schema.contains_key("allOf") {
        return Ok(());
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
        let known = name.as_str().is_some_and(|name| properties.is_some_and(|it| it.contains_key(name)));
        if !known && schema.contains_key("properties") {
            return Err(Error::unsupported(
                format!("{pointer}/required"),
                format!("required property {name} is not among the properties"),
            ));
        }
    }
    Ok(())
}

fn strings_only(pointer: &str, schema: &Object) -> Result<(), Error> {
    if let Some(values) = schema.get("enum").and_then(Value::as_array)
        && let Some(value) = values.iter().find(|value| !value.is_string())
    {
        return Err(Error::unsupported(
            format!("{pointer}/enum"),
            format!("{value} is no string; only strings can be listed"),
        ));
    }
    Ok(())
}
