//! Small documents to generate from.

use codegen::{Error, Options, Output, generate};
use serde_json::{Value, json};

/// A document with these paths and schemas.
pub(crate) fn document(paths: Value, schemas: Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "1.0.0"},
        "tags": [{"name": "Things", "description": "What there is."}],
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

/// A document with one operation, `getThing`, that has these members besides an id, a tag and an answer.
pub(crate) fn operation(members: Value) -> Value {
    document(json!({"/things": {"get": described(members)}}), thing())
}

/// An operation with these members besides an id, a tag and an answer.
pub(crate) fn described(members: Value) -> Value {
    let mut operation = json!({
        "operationId": "getThing",
        "tags": ["Things"],
        "responses": {"200": answer("Thing")},
    });
    for (key, value) in members.as_object().unwrap() {
        operation[key] = value.clone();
    }
    operation
}

/// A document whose only operation answers with a `Thing` of these properties.
pub(crate) fn schema(thing: Value) -> Value {
    document(json!({"/things": {"get": described(json!({}))}}), json!({"Thing": thing}))
}

/// The schemas most documents use.
pub(crate) fn thing() -> Value {
    json!({
        "Thing": {"type": "object", "properties": {"name": {"type": "string"}}},
        "Problem": {"type": "object", "properties": {"message": {"type": "string"}}},
    })
}

/// A JSON answer of a named schema.
pub(crate) fn answer(name: &str) -> Value {
    json!({"description": "", "content": {"application/json": {"schema": reference(name)}}})
}

/// A reference to a named schema.
pub(crate) fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// What is generated from `document`, with `X-Tenant` as a header of the client.
pub(crate) fn output(document: &Value) -> Output {
    generate(document, &options()).unwrap()
}

/// Why nothing is generated from `document`.
pub(crate) fn failure(document: &Value) -> Error {
    generate(document, &options()).map(|output| output.code).unwrap_err()
}

fn options() -> Options {
    Options::default().with_client_headers(["X-Tenant"])
}

/// The generated code without runs of white space, to look for pieces in.
pub(crate) fn code(document: &Value) -> String {
    squeezed(&output(document).code)
}

pub(crate) fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The rewrites of `document` as text, except that schemas were dropped which a document did not need.
pub(crate) fn log(document: &Value) -> Vec<String> {
    let lowerings = output(document).lowerings;
    lowerings.iter().filter(|entry| entry.rule != "unused").map(ToString::to_string).collect()
}
