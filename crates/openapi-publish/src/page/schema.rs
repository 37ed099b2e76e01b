//! Schemas as a list of members, nested members folded.

use maud::{Markup, html};
use serde_json::Value;

use super::markdown::markdown;
use crate::Document;
use crate::model::{is, members, schema_name, text};

/// How many levels of members are written out below the first. What lies deeper stands at its schema, and the
/// script of the page brings it on demand: written out everywhere, a page would be ten times as large.
const NESTED: usize = 1;

/// How deep schemas are followed that are made of each other and give no members.
const DEEP: usize = 8;

/// The anchor of a schema.
pub(crate) fn anchor(name: &str) -> String {
    format!("schema-{name}")
}

/// The members that a schema gives an object, with whether each is required: its own, and those of all schemas
/// that it is composed of.
pub(crate) fn properties<'d>(document: &'d Document, schema: &'d Value) -> Vec<(&'d str, &'d Value, bool)> {
    let mut found = Vec::new();
    gather(document, schema, &mut found, 0);
    found
}

fn gather<'d>(
    document: &'d Document,
    schema: &'d Value,
    found: &mut Vec<(&'d str, &'d Value, bool)>,
    depth: usize,
) {
    if depth > DEEP {
        return;
    }
    let schema = document.resolve(schema);
    for part in schema["allOf"].as_array().into_iter().flatten() {
        gather(document, part, found, depth + 1);
    }
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (name, value) in members(&schema["properties"]) {
        found.retain(|(other, _, _)| *other != name);
        found.push((name, value, false));
    }
    for (name, _, is_required) in found {
        *is_required = *is_required || required.iter().any(|other| other == name);
    }
}

/// The named schema that says what a value, or each item of it, looks like inside.
fn inner<'d>(document: &'d Document, schema: &'d Value) -> Option<&'d str> {
    within(document, schema, 0)
}

fn within<'d>(document: &'d Document, schema: &'d Value, depth: usize) -> Option<&'d str> {
    if depth > DEEP || !schema.is_object() {
        return None;
    }
    if let Some(name) = schema_name(schema) {
        let target = document.resolve(schema);
        return if properties(document, target).is_empty() {
            within(document, target, depth + 1)
        } else {
            Some(name)
        };
    }
    let composed = schema["allOf"].as_array().map(Vec::as_slice).unwrap_or_default();
    let parts = composed.iter().chain([&schema["items"], &schema["additionalProperties"]]);
    parts.into_iter().find_map(|part| within(document, part, depth + 1))
}

/// The type of a schema in a few words, with links.
pub(crate) fn kind(schema: &Value) -> Markup {
    if let Some(name) = schema_name(schema) {
        return html! { a href={ "#" (anchor(name)) } { (name) } };
    }
    for (composed, word) in [("allOf", " and "), ("oneOf", " or "), ("anyOf", " or ")] {
        if let Some(parts) = schema[composed].as_array() {
            return html! {
                @for (index, part) in parts.iter().enumerate() {
                    @if index > 0 { (word) }
                    (kind(part))
                }
            };
        }
    }
    let name = text(schema, "type");
    html! {
        @match name {
            "array" => { "array of " (kind(&schema["items"])) }
            "object" | "" if schema["additionalProperties"].is_object() => {
                "map of " (kind(&schema["additionalProperties"]))
            }
            "" => "any",
            _ => {
                (name)
                @let format = text(schema, "format");
                @if !format.is_empty() { " · " (format) }
            }
        }
        @if is(schema, "nullable") { " or null" }
    }
}

