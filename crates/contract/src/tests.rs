//! Requests and answers of a small document, and every schema of the real one.

use http::{HeaderMap, HeaderValue, Method};
use openapi_check::{Sources, bundle};
use serde_json::{Value, json};

use crate::{Contract, ContractError, Inputs};

fn document() -> Value {
    json!({
        "openapi": "3.0.3",
        "servers": [{"url": "https://{host}/v2", "variables": {"host": {"default": "pets.example"}}}],
        "paths": {
            "/pets": {
                "parameters": [
                    {"$ref": "#/components/parameters/Tenant"},
                    {"name": "limit", "in": "query", "schema": {"type": "string"}}
                ],
                "get": {
                    "operationId": "listPets",
                    "tags": ["Pets", "Other"],
                    "parameters": [
                        {"name": "ids", "in": "query", "explode": false,
                         "schema": {"type": "array", "items": {"type": "integer", "format": "int64"}}},
                        {"name": "names", "in": "query", "explode": true,
                         "schema": {"type": "array", "items": {"type": "string"}}},
                        {"name": "kinds", "in": "query", "explode": false,
                         "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Kind"}}},
                        {"name": "wild", "in": "query", "schema": {"type": "boolean", "default": false}},
                        {"name": "weight", "in": "query", "schema": {"type": "number"}},
                        {"name": "limit", "in": "query", "schema": {"allOf": [{"$ref": "#/components/schemas/Limit"}]}}
                    ],
                    "responses": {
                        "200": {"description": "Pets.", "content": {"application/json": {"schema": {
                            "type": "object",
                            "properties": {"pets": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}}
                        }}}},
                        "4XX": {"$ref": "#/components/responses/Error"},
                        "default": {"description": "Odd.", "content": {"text/*": {}}}
                    }
                },
                "post": {
                    "operationId": "createPet",
                    "requestBody": {"required": true, "content": {"application/json": {
                        "schema": {"$ref": "#/components/schemas/Pet"}
                    }}},
                    "responses": {"204": {"description": "Done."}}
                }
            },
            "/pets/{name}": {"get": {
                "operationId": "getPet",
                "parameters": [{"name": "name", "in": "path", "required": true, "schema": {"type": "string", "minLength": 2}}],
                "responses": {"200": {"description": "A pet.", "content": {"application/octet-stream": {}}}}
            }},
            "/pets/best": {"get": {"operationId": "getBestPet", "responses": {"200": {"description": "It."}}}},
            "/token": {
                "servers": [{"url": "https://tokens.example"}],
                "post": {
                    "operationId": "createToken",
                    "requestBody": {"content": {"application/x-www-form-urlencoded": {
                        "schema": {"type": "object", "required": ["apikey"], "properties": {"apikey": {"type": "string"}}}
                    }}},
                    "responses": {"200": {"description": "A token."}}
                }
            }
        },
        "components": {
            "parameters": {"Tenant": {"name": "X-Tenant", "in": "header", "required": true, "schema": {"type": "string"}}},
            "responses": {"Error": {"description": "Failed.", "content": {"application/json": {
                "schema": {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}
            }}}},
            "schemas": {
                "Kind": {"type": "string", "enum": ["kDog", "kCat"]},
                "Limit": {"type": "integer", "minimum": 1},
                "Pet": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {
                        "name": {"type": "string"},
                        "kind": {"$ref": "#/components/schemas/Kind"},
                        "home": {"type": "object", "properties": {
                            "rooms": {"type": "array", "items": {"type": "object", "properties": {
                                "size": {"type": "integer", "minimum": 1}
                            }}}
                        }}
                    }
                }
            }
        }
    })
}

fn contract() -> Contract {
    Contract::new(&document()).expect("a contract")
}

fn tenant() -> HeaderMap {
    HeaderMap::from_iter([(http::HeaderName::from_static("x-tenant"), HeaderValue::from_static("t1"))])
}

fn listed(query: &str) -> Result<Inputs, String> {
    let contract = contract();
    let operation = contract.operation("listPets").expect("known");
    operation.check_request(Some(query), &tenant(), &[], None).map_err(|violation| violation.to_string())
}

fn created(body: Value) -> Result<(), String> {
    let contract = contract();
    let operation = contract.operation("createPet").expect("known");
    let checked = operation.check_request(None, &tenant(), &[], Some(&body));
    checked.map(|_| ()).map_err(|violation| violation.to_string())
}

