//! Values against schemas, and the words for what does not fit.

use serde_json::json;

use super::*;

/// One line for each mistake: `member: reason`.
fn mistakes(unknown: Unknown, direction: Direction, schema: Value, value: Value) -> Vec<String> {
    let document = json!({"components": {"schemas": {
        "Pet": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "minLength": 1},
                "friend": {"$ref": "#/components/schemas/Pet"},
                "id": {"type": "integer", "format": "int64"}
            }
        },
        "Dog": {"allOf": [
            {"$ref": "#/components/schemas/Pet"},
            {"type": "object", "properties": {"barks": {"type": "boolean"}}}
        ]},
        "Free": {"type": "object"},
        "Loop": {"allOf": [{"$ref": "#/components/schemas/Loop"}]},
    }}});
    let schema = Schema::compile(&document, &schema, unknown, direction).expect("compiles");
    schema.check(&value).iter().map(|m| format!("{}: {}", m.member(), m.reason)).collect()
}

fn open(schema: Value, value: Value) -> Vec<String> {
    mistakes(Unknown::Allowed, Direction::Request, schema, value)
}

fn closed(schema: Value, value: Value) -> Vec<String> {
    mistakes(Unknown::Forbidden, Direction::Response, schema, value)
}

fn pet() -> Value {
    json!({"$ref": "#/components/schemas/Pet"})
}