/// What a schema asks of a value, besides its type: each as a word and the values it allows.
fn limits(schema: &Value) -> Markup {
    let plain = [
        ("minimum", "at least"),
        ("maximum", "at most"),
        ("multipleOf", "a multiple of"),
        ("minLength", "characters at least"),
        ("maxLength", "characters at most"),
        ("minItems", "items at least"),
        ("maxItems", "items at most"),
        ("minProperties", "members at least"),
        ("maxProperties", "members at most"),
        ("pattern", "matches"),
        ("default", "default"),
        ("x-unit", "in"),
    ];
    let values = schema["enum"].as_array();
    let found: Vec<_> = plain.iter().filter_map(|(key, word)| Some((word, schema.get(*key)?))).collect();
    html! {
        @if let Some(values) = values {
            p.values { "One of " @for value in values { code { (shown(value)) } " " } }
        }
        @if !found.is_empty() {
            p.limits {
                @for (word, value) in found {
                    span { (word) " " @if *word == "in" { (shown(value)) } @else { code { (shown(value)) } } }
                    " "
                }
            }
        }
    }
}

/// A value as people write it: texts without quotes, unless they are empty.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) if !text.is_empty() => text.clone(),
        other => other.to_string(),
    }
}

/// One member, parameter or header: its name, type, what it is for, and its own members folded.
pub(crate) fn row(
    document: &Document,
    name: &str,
    described: &Value,
    schema: &Value,
    required: bool,
    depth: usize,
) -> Markup {
    let target = document.resolve(schema);
    let own = text(described, "description");
    let description = if own.is_empty() { text(target, "description") } else { own };
    let items = document.resolve(&target["items"]);
    html! {
        div.row {
            p.head {
                code.name { (name) } " "
                span.type { (kind(schema)) }
                @if required { " " span.required { "required" } }
                @if is(described, "deprecated") || is(target, "deprecated") { " " span.badge { "deprecated" } }
                @if is(target, "readOnly") { " " span.badge { "only in answers" } }
                @if is(target, "writeOnly") { " " span.badge { "only in requests" } }
                (confidence(described))
            }
            @if !description.is_empty() { (markdown(description)) }
            (limits(target))
            @if items.get("enum").is_some() { (limits(items)) }
            @if let Some(inner) = inner(document, schema) { (nested(document, inner, depth)) }
        }
    }
}

/// How sure something is, where it is not sure.
pub(crate) fn confidence(described: &Value) -> Markup {
    match text(described, "x-confidence") {
        "" | "high" => html! {},
        word => html! { " " span.badge title="How sure this shape is" { (word) " confidence" } },
    }
}

fn nested(document: &Document, name: &str, depth: usize) -> Markup {
    let target = &document.value()["components"]["schemas"][name];
    html! {
        @if depth < NESTED {
            details.nested {
                summary { "Members of " (name) }
                (rows(document, target, depth + 1))
            }
        } @else {
            details.nested data-schema=(name) {
                summary { "Members of " (name) }
                p { "Listed at " a href={ "#" (anchor(name)) } { (name) } "." }
            }
        }
    }
}

/// The members that a schema gives an object. Empty where it gives none.
pub(crate) fn rows(document: &Document, schema: &Value, depth: usize) -> Markup {
    let properties = properties(document, schema);
    html! {
        @if !properties.is_empty() {
            div.rows {
                @for (name, value, required) in properties {
                    (row(document, name, value, value, required, depth))
                }
            }
        }
    }
}

/// What a body looks like: its type, and its members or those of its items.
pub(crate) fn body(document: &Document, schema: &Value) -> Markup {
    let target = document.resolve(schema);
    html! {
        p.kind { (kind(schema)) }
        @if properties(document, target).is_empty() {
            (limits(target))
            @if let Some(name) = inner(document, schema) {
                (rows(document, &document.value()["components"]["schemas"][name], 0))
            }
        } @else {
            (rows(document, target, 0))
        }
    }
}

/// A schema of the document, under its anchor.
pub(crate) fn section(document: &Document, name: &str, schema: &Value) -> Markup {
    html! {
        section.schema id=(anchor(name)) {
            h3 { (name) a.self href={ "#" (anchor(name)) } aria-label={ "Link to " (name) } { "#" } }
            p.kind { (kind(schema)) (confidence(schema)) }
            (markdown(text(schema, "description")))
            (limits(schema))
            (rows(document, schema, NESTED))
        }
    }
}
