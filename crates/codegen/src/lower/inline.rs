//! Puts referenced parameters, bodies and answers in their place, so that later rules see whole operations.
//!
//! Schemas stay where they are. What the generator never reads (examples, links, headers of answers,
//! security) goes, as it says nothing about Rust types. Nothing here changes the meaning, so nothing is
//! logged.

use serde_json::Value;

use super::Context;
use crate::Error;
use crate::document::{METHODS, Object, escape, operation_keys, operation_mut, resolve, visit_schemas};

pub(super) fn apply(context: &mut Context<'_>) -> Result<(), Error> {
    let source = context.document.clone();
    let paths = context.document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        let place = format!("#/paths/{}", escape(path));
        let Some(item) = item.as_object_mut() else {
            return Err(Error::unsupported(place, "a path item must be an object"));
        };
        if item.contains_key("$ref") {
            return Err(Error::unsupported(place, "a path item must be bundled, not referenced"));
        }
        let shared = item.remove("parameters").unwrap_or_default();
        for method in METHODS {
            if item.get(method).is_some_and(|operation| !operation.is_object()) {
                return Err(Error::unsupported(
                    format!("{place}/{method}"),
                    "an operation must be an object",
                ));
            }
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                inline_operation(&source, operation, &shared, &format!("{place}/{method}"))?;
            }
        }
        item.retain(|key, _| METHODS.contains(&key.as_str()));
    }
    for key in operation_keys(&context.document) {
        if let Some(operation) = operation_mut(&mut context.document, &key) {
            for unread in ["security", "callbacks", "externalDocs"] {
                operation.remove(unread);
            }
        }
    }
    if let Some(root) = context.document.as_object_mut() {
        for unread in ["security", "servers", "externalDocs"] {
            root.remove(unread);
        }
        if let Some(components) = root.get_mut("components").and_then(Value::as_object_mut) {
            components.retain(|key, _| key == "schemas");
        }
    }
    visit_schemas(&mut context.document, |_, schema| {
        schema.remove("example");
        schema.remove("externalDocs");
        schema.remove("xml");
        Ok(())
    })
}

fn inline_operation(
    source: &Value,
    operation: &mut Object,
    shared: &Value,
    place: &str,
) -> Result<(), Error> {
    let mut parameters = Vec::new();
    let own = operation.remove("parameters").unwrap_or_default();
    for (index, parameter) in own.as_array().into_iter().flatten().enumerate() {
        parameters.push(dereferenced(source, parameter, &format!("{place}/parameters/{index}"))?);
    }
    // A parameter of the path holds unless the operation says otherwise. It is added behind the operation's
    // own, so that the pointers of those stay true.
    for parameter in shared.as_array().into_iter().flatten() {
        let parameter = dereferenced(source, parameter, place)?;
        let overridden = parameters.iter().any(|known| {
            known.get("name") == parameter.get("name") && known.get("in") == parameter.get("in")
        });
        if !overridden {
            parameters.push(parameter);
        }
    }
    for parameter in &mut parameters {
        if let Some(parameter) = parameter.as_object_mut() {
            parameter.remove("example");
            parameter.remove("examples");
        }
    }
    if let Some(index) = parameters.iter().position(|it| !it.is_object() || !it["name"].is_string()) {
        return Err(Error::unsupported(
            format!("{place}/parameters/{index}"),
            "a parameter must be an object with a `name`",
        ));
    }
    operation.insert("parameters".to_owned(), Value::Array(parameters));
    if let Some(body) = operation.get_mut("requestBody") {
        *body = dereferenced(source, body, &format!("{place}/requestBody"))?;
        without_examples(body);
    }
    let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
    for (status, response) in responses.into_iter().flatten() {
        *response = dereferenced(source, response, &format!("{place}/responses/{status}"))?;
        without_examples(response);
        if let Some(response) = response.as_object_mut() {
            response.remove("headers");
            response.remove("links");
        }
    }
    Ok(())
}

fn dereferenced(source: &Value, value: &Value, place: &str) -> Result<Value, Error> {
    let mut found = value;
    // A chain longer than this is a loop.
    for _ in 0..32 {
        let Some(reference) = found.get("$ref").and_then(Value::as_str) else { return Ok(found.clone()) };
        found = resolve(source, reference)
            .ok_or_else(|| Error::unsupported(place, format!("`{reference}` leads nowhere")))?;
    }
    Err(Error::unsupported(place, "the reference leads in a circle"))
}

fn without_examples(holder: &mut Value) {
    for content in holder.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten() {
        if let Some(content) = content.1.as_object_mut() {
            content.remove("example");
            content.remove("examples");
            content.remove("encoding");
        }
    }
}