#[test]
fn reasons_are_in_words() {
    for (schema, value, expected) in [
        (json!({"type": "string"}), json!(1), ": must be a string, not a number"),
        (json!({"type": "integer"}), json!(1.5), ": must be an integer, not a fraction"),
        (json!({"type": "integer", "minimum": 1}), json!(0), ": must be at least 1, not 0"),
        (json!({"type": "integer", "maximum": 1}), json!(2), ": must be at most 1, not 2"),
        (
            json!({"type": "number", "minimum": 0, "exclusiveMinimum": true}),
            json!(0),
            ": must be more than 0, not 0",
        ),
        (
            json!({"type": "integer", "format": "int32"}),
            json!(2_147_483_648_u64),
            ": must be at most 2147483647, not 2147483648",
        ),
        (
            json!({"type": "integer", "format": "int64"}),
            json!(u64::MAX),
            ": must be at most 9223372036854775807, not 18446744073709551615",
        ),
        (json!({"type": "string", "minLength": 1}), json!(""), ": must have at least 1 character"),
        (
            json!({"type": "array", "maxItems": 2, "items": {}}),
            json!([1, 2, 3]),
            ": must have at most 2 items",
        ),
        (json!({"type": "array", "uniqueItems": true}), json!([1, 1]), ": must not have the same item twice"),
        (
            json!({"type": "string", "pattern": "^\\d+$"}),
            json!("x"),
            ": must match the pattern ^\\d+$, and \"x\" does not",
        ),
        (json!({"type": "string", "enum": ["a", "b"]}), json!("c"), ": must be one of a, b, not \"c\""),
        (json!({"type": "string", "enum": ["a"]}), json!("c"), ": must be a, not \"c\""),
        (pet(), json!({"friend": {"name": "Rex"}}), "name: is required"),
        (
            pet(),
            json!({"name": "Mia", "friend": {"name": ""}}),
            "friend.name: must have at least 1 character",
        ),
        (
            json!({"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}),
            json!([{"name": "Mia"}, {"name": 1}]),
            "[1].name: must be a string, not a number",
        ),
    ] {
        assert_eq!(open(schema, value), [expected]);
    }
}

#[test]
fn long_enums_are_cut_and_near_misses_named() {
    let values: Vec<String> = (0..20).map(|n| format!("kValue{n:02}")).collect();
    let schema = json!({"type": "string", "enum": values});
    let schema =
        Schema::compile(&json!({}), &schema, Unknown::Allowed, Direction::Request).expect("compiles");
    let found = schema.check(&json!("kVaule07"));
    assert!(found[0].reason.ends_with("kValue11 and 8 more, not \"kVaule07\""), "{found:?}");
    assert_eq!(found[0].help.as_deref(), Some("did you mean kValue07?"));
}

#[test]
fn the_most_telling_mistake_comes_first() {
    let found = open(pet(), json!({"id": "x", "friend": {}}));
    assert_eq!(
        found,
        ["id: must be an integer, not a string", "name: is required", "friend.name: is required"]
    );
}

#[test]
fn undeclared_members_matter_only_where_the_world_is_closed() {
    let value = json!({"name": "Rex", "colour": "red", "friend": {"name": "Mia", "colour": "red"}});
    assert!(open(pet(), value.clone()).is_empty());
    assert_eq!(closed(pet(), value), ["colour: is not declared", "friend.colour: is not declared"]);
    let free = json!({"$ref": "#/components/schemas/Free"});
    assert!(closed(free, json!({"anything": {"goes": 1}})).is_empty());
    let others =
        json!({"type": "object", "properties": {"a": {}}, "additionalProperties": {"type": "string"}});
    assert!(closed(others.clone(), json!({"a": 1, "b": "x"})).is_empty());
    assert_eq!(closed(others, json!({"b": 1})), ["b: must be a string, not a number"]);
}

#[test]
fn included_schemas_do_not_close_those_that_include_them() {
    let dog = json!({"$ref": "#/components/schemas/Dog"});
    assert!(closed(dog.clone(), json!({"name": "Rex", "barks": true, "friend": {"name": "Mia"}})).is_empty());
    assert_eq!(closed(dog.clone(), json!({"name": "Rex", "meows": true})), ["meows: is not declared"]);
    // The friend is a pet and no dog.
    let found = closed(dog, json!({"name": "Rex", "friend": {"name": "Mia", "barks": true}}));
    assert_eq!(found, ["friend.barks: is not declared"]);
    // A part that fails for another reason does not make its members undeclared.
    let dog = json!({"$ref": "#/components/schemas/Dog"});
    assert_eq!(closed(dog.clone(), json!({"barks": true})), ["name: is required"]);
    assert_eq!(closed(dog, json!({"name": 1})), ["name: must be a string, not a number"]);
}

#[test]
fn null_is_for_those_who_say_so() {
    let schema = |nullable: bool| json!({"type": "string", "enum": ["a"], "nullable": nullable});
    assert!(open(schema(true), json!(null)).is_empty());
    assert!(!open(schema(false), json!(null)).is_empty());
    let composed = json!({"nullable": true, "allOf": [{"$ref": "#/components/schemas/Pet"}]});
    assert!(open(composed.clone(), json!(null)).is_empty());
    assert_eq!(open(composed, json!({})), ["name: is required"]);
}

#[test]
fn read_only_members_are_not_required_of_requests() {
    let schema = json!({
        "type": "object",
        "required": ["id", "secret"],
        "properties": {"id": {"readOnly": true}, "secret": {"writeOnly": true}}
    });
    assert_eq!(open(schema.clone(), json!({})), ["secret: is required"]);
    assert_eq!(closed(schema, json!({})), ["id: is required"]);
}

#[test]
fn of_several_alternatives_the_nearest_is_talked_about() {
    let schema = json!({"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/Pet"}]});
    assert_eq!(open(schema, json!({"name": 1})), ["name: must be a string, not a number"]);
}

#[test]
fn what_cannot_be_compiled_is_said() {
    for (schema, expected) in [
        (json!({"$ref": "#/components/schemas/Nope"}), "there is no schema `Nope`"),
        (json!({"$ref": "other.yaml"}), "does not lead to a schema of the document"),
        (json!({"items": 1}), "a schema is an object"),
        (json!({"pattern": "("}), "("),
    ] {
        let error =
            Schema::compile(&json!({}), &schema, Unknown::Allowed, Direction::Request).expect_err("broken");
        assert!(error.contains(expected), "{error}");
    }
}
