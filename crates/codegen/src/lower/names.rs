//! Refuses names that are different in JSON and the same in Rust.
//!
//! The generator would write two items of one name, and the error would point into generated code.

use std::collections::BTreeMap;

use heck::{ToPascalCase as _, ToSnakeCase as _};
use serde_json::Value;

use super::Context;
use crate::Error;
use crate::document::{component_schemas, escape, operation, operation_keys, text, visit_schemas};
use crate::local;

/// Types that the generated ones are made of. Those that the post-pass writes beside them are taken, too.
const TAKEN: [&str; 7] = ["UnknownFields", "BorrowedText", "Option", "String", "Vec", "Box", "Result"];

pub(super) fn apply(context: &mut Context<'_>) -> Result<(), Error> {
    let mut types: BTreeMap<String, String> = BTreeMap::new();
    let local = local::mentioned(&context.document);
    for name in component_schemas(&context.document).into_iter().flatten().map(|(name, _)| name.clone()) {
        let pointer = format!("#/components/schemas/{}", escape(&name));
        let pascal = name.to_pascal_case();
        if TAKEN.contains(&pascal.as_str()) || local.contains_key(&pascal) {
            return Err(Error::unsupported(pointer, format!("the name `{name}` is taken in the client")));
        }
        claim(&mut types, &name, pointer)?;
    }
    // Schemas written in place take their name from where they are.
    let mut inline = Vec::new();
    for (name, schema) in component_schemas(&context.document).into_iter().flatten() {
        nested(name, schema, &format!("#/components/schemas/{}", escape(name)), &mut inline);
    }
    for key in operation_keys(&context.document) {
        let Some(operation) = operation(&context.document, &key) else { continue };
        let id = text(operation, "operationId").unwrap_or_default();
        let parameters = operation.get("parameters").and_then(Value::as_array);
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            let name = format!("{id}-{}", parameter["name"].as_str().unwrap_or_default());
            whole(
                &name,
                &parameter["schema"],
                &format!("{}/parameters/{index}/schema", key.pointer()),
                &mut inline,
            );
        }
        if let Some(body) = operation.get("requestBody") {
            let pointer = format!("{}/requestBody", key.pointer());
            whole(
                &format!("{id}-body"),
                &body["content"]["application/json"]["schema"],
                &pointer,
                &mut inline,
            );
        }
        for (status, response) in operation.get("responses").and_then(Value::as_object).into_iter().flatten()
        {
            // `answers` wrote the same schema under both.
            if status == "5XX" {
                continue;
            }
            let pointer = format!("{}/responses/{status}", key.pointer());
            let schema = &response["content"]["application/json"]["schema"];
            whole(&format!("{id}-response"), schema, &pointer, &mut inline);
        }
    }
    for (name, pointer) in inline {
        claim(&mut types, &name, pointer)?;
    }
    visit_schemas(&mut context.document, |pointer, schema| {
        let mut fields: BTreeMap<String, &str> = BTreeMap::new();
        for name in schema.get("properties").and_then(Value::as_object).into_iter().flatten().map(|it| it.0) {
            if let Some(other) = fields.insert(name.to_snake_case(), name) {
                return Err(Error::unsupported(
                    format!("{pointer}/properties/{}", escape(name)),
                    format!("the properties `{name}` and `{other}` are the same in Rust"),
                ));
            }
        }
        Ok(())
    })
}

fn claim(types: &mut BTreeMap<String, String>, name: &str, pointer: String) -> Result<(), Error> {
    let pascal = name.to_pascal_case();
    if let Some(other) = types.get(&pascal) {
        return Err(Error::unsupported(
            pointer,
            format!("gives the type `{pascal}`, as does {other}; name one of the two in `components`"),
        ));
    }
    types.insert(pascal, pointer);
    Ok(())
}

/// Collects the schema itself if it becomes a type, and those in it.
fn whole(name: &str, schema: &Value, pointer: &str, found: &mut Vec<(String, String)>) {
    if schema.get("enum").is_some() || schema.get("properties").is_some() {
        found.push((name.to_owned(), pointer.to_owned()));
    }
    nested(name, schema, pointer, found);
}

fn nested(name: &str, schema: &Value, pointer: &str, found: &mut Vec<(String, String)>) {
    for (property, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let pointer = format!("{pointer}/properties/{}", escape(property));
        whole(&format!("{name}-{property}"), inner, &pointer, found);
    }
    if let Some(items) = schema.get("items") {
        whole(&format!("{name}-item"), items, &format!("{pointer}/items"), found);
    }
}
