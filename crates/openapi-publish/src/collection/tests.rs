use openapi_check::{Sources, bundle};
use serde_json::Value;

use super::*;

const DOCUMENT: &str = r##"
openapi: 3.0.3
info: {title: Pets, version: 1.2.3, description: Animals.}
servers: [{url: "https://pets.example/v1"}, {url: "http://127.0.0.1:1/v1"}]
security: [{bearer: []}]
tags: [{name: Session}, {name: Pets, description: All of them.}]
paths:
  /token:
    servers: [{url: "http://127.0.0.1:1"}]
    post:
      operationId: createToken
      tags: [Session]
      summary: Sign in
      security: []
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: {$ref: "#/components/schemas/Credentials"}
            example: {kind: key, key: abc}
      responses:
        "200":
          description: Fine.
          content: {application/json: {schema: {$ref: "#/components/schemas/Token"}}}
  /end:
    post: {operationId: end, tags: [Session], responses: {"204": {description: Fine.}}}
  /who:
    get: {operationId: who, tags: [Session], responses: {"200": {description: Fine.}}}
  /pets:
    parameters: [{$ref: "#/components/parameters/TenantId"}]
    get:
      operationId: listPets
      tags: [Pets]
      parameters:
        - {name: kind, in: query, description: Only these., schema: {type: array, items: {type: string, enum: [cat, dog]}}}
      responses: {"200": {description: Fine.}}
    post:
      operationId: createPet
      tags: [Pets]
      requestBody: {content: {application/json: {schema: {type: object}, examples: {one: {value: {name: Rex}}}}}}
      responses:
        "201":
          description: Fine.
          content: {application/json: {schema: {allOf: [{$ref: "#/components/schemas/Pet"}]}}}
  /pets/{id}:
    parameters: [{$ref: "#/components/parameters/PetId"}]
    get: {operationId: getPet, tags: [Pets], responses: {"200": {description: Fine.}}}
  /pets/{id}/photos/{size}.{format}:
    parameters:
      - {$ref: "#/components/parameters/PetId"}
      - {name: size, in: path, required: true, schema: {type: string, enum: [small, large]}}
      - {name: format, in: path, required: true, schema: {type: string}}
    get: {operationId: getPhoto, responses: {"200": {description: Fine.}}}
components:
  securitySchemes: {bearer: {type: http, scheme: bearer}}
  parameters:
    TenantId: {name: X-Tenant, in: header, required: true, description: Whose., schema: {type: string}}
    PetId: {name: id, in: path, required: true, description: Which., schema: {type: string}}
  schemas:
    Credentials:
      type: object
      required: [kind, key]
      properties: {kind: {type: string, enum: [key]}, key: {type: string, format: password}}
    Token: {type: object, properties: {access_token: {type: string}}}
    Pet: {type: object, properties: {id: {type: string}}}
"##;

fn of(text: &str) -> Document {
    let sources: Sources = [("openapi.yaml".to_owned(), text.to_owned())].into_iter().collect();
    crate::document(&bundle(&sources, "openapi.yaml").expect("one document"))
}

fn made() -> Value {
    serde_json::from_str(&collection(&of(DOCUMENT))).expect("JSON")
}

/// The requests by their names, in the order in which they are sent.
fn requests(items: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for item in items.as_array().expect("items") {
        if item.get("item").is_some() {
            found.extend(requests(&item["item"]));
        } else {
            found.push((text(item, "name").to_owned(), item.clone()));
        }
    }
    found
}

fn request(name: &str) -> Value {
    let all = requests(&made()["item"]);
    all.into_iter().find(|(found, _)| found == name).unwrap_or_else(|| panic!("no {name}")).1
}

#[test]
fn signing_in_comes_first_and_what_ends_the_session_last() {
    let names: Vec<String> = requests(&made()["item"]).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Sign in", "listPets", "createPet", "getPet", "getPhoto", "who", "end"]);
    assert_eq!(made()["item"][1]["name"], "Pets");
    assert_eq!(made()["item"][1]["description"], "All of them.");
}

