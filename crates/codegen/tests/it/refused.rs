//! What cannot be said in the client fails with the operation and the place, and never with a panic.

use serde_json::{Value, json};

use crate::documents::{answer, described, document, failure, operation, schema, thing};

/// Asserts the whole message.
fn check(document: &Value, expected: &str) {
    assert_eq!(failure(document).to_string(), expected);
}

fn parameter(parameter: Value) -> Value {
    operation(json!({"parameters": [parameter]}))
}

const PARAMETER: &str = "getThing, #/paths/~1things/get/parameters/0: ";

#[test]
fn an_id_of_nothing_or_of_two_forms() {
    let thing = |properties: Value| schema(json!({"type": "object", "properties": properties}));
    let place = "#/components/schemas/Thing/properties";
    check(
        &thing(json!({"a": {"type": "string", "x-id": "Policy Id"}})),
        &format!(
            "{place}/a/x-id: \"Policy Id\" is no kind of an id; write words in lower case with dashes between them"
        ),
    );
    check(
        &thing(json!({"a": {"type": "array", "items": {"type": "string"}, "x-id": "policy"}})),
        &format!("{place}/a/x-id: only a string or an integer can be an id; of a list, its items"),
    );
    check(
        &thing(
            json!({"a": {"type": "string", "x-id": "policy"}, "b": {"type": "integer", "x-id": "policy"}}),
        ),
        &format!("{place}/b: an id is a text or a number, and at {place}/a it is the other"),
    );
}

#[test]
fn ids_that_cannot_be_the_same() {
    let mut document = schema(json!({"type": "object", "properties": {
        "a": {"type": "string", "x-id": "policy"}, "b": {"type": "integer", "x-id": "object"},
    }}));
    document["x-same-ids"] = json!([["object", "thing"]]);
    check(&document, "#/x-same-ids/0: no schema has the x-id `thing`");
    document["x-same-ids"] = json!([["policy", "object"]]);
    check(&document, "#/x-same-ids/0: PolicyId and ObjectId are not both a text or a number");
}

#[test]
fn a_unit_that_there_is_not() {
    check(
        &schema(json!({"type": "object", "properties": {"a": {"type": "integer", "x-unit": "microsecond"}}})),
        "#/components/schemas/Thing/properties/a/x-unit: \"microsecond\" is no unit; there are unix-microseconds, \
         unix-milliseconds, unix-seconds, microseconds, milliseconds, seconds, minutes, bytes",
    );
}

#[test]
fn a_cookie() {
    check(
        &parameter(json!({"name": "c", "in": "cookie", "schema": {"type": "string"}})),
        &format!("{PARAMETER}cookie parameters cannot be generated; the transport would have to set them"),
    );
}

#[test]
fn an_object_as_a_parameter() {
    check(
        &parameter(json!({"name": "f", "in": "query", "style": "deepObject", "schema": {"type": "object"}})),
        &format!("{PARAMETER}an object cannot be a parameter; write one parameter for each property"),
    );
}

#[test]
fn a_list_separated_by_pipes() {
    let list = json!({"type": "array", "items": {"type": "string"}});
    check(
        &parameter(json!({"name": "f", "in": "query", "style": "pipeDelimited", "schema": list})),
        &format!("{PARAMETER}only the style `form` can be generated"),
    );
}

#[test]
fn a_list_in_a_header() {
    let list = json!({"type": "array", "items": {"type": "string"}});
    check(
        &parameter(json!({"name": "f", "in": "header", "schema": list})),
        &format!("{PARAMETER}a list can only be a query parameter"),
    );
}

#[test]
fn a_parameter_with_content() {
    check(
        &parameter(json!({"name": "f", "in": "query", "content": {"application/json": {}}})),
        &format!("{PARAMETER}a parameter with `content` cannot be generated; use a `schema`"),
    );
}

#[test]
fn a_parameter_whose_name_is_taken() {
    check(
        &parameter(json!({"name": "body", "in": "query", "schema": {"type": "string"}})),
        &format!("{PARAMETER}the name `body` is taken in the client"),
    );
}

#[test]
fn a_reference_that_leads_nowhere() {
    check(
        &parameter(json!({"$ref": "#/components/parameters/Missing"})),
        &format!("{PARAMETER}`#/components/parameters/Missing` leads nowhere"),
    );
}

#[test]
fn two_parameters_of_one_name() {
    let parameters = json!([
        {"name": "startTime", "in": "query", "schema": {"type": "string"}},
        {"name": "start_time", "in": "header", "schema": {"type": "string"}},
    ]);
    check(
        &operation(json!({"parameters": parameters})),
        "getThing, #/paths/~1things/get/parameters/1: \
         the names `start_time` and `startTime` are the same in Rust",
    );
}

#[test]
fn successes_of_different_types() {
    check(
        &operation(json!({"responses": {"200": answer("Thing"), "202": answer("Problem")}})),
        "getThing, #/paths/~1things/get/responses: \
         successes of different types cannot be generated; give them one schema",
    );
}

