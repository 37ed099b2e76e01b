//! Finds what in a document makes the generator fail.
//!
//! progenitor and typify say what they cannot do, at best, and never where. So the document is cut down: to its
//! first half of schemas, or of operations, as often as it takes to find the one with which it begins to fail, and
//! then in the same way to a property. This costs some twenty runs of the generator, and only where one has failed
//! already.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::document::{OperationKey, SCHEMAS, component_schemas, escape, operation_keys, references};

/// The pointer of the smallest part of `document` that fails, if a part is to blame at all. `fails` says whether
/// a document does.
pub(crate) fn place(document: &Value, fails: impl Fn(&Value) -> bool) -> Option<String> {
    // A generator that cannot do the simplest of all documents is at fault itself.
    if fails(&with_paths(document, json!({}), &BTreeSet::new())) {
        return None;
    }
    // What reaches a schema comes after it, so that the first with which it fails is the nearest to the fault.
    let names = component_schemas(document).into_iter().flatten().map(|(name, _)| name.as_str());
    let mut names: Vec<(usize, &str)> = names.map(|name| (reached(document, [name]).len(), name)).collect();
    names.sort_unstable();
    let first = first_failing(&names, |part| {
        let names: Vec<&str> = part.iter().map(|(_, name)| *name).collect();
        let properties = names
            .iter()
            .enumerate()
            .map(|(index, name)| (format!("blame{index}"), json!({"$ref": format!("{SCHEMAS}{name}")})));
        let schema = json!({"type": "object", "properties": properties.collect::<Map<_, _>>()});
        fails(&with_paths(document, answering(&schema), &reached(document, names)))
    });
    if let Some((_, name)) = first {
        return Some(within_schema(document, name, fails));
    }
    let keys = operation_keys(document);
    first_failing(&keys, |part| fails(&only(document, part))).map(OperationKey::pointer)
}

/// The part with which the first of them begin to fail, if all of them do.
fn first_failing<T>(parts: &[T], fails: impl Fn(&[T]) -> bool) -> Option<&T> {
    if !fails(parts) {
        return None;
    }
    // Among so many first ones nothing fails, and among so many something does.
    let (mut fine, mut failing) = (0, parts.len());
    while failing - fine > 1 {
        let middle = fine.midpoint(failing);
        if fails(&parts[..middle]) {
            failing = middle;
        } else {
            fine = middle;
        }
    }
    parts.get(fine)
}

/// The property of a schema that makes it fail, or the schema.
fn within_schema(document: &Value, name: &str, fails: impl Fn(&Value) -> bool) -> String {
    let pointer = format!("{SCHEMAS}{}", escape(name));
    let schema = component_schemas(document).and_then(|schemas| schemas.get(name));
    let properties = schema.and_then(|schema| schema.get("properties")).and_then(Value::as_object);
    let properties: Vec<(&String, &Value)> = properties.into_iter().flatten().collect();
    let first = first_failing(&properties, |part| {
        let mut found = Vec::new();
        part.iter().for_each(|(_, inner)| references(inner, &mut found));
        let part: Map<String, Value> =
            part.iter().map(|(name, inner)| ((*name).clone(), (*inner).clone())).collect();
        let alone = json!({"type": "object", "properties": part});
        fails(&with_paths(document, answering(&alone), &reached(document, found)))
    });
    first
        .map_or_else(|| pointer.clone(), |(property, _)| format!("{pointer}/properties/{}", escape(property)))
}

/// The document with only these operations.
fn only(document: &Value, keys: &[OperationKey]) -> Value {
    let (mut paths, mut found) = (json!({}), Vec::new());
    for key in keys {
        let operation = &document["paths"][&key.path][&key.method];
        references(operation, &mut found);
        paths[&key.path][&key.method] = operation.clone();
    }
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

/// The names of schemas that these lead to, and themselves.
fn reached(document: &Value, names: impl IntoIterator<Item = impl Into<String>>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<String> = names.into_iter().map(Into::into).collect();
    while let Some(name) = open.pop() {
        if let Some(schema) = component_schemas(document).and_then(|schemas| schemas.get(&name))
            && reached.insert(name)
        {
            references(schema, &mut open);
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::first_failing;

    #[test]
    fn the_first_with_which_it_fails_is_found() {
        for fault in 0..7 {
            let found = first_failing(&[0, 1, 2, 3, 4, 5, 6], |part: &[i32]| part.contains(&fault));
            assert_eq!(found, Some(&fault));
        }
        assert_eq!(first_failing(&[0, 1], |_| false), None);
        assert_eq!(first_failing(&[], |_: &[u8]| true), None);
    }
}