fn answered(operation: &str, status: u16, media_type: &str, body: &str) -> Result<(), String> {
    let contract = contract();
    let operation = contract.operation(operation).expect("known");
    let media_type = Some(media_type).filter(|text| !text.is_empty());
    operation.check_response(status, media_type, body.as_bytes()).map_err(|violation| violation.to_string())
}

#[test]
fn operations_know_their_place() {
    let contract = contract();
    let operations: Vec<_> =
        contract.operations().map(|o| format!("{} {} {} {:?}", o.id, o.method, o.path, o.tag)).collect();
    assert_eq!(
        operations,
        [
            "listPets GET /v2/pets Some(\"Pets\")",
            "createPet POST /v2/pets None",
            "getPet GET /v2/pets/{name} None",
            "getBestPet GET /v2/pets/best None",
            "createToken POST /token None",
        ]
    );
    let find = |method: Method, path: &str| contract.find(&method, path).map(|(o, p)| (o.id.clone(), p));
    assert_eq!(find(Method::GET, "/v2/pets/best"), Some(("getBestPet".to_owned(), vec![])));
    let name = vec![("name".to_owned(), "Rex".to_owned())];
    assert_eq!(find(Method::GET, "/v2/pets/Rex"), Some(("getPet".to_owned(), name)));
    assert_eq!(find(Method::GET, "/v2/pets/"), None);
    assert_eq!(find(Method::GET, "/pets"), None);
    assert_eq!(find(Method::PUT, "/v2/pets"), None);
}

#[test]
fn operations_need_ids_of_their_own() {
    for id in [json!(null), json!("createPet")] {
        let mut document = document();
        document["paths"]["/pets/best"]["get"]["operationId"] = id;
        let error = Contract::new(&document).expect_err("no contract");
        assert_eq!(error.to_string(), "GET /pets/best has no operationId, or one that another operation has");
    }
}

#[test]
fn parameters_become_values() {
    let inputs =
        listed("ids=1%2C2,3&ids=4&names=a,b&names=c+d&kinds=kDog&weight=1.5&limit=7&new=x").expect("valid");
    let values: Vec<_> = inputs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(
        values,
        [
            "limit=7",
            "ids=[1,2,3,4]",
            "names=[\"a,b\",\"c d\"]",
            "kinds=[\"kDog\"]",
            "wild=false",
            "weight=1.5",
            "X-Tenant=\"t1\"",
        ]
    );
    assert_eq!(
        (inputs.int("limit"), inputs.bool("wild"), inputs.str("X-Tenant")),
        (Some(7), Some(false), Some("t1"))
    );
    assert_eq!(inputs.list("names").len(), 2);
    let inputs = listed("ids=").expect("valid");
    assert_eq!((inputs.get("ids"), inputs.get("names")), (Some(&json!([])), None));
}

#[test]
fn parameters_that_do_not_fit() {
    for (query, expected) in [
        ("limit=0", "query parameter \"limit\": must be at least 1, not 0"),
        ("limit=ten", "query parameter \"limit\": must be an integer, not \"ten\""),
        ("ids=1,x", "query parameter \"ids[1]\": must be an integer, not \"x\""),
        (
            "ids=9223372036854775808",
            "query parameter \"ids[0]\": must be at most 9223372036854775807, not 9223372036854775808",
        ),
        ("wild=yes", "query parameter \"wild\": must be true or false, not \"yes\""),
        ("weight=x", "query parameter \"weight\": must be a number, not \"x\""),
        (
            "kinds=kDog,kDgo",
            "query parameter \"kinds[1]\": must be one of kDog, kCat, not \"kDgo\" (did you mean kDog?)",
        ),
    ] {
        assert_eq!(listed(query), Err(expected.to_owned()), "{query}");
    }
    let contract = contract();
    let list = contract.operation("listPets").expect("known");
    let violation = list.check_request(None, &HeaderMap::new(), &[], None).expect_err("no tenant");
    assert_eq!(violation.to_string(), "header \"X-Tenant\": is required");
    let get = contract.operation("getPet").expect("known");
    let name = [("name".to_owned(), "x".to_owned())];
    let violation = get.check_request(None, &HeaderMap::new(), &name, None).expect_err("too short");
    assert_eq!(violation.to_string(), "path parameter \"name\": must have at least 2 characters");
    let violation = get.check_request(None, &HeaderMap::new(), &[], None).expect_err("no name");
    assert_eq!(violation.to_string(), "path parameter \"name\": is required");
}

