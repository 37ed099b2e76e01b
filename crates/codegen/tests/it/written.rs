//! The whole of what is written for a small document, as a snapshot, and properties of it.

use serde_json::{Value, json};

use crate::documents::{answer, described, document, operation, output, reference, squeezed};

/// One of everything that the post-pass writes differently.
fn library() -> Value {
    let id = json!({"name": "id", "in": "path", "required": true, "schema": {"type": "integer", "format": "int64"}});
    let filter = json!({
        "name": "genres", "in": "query", "explode": false, "description": "Only these.",
        "schema": {"type": "array", "items": reference("Genre")},
    });
    let body = json!({"required": true, "content": {"application/json": {"schema": reference("Book")}}});
    let list = json!({"operationId": "listBooks", "tags": ["Books"], "summary": "Lists.", "parameters": [filter],
        "responses": {"200": {"description": "", "content": {"application/json": {"schema":
            {"type": "array", "items": reference("Book")}}}}, "default": answer("Problem")}});
    let put = json!({"operationId": "putBook", "tags": ["Books"], "parameters": [id], "requestBody": body,
        "responses": {"204": {"description": ""}, "default": answer("Problem")}});
    let mut document = document(
        json!({"/books": {"get": list}, "/books/{id}": {"put": put}}),
        json!({
            "Book": {
                "type": "object", "description": "A book.", "required": ["title", "genre"],
                "properties": {
                    "title": {"type": "string"},
                    "genre": reference("Genre"),
                    "sequel": reference("Book"),
                    "shelf": {"description": "Where it stands.", "allOf": [reference("Shelf")]},
                    "type": {"type": "string"},
                    "pageCount": {"type": "integer", "format": "int32"},
                },
            },
            "Genre": {"type": "string", "enum": ["kNovel", "kUnknown", "7th"]},
            "Shelf": {"type": "object", "properties": {"row": {"type": "integer"}}},
            "Problem": {"type": "object", "properties": {"message": {"type": "string"}}},
        }),
    );
    document["tags"] = json!([{"name": "Books", "description": "What is read."}]);
    document
}

#[test]
fn a_small_client() {
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("library-code", output(&library()).code);
    });
}

#[test]
fn the_mocks_of_a_small_client() {
    let mocks = output(&library()).mocks;
    // What stands before is the same for every document.
    let (_, of_the_document) = mocks.split_once("/// What calls carry").unwrap();
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("library-mocks", of_the_document);
    });
}

#[test]
fn a_parameter_may_be_named_like_what_mocks_can_do() {
    let parameters = json!([
        {"name": "answer", "in": "query", "schema": {"type": "string"}},
        {"name": "X-Calls", "in": "header", "required": true, "schema": {"type": "boolean"}},
    ]);
    let mocks = squeezed(&output(&operation(json!({"parameters": parameters}))).mocks);
    for piece in [
        "pub answer: Option<String>, /// `X-Calls` in the header. pub x_calls: bool,",
        r#"answer: asked.in_query("answer")?, x_calls: asked.in_header("X-Calls")?,"#,
        "pub fn answer_(self, value: impl Into<String>) -> Self",
        "pub fn x_calls(self, value: bool) -> Self",
        "type Error = ();",
    ] {
        assert!(mocks.contains(piece), "no `{piece}` in\n{mocks}");
    }
}

#[test]
fn the_surface_of_a_small_client() {
    let surface = output(&library()).surface;
    let areas: Vec<&String> = surface.keys().collect();
    assert_eq!(areas, ["books"]);
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!("library-surface", surface["books"]);
    });
}

#[test]
fn the_same_document_gives_the_same_code() {
    let (one, two) = (output(&library()), output(&library()));
    assert_eq!(one.code, two.code);
    assert_eq!(one.digest, two.digest);
    assert_eq!(one.digest, codegen::digest(one.code.as_bytes()));
}

#[test]
fn types_that_only_answers_reach_have_no_setters() {
    let code = output(&library()).code;
    assert!(code.contains("impl Book {"));
    assert!(code.contains("impl Shelf {"), "a request reaches it through Book");
    assert!(!code.contains("impl Problem {"));
}

#[test]
fn a_type_of_answers_has_new_where_it_has_no_default() {
    let names: Vec<String> = (0..6).map(|number| format!("n{number}")).collect();
    let many: serde_json::Map<String, Value> =
        names.iter().map(|name| (name.clone(), reference("Kind"))).collect();
    let mut document = document(
        json!({"/a": {"get": described(json!({}))}}),
        json!({
            "Thing": {"type": "object", "required": ["kind"], "properties": {
                "kind": reference("Kind"), "note": {"type": "string"}, "many": reference("Many"),
            }},
            "Kind": {"type": "string", "enum": ["kOne"]},
        }),
    );
    document["components"]["schemas"]["Many"] =
        json!({"type": "object", "required": names, "properties": many});
    let output = output(&document);
    assert!(output.surface["things"].contains("struct Thing new-only\n"), "{}", output.surface["things"]);
    assert!(output.surface["things"].contains("struct Many\n"), "too many arguments");
    let code = squeezed(&output.code);
    assert!(
        code.contains(
            "Self { kind: kind.into(), many: None, note: None, unknown_fields: UnknownFields::default(), }"
        ),
        "{code}"
    );
    assert!(!code.contains("fn with_note"), "{code}");
}

