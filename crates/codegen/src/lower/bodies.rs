//! Leaves one kind of body to a request: JSON, or bytes.

use serde_json::Value;

use super::Context;
use crate::Error;
use crate::document::{operation_keys, operation_mut, resolve_schema};

pub(super) fn apply(context: &mut Context<'_>) -> Result<(), Error> {
    let source = context.document.clone();
    let mut notes = Vec::new();
    for key in operation_keys(&context.document) {
        let pointer = format!("{}/requestBody", key.pointer());
        let Some(operation) = operation_mut(&mut context.document, &key) else { continue };
        let Some(body) = operation.get_mut("requestBody").and_then(Value::as_object_mut) else { continue };
        let required = body.get("required").and_then(Value::as_bool).unwrap_or(false);
        let Some(content) = body.get_mut("content").and_then(Value::as_object_mut) else {
            return Err(Error::unsupported(pointer, "a body needs `content`"));
        };
        let json = content.keys().find(|media| is_json(media)).cloned();
        if let Some(json) = json {
            if content.len() > 1 {
                content.retain(|media, _| *media == json);
                notes.push(("body-media", pointer.clone(), "only the JSON form is generated".to_owned()));
            }
            let Some(schema) = content.get(&json).and_then(|media| media.get("schema")) else {
                return Err(Error::unsupported(pointer, "a JSON body needs a `schema`"));
            };
            if !required {
                let resolved = resolve_schema(&source, schema).unwrap_or(schema);
                if resolved.get("type") != Some(&Value::from("object"))
                    || resolved.get("required").and_then(Value::as_array).is_some_and(|it| !it.is_empty())
                {
                    return Err(Error::unsupported(
                        pointer,
                        "an optional body must be an object without required properties: \
                         the client sends `{}` where the caller sets none",
                    ));
                }
                notes.push(("optional-body", pointer.clone(), "sent as `{}` when not set".to_owned()));
            }
        } else if content.len() != 1 || !content.contains_key("application/octet-stream") {
            let media: Vec<&str> = content.keys().map(String::as_str).collect();
            return Err(Error::unsupported(
                format!("{pointer}/content"),
                format!(
                    "bodies of {} cannot be generated; use application/json or application/octet-stream, \
                     or call the operation by hand and give it `servers` of its own",
                    media.join(", ")
                ),
            ));
        }
    }
    for (rule, pointer, note) in notes {
        context.note(rule, pointer, note);
    }
    Ok(())
}

pub(super) fn is_json(media: &str) -> bool {
    essence(media) == "application/json"
}

/// A media type without its parameters.
pub(super) fn essence(media: &str) -> &str {
    media.split(';').next().unwrap_or_default().trim()
}
