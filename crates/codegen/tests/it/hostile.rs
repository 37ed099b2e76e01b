//! A corpus of small documents that progenitor or its companions refuse, panic over, or make code of that does
//! not compile. Each is generated from, or refused with the place; no panic and no error without a place reaches
//! the author.

use std::collections::BTreeSet;

use codegen::{Error, Options, generate};
use serde_json::{Value, json};

use crate::documents::{answer, described, document, operation, reference, schema, thing};

/// What becomes of a document: the place that is refused, or nothing where it is generated from.
struct Case(&'static str, Value, Option<&'static str>);

const OPERATION: &str = "#/paths/~1things/get";
const THING: &str = "#/components/schemas/Thing";
const PROPERTY: &str = "#/components/schemas/Thing/properties/a";

/// A document with a property of this schema in what is answered.
fn property(of: Value) -> Value {
    schema(json!({"type": "object", "properties": {"a": of, "ok": {"type": "string"}}}))
}

fn parameter(of: Value) -> Value {
    operation(json!({"parameters": [of]}))
}

fn body(content: Value) -> Value {
    operation(json!({"requestBody": {"required": true, "content": content}}))
}

fn responses(of: Value) -> Value {
    operation(json!({"responses": of}))
}

fn media(name: &str) -> Value {
    json!({"description": "", "content": {name: {"schema": reference("Thing")}}})
}

/// What progenitor takes two answers, two bodies or other forms of.
fn operations() -> Vec<Case> {
    let empty = json!({"description": ""});
    let text = json!({"type": "string"});
    let list = json!({"type": "array", "items": text});
    vec![
        Case(
            "success and default",
            responses(json!({"200": answer("Thing"), "default": answer("Problem")})),
            None,
        ),
        Case(
            "two types of success",
            responses(json!({"200": answer("Thing"), "201": answer("Problem")})),
            Some(OPERATION),
        ),
        Case("typed and empty success", responses(json!({"200": answer("Thing"), "204": empty})), None),
        Case(
            "empty and typed errors",
            responses(json!({"200": empty, "404": empty, "500": answer("Problem")})),
            None,
        ),
        Case(
            "JSON without a schema",
            responses(json!({"200": {"description": "", "content": {"application/json": {}}}})),
            None,
        ),
        Case("anything", responses(json!({"200": media("*/*")})), None),
        Case(
            "JSON of a vendor, with a parameter",
            responses(json!({"200": media("application/vnd.x+json; v=1")})),
            None,
        ),
        Case("only a redirection", responses(json!({"302": empty})), Some(OPERATION)),
        Case("no answers", responses(json!({})), Some(OPERATION)),
        Case("answers that are a list", responses(json!([])), Some(OPERATION)),
        Case(
            "an answer that leads nowhere",
            responses(json!({"200": {"$ref": "#/components/responses/X"}})),
            Some(OPERATION),
        ),
        Case(
            "a nested object in the query",
            parameter(
                json!({"name": "f", "in": "query", "style": "deepObject", "schema": {"type": "object"}}),
            ),
            Some(OPERATION),
        ),
        Case(
            "a list with pipes",
            parameter(json!({"name": "f", "in": "query", "style": "pipeDelimited", "schema": list})),
            Some(OPERATION),
        ),
        Case(
            "a parameter of JSON",
            parameter(json!({"name": "f", "in": "query", "content": {"application/json": {}}})),
            Some(OPERATION),
        ),
        Case("a cookie", parameter(json!({"name": "f", "in": "cookie", "schema": text})), Some(OPERATION)),
        Case(
            "a list in a header",
            parameter(json!({"name": "f", "in": "header", "schema": list})),
            Some(OPERATION),
        ),
        Case(
            "a list in the path",
            parameter(json!({"name": "f", "in": "path", "required": true, "schema": list})),
            Some(OPERATION),
        ),
        Case(
            "a parameter named body",
            parameter(json!({"name": "body", "in": "query", "schema": text})),
            Some(OPERATION),
        ),
        Case(
            "a parameter without a name",
            parameter(json!({"in": "query", "schema": text})),
            Some(OPERATION),
        ),
        Case("a parameter that is a text", parameter(json!("limit")), Some(OPERATION)),
        Case(
            "a parameter of no place",
            parameter(json!({"name": "f", "in": "mind", "schema": text})),
            Some(OPERATION),
        ),
        Case(
            "a parameter of a keyword's name",
            parameter(json!({"name": "type", "in": "query", "schema": text})),
            None,
        ),
        Case(
            "a parameter of the path that is not in it",
            parameter(json!({"name": "id", "in": "path", "required": true, "schema": text})),
            Some(OPERATION),
        ),
        Case(
            "a form",
            body(json!({"application/x-www-form-urlencoded": {"schema": reference("Thing")}})),
            Some(OPERATION),
        ),
        Case(
            "a form with files",
            body(json!({"multipart/form-data": {"schema": reference("Thing")}})),
            Some(OPERATION),
        ),
        Case(
            "a merge patch",
            body(json!({"application/merge-patch+json": {"schema": reference("Thing")}})),
            Some(OPERATION),
        ),
        Case(
            "JSON and a form",
            body(json!({"application/json": {"schema": reference("Thing")}, "multipart/form-data": {}})),
            None,
        ),
        Case(
            "bytes and a text",
            body(json!({"application/octet-stream": {}, "text/plain": {}})),
            Some(OPERATION),
        ),
        Case("an operationId of digits", operation(json!({"operationId": "123"})), Some(OPERATION)),
        Case("an empty operationId", operation(json!({"operationId": ""})), Some(OPERATION)),
        Case("an operationId that is a keyword", operation(json!({"operationId": "type"})), Some(OPERATION)),
        Case("a tag that is no feature", operation(json!({"tags": ["Öl"]})), Some(OPERATION)),
        Case(
            "an operation that is a number",
            document(json!({"/things": {"get": 5}}), thing()),
            Some(OPERATION),
        ),
        Case(
            "a path with a hole",
            document(json!({"/things/{id}": {"get": described(json!({}))}}), thing()),
            Some("#/paths/~1things~1{id}/get"),
        ),
        Case(
            "a path item that leads away",
            document(json!({"/things": {"$ref": "x.yaml"}}), thing()),
            Some("#/paths/~1things"),
        ),
    ]
}

