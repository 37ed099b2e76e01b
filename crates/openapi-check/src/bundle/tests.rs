//! Bundling of small trees, and the way back to their lines.

use serde_json::json;

use super::*;

/// `(key, text)` pairs, the entry being `openapi.yaml`.
fn bundled(files: &[(&str, &str)]) -> Result<Bundle, Vec<String>> {
    let sources: Sources = files.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
    bundle(&sources, "openapi.yaml").map_err(|diagnostics| {
        diagnostics.iter().map(|d| format!("{} {}: {}", d.location, d.rule, d.message)).collect()
    })
}

const ENTRY: &str = "\
openapi: 3.0.3
paths:
  /pets:
    $ref: paths/pets.yaml#/pets
components:
  schemas:
    Unused: {type: string}
  securitySchemes:
    Key: {type: apiKey, in: header, name: key}
    Other: {type: apiKey, in: header, name: other}
security:
  - Key: []
";

const PETS: &str = "\
pets:
  get:
    operationId: ListPets
    parameters:
      - $ref: '../parameters.yaml#/limit'
    responses:
      '200':
        description: Pets.
        content:
          application/json:
            schema:
              $ref: '../schemas/pet.yaml#/PetList'
            examples:
              two:
                $ref: ../examples/ListPets/two.yaml
              none:
                value: {$ref: ../examples/ListPets/none.json}
";

const PET: &str = "\
PetList:
  type: object
  properties:
    pets:
      type: array
      items:
        $ref: '#/Pet'
Pet:
  type: object
  properties:
    name: {type: string}
    parent:
      $ref: './pet.yaml#/Pet'
    $ref: {type: string}
  example: {$ref: not a reference, x: {$ref: '#/Nowhere'}}
Forgotten: {type: string}
";

fn files() -> Vec<(&'static str, &'static str)> {
    vec![
        ("openapi.yaml", ENTRY),
        ("paths/pets.yaml", PETS),
        ("schemas/pet.yaml", PET),
        ("parameters.yaml", "limit: {name: limit, in: query, schema: {type: integer}}\n"),
        ("examples/ListPets/two.yaml", "summary: Two.\nvalue: {pets: [{name: Rex}, {name: Mia}]}\n"),
        ("examples/ListPets/none.json", "{\"pets\": []}"),
    ]
}

#[test]
fn components_come_under_their_keys_and_the_rest_is_inlined() {
    let bundle = bundled(&files()).expect("bundles");
    assert_eq!(
        *bundle.document(),
        json!({
            "openapi": "3.0.3",
            "paths": {"/pets": {"get": {
                "operationId": "ListPets",
                "parameters": [{"$ref": "#/components/parameters/limit"}],
                "responses": {"200": {
                    "description": "Pets.",
                    "content": {"application/json": {
                        "schema": {"$ref": "#/components/schemas/PetList"},
                        "examples": {
                            "two": {"summary": "Two.", "value": {"pets": [{"name": "Rex"}, {"name": "Mia"}]}},
                            "none": {"value": {"pets": []}}
                        }
                    }}
                }}
            }}},
            "components": {
                "schemas": {
                    "Pet": {
                        "type": "object",
                        "properties": {
                            "name": {"type": "string"},
                            "parent": {"$ref": "#/components/schemas/Pet"},
                            "$ref": {"type": "string"}
                        },
                        "example": {"$ref": "not a reference", "x": {"$ref": "#/Nowhere"}}
                    },
                    "PetList": {
                        "type": "object",
                        "properties": {"pets": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}}
                    }
                },
                "parameters": {"limit": {"name": "limit", "in": "query", "schema": {"type": "integer"}}},
                "securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "key"}}
            },
            "security": [{"Key": []}]
        })
    );
    // Comparison of objects ignores the order, which is a promise too.
    let text = bundle.document().to_string();
    let order = [
        "openapi",
        "\"paths\"",
        "\"components\"",
        "\"Pet\":",
        "\"PetList\":",
        "\"parameters\":{\"limit",
        "\"security\"",
    ];
    let places: Vec<_> = order.iter().map(|part| text.find(part).expect(part)).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn every_pointer_leads_to_its_authored_line() {
    let bundle = bundled(&files()).expect("bundles");
    for (pointer, place) in [
        ("", "openapi.yaml:1:1"),
        ("/openapi", "openapi.yaml:1:10"),
        ("/paths/~1pets/get", "paths/pets.yaml:2:3"),
        ("/paths/~1pets/get/parameters/0/$ref", "paths/pets.yaml:5:15"),
        ("/components/schemas/Pet", "schemas/pet.yaml:8:1"),
        ("/components/schemas/Pet/properties/name/type", "schemas/pet.yaml:11:18"),
        ("/components/parameters/limit/in", "parameters.yaml:1:26"),
        ("/components/securitySchemes/Key/name", "openapi.yaml:9:43"),
        // What does not exist leads to the last part that does.
        ("/components/schemas/Pet/properties/age/type", "schemas/pet.yaml:10:3"),
        ("/paths/~1pets/get/operationId/x", "paths/pets.yaml:3:5"),
        ("/nothing", "openapi.yaml:1:1"),
    ] {
        assert_eq!(bundle.locate(pointer).map(ToString::to_string).as_deref(), Some(place), "{pointer}");
    }
    assert_eq!(bundle.locate("no pointer"), None);
    let mut pointers = Vec::new();
    collect_pointers(bundle.document(), String::new(), &mut pointers);
    assert!(pointers.iter().all(|pointer| bundle.locate(pointer).is_some()));
    assert!(pointers.len() > 60);
}

