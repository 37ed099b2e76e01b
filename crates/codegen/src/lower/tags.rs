//! Requires what the areas of the client are made of: an id and exactly one tag an operation.

use std::collections::BTreeMap;

use heck::ToSnakeCase as _;
use serde_json::Value;

use super::Context;
use crate::Error;
use crate::document::{operation, operation_keys, text};

pub(super) fn apply(context: &mut Context<'_>) -> Result<(), Error> {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
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
    }
    Ok(())
}