#[test]
fn what_the_reader_fills_in_is_a_variable_and_secrets_are_empty() {
    let collection = made();
    let variables = collection["variable"].as_array().expect("variables");
    let shown: Vec<String> = variables
        .iter()
        .map(|it| format!("{}={} {}", text(it, "key"), text(it, "value"), text(it, "type")))
        .collect();
    assert_eq!(
        shown,
        [
            "url=http://127.0.0.1:1/v1 string",
            "createTokenUrl=http://127.0.0.1:1 string",
            "key= secret",
            "token= secret",
            "tenantId= string",
            "petId= string",
            "format= string",
        ]
    );
    assert_eq!(collection["auth"]["bearer"][0]["value"], "{{token}}");
    let description = text(&collection["info"], "description");
    assert!(
        description.contains("the variables `url`, `createTokenUrl` and `key`, then send “Sign in”"),
        "{description}"
    );
    assert!(description.contains("needs `tenantId` too"), "{description}");
}

#[test]
fn the_request_that_signs_in_takes_the_variables_and_keeps_the_token() {
    let item = request("Sign in");
    assert_eq!(item["request"]["auth"]["type"], "noauth");
    assert_eq!(item["request"]["url"]["raw"], "{{createTokenUrl}}/token");
    let form = &item["request"]["body"]["urlencoded"];
    assert_eq!(form[0]["value"], "key", "{form}");
    assert_eq!(form[1]["value"], "{{key}}", "{form}");
    let script = item["event"][0]["script"]["exec"].to_string();
    assert!(script.contains("have.status(200)"), "{script}");
    assert!(script.contains(r#"set(\"token\", String(pm.response.json()[\"access_token\"]))"#), "{script}");
}

#[test]
fn what_a_request_makes_the_next_ones_find() {
    let create = request("createPet");
    assert_eq!(create["request"]["body"]["raw"], "{\n  \"name\": \"Rex\"\n}");
    let script = create["event"][0]["script"]["exec"].to_string();
    assert!(script.contains(r#"set(\"petId\", String(pm.response.json()[\"id\"]))"#), "{script}");
    assert!(!script.contains("have.status"), "a server may refuse an example: {script}");
    let url = &request("getPet")["request"]["url"];
    assert_eq!(url["raw"], "{{url}}/pets/:id");
    assert_eq!(url["variable"][0]["value"], "{{petId}}");
    assert_eq!(url["variable"][0]["description"], "Which.");
}

#[test]
fn what_need_not_be_sent_is_disabled() {
    let list = request("listPets")["request"].clone();
    assert_eq!(list["url"]["raw"], "{{url}}/pets");
    assert_eq!(list["url"]["query"][0]["disabled"], true);
    assert_eq!(list["url"]["query"][0]["value"], "cat");
    assert_eq!(list["header"][0]["value"], "{{tenantId}}");
    assert_eq!(list["header"][0]["disabled"], false);
}

#[test]
fn a_segment_of_several_parameters_is_filled_in_place() {
    let url = &request("getPhoto")["request"]["url"];
    assert_eq!(url["raw"], "{{url}}/pets/:id/photos/small.{{format}}");
    assert_eq!(url["variable"].as_array().map(Vec::len), Some(1));
}

#[test]
fn ids_are_uuids_that_differ_and_stay() {
    let mut ids: Vec<String> =
        requests(&made()["item"]).into_iter().map(|(_, item)| text(&item, "id").to_owned()).collect();
    assert!(ids.iter().all(|id| id.len() == 36 && id.as_bytes()[14] == b'8'), "{ids:?}");
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 7);
    assert_eq!(collection(&of(DOCUMENT)), collection(&of(DOCUMENT)));
    let next: Value =
        serde_json::from_str(&collection(&of(&DOCUMENT.replace("1.2.3", "1.3.0")))).expect("JSON");
    assert_eq!(next["info"]["_postman_id"], made()["info"]["_postman_id"]);
}

#[test]
fn a_document_without_security_has_a_collection() {
    let text = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\n";
    let made: Value = serde_json::from_str(&collection(&of(text))).expect("JSON");
    assert_eq!(made["auth"]["type"], "noauth");
    assert_eq!(made["item"], serde_json::json!([]));
}

#[test]
fn a_session_that_is_a_cookie_is_left_to_the_tool() {
    let cookie = DOCUMENT.replace("{type: http, scheme: bearer}", "{type: apiKey, in: cookie, name: S}");
    let made: Value = serde_json::from_str(&collection(&of(&cookie))).expect("JSON");
    assert_eq!(made["auth"]["type"], "noauth");
    let key = DOCUMENT.replace("{type: http, scheme: bearer}", "{type: apiKey, in: header, name: S}");
    let made: Value = serde_json::from_str(&collection(&of(&key))).expect("JSON");
    assert_eq!(made["auth"]["apikey"][1]["value"], "{{apiKey}}");
}
