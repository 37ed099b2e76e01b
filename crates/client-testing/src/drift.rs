//! The snapshots of a client.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value};

/// The features of a client that are no area of its document.
const OTHER_FEATURES: [&str; 6] = ["all-areas", "client", "default", "profile", "rustls", "schemars"];

/// The environment variable that names a folder of snapshots, by package, to use in place of those committed.
/// `cargo xtask codegen` has them written there and compares the bytes.
const SNAPSHOTS: &str = "STRONGROOM_SNAPSHOTS";

/// Compares what the build script of a client wrote with the snapshots in its `tests/snapshots`.
///
/// The snapshots are written by `cargo xtask codegen`. They show what was generated for this very build, so
/// they cannot be stale and pass.
#[derive(Clone, Copy, Debug)]
pub struct Drift {
    package: &'static str,
    manifest: &'static str,
    generated: &'static str,
}

impl Drift {
    /// For a package, by its `CARGO_PKG_NAME`, `CARGO_MANIFEST_DIR` and `OUT_DIR`.
    #[must_use]
    pub const fn new(package: &'static str, manifest: &'static str, generated: &'static str) -> Self {
        Self { package, manifest, generated }
    }

    /// The public surface, a snapshot an area.
    pub fn surface(&self) {
        for (area, text) in self.areas() {
            self.check(&format!("surface-{area}"), &text);
        }
    }

    /// The JSON Schemas, a snapshot an area. `schemas` holds them by the names of their types.
    pub fn json_schemas(&self, schemas: &Map<String, Value>) {
        for (area, text) in self.areas() {
            let mut lines = String::new();
            for name in text.lines().filter_map(type_name) {
                write_schema(&mut lines, name, &schemas[name]);
            }
            if !lines.is_empty() {
                self.check(&format!("schema-{area}"), &lines);
            }
        }
    }

    /// One of the other texts that the build script wrote beside the source: `operations`, `lowerings`, or
    /// `digest`, which sees what the summaries leave out, such as a description.
    pub fn file(&self, name: &str) {
        self.check(name, &self.read(&format!("snapshots/{name}.txt")));
    }

    /// Generated code asks for a feature an area; one that `Cargo.toml` does not list would be dead for ever.
    pub fn features(&self) {
        let cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .current_dir(self.manifest)
            .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
            .output()
            .unwrap();
        let metadata: Value = serde_json::from_slice(&cargo.stdout).unwrap();
        let packages = metadata["packages"].as_array().unwrap();
        let package = packages.iter().find(|package| package["name"] == self.package).unwrap();
        let features = package["features"].as_object().unwrap();
        let generated = self.read("areas.txt");
        let mut areas: Vec<&str> = generated.lines().collect();
        areas.sort_unstable();
        assert_eq!(features["all-areas"], Value::from(areas.clone()), "`all-areas` in Cargo.toml");
        let mut others: Vec<&String> =
            features.keys().filter(|name| !OTHER_FEATURES.contains(&name.as_str())).collect();
        others.sort_unstable();
        assert_eq!(others, areas, "features in Cargo.toml, and areas of the document");
    }

    /// A snapshot whose area is gone would otherwise stay for ever.
    pub fn nothing_is_left_over(&self) {
        let areas = self.areas();
        for entry in std::fs::read_dir(Path::new(self.manifest).join("tests/snapshots")).unwrap() {
            let name = stem(&entry.unwrap().path());
            let area = name.strip_prefix("surface-").or_else(|| name.strip_prefix("schema-"));
            assert!(area.is_none_or(|area| areas.contains_key(area)), "{name} belongs to no area: remove it");
        }
    }

    /// The public surface by area: the name of the area, and its summary.
    fn areas(&self) -> BTreeMap<String, String> {
        let folder = std::fs::read_dir(Path::new(self.generated).join("snapshots")).unwrap();
        let files = folder.map(|entry| entry.unwrap().path());
        let surfaces =
            files.filter_map(|path| Some((stem(&path).strip_prefix("surface-")?.to_owned(), path)));
        surfaces.map(|(area, path)| (area, std::fs::read_to_string(path).unwrap())).collect()
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(Path::new(self.generated).join(name)).unwrap()
    }