#[test]
fn bodies_are_read_generously() {
    assert_eq!(
        created(json!({"name": "Rex", "kind": null, "colour": "red", "home": {"rooms": [{"size": null}]}})),
        Ok(())
    );
    for (body, expected) in [
        (json!({"name": null}), "body member \"name\": is required"),
        (json!([]), "body: must be an object, not an array"),
        (
            json!({"home": {"rooms": [{"size": 1}, {"size": 0}]}}),
            "body member \"home.rooms[1].size\": must be at least 1, not 0",
        ),
        (json!({"name": 1, "kind": "kCow"}), "body member \"name\": must be a string, not a number"),
    ] {
        assert_eq!(created(body), Err(expected.to_owned()));
    }
    let contract = contract();
    let create = contract.operation("createPet").expect("known");
    let violation = create.check_request(None, &tenant(), &[], None).expect_err("no body");
    assert_eq!(violation.to_string(), "body: is required");
    let token = contract.operation("createToken").expect("known");
    assert!(token.check_request(None, &HeaderMap::new(), &[], None).is_ok(), "an optional body");
    let violation = token.check_request(None, &HeaderMap::new(), &[], Some(&json!({}))).expect_err("no key");
    assert_eq!(violation.to_string(), "body member \"apikey\": is required");
}

#[test]
fn answers_are_held_to_the_letter() {
    let json = "application/json; charset=utf-8";
    for (operation, status, media_type, body) in [
        ("listPets", 200, json, r#"{"pets": [{"name": "Rex"}]}"#),
        ("listPets", 404, json, r#"{"message": "gone"}"#),
        ("listPets", 500, "text/html", "<p>"),
        ("createPet", 204, "", ""),
        ("getPet", 200, "application/octet-stream", "\u{0}"),
    ] {
        assert_eq!(answered(operation, status, media_type, body), Ok(()), "{operation} {status}");
    }
    for (operation, status, media_type, body, expected) in [
        ("createPet", 200, "", "", "status: 200 is not documented for createPet; it has 204"),
        ("createPet", 204, "", "x", "body: must be empty with status 204"),
        (
            "listPets",
            200,
            "text/plain",
            "x",
            "header \"Content-Type\": must be application/json with status 200, not text/plain",
        ),
        ("listPets", 200, "", "{}", "header \"Content-Type\": is required with status 200: application/json"),
        (
            "listPets",
            500,
            json,
            "{}",
            "header \"Content-Type\": must be text/* with status 500, not application/json",
        ),
        (
            "listPets",
            200,
            json,
            r#"{"pets": [{"name": "Rex", "age": 3}]}"#,
            "body member \"pets[0].age\": is not declared",
        ),
        (
            "listPets",
            200,
            json,
            r#"{"pets": [{"name": null}]}"#,
            "body member \"pets[0].name\": must be a string, not null",
        ),
        ("listPets", 404, json, "{}", "body member \"message\": is required"),
        ("listPets", 404, json, "{", "body: is no JSON: EOF while parsing an object at line 1 column 1"),
    ] {
        assert_eq!(answered(operation, status, media_type, body), Err(expected.to_owned()));
    }
}

#[test]
fn a_schema_that_cannot_be_compiled_refuses_and_is_found_by_tests() {
    let mut document = document();
    document["components"]["schemas"]["Pet"]["properties"]["name"]["pattern"] = json!("(");
    let contract = Contract::new(&document).expect("schemas are not looked at yet");
    let error = contract.compile_all().expect_err("a broken pattern");
    assert!(matches!(error, ContractError::Schema { operation, .. } if operation == "listPets"));
    let create = contract.operation("createPet").expect("known");
    let violation =
        create.check_request(None, &tenant(), &[], Some(&json!({"name": "Rex"}))).expect_err("refused");
    assert!(violation.reason.starts_with("cannot be checked: "), "{violation}");
}

#[test]
fn every_schema_of_the_ibm_document_compiles() {
    let bundle = bundle(&Sources::embedded(strongroom_spec::FILES), strongroom_spec::IBM);
    let bundle = bundle.map_err(|findings| format!("{findings:#?}")).expect("bundles");
    let contract = Contract::new(bundle.document()).expect("a contract");
    contract.compile_all().expect("compiles");
    let based = contract.operations().filter(|operation| operation.path.starts_with("/v2/")).count();
    assert_eq!(
        (contract.operations().count() - based, based > 40),
        (1, true),
        "all but the token are under /v2"
    );
}
