//! A body to fill in.

use openapi_publish::yaml;
use serde_json::{Map, Value};

use super::table::resolve;

/// What [`command_table::Command::fixed`] says.
type Fixed = &'static [(&'static str, &'static str)];

/// How wide comments are.
const WIDTH: usize = 100;
/// Nothing is written out that lies deeper.
const DEEPEST: usize = 8;

/// The body as YAML with comments: what is required or in the document's example as it is, the rest as comments.
pub(super) fn commented(document: &Value, media: &Value, fixed: Fixed) -> String {
    let mut text = String::new();
    let example = example(document, media, fixed);
    write(&mut text, document, &media["schema"], example.as_ref(), 0);
    text
}

/// The body as JSON: the document's example, or what is required.
pub(super) fn bare(document: &Value, media: &Value, fixed: Fixed) -> Value {
    example(document, media, fixed).unwrap_or_else(|| placeholder(document, &media["schema"], 0))
}

/// The first example that has the members which the command stands for; without one, those members alone.
fn example(document: &Value, media: &Value, fixed: Fixed) -> Option<Value> {
    let mut examples = media["examples"].as_object().into_iter().flat_map(Map::values);
    let found = examples.find_map(|example| {
        let value = resolve(document, example).get("value")?;
        fixed.iter().all(|(member, text)| value[*member] == **text).then(|| value.clone())
    });
    let alone = || fixed.iter().map(|(member, text)| ((*member).to_owned(), Value::from(*text))).collect();
    found.or_else(|| (!fixed.is_empty()).then(|| Value::Object(alone())))
}

fn write(text: &mut String, document: &Value, schema: &Value, example: Option<&Value>, depth: usize) {
    let resolved = resolve(document, schema);
    let Some(properties) = resolved["properties"].as_object() else {
        let value = example.cloned().unwrap_or_else(|| placeholder(document, schema, depth));
        indented(text, &yaml(&value), depth);
        return;
    };
    for (name, member) in properties {
        let given = example.and_then(|example| example.get(name));
        let is_required =
            resolved["required"].as_array().is_some_and(|names| names.iter().any(|it| it == name));
        if resolve(document, member)["readOnly"] == true {
            continue;
        }
        comment(text, document, member, is_required, depth);
        let inner = resolve(document, member);
        let in_use = given.is_some() || is_required;
        if in_use && inner["properties"].is_object() && depth < DEEPEST {
            indented(text, &format!("{}:", key(name)), depth);
            let before = text.len();
            write(text, document, member, given, depth + 1);
            if text[before..].lines().all(|line| line.trim_start().starts_with('#')) {
                // Only comments below the key would make it null.
                text.insert_str(before - 1, " {}");
            }
        } else {
            let value = given.cloned().unwrap_or_else(|| placeholder(document, member, depth));
            let line = yaml(&Value::Object(Map::from_iter([(name.clone(), value)])));
            for line in line.lines() {
                indented(text, &if in_use { line.to_owned() } else { format!("# {line}") }, depth);
            }
        }
    }
}

/// What a member is for: its first sentence, whether it is required, and its values.
fn comment(text: &mut String, document: &Value, member: &Value, is_required: bool, depth: usize) {
    let resolved = resolve(document, member);
    let said =
        [member, resolved].into_iter().find_map(|schema| schema["description"].as_str()).unwrap_or_default();
    let mut words = said.split(". ").next().unwrap_or_default().trim_end_matches('.').replace('\n', " ");
    if is_required {
        words.push_str(" (required)");
    }
    let values: Vec<&str> =
        resolved["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if !values.is_empty() {
        words.push_str(&format!(": {}", values.join(", ")));
    }
    let mut line = String::from("#");
    for word in words.split_whitespace() {
        if line.len() + word.len() + 1 + 2 * depth > WIDTH {
            indented(text, &line, depth);
            line = String::from("#  ");
        }
        line.push(' ');
        line.push_str(word);
    }
    indented(text, &line, depth);
}

/// A value of the right kind.
fn placeholder(document: &Value, schema: &Value, depth: usize) -> Value {
    let schema = resolve(document, schema);
    if let Some(value) =
        schema.get("example").or_else(|| schema.get("default")).or_else(|| schema["enum"].get(0))
    {
        return value.clone();
    }
    match schema["type"].as_str() {
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or_else(|| 0.into()),
        Some("boolean") => false.into(),
        Some("array") if schema["minItems"].as_u64().unwrap_or(0) > 0 && depth < DEEPEST => {
            vec![placeholder(document, &schema["items"], depth + 1)].into()
        }
        Some("array") => Value::Array(Vec::new()),
        Some("object") => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let members = required
                .filter(|_| depth < DEEPEST)
                .map(|name| (name.to_owned(), placeholder(document, &schema["properties"][name], depth + 1)));
            Value::Object(members.collect())
        }
        _ => "TEXT".into(),
    }
}

fn key(name: &str) -> String {
    yaml(&Value::String(name.to_owned())).trim_end().to_owned()
}

fn indented(text: &mut String, lines: &str, depth: usize) {
    for line in lines.lines() {
        text.push_str(&"  ".repeat(depth));
        text.push_str(line);
        text.push('\n');
    }
}
