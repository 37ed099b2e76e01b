//! Tables and CSV.

use comfy_table::{ContentArrangement, Table, presets};
use command_table::{Column, Form};
use serde_json::Value;

use super::{Shape, cell};

/// Columns of a table that is not `wide`.
const MOST: usize = 7;
/// Members that come first.
const FIRST: [&str; 7] = ["name", "id", "guid", "status", "status.name", "state", "state.name"];
/// Between two columns.
const GAP: usize = 2;

/// A column of this answer.
struct Chosen {
    title: String,
    path: String,
    form: Form,
}

/// A table; `None` for a list without entries. `size` is that of the terminal, if it goes to one.
pub(super) fn table(
    answer: &Value,
    shape: &Shape<'_>,
    wide: bool,
    size: Option<(usize, usize)>,
    color: bool,
) -> Option<String> {
    let Some(entries) = entries(answer, shape) else { return Some(single(answer, shape, size)) };
    if entries.is_empty() {
        return None;
    }
    let mut columns = columns(entries, shape);
    if columns.is_empty() {
        return Some(entries.iter().map(|entry| format!("{}\n", cell::plain(entry))).collect());
    }
    let text = |entry: &Value, column: &Chosen| cell::human(at(entry, &column.path), column.form);
    if !wide {
        columns.retain(|column| entries.iter().any(|entry| !text(entry, column).is_empty()));
        columns.truncate(MOST);
        if let Some((width, _)) = size {
            fit(&mut columns, width, |column| {
                let cells = entries.iter().map(|entry| text(entry, column).chars().count());
                cells.max().unwrap_or(0).max(column.title.chars().count())
            });
        }
    }
    // Of `wide` everything is wanted, in lines that can be taken apart: they may be longer than the terminal is wide.
    let mut table = empty(size.filter(|_| !wide));
    table.set_header(columns.iter().map(|column| column.title.as_str()));
    for entry in entries {
        table.add_row(columns.iter().map(|column| text(entry, column)));
    }
    space(&mut table);
    let text = table.trim_fmt();
    Some(match text.split_once('\n') {
        Some((heading, rest)) if color => format!("\u{1b}[1m{heading}\u{1b}[0m\n{rest}\n"),
        _ => format!("{text}\n"),
    })
}

/// Drops columns from the end until the rest fits, but never the first two.
fn fit(columns: &mut Vec<Chosen>, width: usize, natural: impl Fn(&Chosen) -> usize) {
    let mut total = 0;
    let mut fitting = 0;
    for column in columns.iter() {
        total += natural(column) + GAP;
        if total > width + GAP {
            break;
        }
        fitting += 1;
    }
    columns.truncate(fitting.max(2));
}

/// The entries of a list; `None` if the answer is none.
fn entries<'a>(answer: &'a Value, shape: &Shape<'_>) -> Option<&'a [Value]> {
    let list = match shape.list {
        Some("") => answer,
        Some(member) => match answer.get(member) {
            Some(list) => list,
            // A list without entries may be left out altogether.
            None if answer.is_object() => return Some(&[]),
            None => answer,
        },
        None => answer,
    };
    list.as_array().map(Vec::as_slice)
}

fn columns(entries: &[Value], shape: &Shape<'_>) -> Vec<Chosen> {
    if !shape.columns.is_empty() {
        let known = shape.columns.iter();
        return known
            .map(|Column { title, path, form }| Chosen {
                title: (*title).to_owned(),
                path: (*path).to_owned(),
                form: *form,
            })
            .collect();
    }
    let mut columns: Vec<Chosen> = Vec::new();
    for (name, _) in entries.iter().filter_map(Value::as_object).flatten() {
        if !columns.iter().any(|column| column.path == *name) {
            columns.push(Chosen {
                title: cell::one_line(&name.to_uppercase()),
                path: name.clone(),
                form: Form::of(name, None),
            });
        }
    }
    columns
}

/// An answer that is no list: its members below each other, those of objects behind dots.
fn single(answer: &Value, shape: &Shape<'_>, size: Option<(usize, usize)>) -> String {
    let mut lines = Vec::new();
    flatten(answer, shape.schema, String::new(), Form::Plain, &mut lines);
    // What it is and how it stands comes first, the rest as the service sent it.
    lines.sort_by_key(|(name, _)| FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()));
    match lines.as_slice() {
        [] => String::new(),
        [(name, text)] if name.is_empty() => format!("{text}\n"),
        lines => {
            let mut table = empty(size);
            for (name, text) in lines {
                table.add_row([name, text]);
            }
            space(&mut table);
            format!("{}\n", table.trim_fmt())
        }
    }
}

fn flatten(
    value: &Value,
    schema: Option<(&Value, &Value)>,
    path: String,
    form: Form,
    lines: &mut Vec<(String, String)>,
) {
    let resolved = schema.map(|(document, schema)| (document, crate::commands::resolve(document, schema)));
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let inner =
                    resolved.and_then(|(document, schema)| Some((document, schema["properties"].get(name)?)));
                let unit = inner.and_then(|(document, schema)| {
                    let there = crate::commands::resolve(document, schema);
                    schema["x-unit"].as_str().or(there["x-unit"].as_str())
                });
                let dot = if path.is_empty() { "" } else { "." };
                flatten(member, inner, format!("{path}{dot}{name}"), Form::of(name, unit), lines);
            }
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            let inner = resolved.map(|(document, schema)| (document, &schema["items"]));
            for (index, item) in items.iter().enumerate() {
                flatten(item, inner, format!("{path}[{index}]"), form, lines);
            }
        }
        Value::Null => {}
        scalar => lines.push((cell::one_line(&path), cell::human(scalar, form))),
    }
}

/// The columns of `wide` with a heading, as RFC 4180 has it.
pub(super) fn csv(answer: &Value, shape: &Shape<'_>) -> String {
    let single = std::slice::from_ref(answer);
    let entries = entries(answer, shape).unwrap_or(single);
    let columns = columns(entries, shape);
    let mut text = String::new();
    if columns.is_empty() {
        entries.iter().for_each(|entry| record(&mut text, [raw(entry)].into_iter()));
        return text;
    }
    record(&mut text, columns.iter().map(|column| column.path.clone()));
    for entry in entries {
        record(&mut text, columns.iter().map(|column| raw(at(entry, &column.path))));
    }
    text
}

fn record(text: &mut String, fields: impl Iterator<Item = String>) {
    for (index, field) in fields.enumerate() {
        if index > 0 {
            text.push(',');
        }
        if field.contains([',', '"', '\n', '\r']) {
            text.push_str(&format!("\"{}\"", field.replace('"', "\"\"")));
        } else {
            text.push_str(&field);
        }
    }
    text.push_str("\r\n");
}

/// A value as the service sent it.
fn raw(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Object(_) => cell::plain(value),
        other => other.to_string(),
    }
}

/// What a path of members leads to.
pub(super) fn at<'a>(entry: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(entry, |value, name| &value[name])
}

fn empty(size: Option<(usize, usize)>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    match size {
        Some((width, _)) => {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            // The gap behind the last column is cut off.
            table.set_width(u16::try_from(width + GAP).unwrap_or(u16::MAX));
        }
        None => {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    table
}

/// Columns begin where the one before ends and a gap is over.
fn space(table: &mut Table) {
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP as u16));
    }
}
