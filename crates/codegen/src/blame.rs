//! Finds what in a document makes the generator fail.
//!
//! progenitor and typify say what they cannot do, at best, and never where. So the document is cut down: to one
//! operation after the other, then to one schema after the other, then to one property after the other. What
//! fails alone is the place. This costs many runs of the generator over small documents, and only where one has
//! failed already.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::document::{OperationKey, component_schemas, escape, operation_keys, references};

/// The pointer of the smallest part of `document` that fails, if a part is to blame at all. `fails` says whether
/// a document does.
pub(crate) fn place(document: &Value, fails: impl Fn(&Value) -> bool) -> Option<String> {
    // A generator that cannot do the simplest of all documents is at fault itself.
    if fails(&with_paths(document, json!({}), &BTreeSet::new())) {
        return None;
    }
    let names = || component_schemas(document).into_iter().flatten().map(|(name, _)| name);
    let mut failing: Vec<(usize, String)> = names()
        .filter_map(|name| {
            let reached = reached(document, [name.clone()]);
            let alone = with_paths(document, answering(&reference(name)), &reached);
            fails(&alone).then(|| (reached.len(), name.clone()))
        })
        .collect();
    // What reaches the fault fails too; what reaches least is nearest to it.
    failing.sort();
    if let Some((_, name)) = failing.into_iter().next() {
        return Some(within_schema(document, &name, fails));
    }
    operation_keys(document).iter().find(|key| fails(&only(document, key))).map(OperationKey::pointer)
}

/// The property of a schema that fails alone, or the schema.
fn within_schema(document: &Value, name: &str, fails: impl Fn(&Value) -> bool) -> String {
    let pointer = format!("#/components/schemas/{}", escape(name));
    let schema = component_schemas(document).and_then(|schemas| schemas.get(name));
    let properties = schema.and_then(|schema| schema.get("properties")).and_then(Value::as_object);
    for (property, inner) in properties.into_iter().flatten() {
        let mut found = Vec::new();
        references(inner, &mut found);
        let alone = json!({"type": "object", "properties": {property: inner}});
        if fails(&with_paths(document, answering(&alone), &reached(document, found))) {
            return format!("{pointer}/properties/{}", escape(property));
        }
    }
    pointer
}

/// The document with one operation.
fn only(document: &Value, key: &OperationKey) -> Value {
    let operation = document["paths"][&key.path][&key.method].clone();
    let mut found = Vec::new();
    references(&operation, &mut found);
    let paths = json!({&key.path: {&key.method: operation}});
    with_paths(document, paths, &reached(document, found))
}

/// The document with other paths, and only these schemas.
fn with_paths(document: &Value, paths: Value, schemas: &BTreeSet<String>) -> Value {
    let all = component_schemas(document);
    let kept: Map<String, Value> =
        schemas.iter().filter_map(|name| Some((name.clone(), all?.get(name)?.clone()))).collect();
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Part", "version": "1"},
        "paths": paths,
        "components": {"schemas": kept},
    })
}

/// One operation that answers with this schema.
fn answering(schema: &Value) -> Value {
    let answer = json!({"description": "", "content": {"application/json": {"schema": schema}}});
    let operation =
        json!({"operationId": "blame", "tags": ["blame"], "parameters": [], "responses": {"200": answer}});
    json!({"/blame": {"get": operation}})
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// The names of schemas that these lead to, and themselves.
fn reached(document: &Value, names: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<String> = names.into_iter().collect();
    while let Some(name) = open.pop() {
        if let Some(schema) = component_schemas(document).and_then(|schemas| schemas.get(&name))
            && reached.insert(name)
        {
            references(schema, &mut open);
        }
    }
    reached
}