fn schemas() -> Vec<Case> {
    let of = |schemas: Value| document(json!({"/things": {"get": described(json!({}))}}), schemas);
    vec![
        Case(
            "values that differ in case",
            property(json!({"type": "string", "enum": ["up", "UP", "Up"]})),
            Some(PROPERTY),
        ),
        Case(
            "values that are symbols",
            property(json!({"type": "string", "enum": ["<", ">", "<=", ">="]})),
            Some(PROPERTY),
        ),
        Case("a value that is empty", property(json!({"type": "string", "enum": ["", "a"]})), None),
        Case("no values", property(json!({"type": "string", "enum": []})), Some(PROPERTY)),
        Case(
            "null among the values",
            property(json!({"type": "string", "nullable": true, "enum": ["a", null]})),
            Some(PROPERTY),
        ),
        Case(
            "a pattern of another language",
            property(json!({"type": "string", "pattern": "(?i)^a(?=b)"})),
            None,
        ),
        Case("a default that is wrong", property(json!({"type": "integer", "default": "many"})), None),
        Case("a file beside", property(json!({"$ref": "other.yaml#/Thing"})), Some(PROPERTY)),
        Case("nowhere", property(json!({"$ref": "#/components/schemas/Gone"})), Some(PROPERTY)),
        Case(
            "a place that is no schema of its own",
            property(json!({"$ref": "#/components/schemas/Thing/properties/ok"})),
            Some(PROPERTY),
        ),
        Case("not", property(json!({"not": {"type": "string"}})), Some(PROPERTY)),
        Case(
            "a discriminator",
            property(json!({"oneOf": [reference("Thing")], "discriminator": {"propertyName": "k"}})),
            Some(PROPERTY),
        ),
        Case("one of none", property(json!({"oneOf": []})), Some(PROPERTY)),
        Case("all of none", property(json!({"allOf": []})), Some(PROPERTY)),
        Case("an unknown type", property(json!({"type": "money"})), Some(PROPERTY)),
        Case("several types", property(json!({"type": ["string", "null"]})), Some(PROPERTY)),
        Case("an unknown format", property(json!({"type": "string", "format": "colour"})), None),
        Case("a list of nothing", property(json!({"type": "array"})), None),
        Case("a schema that is a number", property(json!(5)), Some(PROPERTY)),
        Case(
            "types that contradict",
            property(json!({"allOf": [{"type": "string"}, {"type": "integer"}]})),
            Some(PROPERTY),
        ),
        Case(
            "a property without letters",
            schema(
                json!({"type": "object", "properties": {"$": {"type": "string"}, "@": {"type": "string"}}}),
            ),
            Some(THING),
        ),
        Case(
            "a property that is a keyword",
            schema(
                json!({"type": "object", "properties": {"self": {"type": "string"}, "type": {"type": "string"}}}),
            ),
            None,
        ),
        Case("a thing in a thing", property(reference("Thing")), None),
        Case(
            "a thing that needs a thing",
            schema(json!({"type": "object", "required": ["a"], "properties": {"a": reference("Thing")}})),
            None,
        ),
        Case(
            "a thing made of itself",
            schema(json!({"allOf": [reference("Thing"), {"type": "object"}]})),
            Some(THING),
        ),
        Case(
            "two things made of each other",
            of(json!({"Thing": {"oneOf": [reference("Other")]}, "Other": {"anyOf": [reference("Thing")]}})),
            Some("#/components/schemas/"),
        ),
        Case(
            "names that differ in case",
            of(
                json!({"Thing": {"type": "object", "properties": {"a": reference("THing")}}, "THing": {"type": "object", "properties": {}}}),
            ),
            None,
        ),
        Case(
            "a name that Rust has",
            of(
                json!({"Thing": {"type": "object", "properties": {"a": reference("Option")}}, "Option": {"type": "object", "properties": {}}}),
            ),
            Some("#/components/schemas/Option"),
        ),
        Case(
            "a name of digits",
            of(
                json!({"Thing": {"type": "object", "properties": {"a": reference("42")}}, "42": {"type": "object", "properties": {"x": {"type": "string"}}}}),
            ),
            None,
        ),
    ]
}

