//! The JSON Schema beside the crate is that of the types.

use std::collections::BTreeSet;

use serde_json::Value;
use strongroom_profile::{Config, Profiles, SCHEMA};

#[test]
fn the_schema_in_the_crate_is_that_of_the_types() {
    let made = schemars::schema_for!(Config).to_value();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/config.schema.json");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(path, serde_json::to_string_pretty(&made).unwrap() + "\n").unwrap();
    }
    // As values: whether members keep their order depends on what else is built.
    let there: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(there == made, "{path} is stale: run the tests once with UPDATE_SCHEMA=1");
}

/// The members that reading knows are those of the schema: a file with all of them has nothing unknown in it, and
/// every one of them is described.
#[test]
fn every_member_of_the_schema_is_known_and_described() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let root = schema["properties"].as_object().unwrap();
    let profile = schema["$defs"]["Profile"]["properties"].as_object().unwrap();
    assert!(profile.len() >= 10, "{profile:?}");
    for (name, property) in root.iter().chain(profile) {
        assert!(property["description"].is_string(), "{name} has no description");
    }
    let mut text = "default-profile = \"a\"\n[profiles.a]\n".to_owned();
    for name in profile.keys() {
        let value = match name.as_str() {
            "kind" => "\"ibm\"",
            "insecure-http" => "true",
            "secret-in" => "\"file\"",
            "url" | "iam-url" | "proxy" => "\"https://host\"",
            _ => "\"x\"",
        };
        text.push_str(&format!("{name} = {value}\n"));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, &text).unwrap();
    let profiles = Profiles::load(&path).unwrap();
    assert_eq!(profiles.unknown(), [""; 0]);
    // And what was read has every one of them.
    let read = serde_json::to_value(&profiles.config().profiles["a"]).unwrap();
    assert_eq!(
        read.as_object().unwrap().keys().collect::<BTreeSet<_>>(),
        profile.keys().collect::<BTreeSet<_>>(),
        "{text}"
    );
}