fn collect_pointers(value: &Value, at: String, into: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                collect_pointers(value, format!("{at}/{}", crate::pointer::escape(key)), into);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                collect_pointers(value, format!("{at}/{index}"), into);
            }
        }
        _ => {}
    }
    into.push(at);
}

#[test]
fn what_keeps_files_from_being_one_document() {
    let schema = |reference: &str| {
        format!(
            "components: {{}}\npaths:\n  /a:\n    get:\n      responses:\n        '200':\n          content:\n            a/b:\n              schema: {{$ref: {reference}}}\n"
        )
    };
    for (reference, other, expected) in [
        ("'b.yaml#/X'", "", "openapi.yaml:9:30 unresolved-file: the file `b.yaml` is empty"),
        ("'c.yaml#/X'", "X: {}", "openapi.yaml:9:30 unresolved-file: there is no file `c.yaml`"),
        (
            "'b.yaml#/Y'",
            "X: {}",
            "openapi.yaml:9:30 unresolved-reference: there is no `Y` where `b.yaml#/Y` leads",
        ),
        ("'b.yaml#X'", "X: {}", "openapi.yaml:9:30 unresolved-reference: `#X` is no JSON pointer"),
        (
            "'b.yaml#/X'",
            "X: 1",
            "openapi.yaml:9:30 unresolved-reference: `b.yaml#/X` does not lead to a schema",
        ),
        (
            "'https://example.com/b.yaml'",
            "X: {}",
            "openapi.yaml:9:30 unresolved-reference: `https://example.com/b.yaml` leads out",
        ),
        (
            "'b.yaml#/a b'",
            "a b: {}",
            "openapi.yaml:9:30 component-name: `a b` cannot be the name of a schema",
        ),
        ("'b.yaml#/X'", "X: {$ref: '#/X'}", "openapi.yaml:9:30 reference-circle:"),
        ("'b.yaml#/X'", "X: {$ref: '#/Y'}\nY: {$ref: '#/X'}", "openapi.yaml:9:30 reference-circle:"),
        ("'b.yaml#/X'", "X: [", "b.yaml:"),
        (
            "'b.yaml#/X'",
            "X: {items: {$ref: '#/Z/X'}}\nZ: {X: {}}",
            "b.yaml:2:5 name-twice: the schema `X` is declared here and also at b.yaml:1:1",
        ),
    ] {
        let findings =
            bundled(&[("openapi.yaml", &schema(reference)), ("b.yaml", other)]).expect_err(reference);
        assert!(findings[0].starts_with(expected), "{reference} {other}: {findings:?}");
    }
    let missing = bundle(&Sources::default(), "openapi.yaml").expect_err("nothing there");
    assert_eq!(missing[0].message, "the entry file `openapi.yaml` is not there");
}

#[test]
fn aliases_keep_their_names_and_same_names_collapse() {
    let entry = "paths: {}\ncomponents:\n  schemas:\n    Pet: {$ref: 'b.yaml#/Pet'}\n    Animal: {$ref: 'b.yaml#/Pet'}\nx-none: {}\n";
    let entry = entry.replace(
        "paths: {}",
        "paths:\n  /a:\n    parameters:\n      - {name: a, schema: {$ref: '#/components/schemas/Pet'}}\n      - {name: b, schema: {$ref: '#/components/schemas/Animal'}}",
    );
    let bundle = bundled(&[("openapi.yaml", &entry), ("b.yaml", "Pet: {type: string}\n")]).expect("bundles");
    assert_eq!(
        bundle.document()["components"]["schemas"],
        json!({"Animal": {"$ref": "#/components/schemas/Pet"}, "Pet": {"type": "string"}})
    );
}

#[test]
fn a_path_item_inside_itself_is_a_circle() {
    let entry = "paths:\n  /a: {$ref: 'b.yaml#/a'}\n";
    let other =
        "a:\n  get:\n    callbacks:\n      done:\n        '{$request.body#/url}': {$ref: 'b.yaml#/a'}\n";
    let findings = bundled(&[("openapi.yaml", entry), ("b.yaml", other)]).expect_err("a circle");
    assert_eq!(
        findings,
        ["b.yaml:5:40 reference-circle: this reference leads back to itself, or through too many others"]
    );
}

