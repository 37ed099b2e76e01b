//! Walking an OpenAPI document as JSON: pointers, operations, schemas.
//!
//! Knows where OpenAPI 3.0 keeps schemas and operations; knows nothing of what is done to them.

use serde_json::{Map, Value};

use crate::Error;

/// The keys of a path item that are operations.
pub(crate) const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// What a reference to a schema under `components` begins with.
pub(crate) const SCHEMAS: &str = "#/components/schemas/";

/// A JSON object, the form of everything in a document.
pub(crate) type Object = Map<String, Value>;

/// Where one operation is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OperationKey {
    pub(crate) path: String,
    pub(crate) method: String,
}

impl OperationKey {
    /// The pointer of the operation, `#/paths/~1things/get`.
    pub(crate) fn pointer(&self) -> String {
        format!("#/paths/{}/{}", escape(&self.path), self.method)
    }
}

/// Escapes one step of a JSON pointer.
pub(crate) fn escape(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

/// Every operation, in document order.
pub(crate) fn operation_keys(document: &Value) -> Vec<OperationKey> {
    let mut keys = Vec::new();
    for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for method in METHODS {
            if item.get(method).is_some() {
                keys.push(OperationKey { path: path.clone(), method: method.to_owned() });
            }
        }
    }
    keys
}

/// The operation at `key`.
pub(crate) fn operation<'a>(document: &'a Value, key: &OperationKey) -> Option<&'a Object> {
    document.get("paths")?.get(&key.path)?.get(&key.method)?.as_object()
}

/// The operation at `key`, to change.
pub(crate) fn operation_mut<'a>(document: &'a mut Value, key: &OperationKey) -> Option<&'a mut Object> {
    document.get_mut("paths")?.get_mut(&key.path)?.get_mut(&key.method)?.as_object_mut()
}

/// The text of `key` in `object`.
pub(crate) fn text<'a>(object: &'a Object, key: &str) -> Option<&'a str> {
    object.get(key).and_then(Value::as_str)
}

/// The schemas under `components`.
pub(crate) fn component_schemas(document: &Value) -> Option<&Object> {
    document.get("components")?.get("schemas")?.as_object()
}

/// The schemas under `components`, to change.
pub(crate) fn component_schemas_mut(document: &mut Value) -> Option<&mut Object> {
    document.get_mut("components")?.get_mut("schemas")?.as_object_mut()
}

/// What an internal reference such as `#/components/schemas/Thing` leads to.
pub(crate) fn resolve<'a>(document: &'a Value, reference: &str) -> Option<&'a Value> {
    document.pointer(reference.strip_prefix('#')?)
}

/// Follows the references of a schema, and an `allOf` of a single schema, to the schema that says something.
pub(crate) fn resolve_schema<'a>(document: &'a Value, schema: &'a Value) -> Option<&'a Value> {
    let mut schema = schema;
    // A chain longer than this is a loop.
    for _ in 0..32 {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            schema = resolve(document, reference)?;
        } else if let Some([only]) = schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice)
            && schema.get("properties").is_none()
        {
            schema = only;
        } else {
            return Some(schema);
        }
    }
    None
}

/// The names of the schemas under `components` that a value refers to, itself and not through others.
pub(crate) fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            if let Some(name) =
                object.get("$ref").and_then(Value::as_str).and_then(|it| it.strip_prefix(SCHEMAS))
            {
                found.push(name.to_owned());
            }
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

/// Visits every schema of the document, an outer one before those in it, with its pointer.
///
/// References are not followed: what they lead to is visited where it is.
pub(crate) fn visit_schemas<F>(document: &mut Value, mut visit: F) -> Result<(), Error>
where
    F: FnMut(&str, &mut Object) -> Result<(), Error>,
{
    if let Some(schemas) = component_schemas_mut(document) {
        for (name, schema) in schemas {
            visit_schema(schema, &format!("#/components/schemas/{}", escape(name)), &mut visit)?;
        }
    }
    for key in operation_keys(document) {
        let pointer = key.pointer();
        let Some(operation) = operation_mut(document, &key) else { continue };
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            if let Some(schema) = parameter.get_mut("schema") {
                visit_schema(schema, &format!("{pointer}/parameters/{index}/schema"), &mut visit)?;
            }
        }
        if let Some(body) = operation.get_mut("requestBody") {
            visit_contents(body, &format!("{pointer}/requestBody"), &mut visit)?;
        }
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        for (status, response) in responses.into_iter().flatten() {
            visit_contents(response, &format!("{pointer}/responses/{status}"), &mut visit)?;
        }
    }
    Ok(())
}

fn visit_contents<F>(holder: &mut Value, pointer: &str, visit: &mut F) -> Result<(), Error>
where
    F: FnMut(&str, &mut Object) -> Result<(), Error>,
{
    for (media, content) in holder.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten() {
        if let Some(schema) = content.get_mut("schema") {
            visit_schema(schema, &format!("{pointer}/content/{}/schema", escape(media)), visit)?;
        }
    }
    Ok(())
}

fn visit_schema<F>(schema: &mut Value, pointer: &str, visit: &mut F) -> Result<(), Error>
where
    F: FnMut(&str, &mut Object) -> Result<(), Error>,
{
    let Some(schema) = schema.as_object_mut() else { return Ok(()) };
    visit(pointer, schema)?;
    for key in ["items", "additionalProperties", "not"] {
        if let Some(inner) = schema.get_mut(key) {
            visit_schema(inner, &format!("{pointer}/{key}"), visit)?;
        }
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        let parts = schema.get_mut(key).and_then(Value::as_array_mut);
        for (index, inner) in parts.into_iter().flatten().enumerate() {
            visit_schema(inner, &format!("{pointer}/{key}/{index}"), visit)?;
        }
    }
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for (name, inner) in properties {
            visit_schema(inner, &format!("{pointer}/properties/{}", escape(name)), visit)?;
        }
    }
    Ok(())
}
