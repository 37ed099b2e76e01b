//! Takes the headers that belong to the client as a whole, and those OpenAPI reserves, from every operation.

use serde_json::Value;

use super::Context;
use crate::Error;
use crate::document::{operation_keys, operation_mut};

/// OpenAPI says that parameters of these names are ignored; the transport sets them.
const RESERVED: [&str; 3] = ["accept", "content-type", "authorization"];

pub(super) fn apply(context: &mut Context<'_>) -> Result<(), Error> {
    for key in operation_keys(&context.document) {
        let Some(operation) = operation_mut(&mut context.document, &key) else { continue };
        let Some(Value::Array(parameters)) = operation.remove("parameters") else { continue };
        let mut kept = Vec::new();
        let mut notes = Vec::new();
        for parameter in parameters {
            let name = parameter["name"].as_str().unwrap_or_default().to_owned();
            let header = parameter["in"] == "header";
            if header && context.options.is_client_header(&name) {
                notes.push(("client-header", format!("`{name}` is set once per client")));
            } else if header && RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
                notes.push(("reserved-header", format!("`{name}` is the transport's to set")));
            } else {
                kept.push(parameter);
            }
        }
        operation.insert("parameters".to_owned(), Value::Array(kept));
        for (rule, note) in notes {
            context.note(rule, key.pointer(), note);
        }
    }
    Ok(())
}
