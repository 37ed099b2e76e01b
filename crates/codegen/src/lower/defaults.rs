//! Turns a `default` from a value that is sent into a sentence that is read.
//!
//! A default says what the service does when nothing is said. As generated, the client would say it in every
//! request, even where the caller left the field out on purpose, and would fail on an explicit `null`.

use serde_json::Value;

use super::Context;
use crate::Error;
use crate::document::{operation_keys, operation_mut, visit_schemas};

pub(super) fn apply(context: &mut Context<'_>) -> Result<(), Error> {
    let mut notes = Vec::new();
    visit_schemas(&mut context.document, |pointer, schema| {
        if let Some(value) = schema.remove("default") {
            let before = schema.get("description").and_then(Value::as_str).unwrap_or_default();
            let after = with_sentence(before, &value);
            schema.insert("description".to_owned(), Value::String(after));
            notes.push((pointer.to_owned(), value));
        }
        Ok(())
    })?;
    // The documentation of a parameter is its own, not that of its schema.
    for key in operation_keys(&context.document) {
        let place = format!("{}/parameters/", key.pointer());
        let index = |pointer: &str| -> Option<usize> {
            pointer.strip_prefix(&place)?.strip_suffix("/schema")?.parse().ok()
        };
        let defaulted = notes.iter().filter_map(|(pointer, value)| Some((index(pointer)?, value)));
        let Some(operation) = operation_mut(&mut context.document, &key) else { continue };
        let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) else {
            continue;
        };
        for (index, value) in defaulted {
            let Some(parameter) = parameters.get_mut(index) else { continue };
            let before = parameter["description"].as_str().unwrap_or_default();
            parameter["description"] = Value::String(with_sentence(before, value));
        }
    }
    for (pointer, value) in notes {
        context.note("default", pointer, format!("{value} is documented, not sent"));
    }
    Ok(())
}

/// Adds what the service takes, unless the description says it already.
fn with_sentence(before: &str, value: &Value) -> String {
    if before.contains(&format!("Default {value}.")) {
        return before.to_owned();
    }
    format!("{} When absent, the service takes `{value}`.", before.trim_end()).trim_start().to_owned()
}
