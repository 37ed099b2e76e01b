//! What comes back, and what a table shows of it.

use heck::{ToKebabCase as _, ToTitleCase as _};
use serde_json::Value;

use super::document::{Document, members, reference};
use super::{Described, JSON, escaped, leak, leak_list};
use crate::{Answer, Column, Form};

/// The columns of a schema's table, where the rule gives no good ones: paths to members, joined by dots.
const COLUMNS: &str = "x-columns";
/// More columns than fit even a wide terminal tell nothing.
const MOST: usize = 16;

/// What the first successful answer of an operation is.
pub(super) fn answer(described: Described<'_>) -> Answer {
    let document = described.document;
    let answers = &described.operation["responses"];
    let Some((status, written)) = members(answers).find(|(status, _)| status.starts_with('2')) else {
        return Answer::Empty;
    };
    let answer = document.resolve(written);
    let Some(content) = answer["content"].as_object() else { return Answer::Empty };
    let Some(media) = content.get(JSON) else { return Answer::Bytes };
    let place = match reference(written) {
        Some(pointer) => pointer.to_owned(),
        None => described.pointer(&format!("responses/{status}")),
    };
    let pointer = leak(&format!("{place}/content/{}/schema", escaped(JSON)));
    let schema = document.schema(&media["schema"]);
    let (list, entry) = match schema["type"].as_str() {
        Some("array") => (Some(""), &schema["items"]),
        _ => match only_list(document, schema) {
            Some((name, items)) => (Some(name), items),
            None => (None, schema),
        },
    };
    Answer::Json { pointer, list: list.map(leak), columns: columns(document, entry) }
}

/// The member that holds the entries, of an object that is there to carry a list: it has one list of objects and
/// nothing else but counts and cookies.
fn only_list<'d>(document: Document<'d>, schema: &'d Value) -> Option<(&'d str, &'d Value)> {
    let mut lists = Vec::new();
    let mut objects = 0;
    for (name, member) in members(&schema["properties"]) {
        let member = document.schema(member);
        match member["type"].as_str() {
            Some("array") => lists.push((name, &member["items"])),
            Some("object") if name != "metadata" => objects += 1,
            _ => {}
        }
    }
    let others = schema["properties"].as_object()?.len() - lists.len();
    let of_objects = |(_, items): &&(&str, &'d Value)| document.schema(items)["type"] == "object";
    match lists.as_slice() {
        [only] if objects == 0 && others <= 2 && of_objects(&only) => Some(*only),
        // Of the kinds of things that can be searched for, files are found here.
        many if many.len() > 4 => many.iter().find(|(name, _)| *name == "files").copied(),
        _ => None,
    }
}

fn columns(document: Document<'_>, entry: &Value) -> &'static [Column] {
    let schema = document.schema(entry);
    let told =
        [entry, document.resolve(entry), schema].into_iter().find_map(|place| place[COLUMNS].as_array());
    if let Some(told) = told {
        let paths = told.iter().filter_map(Value::as_str);
        return leak_list(paths.map(|path| column(document, schema, path)).collect());
    }
    let mut found: Vec<(usize, Column)> = members(&schema["properties"])
        .filter(|(_, member)| shows(document, member))
        .map(|(name, _)| (rank(name), column(document, schema, name)))
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    leak_list(found.into_iter().map(|(_, column)| column).take(MOST).collect())
}

/// Whether a member fits into a cell: a scalar, or an object that goes by its name.
fn shows<'d>(document: Document<'d>, member: &'d Value) -> bool {
    let schema = document.schema(member);
    match schema["type"].as_str() {
        Some("string") => schema["format"] != "password",
        Some("integer" | "number" | "boolean") => true,
        Some("object") => schema["properties"].get("name").is_some(),
        _ => false,
    }
}

/// The name first, then the id, the state, what it is about, and times; the rest follows.
fn rank(name: &str) -> usize {
    let kebab = name.to_kebab_case();
    let ends =
        |words: &[&str]| words.iter().any(|word| kebab == *word || kebab.ends_with(&format!("-{word}")));
    match kebab.as_str() {
        "name" => 0,
        "id" | "guid" => 1,
        "status" | "state" => 2,
        _ if ends(&["status", "state"]) => 3,
        "environment" | "type" | "action" => 4,
        "path" | "progress" | "protected-entity" | "object-name" => 5,
        _ if ends(&["time", "usecs", "msecs"]) && !kebab.starts_with("last-modif") => 6,
        _ if ends(&["name", "size", "bytes", "type"]) => 7,
        "description" => 8,
        _ if ends(&["id", "uuid", "guid", "ids"]) => 10,
        _ => 9,
    }
}

fn column(document: Document<'_>, schema: &Value, path: &str) -> Column {
    let last = path.rsplit('.').next().unwrap_or(path);
    let mut place = schema;
    for part in path.split('.') {
        place = &document.schema(place)["properties"][part];
    }
    let form = Form::of(last, document.schema(place)["x-unit"].as_str().or(place["x-unit"].as_str()));
    let mut title = last.to_title_case().to_uppercase();
    for unit in [" USECS", " MSECS", " SECS", " BYTES"] {
        if form != Form::Plain
            && let Some(bare) = title.strip_suffix(unit)
        {
            title = bare.to_owned();
        }
    }
    for idle in [" TIMESTAMP", " DISPLAY NAME"] {
        title.truncate(title.strip_suffix(idle).unwrap_or(&title).len());
    }
    Column { title: leak(&title), path: leak(path), form }
}
