//! What is rewritten, as told by the log and seen in the code.

use serde_json::json;

use crate::documents::{answer, code, described, document, log, operation, output, reference, schema, thing};

fn assert_has(code: &str, piece: &str) {
    assert!(code.contains(piece), "no `{piece}` in\n{code}");
}

#[test]
fn a_list_in_the_query_becomes_one_value() {
    let list = json!({"type": "array", "items": {"type": "string", "enum": ["kOne", "kTwo"]}});
    let document = operation(json!({"parameters": [
        {"name": "kinds", "in": "query", "explode": false, "schema": list, "description": "Which."},
        {"name": "ids", "in": "query", "schema": {"type": "array", "items": {"type": "integer"}}},
    ]}));
    assert_eq!(log(&document), ["query-list #/paths/~1things/get/parameters/0 goes out joined by commas"]);
    let code = code(&document);
    assert_has(&code, "kinds: Option<CommaSeparated<types::GetThingKinds>>");
    assert_has(
        &code,
        "/// Which. pub fn kinds( mut self, value: impl Into<CommaSeparated<types::GetThingKinds>>, )",
    );
    assert_has(&code, "ids: Option<Vec<i64>>");
    assert_has(&code, "pub fn ids( mut self, value: impl IntoIterator<Item = impl Into<i64>>, ) -> Self");
    assert_has(&code, r#".query(&QueryParam::new("ids", &ids))"#);
}

#[test]
fn a_header_of_the_client_leaves_the_operation_wherever_it_is_declared() {
    let header = json!({"name": "x-tenant", "in": "header", "required": true, "schema": {"type": "string"}});
    let mut document = operation(json!({"parameters": [
        {"name": "Authorization", "in": "header", "schema": {"type": "string"}},
        {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
    ]}));
    document["components"]["parameters"] = json!({"Tenant": header});
    document["paths"]["/things"]["parameters"] = json!([{"$ref": "#/components/parameters/Tenant"}]);
    assert_eq!(
        log(&document),
        [
            "reserved-header #/paths/~1things/get `Authorization` is the transport's to set",
            "client-header #/paths/~1things/get `x-tenant` is set once per client",
        ]
    );
    let code = code(&document);
    assert!(!code.contains("tenant"));
    assert_has(&code, r#"header_map.append("X-Trace", value.to_string().try_into()?)"#);
    assert!(!code.contains("api-version"));
}

#[test]
fn bounds_make_no_types() {
    let document = schema(json!({"type": "object", "required": ["n"], "properties": {
        "n": {"type": "integer", "minimum": 1},
        "s": {"type": "string", "pattern": "^(?i)a$", "minLength": 1},
    }}));
    assert_eq!(
        log(&document),
        [
            "bound #/components/schemas/Thing/properties/n minimum 1",
            "bound #/components/schemas/Thing/properties/s pattern \"^(?i)a$\"",
            "bound #/components/schemas/Thing/properties/s minLength 1",
        ]
    );
    let code = code(&document);
    assert_has(&code, "pub n: i64");
    assert_has(&code, "pub s: Option<String>");
}

#[test]
fn a_default_is_described_and_not_sent() {
    let document = schema(json!({"type": "object", "properties": {
        "a": {"type": "boolean", "default": true, "description": "Whether."},
    }}));
    let code = code(&document);
    assert_has(&code, "/// Whether. When absent, the service takes `true`.");
    assert_has(&code, r#"object!(Thing, unknown_fields { a : optional "a", });"#);
}

#[test]
fn the_default_of_a_parameter_is_described_at_its_setter() {
    let document = operation(json!({"parameters": [
        {"name": "limit", "in": "query", "description": "How many.", "schema": {"type": "integer", "default": 10}},
    ]}));
    assert_has(
        &code(&document),
        "/// How many. When absent, the service takes `10`. pub fn limit(mut self, value: i64)",
    );
}

#[test]
fn a_password_does_not_print_itself() {
    let document =
        schema(json!({"type": "object", "properties": {"p": {"type": "string", "format": "password"}}}));
    let code = code(&document);
    assert_has(&code, "pub p: Option<Secret>");
    assert_has(&code, "secret!(Secret);");
}

#[test]
fn a_moment_is_told_from_a_length_of_time_by_its_unit() {
    let number = |unit: &str| json!({"type": "integer", "format": "int64", "x-unit": unit});
    let document = schema(json!({"type": "object", "properties": {
        "size": number("bytes"),
        "start": number("unix-milliseconds"),
        "took": number("milliseconds"),
    }}));
    assert_eq!(
        log(&document),
        [
            "unit #/components/schemas/Thing/properties/size becomes `types::ByteCount`",
            "unit #/components/schemas/Thing/properties/start becomes `types::UnixMillis`",
            "unit #/components/schemas/Thing/properties/took becomes `types::Millis`",
        ]
    );
    let code = code(&document);
    for piece in ["size: Option<ByteCount>", "start: Option<UnixMillis>", "took: Option<Millis>"] {
        assert_has(&code, piece);
    }
    assert_has(&code, r#"moment!(UnixMillis, "milliseconds", 1000);"#);
    assert_has(&code, r#"length!(Millis, "milliseconds", 1000000);"#);
    assert_has(&code, "byte_count!(ByteCount);");
}

#[test]
fn an_id_has_the_type_of_what_it_is_of() {
    let text = json!({"type": "string", "x-id": "protection-group"});
    let number = json!({"type": "integer", "format": "int64", "x-id": "object"});
    let mut document = schema(json!({"type": "object", "required": ["id"], "properties": {
        "id": number, "groups": {"type": "array", "items": text},
    }}));
    document["paths"]["/things"]["get"]["parameters"] = json!([
        {"name": "group", "in": "query", "schema": text},
        {"name": "ids", "in": "query", "explode": false, "schema": {"type": "array", "items": number}},
    ]);
    let output = output(&document);
    let code = code(&document);
    assert_has(&code, "pub id: ObjectId,");
    assert_has(&code, "pub groups: Option<Vec<ProtectionGroupId>>");
    assert_has(&code, "pub fn group(mut self, value: impl Into<types::ProtectionGroupId>) -> Self");
    assert_has(&code, "ids: Option<CommaSeparated<types::ObjectId>>");
    assert_has(&code, r#"text_id!(ProtectionGroupId, "a protection group");"#);
    assert_has(&code, r#"number_id!(ObjectId, "an object");"#);
    assert!(output.surface["things"].contains("id of a number ObjectId\n"), "{:?}", output.surface);
}

#[test]
fn ids_of_which_each_is_the_other_become_it() {
    let id = |of| json!({"type": "integer", "format": "int64", "x-id": of});
    let mut document =
        schema(json!({"type": "object", "properties": {"object": id("object"), "source": id("source")}}));
    assert!(!code(&document).contains("From<SourceId>"));
    document["x-same-ids"] = json!([["source", "object"]]);
    let code = code(&document);
    assert_has(&code, "impl From<ObjectId> for SourceId { fn from(id: ObjectId) -> Self { Self(id.0) } }");
    assert_has(&code, "impl From<SourceId> for ObjectId { fn from(id: SourceId) -> Self { Self(id.0) } }");
}

#[test]
fn an_object_that_is_secret_does_not_print_itself() {
    let document = schema(json!({"type": "object", "properties": {
        "tokens": {"type": "object", "additionalProperties": true, "x-secret": true},
    }}));
    let code = code(&document);
    assert_has(&code, "tokens: Option<SecretObject>");
    assert_has(&code, "secret_object!(SecretObject);");
}

#[test]
fn a_value_with_its_description_is_made_and_read_from_its_name() {
    let value = |name| {
        json!({"type": "object", "required": ["name"],
        "properties": {"name": name, "description": {"type": "string"}}})
    };
    let mut closed = value(reference("StateName"));
    closed["properties"]["more"] = json!({"type": "string"});
    let body = json!({"required": true, "content": {"application/json": {"schema": reference("Thing")}}});
    let document = document(
        json!({"/things": {"put": described(json!({"requestBody": body}))}}),
        json!({
            "Thing": {"type": "object", "required": ["state", "kind", "other"], "properties": {
                "state": reference("State"), "kind": reference("Kind"), "other": reference("Other"),
            }},
            "StateName": {"type": "string", "enum": ["ON", "OFF"]},
            "State": value(reference("StateName")),
            "Kind": value(json!({"type": "string"})),
            "Other": closed,
        }),
    );
    let code = code(&document);
    assert_has(&code, "named_value!(State(StateName), unknown_fields);");
    assert_has(&code, "named_value!(Kind(String), unknown_fields);");
    assert_has(&code, "object!( Other, unknown_fields {");
    assert_has(&code, "pub fn new( kind: impl Into<Kind>, other: Other, state: impl Into<State>, ) -> Self");
    let surface = &output(&document).surface["things"];
    assert!(surface.contains("struct State new from-name\n"), "{surface}");
}

#[test]
fn dates_and_ids_stay_text() {
    let document =
        schema(json!({"type": "object", "properties": {"d": {"type": "string", "format": "date-time"}}}));
    assert_eq!(log(&document), ["format #/components/schemas/Thing/properties/d date-time is read as text"]);
    assert_has(&code(&document), "pub d: Option<String>");
}

#[test]
fn a_number_of_32_bits_is_read_with_64() {
    let document = schema(json!({"type": "object", "properties": {
        "share": {"type": "number", "format": "float"}, "count": {"type": "integer", "format": "int32"},
    }}));
    let code = code(&document);
    assert_has(&code, "pub count: Option<i32>");
    assert_has(&code, "pub share: Option<f64>");
}

#[test]
fn null_is_absence_and_no_object_is_closed() {
    let document =
        schema(json!({"type": "object", "additionalProperties": false, "required": ["r"], "properties": {
            "l": {"type": "array", "items": {"type": "string"}},
            "m": {"type": "object", "additionalProperties": {"type": "string"}},
            "r": {"type": "array", "items": {"type": "string"}},
        }}));
    let code = code(&document);
    assert_has(&code, "pub l: Option<Vec<String>>");
    assert_has(&code, "pub m: Option<std::collections::BTreeMap<String, String>>");
    assert_has(&code, "pub r: Vec<String>");
    assert!(!code.contains("deny_unknown_fields"));
}

#[test]
fn a_code_block_in_a_description_is_no_doctest() {
    let document =
        schema(json!({"type": "object", "description": "Say\n```\nlet x;\n```", "properties": {"a": {}}}));
    assert_has(&code(&document), "/// Say /// ```text /// let x; /// ```");
}

#[test]
fn typed_and_empty_successes_and_errors_for_all_become_one_of_each() {
    let document = operation(json!({"responses": {
        "200": answer("Thing"),
        "204": {"description": ""},
        "404": {"description": ""},
        "default": answer("Problem"),
    }}));
    assert_eq!(
        log(&document),
        [
            "success #/paths/~1things/get/responses 200, 204 are read as one type",
            "default-answer #/paths/~1things/get/responses becomes 4XX and 5XX",
        ]
    );
    let call = r#".json::< Option<types::Thing>, types::Problem, >(Call::new("getThing", true, call_options), request)"#;
    assert_has(&code(&document), call);
}

#[test]
fn answers_are_read_as_json_bytes_or_nothing() {
    let bytes = json!({"description": "", "content": {"application/zip": {}}});
    let untyped = json!({"description": "", "content": {"application/json": {}}});
    let with = |id: &str, answer| described(json!({"operationId": id, "responses": {"200": answer}}));
    let paths = json!({
        "/a": {"get": with("getBytes", bytes)},
        "/b": {"get": with("getAny", untyped)},
        "/c": {"get": with("getNothing", json!({"description": ""}))},
    });
    let code = code(&document(paths, thing()));
    assert_has(&code, r#".bytes::<()>(Call::new("getBytes", true, call_options), request)"#);
    assert_has(
        &code,
        r#".json::< serde_json::Value, (), >(Call::new("getAny", true, call_options), request)"#,
    );
    assert_has(&code, r#".empty::<()>(Call::new("getNothing", true, call_options), request)"#);
}

#[test]
fn what_may_be_repeated_is_told_by_the_method_or_by_the_document() {
    let with = |id: &str, repeatable: Option<bool>| {
        let mut operation = json!({"operationId": id, "responses": {"204": {"description": ""}}});
        if let Some(repeatable) = repeatable {
            operation["x-repeatable"] = json!(repeatable);
        }
        described(operation)
    };
    let paths = json!({
        "/a": {"post": with("add", None), "put": with("set", None), "delete": with("remove", None)},
        "/b": {"post": with("search", Some(true)), "put": with("count", Some(false))},
    });
    let code = code(&document(paths, thing()));
    for (id, repeatable) in
        [("add", false), ("set", true), ("remove", true), ("search", true), ("count", false)]
    {
        assert_has(&code, &format!("Call::new(\"{id}\", {repeatable}, call_options)"));
    }
}

#[test]
fn an_operation_elsewhere_is_left_out_with_its_types() {
    let elsewhere = described(json!({
        "operationId": "getToken",
        "servers": [{"url": "https://elsewhere"}],
        "responses": {"200": answer("Problem")},
    }));
    let paths = json!({"/things": {"get": described(json!({}))}, "/token": {"post": elsewhere}});
    let document = document(paths, thing());
    let output = output(&document);
    let lowerings: Vec<String> = output.lowerings.iter().map(ToString::to_string).collect();
    assert_eq!(
        lowerings,
        [
            "own-server #/paths/~1token/post left out: lives on a server of its own",
            "unused #/components/schemas/Problem no operation reaches it",
        ]
    );
    assert_eq!(output.operations, "GET    /things get_thing\n");
    assert!(!output.code.contains("Problem"));
}

#[test]
fn an_optional_body_is_sent_empty() {
    let body = json!({"content": {"application/json": {"schema": reference("Thing")}}});
    let document = operation(json!({"requestBody": body}));
    assert_eq!(log(&document), ["optional-body #/paths/~1things/get/requestBody sent as `{}` when not set"]);
    assert_has(&code(&document), "let body = body.unwrap_or_default();");
}
