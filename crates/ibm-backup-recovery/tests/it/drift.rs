//! What a change of the document does to the crate, for review.
//!
//! The snapshots are written by `cargo xtask codegen` and compared here. They show what the build script
//! generated for this very build, so they cannot be stale and pass.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Map, Value};

/// Where the build script put its results.
const GENERATED: &str = env!("OUT_DIR");

fn generated(name: &str) -> String {
    std::fs::read_to_string(Path::new(GENERATED).join(name)).unwrap()
}

/// The public surface by area: the name of the area, and its summary.
fn surface() -> BTreeMap<String, String> {
    let folder = std::fs::read_dir(Path::new(GENERATED).join("surface")).unwrap();
    let files = folder.map(|entry| entry.unwrap().path());
    files.map(|path| (stem(&path), std::fs::read_to_string(&path).unwrap())).collect()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

fn check(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("../snapshots");
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn public_surface() {
    for (area, text) in surface() {
        check(&format!("surface-{area}"), &text);
    }
}

#[test]
fn json_schemas() {
    let schemas = ibm_backup_recovery::types::json_schemas();
    for (area, text) in surface() {
        let mut lines = String::new();
        for name in text.lines().filter_map(type_name) {
            write_schema(&mut lines, name, &schemas[name]);
        }
        if !lines.is_empty() {
            check(&format!("schema-{area}"), &lines);
        }
    }
}

#[test]
fn operations() {
    check("operations", &generated("operations.txt"));
}

#[test]
fn lowerings() {
    check("lowerings", &generated("lowerings.txt"));
}

/// Generated code asks for a feature an area; one that `Cargo.toml` does not list would be dead for ever.
#[test]
fn features_are_the_areas() {
    let cargo = std::process::Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&cargo.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == env!("CARGO_PKG_NAME")).unwrap();
    let features = package["features"].as_object().unwrap();
    let generated = generated("areas.txt");
    let mut areas: Vec<&str> = generated.lines().collect();
    areas.sort_unstable();
    assert_eq!(features["all-areas"], Value::from(areas.clone()), "`all-areas` in Cargo.toml");
    let known = ["all-areas", "client", "default", "rustls", "schemars"];
    let others: Vec<&String> = features.keys().filter(|name| !known.contains(&name.as_str())).collect();
    assert_eq!(others, areas, "features in Cargo.toml, and areas of the document");
}

/// Sees what the summaries leave out, such as a description.
#[test]
fn digest() {
    check("digest", &generated("digest.txt"));
}

/// A snapshot whose area is gone would otherwise stay for ever.
#[test]
fn no_snapshot_is_left_over() {
    let areas = surface();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = stem(&entry.unwrap().path());
        let area = name.strip_prefix("surface-").or_else(|| name.strip_prefix("schema-"));
        assert!(area.is_none_or(|area| areas.contains_key(area)), "{name} belongs to no area: remove it");
    }
}

fn type_name(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("struct ").or_else(|| line.strip_prefix("enum "))?;
    rest.split_whitespace().next()
}

/// One line a property: name, `!` if required, type.
fn write_schema(text: &mut String, name: &str, schema: &Value) {
    let Some(properties) = schema["properties"].as_object() else {
        writeln!(text, "{name} = {}", kind(schema)).unwrap();
        return;
    };
    writeln!(text, "{name}").unwrap();
    let none = Vec::new();
    let required = schema["required"].as_array().unwrap_or(&none);
    for (property, schema) in sorted(properties) {
        let mark = if required.iter().any(|name| name == property) { "!" } else { "" };
        writeln!(text, "  {property}{mark} {}", kind(schema)).unwrap();
    }
}

fn sorted(map: &Map<String, Value>) -> BTreeMap<&String, &Value> {
    map.iter().collect()
}

fn kind(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return reference.rsplit('/').next().unwrap().to_owned();
    }
    if let Some(parts) = schema["anyOf"].as_array() {
        return parts.iter().map(kind).collect::<Vec<_>>().join("|");
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => vec!["any"],
    };
    let mut text = types.join("|");
    if let Some(format) = schema["format"].as_str() {
        text = format!("{text}:{format}");
    }
    if let Some(items) = schema.get("items") {
        text = format!("{text} of {}", kind(items));
    }
    if let Some(values) = schema.get("additionalProperties").filter(|it| it.is_object()) {
        text = format!("{text} to {}", kind(values));
    }
    if let Some(values) = schema["enum"].as_array() {
        text = format!("{text}, {} values", values.len());
    }
    text
}
