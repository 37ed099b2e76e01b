//! What takes more than one rule.

use crate::support::changes;

/// A document with one path, `/pets`, and schemas. The body of `post` and the answer of `get` are `Pet`.
fn pets(schemas: &str) -> String {
    let content = "{application/json: {schema: {$ref: '#/components/schemas/Pet'}}}";
    let schemas: String = schemas.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "openapi: 3.0.3\npaths:\n  /pets:\n    get:\n      responses:\n        '200':\n          description: A.\n          \
         content: {content}\n    post:\n      requestBody:\n        content: {content}\n      responses: {{}}\n\
         components:\n  schemas:\n{schemas}"
    )
}

/// What is reported, as `impact id (operations)`.
fn told(base: &str, new: &str) -> Vec<String> {
    let changes = changes(&pets(base), &pets(new));
    let told = changes
        .iter()
        .map(|change| format!("{} {} ({})", change.impact, change.id, change.operations.join(", ")));
    told.collect()
}

#[test]
fn of_a_schema_that_travels_both_ways_the_worse_is_told() {
    let pet = "Pet: {type: object, required: [name], properties: {name: {type: string}}}";
    let optional = "Pet: {type: object, properties: {name: {type: string}}}";
    assert_eq!(told(pet, optional), ["major response-property-became-optional (GET /pets)"]);
    assert_eq!(told(optional, pet), ["major request-property-became-required (POST /pets)"]);
    let nullable =
        "Pet: {type: object, required: [name], properties: {name: {type: string, nullable: true}}}";
    assert_eq!(told(pet, nullable), ["major response-became-nullable (GET /pets)"]);
}

#[test]
fn a_note_on_a_tag_is_an_extension() {
    let base = "openapi: 3.0.3\ntags: [{name: Pets, description: Animals.}]\npaths: {}\n";
    let new = "openapi: 3.0.3\ntags: [{name: Pets, description: Animals., x-menu: 1}]\npaths: {}\n";
    let told: Vec<_> = changes(base, new).into_iter().map(|change| (change.id, change.new.pointer)).collect();
    assert_eq!(told, [("extension-changed".to_owned(), "/tags/0/x-menu".to_owned())]);
}

#[test]
fn members_that_move_between_parts_have_not_changed() {
    let whole = "Pet: {type: object, required: [a], properties: {a: {type: string}, b: {type: integer}}}";
    let parts = "Pet:\n  allOf:\n    - $ref: '#/components/schemas/Named'\n    - {type: object, properties: {b: {type: integer}}}\n\
                 Named: {type: object, required: [a], properties: {a: {type: string}}}";
    let there = told(whole, parts);
    assert!(there.iter().all(|change| !change.starts_with("major")), "{there:?}");
    assert_eq!(there[0], "sdk-breaking base-type-changed (GET /pets, POST /pets)");
    let back = told(parts, whole);
    assert!(back.iter().all(|change| !change.starts_with("major")), "{back:?}");
}

#[test]
fn a_plain_schema_that_becomes_one_of_several_is_kept() {
    let plain = "Pet: {type: object, properties: {toy: {$ref: '#/components/schemas/Ball'}}}\n\
                 Ball: {type: object}";
    let several = "Pet: {type: object, properties: {toy: {oneOf: [{$ref: '#/components/schemas/Ball'}, {type: string}]}}}\n\
                   Ball: {type: object}";
    assert_eq!(told(plain, several), ["major response-variant-added (GET /pets)"]);
    assert_eq!(told(several, plain), ["major request-variant-removed (POST /pets)"]);
}

#[test]
fn a_reference_with_words_beside_it_is_the_reference() {
    let plain = "Pet: {type: object, properties: {toy: {$ref: '#/components/schemas/Ball'}}}\n\
                 Ball: {type: object, properties: {size: {type: integer}}}";
    let worded = plain.replace(
        "{$ref: '#/components/schemas/Ball'}",
        "{description: Its toy., allOf: [{$ref: '#/components/schemas/Ball'}]}",
    );
    let there = told(plain, &worded);
    assert!(there.iter().all(|change| change.starts_with("patch ")), "{there:?}");
    let grown = worded.replace("{size:", "{colour: {type: string}, size:");
    assert_eq!(told(&worded, &grown), ["minor request-property-added (POST /pets)"]);
}

#[test]
fn alternatives_that_only_a_mapping_leads_to_are_compared() {
    let base = "Pet:\n  type: object\n  discriminator: {propertyName: kind, mapping: {cat: '#/components/schemas/Cat'}}\n  \
                properties: {kind: {type: string}}\n\
                Cat:\n  allOf:\n    - $ref: '#/components/schemas/Pet'\n    - {type: object, properties: {lives: {type: integer}}}";
    let new = base.replace("{lives: {type: integer}}", "{}");
    assert_eq!(told(base, &new), ["major request-property-removed (POST /pets)"]);
}

#[test]
fn a_renamed_schema_is_no_removal_and_its_content_is_compared() {
    let base = "Pet: {type: object, properties: {toy: {$ref: '#/components/schemas/Ball'}}}\n\
                Ball: {type: object, properties: {size: {type: integer}}}";
    let renamed = base.replace("Ball", "Toy");
    assert_eq!(told(base, &renamed), ["sdk-breaking schema-renamed (GET /pets, POST /pets)"]);
    let changed = renamed.replace("size: {type: integer}", "size: {type: string}");
    assert_eq!(
        told(base, &changed),
        ["major request-type-changed (POST /pets)", "sdk-breaking schema-renamed (GET /pets, POST /pets)"]
    );
}

#[test]
fn in_a_callback_the_client_reads_the_body() {
    let document = |required: &str| {
        format!(
            "openapi: 3.0.3\npaths:\n  /pets:\n    post:\n      responses: {{}}\n      callbacks:\n        sold:\n          \
             '{{$request.body#/url}}':\n            post:\n              requestBody:\n                content:\n                  \
             application/json:\n                    schema: {{type: object, {required}properties: {{at: {{type: string}}}}}}\n              \
             responses: {{}}\n"
        )
    };
    let ids = |base: &str, new: &str| -> Vec<String> {
        changes(base, new).into_iter().map(|change| format!("{} {}", change.impact, change.id)).collect()
    };
    let (plain, required) = (document(""), document("required: [at], "));
    assert_eq!(ids(&plain, &required), ["minor response-property-became-required"]);
    assert_eq!(ids(&required, &plain), ["major response-property-became-optional"]);
}