#[test]
fn errors_of_different_types() {
    check(
        &operation(
            json!({"responses": {"204": {"description": ""}, "404": answer("Thing"), "default": answer("Problem")}}),
        ),
        "getThing, #/paths/~1things/get/responses: \
         errors of different types cannot be generated; give them one schema",
    );
}

#[test]
fn an_operation_that_never_succeeds() {
    check(
        &operation(json!({"responses": {"default": answer("Problem")}})),
        "getThing, #/paths/~1things/get/responses: an operation needs an answer with a status of 2xx",
    );
}

#[test]
fn json_beside_bytes() {
    let both = json!({"description": "", "content": {"application/json": {}, "application/zip": {}}});
    check(
        &operation(json!({"responses": {"200": both}})),
        "getThing, #/paths/~1things/get/responses/200/content: \
         JSON beside another form cannot be generated; keep one",
    );
}

#[test]
fn a_form_as_a_body() {
    let body = json!({"content": {"multipart/form-data": {"schema": {"type": "object"}}}});
    check(
        &operation(json!({"requestBody": body})),
        "getThing, #/paths/~1things/get/requestBody/content: \
         bodies of multipart/form-data cannot be generated; use application/json or application/octet-stream, \
         or call the operation by hand and give it `servers` of its own",
    );
}

#[test]
fn an_optional_body_with_required_properties() {
    let object = json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}});
    let body = json!({"content": {"application/json": {"schema": object}}});
    check(
        &operation(json!({"requestBody": body})),
        "getThing, #/paths/~1things/get/requestBody: an optional body must be an object without required \
         properties: the client sends `{}` where the caller sets none",
    );
}

#[test]
fn an_operation_without_a_tag() {
    check(
        &operation(json!({"tags": []})),
        "getThing, #/paths/~1things/get/tags: \
         an operation needs exactly one tag: it decides the area of the client",
    );
}

#[test]
fn two_operations_of_one_method_name() {
    let paths =
        json!({"/a": {"get": described(json!({})), "put": described(json!({"operationId": "get_thing"}))}});
    check(
        &document(paths, thing()),
        "get_thing, #/paths/~1a/put/operationId: `get_thing` and `getThing` give the same method",
    );
}

#[test]
fn negation_and_discriminators() {
    check(
        &schema(json!({"type": "object", "properties": {"a": {"not": {"type": "string"}}}})),
        "#/components/schemas/Thing/properties/a: `not` has no type; describe what is allowed instead",
    );
    check(
        &schema(json!({"oneOf": [], "discriminator": {"propertyName": "kind"}})),
        "#/components/schemas/Thing: a `discriminator` is read as if it were not there; \
         use one property for each case",
    );
}

#[test]
fn a_listed_string_or_any_string() {
    let either = json!({"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "string"}]});
    check(
        &schema(json!({"type": "object", "properties": {"a": either}})),
        "#/components/schemas/Thing/properties/a/anyOf: \
         several kinds of strings cannot be told apart; an enum already takes unknown values",
    );
}

#[test]
fn listed_numbers() {
    check(
        &schema(json!({"type": "object", "properties": {"a": {"type": "integer", "enum": [1]}}})),
        "#/components/schemas/Thing/properties/a/enum: 1 is no string; only strings can be listed",
    );
}

#[test]
fn a_required_property_that_does_not_exist() {
    check(
        &schema(json!({"type": "object", "required": ["b"], "properties": {"a": {"type": "string"}}})),
        "#/components/schemas/Thing/required: required property \"b\" is not among the properties",
    );
}

#[test]
fn properties_of_one_field_name() {
    check(
        &schema(
            json!({"type": "object", "properties": {"aB": {"type": "string"}, "a_b": {"type": "string"}}}),
        ),
        "#/components/schemas/Thing/properties/a_b: the properties `a_b` and `aB` are the same in Rust",
    );
}

#[test]
fn a_property_that_gives_the_name_of_a_schema() {
    let schemas = json!({
        "Thing": {"type": "object", "properties": {
            "state": {"type": "string", "enum": ["a"]},
            "other": {"$ref": "#/components/schemas/ThingState"},
        }},
        "ThingState": {"type": "object", "properties": {}},
    });
    check(
        &document(json!({"/things": {"get": described(json!({}))}}), schemas),
        "#/components/schemas/Thing/properties/state: gives the type `ThingState`, \
         as does #/components/schemas/ThingState; name one of the two in `components`",
    );
}

#[test]
fn another_version_of_openapi() {
    let mut document = operation(json!({}));
    document["openapi"] = json!("3.1.0");
    check(&document, "#/openapi: only OpenAPI 3.0 can be generated from");
}

#[test]
fn a_path_without_its_parameter() {
    let document = document(json!({"/things/{id}": {"get": described(json!({}))}}), thing());
    let error = failure(&document).to_string();
    assert!(error.starts_with("getThing, #/paths/~1things~1{id}/get: cannot be generated: "), "{error}");
}
