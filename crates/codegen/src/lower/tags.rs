//! Requires what the areas of the client are made of: an id and exactly one tag an operation.

use std::collections::BTreeMap;

use heck::{ToKebabCase as _, ToSnakeCase as _};
use serde_json::Value;

use super::Context;
use crate::Error;
use crate::document::{operation, operation_keys, text};

pub(super) fn apply(context: &mut Context<'_>) -> Result<(), Error> {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut areas: BTreeMap<String, String> = BTreeMap::new();
    for key in operation_keys(&context.document) {
        let Some(operation) = operation(&context.document, &key) else { continue };
        let Some(id) = text(operation, "operationId") else {
            return Err(Error::unsupported(key.pointer(), "an operation needs an `operationId`"));
        };
        if let Some(other) = seen.insert(id.to_snake_case(), id.to_owned()) {
            return Err(Error::unsupported(
                format!("{}/operationId", key.pointer()),
                format!("`{id}` and `{other}` give the same method"),
            ));
        }
        if operation.get("tags").and_then(Value::as_array).map(Vec::len) != Some(1) {
            return Err(Error::unsupported(
                format!("{}/tags", key.pointer()),
                "an operation needs exactly one tag: it decides the area of the client",
            ));
        }
        if !id.starts_with(|c: char| c.is_ascii_alphabetic()) || !id.is_ascii() {
            return Err(Error::unsupported(
                format!("{}/operationId", key.pointer()),
                format!("`{id}` is no name for a method; begin with a letter and keep to ASCII"),
            ));
        }
        let tag = operation["tags"][0].as_str().unwrap_or_default();
        let area = tag.to_kebab_case();
        if !area.starts_with(|c: char| c.is_ascii_alphabetic()) || !area.is_ascii() {
            return Err(Error::unsupported(
                format!("{}/tags/0", key.pointer()),
                format!("`{tag}` is no name for a feature; begin with a letter and keep to ASCII"),
            ));
        }
        if let Some(other) = areas.insert(area.clone(), tag.to_owned()).filter(|other| other != tag) {
            return Err(Error::unsupported(
                format!("{}/tags/0", key.pointer()),
                format!("the tags `{tag}` and `{other}` are the same area `{area}`"),
            ));
        }
    }
    Ok(())
}
