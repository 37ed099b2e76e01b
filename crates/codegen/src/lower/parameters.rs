//! Makes every parameter one that the generator writes as the document says.
//!
//! Left alone, `explode: false` goes out as repeated names, and cookies, objects and lists in other places
//! than the query end in a panic or in code that does not compile.

use std::collections::BTreeMap;

use heck::{ToPascalCase as _, ToSnakeCase as _};
use serde_json::{Value, json};

use super::Context;
use crate::Error;
use crate::document::{component_schemas_mut, operation_keys, operation_mut, resolve_schema};

/// Names that the generated builders use themselves, as methods or within `send`.
const TAKEN: [&str; 11] =
    ["body", "send", "new", "client", "self", "url", "header_map", "request", "response", "result", "info"];

pub(super) fn apply(context: &mut Context<'_>) -> Result<(), Error> {
    let source = context.document.clone();
    let mut named: BTreeMap<String, Value> = BTreeMap::new();
    let mut notes = Vec::new();
    for key in operation_keys(&context.document) {
        let Some(operation) = operation_mut(&mut context.document, &key) else { continue };
        let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            let pointer = format!("{}/parameters/{index}", key.pointer());
            let name = parameter["name"].as_str().unwrap_or_default().to_owned();
            if parameter["in"] == "path" && !key.path.contains(&format!("{{{name}}}")) {
                return Err(Error::unsupported(pointer, format!("the path has no `{{{name}}}`")));
            }
            let snake = name.to_snake_case();
            if TAKEN.contains(&snake.as_str()) {
                return Err(Error::unsupported(pointer, format!("the name `{name}` is taken in the client")));
            }
            if let Some(other) = seen.insert(snake, name.clone()) {
                return Err(Error::unsupported(
                    pointer,
                    format!("the names `{name}` and `{other}` are the same in Rust"),
                ));
            }
            if let Some((item, note)) = comma_joined(&source, parameter, &pointer)? {
                let item = if item.get("enum").is_some() {
                    let component = format!("{}{}", id.to_pascal_case(), name.to_pascal_case());
                    named.insert(component.clone(), item);
                    json!({"$ref": format!("#/components/schemas/{component}")})
                } else {
                    item
                };
                parameter["schema"] = json!({
                    "type": "string",
                    "x-rust-type": {
                        "crate": "client-core",
                        "version": "*",
                        "path": "client_core::CommaSeparated",
                        "parameters": [item],
                    },
                });
                notes.push((pointer, note));
            }
        }
    }
    if !named.is_empty() {
        if context.document.get("components").is_none() {
            context.document["components"] = json!({"schemas": {}});
        }
        let schemas = component_schemas_mut(&mut context.document);
        let schemas =
            schemas.ok_or_else(|| Error::unsupported("#/components", "`schemas` must be an object"))?;
        for (name, schema) in named {
            if schemas.contains_key(&name) {
                return Err(Error::unsupported(
                    format!("#/components/schemas/{name}"),
                    "a list parameter needs this name for its values; give the values a schema of their own",
                ));
            }
            schemas.insert(name, schema);
        }
    }
    for (pointer, note) in notes {
        context.note("query-list", pointer, note);
    }
    Ok(())
}

/// The schema of the items, if the parameter is a list that goes out joined by commas.
fn comma_joined(source: &Value, parameter: &Value, pointer: &str) -> Result<Option<(Value, String)>, Error> {
    let place = parameter["in"].as_str().unwrap_or_default();
    let style = parameter.get("style").and_then(Value::as_str);
    let refuse = |reason: &str| Err(Error::unsupported(pointer, reason));
    if parameter.get("content").is_some() {
        return refuse("a parameter with `content` cannot be generated; use a `schema`");
    }
    let Some(schema) = parameter.get("schema") else {
        return refuse("a parameter needs a `schema`");
    };
    let resolved = resolve_schema(source, schema).unwrap_or(schema);
    let kind = resolved.get("type").and_then(Value::as_str).unwrap_or_default();
    match (place, kind) {
        ("cookie", _) => {
            refuse("cookie parameters cannot be generated; the transport would have to set them")
        }
        (_, "object") => refuse("an object cannot be a parameter; write one parameter for each property"),
        ("path" | "header", "array") => refuse("a list can only be a query parameter"),
        ("query", "array") => {
            if !matches!(style, None | Some("form")) {
                return refuse("only the style `form` can be generated");
            }
            if parameter.get("explode").and_then(Value::as_bool).unwrap_or(true) {
                return Ok(None);
            }
            let Some(items) = resolved.get("items") else {
                return refuse("a list needs `items`");
            };
            let item = resolve_schema(source, items).unwrap_or(items);
            if !matches!(item["type"].as_str(), Some("string" | "integer" | "number" | "boolean")) {
                return refuse("only plain values can be joined by commas");
            }
            Ok(Some((items.clone(), "goes out joined by commas".to_owned())))
        }
        ("query", _) if !matches!(style, None | Some("form")) => {
            refuse("only the style `form` can be generated")
        }
        ("path" | "header", _) if !matches!(style, None | Some("simple")) => {
            refuse("only the style `simple` can be generated")
        }
        ("query" | "path" | "header", _) => Ok(None),
        _ => refuse("`in` must be query, path or header"),
    }
}
