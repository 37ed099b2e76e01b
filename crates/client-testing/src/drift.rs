//! The snapshots of a client.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value};

/// The features of a client that are no area of its document.
const OTHER_FEATURES: [&str; 5] = ["all-areas", "client", "default", "rustls", "schemars"];

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

    /// One of the files that the build script wrote beside the source: `operations`, `lowerings`, or `digest`,
    /// which sees what the summaries leave out, such as a description.
    pub fn file(&self, name: &str) {
        self.check(name, &self.read(&format!("{name}.txt")));
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
        for entry in std::fs::read_dir(self.snapshots()).unwrap() {
            let name = stem(&entry.unwrap().path());
            let area = name.strip_prefix("surface-").or_else(|| name.strip_prefix("schema-"));
            assert!(area.is_none_or(|area| areas.contains_key(area)), "{name} belongs to no area: remove it");
        }
    }

    /// The public surface by area: the name of the area, and its summary.
    fn areas(&self) -> BTreeMap<String, String> {
        let folder = std::fs::read_dir(Path::new(self.generated).join("surface")).unwrap();
        let files = folder.map(|entry| entry.unwrap().path());
        files.map(|path| (stem(&path), std::fs::read_to_string(&path).unwrap())).collect()
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(Path::new(self.generated).join(name)).unwrap()
    }

    fn snapshots(&self) -> PathBuf {
        Path::new(self.manifest).join("tests/snapshots")
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