#[test]
fn a_type_of_two_areas_is_shared() {
    let mut document = document(
        json!({
            "/a": {"get": described(json!({"operationId": "getA", "tags": ["One"]}))},
            "/b": {"get": described(json!({"operationId": "getB", "tags": ["Two Words"]}))},
        }),
        json!({"Thing": {"type": "object", "properties": {"a": {"type": "boolean"}}}}),
    );
    document["tags"] = json!([{"name": "One"}, {"name": "Two Words"}]);
    let surface = output(&document).surface;
    assert_eq!(surface["one"], "fn get_a -> types::Thing | ()\n\n");
    assert_eq!(surface["two-words"], "fn get_b -> types::Thing | ()\n\n");
    assert_eq!(surface["shared"], "struct Thing default\n  a: Option<bool>\n\n");
}

/// `Both` is in two of three areas, `Everywhere` in all, `Kind` in one.
#[test]
fn an_area_is_a_feature_of_what_only_some_areas_reach() {
    let operation = |id: &str, tag: &str, schema: &str| {
        let responses = json!({"200": answer(schema), "default": answer("Everywhere")});
        json!({"get": described(json!({"operationId": id, "tags": [tag], "responses": responses}))})
    };
    let mut document = document(
        json!({
            "/a": operation("getA", "One", "Both"),
            "/b": operation("getB", "Two Words", "Both"),
            "/c": operation("getC", "Three", "Single"),
        }),
        json!({
            "Both": {"type": "object", "properties": {"a": {"type": "boolean"}}},
            "Single": {"type": "object", "properties": {"k": reference("Kind")}},
            "Kind": {"type": "string", "enum": ["kOne"]},
            "Everywhere": {"type": "object", "properties": {"a": {"type": "boolean"}}},
        }),
    );
    document["tags"] = json!([{"name": "One"}, {"name": "Two Words"}, {"name": "Three"}]);
    let output = output(&document);
    assert_eq!(output.areas, ["one", "two-words", "three"]);
    assert!(output.surface["shared"].contains("struct Both default @ one, two-words\n"));
    assert!(output.surface["shared"].contains("struct Everywhere default\n"));
    let code = squeezed(&output.code);
    for piece in [
        r#"#[cfg(any(feature = "one", feature = "two-words"))] #[derive(Clone, Debug, Default, PartialEq)] #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))] pub struct Both"#,
        r#"#[cfg(any(feature = "one", feature = "two-words"))] object!(Both, unknown_fields {"#,
        r#"#[cfg(feature = "three")] open_enum!(Kind {"#,
        r#"#[cfg(feature = "three")] /// Writes what every open enum has in common"#,
        r#"} object!(Everywhere, unknown_fields {"#,
        r#"} /// Reads and writes a struct as an object."#,
        r#"#[cfg(feature = "three")] generator.subschema_for::<Kind>();"#,
        r#"#[cfg(all(feature = "client", feature = "two-words"))] impl crate::Client"#,
        r#"#[cfg(feature = "two-words")] mod two_words {"#,
    ] {
        assert!(code.contains(piece), "no `{piece}` in\n{code}");
    }
    assert_eq!(code.matches("use super::super::types;").count(), 3);
    assert!(!code.contains("use client_core::CommaSeparated;"), "nothing is imported that nothing uses");
}

#[test]
fn a_schema_without_properties_is_a_newtype_with_an_empty_value() {
    let document = document(
        json!({"/a": {"get": described(json!({}))}}),
        json!({
            "Thing": {"type": "object", "required": ["labels"], "properties": {"labels": reference("Labels")}},
            "Labels": {"type": "object", "additionalProperties": {"type": "string"}},
        }),
    );
    assert_eq!(
        output(&document).surface["things"],
        "fn get_thing -> types::Thing | ()\n\n\
         newtype Labels(std::collections::BTreeMap<std::string::String, std::string::String>)\n\n\
         struct Thing default\n  labels: Labels\n\n"
    );
}

/// A document may use the names that what it does not know would have.
#[test]
fn the_names_of_unknown_fields_give_way_to_those_of_the_document() {
    let body = json!({"required": true, "content": {"application/json": {"schema": reference("Thing")}}});
    let document = document(
        json!({"/a": {"post": described(json!({"requestBody": body}))}}),
        json!({"Thing": {"type": "object", "properties": {
            "unknownFields": {"type": "boolean"}, "unknownField": {"type": "boolean"},
        }}}),
    );
    let code = squeezed(&output(&document).code);
    for piece in [
        "pub unknown_fields: Option<bool>",
        "pub unknown_fields_: UnknownFields",
        "object!( Thing, unknown_fields_ {",
        "fn with_unknown_field(mut self, value: bool)",
        "fn with_unknown_field_( mut self, name: impl Into<String>, value: impl Into<serde_json::Value>, ) -> Self { \
         self.unknown_fields_.insert(name, value);",
    ] {
        assert!(code.contains(piece), "no `{piece}` in\n{code}");
    }
}

/// The macro that reads and writes structs knows nothing of options such as `flatten`.
#[test]
fn a_struct_with_further_properties_keeps_the_derived_reading() {
    let document = document(
        json!({"/a": {"get": described(json!({}))}}),
        json!({"Thing": {
            "type": "object",
            "properties": {"a": {"type": "boolean"}},
            "additionalProperties": {"type": "integer"},
        }}),
    );
    let code = output(&document).code;
    assert!(code.contains("#[serde(flatten)]"), "{code}");
    assert!(code.contains("Default, PartialEq, serde::Deserialize, serde::Serialize)]"), "{code}");
    assert!(!code.contains("object!(Thing"), "{code}");
    assert!(!code.contains("UnknownFields"), "what is not known is among the further properties: {code}");
}