#[test]
fn discriminator_mappings_are_references() {
    let entry = "paths:\n  /a:\n    parameters:\n      - {name: a, schema: {$ref: 'b.yaml#/Pet'}}\n";
    let other = "Pet:\n  discriminator:\n    propertyName: kind\n    mapping: {cat: '#/Cat', dog: 'b.yaml#/Dog', Cow: Cow}\nCat: {}\nDog: {}\n";
    let bundle = bundled(&[("openapi.yaml", entry), ("b.yaml", other)]).expect("bundles");
    assert_eq!(
        bundle.document()["components"]["schemas"]["Pet"]["discriminator"]["mapping"],
        json!({"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog", "Cow": "Cow"})
    );
}

#[test]
fn siblings_of_a_reference_are_dropped_and_remembered() {
    let entry =
        "paths:\n  /a:\n    parameters:\n      - {name: a, schema: {$ref: 'b.yaml#/Pet', nullable: true}}\n";
    let bundle = bundled(&[("openapi.yaml", entry), ("b.yaml", "Pet: {}\n")]).expect("bundles");
    assert_eq!(
        bundle.document()["paths"]["/a"]["parameters"][0]["schema"],
        json!({"$ref": "#/components/schemas/Pet"})
    );
    assert_eq!(bundle.dropped()[0].0, "nullable");
}

/// Laid out like DigitalOcean's documents: whole files for operations, responses, schemas and properties, where
/// OpenAPI has references and where it has none.
#[test]
fn references_may_stand_anywhere() {
    let bundle = bundled(&[
        (
            "openapi.yaml",
            "\
openapi: 3.0.0
info: {$ref: description.yml#/info}
paths:
  /pets:
    get: {$ref: 'resources/pets/list.yml'}
",
        ),
        (
            "description.yml",
            "info: {title: Pets, version: '1', description: {$ref: '#/text'}}\ntext: Pets and more.\n",
        ),
        (
            "resources/pets/list.yml",
            "\
operationId: listPets
parameters:
  $ref: parameters.yml
responses:
  '200': {$ref: 'responses/pets.yml'}
x-samples:
  - $ref: 'samples/curl.yml'
",
        ),
        ("resources/pets/parameters.yml", "- {name: limit, in: query, schema: {type: integer}}\n"),
        (
            "resources/pets/responses/pets.yml",
            "\
description: Pets.
content:
  application/json:
    schema:
      type: object
      properties: {$ref: '../models/all pets.yml#/properties'}
",
        ),
        (
            "resources/pets/models/all pets.yml",
            "properties: {pet: {$ref: 'pet.yml'}, other: {$ref: 'all%20pets.yml#/$defs/pet'}}\n$defs: {pet: {type: string}}\n",
        ),
        ("resources/pets/models/pet.yml", "type: object\n"),
    ]);
    // Two things are called `pet`, which only the house's own documents may not do.
    let found = bundled_findings(&bundle);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("name-twice: the schema `pet` is declared here and also at"), "{found:?}");
}

fn bundled_findings(bundle: &Result<Bundle, Vec<String>>) -> Vec<String> {
    bundle.as_ref().err().cloned().unwrap_or_default()
}

/// References into the middle of things, as bundlers of other people write them.
#[test]
fn references_may_lead_anywhere() {
    let bundle = bundled(&[(
        "openapi.yaml",
        "\
openapi: 3.0.0
paths:
  /a/{id}:
    get:
      responses:
        '200':
          description: A.
          content:
            application/json:
              schema: {type: object, properties: {x: {type: string}}}
        default:
          description: B.
          content:
            application/json:
              schema: {$ref: '#/paths/~1a~1%7Bid%7D/get/responses/200/content/application~1json/schema/properties/x'}
            text/json: {$ref: '#/paths/~1a~1%7Bid%7D/get/responses/200/content/application~1json'}
",
    )])
    .expect("bundles");
    let content = &bundle.document()["paths"]["/a/{id}"]["get"]["responses"]["default"]["content"];
    assert_eq!(content["application/json"]["schema"], json!({"$ref": "#/components/schemas/x"}));
    assert_eq!(content["text/json"]["schema"]["type"], "object");
    assert_eq!(bundle.document()["components"]["schemas"]["x"], json!({"type": "string"}));
}

/// Files that refer to each other many times over make no bundle of any size.
#[test]
fn a_bomb_of_references_is_refused() {
    let level =
        |next: usize| -> String { (0..200).map(|at| format!("k{at}: {{$ref: 'f{next}.yaml'}}\n")).collect() };
    let mut files = vec![(
        "openapi.yaml".to_owned(),
        format!("openapi: 3.0.0\npaths: {{}}\ninfo:\n  {}", level(1).replace('\n', "\n  ")),
    )];
    files.extend((1..6).map(|at| (format!("f{at}.yaml"), level(at + 1))));
    files.push(("f6.yaml".to_owned(), "a: 1\n".to_owned()));
    let sources: Sources = files.into_iter().collect();
    let found = bundle(&sources, "openapi.yaml").expect_err("too large");
    assert!(found.iter().any(|found| found.rule == "reference-circle"), "{}", found.len());
}
