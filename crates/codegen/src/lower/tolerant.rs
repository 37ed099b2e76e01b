//! Lets an answer be less tidy than the document.
//!
//! Services send `null` for an empty list and fields nobody documented. So an optional list or map may be
//! `null`, and no object is closed. In a request the same rule tells an empty list, which is sent, from one
//! that was left out.

use serde_json::Value;

use super::Context;
use crate::Error;
use crate::document::{Object, visit_schemas};

pub(super) fn apply(context: &mut Context<'_>) -> Result<(), Error> {
    let mut notes = Vec::new();
    visit_schemas(&mut context.document, |pointer, schema| {
        if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
            schema.remove("additionalProperties");
            notes.push(("closed-object", pointer.to_owned(), "unknown properties are kept"));
        }
        if schema.get("type").is_some_and(|kind| kind == "number")
            && schema.get("format").is_some_and(|format| format == "float")
        {
            schema.insert("format".to_owned(), "double".into());
            notes.push(("float", pointer.to_owned(), "is read with 64 bits"));
        }
        let required: Vec<String> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect();
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (name, property) in properties.into_iter().flatten() {
            let Some(property) = property.as_object_mut() else { continue };
            if !required.contains(name) && is_collection(property) {
                property.insert("nullable".to_owned(), Value::Bool(true));
                notes.push((
                    "nullable",
                    format!("{pointer}/properties/{name}"),
                    "null and absent are the same",
                ));
            }
        }
        Ok(())
    })?;
    for (rule, pointer, note) in notes {
        context.note(rule, pointer, note);
    }
    Ok(())
}

/// Whether the schema itself is a list or a map. One behind a reference is an `Option` anyway.
fn is_collection(schema: &Object) -> bool {
    match schema.get("type").and_then(Value::as_str) {
        Some("array") => true,
        Some("object") => !schema.contains_key("properties"),
        _ => false,
    }
}