    fn snapshots(&self) -> PathBuf {
        let elsewhere = std::env::var_os(SNAPSHOTS).map(|folder| Path::new(&folder).join(self.package));
        elsewhere.unwrap_or_else(|| Path::new(self.manifest).join("tests/snapshots"))
    }

    fn check(&self, name: &str, text: &str) {
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_snapshot_path(self.snapshots());
        settings.bind(|| insta::assert_snapshot!(name, text));
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

fn type_name(line: &str) -> Option<&str> {
    let rest = ["struct ", "enum ", "newtype ", "union "].iter().find_map(|kind| line.strip_prefix(kind))?;
    rest.split([' ', '(']).next()
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

/// What a schema says but for its words, on one line. A keyword that has no short form here is written out, so
/// that none can change unseen.
fn kind(schema: &Value) -> String {
    let Some(schema) = schema.as_object() else { return schema.to_string() };
    let mut text = String::new();
    let types = match &schema.get("type") {
        Some(Value::String(one)) => one.clone(),
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("|"),
        _ if ["$ref", "anyOf"].iter().any(|key| schema.contains_key(*key)) => String::new(),
        _ => "any".to_owned(),
    };
    text.push_str(&types);
    for (key, value) in sorted(schema) {
        match (key.as_str(), value) {
            ("type" | "title" | "description" | "properties" | "required" | "$schema", _) => {}
            ("$ref", Value::String(path)) => text.push_str(path.rsplit('/').next().unwrap()),
            ("anyOf", Value::Array(parts)) => {
                text.push_str(&parts.iter().map(kind).collect::<Vec<_>>().join("|"));
            }
            ("format", Value::String(format)) => write!(text, ":{format}").unwrap(),
            ("items", items) => write!(text, " of {}", kind(items)).unwrap(),
            ("additionalProperties", values) => write!(text, " to {}", kind(values)).unwrap(),
            ("enum", Value::Array(values)) => {
                let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
                write!(text, ", one of {}", values.join(" ")).unwrap();
            }
            (key, value) => write!(text, ", {key} {value}").unwrap(),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{kind, type_name, write_schema};

    #[test]
    fn every_kind_of_type_has_a_name() {
        for (line, name) in [
            ("struct Policy new default", Some("Policy")),
            ("enum State @ runs", Some("State")),
            ("newtype Labels(Map<String, String>)", Some("Labels")),
            ("union Either", Some("Either")),
            ("fn get_thing -> () | ()", None),
            ("  struct: String", None),
        ] {
            assert_eq!(type_name(line), name, "{line}");
        }
    }

    #[test]
    fn a_schema_is_told_on_a_line() {
        for (schema, line) in [
            (json!({"type": ["integer", "null"], "format": "int64"}), "integer|null:int64"),
            (json!({"type": "array", "items": {"$ref": "#/$defs/Run"}}), "array of Run"),
            (json!({"anyOf": [{"$ref": "#/$defs/Run"}, {"type": "null"}]}), "Run|null"),
            (json!({"type": "object", "additionalProperties": {"type": "string"}}), "object to string"),
            (json!({"type": "string", "enum": ["a", "b"], "description": "Words."}), "string, one of a b"),
            (json!(true), "true"),
            (json!({}), "any"),
        ] {
            assert_eq!(kind(&schema), line, "{schema}");
        }
    }

    #[test]
    fn a_keyword_without_a_short_form_is_written_out() {
        assert_eq!(kind(&json!({"type": "integer", "minimum": 0})), "integer, minimum 0");
    }

    #[test]
    fn what_is_required_is_marked_and_the_order_of_properties_says_nothing() {
        let schema = json!({"type": "object", "required": ["b"], "properties": {
            "b": {"type": "string"}, "a": {"type": "boolean"},
        }});
        let mut text = String::new();
        write_schema(&mut text, "Thing", &schema);
        assert_eq!(text, "Thing\n  a boolean\n  b! string\n");
    }
}