/// Why the code would not compile: an item that is there twice.
fn twice(code: &str) -> Option<String> {
    let mut seen = BTreeSet::new();
    for line in code.lines().map(str::trim) {
        let Some(rest) = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum ")) else {
            continue;
        };
        let name = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned();
        // A type and the builder of an operation may have one name: they stand in different modules.
        if !code.contains(&format!("impl<'a> {name}<'a>")) && !seen.insert(name.clone()) {
            return Some(name);
        }
    }
    None
}

fn check(cases: Vec<Case>) {
    let mut wrong = Vec::new();
    for Case(what, document, place) in cases {
        match (generate(&document, &Options::default()), place) {
            (Ok(output), None) => {
                wrong.extend(twice(&output.code).map(|name| format!("{what}: `{name}` is there twice")));
            }
            (Err(Error::Unsupported { pointer, .. }), Some(place)) if pointer.starts_with(place) => {}
            (Ok(_), Some(place)) => wrong.push(format!("{what}: is generated, and not refused at {place}")),
            (Err(error), place) => wrong.push(format!("{what}: {error:?} in place of {place:?}")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn operations_are_generated_or_refused_with_the_place() {
    check(operations());
}

#[test]
fn schemas_are_generated_or_refused_with_the_place() {
    check(schemas());
}

#[test]
fn what_is_no_document_is_refused() {
    for document in [json!(null), json!([]), json!({}), json!({"openapi": "3.0.3", "paths": 5})] {
        assert!(generate(&document, &Options::default()).is_err(), "{document}");
    }
}

/// Among many good parts, the one that fails is named, with the operation where it lies in one.
#[test]
fn the_one_that_fails_is_found_among_many() {
    let mut schemas = thing();
    schemas["Deep"] = json!({"type": "object", "properties": {
        "good": {"type": "integer"}, "bad": {"type": "string", "enum": ["<", ">"]},
    }});
    schemas["Thing"] = json!({"type": "object", "properties": {"deep": reference("Deep")}});
    let fine = described(json!({"operationId": "fine", "responses": {"200": answer("Problem")}}));
    let holed = described(json!({"operationId": "holed", "responses": {"200": answer("Problem")}}));
    let deep = document(json!({"/fine": {"get": fine}, "/things": {"get": described(json!({}))}}), schemas);
    let error = generate(&deep, &Options::default()).map(|it| it.code).unwrap_err().to_string();
    assert!(error.starts_with("#/components/schemas/Deep/properties/bad: "), "{error}");
    let paths = json!({"/fine": {"get": fine}, "/holed/{id}": {"get": holed}});
    let error = generate(&document(paths, thing()), &Options::default()).map(|it| it.code).unwrap_err();
    assert!(error.to_string().starts_with("holed, #/paths/~1holed~1{id}/get: "), "{error}");
}
