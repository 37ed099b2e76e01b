//! Writes a value as YAML that every reader takes for the same value.
//!
//! Readers of YAML 1.1, of which PyYAML is one, take `no`, `on`, `1_000`, `12:30` and `2024-01-01` for something
//! else than a string, and readers of 1.2 do not. Whatever is not plainly a word is therefore quoted, and a
//! number is written as both versions read it.

use std::fmt::Write as _;

use serde_json::{Number, Value};

/// The words that some version of YAML does not take for a string, in lower case.
const WORDS: [&str; 11] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];

/// The value as a document of YAML.
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(_) | Value::Array(_) if !is_empty(value) => block(&mut out, value, 0, false),
        other => {
            flow(&mut out, other, 0);
            out.push('\n');
        }
    }
    out
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    }
}

/// Writes a filled object or array, each of its lines `depth` levels in. `continues` says that the first line
/// has been begun, by the dash of an item.
fn block(out: &mut String, value: &Value, depth: usize, continues: bool) {
    let mut first = continues;
    let mut begin = |out: &mut String| {
        if !std::mem::take(&mut first) {
            indent(out, depth);
        }
    };
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                begin(out);
                scalar(out, key);
                out.push(':');
                if is_empty(value) {
                    out.push(' ');
                    flow(out, value, depth);
                    out.push('\n');
                } else {
                    out.push('\n');
                    block(out, value, depth + 1, false);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                begin(out);
                out.push_str("- ");
                if is_empty(item) {
                    flow(out, item, depth);
                    out.push('\n');
                } else {
                    block(out, item, depth + 1, true);
                }
            }
        }
        _ => {}
    }
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

/// Writes what needs no lines of its own, and strings of several lines.
fn flow(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(value) => out.push_str(&number(value)),
        Value::String(text) if is_literal(text) => literal(out, text, depth),
        Value::String(text) => scalar(out, text),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
    }
}

/// YAML 1.1 wants a point in every float, and a sign in every exponent.
fn number(value: &Number) -> String {
    let text = value.to_string();
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with(['-', '+']) { "" } else { "+" };
    format!("{mantissa}{point}e{sign}{exponent}")
}

/// Writes a string on one line.
fn scalar(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else if text.chars().all(is_printable) {
        out.push('\'');
        out.push_str(&text.replace('\'', "''"));
        out.push('\'');
    } else {
        quoted(out, text);
    }
}

/// Whether every reader takes the text for a string without quotes around it.
fn is_plain(text: &str) -> bool {
    let begins = text.starts_with(|first: char| first.is_ascii_alphabetic() || "/$_".contains(first));
    let fits = |c: char| is_printable(c) && !"\"\\".contains(c);
    begins
        && text.len() <= 1000
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && text.chars().all(fits)
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

/// Characters that stand for themselves within single quotes, everywhere, and leave the direction of the others alone.
fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202f}'..='\u{2065}' | '\u{206a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// Writes a string as JSON does, which YAML reads, but for characters beyond the first 65536: JSON writes two
/// halves of them, and YAML knows no halves.
fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) => out.push(c),
            // Writing to a string cannot fail.
            c if (c as u32) < 0x1_0000 => drop(write!(out, "\\u{:04x}", c as u32)),
            c => drop(write!(out, "\\U{:08x}", c as u32)),
        }
    }
    out.push('"');
}

/// Whether a string can be written line by line as it is.
fn is_literal(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    body.contains('\n')
        && !body.starts_with([' ', '\n'])
        && !body.ends_with('\n')
        && body.lines().all(|line| !line.ends_with(' ') && line.chars().all(is_printable))
        && !body.contains('\r')
}

fn literal(out: &mut String, text: &str, depth: usize) {
    let (mark, body) = match text.strip_suffix('\n') {
        Some(body) => ("|", body),
        None => ("|-", text),
    };
    out.push_str(mark);
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            indent(out, depth + 1);
            out.push_str(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use openapi_check::{Sources, bundle};
    use serde_json::json;

    use super::*;

    /// Every string that some reader might take for something else, and some that look dangerous.
    const STRINGS: &[&str] = &[
        "",
        " ",
        "no",
        "No",
        "NO",
        "on",
        "Off",
        "y",
        "Y",
        "yes",
        "true",
        "False",
        "null",
        "Null",
        "~",
        "1",
        "1.0",
        "01",
        "0x1F",
        "0o17",
        "0b1",
        "1_000",
        "1e3",
        "1.5e+3",
        ".5",
        "-1",
        "+1",
        ".inf",
        "-.inf",
        ".nan",
        "nan",
        "12:30",
        "12:30:45",
        "2024-01-01",
        "2024-01-01T00:00:00Z",
        "=",
        "<<",
        "- a",
        "-",
        "--- a",
        "...",
        "a: b",
        "a:",
        ":a",
        "a #b",
        "#a",
        "a#b",
        "'",
        "\"",
        "a'b",
        "a\"b",
        "\\",
        "a\\n",
        "[a]",
        "{a}",
        "a, b",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a`",
        "? a",
        "?",
        "a\tb",
        "\t",
        "a\u{7}b",
        "a\u{85}b",
        "\u{feff}a",
        "a\u{2028}b",
        "a\u{202e}b",
        "a\u{2066}b\nc",
        "\u{a0}",
        "é",
        "漢字",
        "😀 a",
        "/a/{b}",
        "$ref",
        "_",
        "a ",
        " a",
        "a\nb",
        "a\nb\n",
        "a\n\nb\n",
        "a\n",
        "\n",
        "\na",
        " a\nb",
        "a \nb",
        "a\nb\n\n",
        "a\n  b\n",
        "a\r\nb",
        "a\n- b: c\n# d",
        "a\n\tb",
        "\u{d7ff}\u{e000}\u{fffd}",
    ];

    fn read(text: &str) -> Value {
        let text =
            format!("x-value:\n{}", text.lines().map(|line| format!("  {line}\n")).collect::<String>());
        let sources: Sources = [("a.yaml".to_owned(), text)].into_iter().collect();
        bundle(&sources, "a.yaml").expect("YAML").document()["x-value"].clone()
    }

    fn all() -> Value {
        let strings: Vec<Value> = STRINGS.iter().map(|text| json!(text)).collect();
        let keys: serde_json::Map<_, _> =
            STRINGS.iter().enumerate().map(|(index, text)| ((*text).to_owned(), json!(index))).collect();
        json!({
            "strings": strings,
            "keys": keys,
            "nested": [[["a"], []], [{"a": {"b": "c\nd"}}, {}], [{"a": []}]],
            "numbers": [0, -1, 1.0, 1e21, 1e-7, 1.5e300, i64::MIN, u64::MAX],
            "others": [true, false, null],
        })
    }

    #[test]
    fn our_own_reader_reads_what_was_written() {
        let value = all();
        assert_eq!(read(&write(&value)), value);
    }

    #[test]
    fn strings_that_look_like_something_else_are_quoted() {
        for text in ["no", "1.0", "2024-01-01", "12:30", "", "=", "nan", "1e3"] {
            assert_eq!(write(&json!(text)), format!("'{text}'\n"));
        }
    }

    #[test]
    fn floats_are_floats_in_every_version() {
        assert_eq!(write(&json!([1e21, 1e-7, 1.5e300])), "- 1.0e+21\n- 1.0e-7\n- 1.5e+300\n");
    }

    /// Prints what a reader of another language is to be held against, with the JSON beside it:
    /// `cargo test -p openapi-publish -- --ignored --nocapture for_other_readers`.
    #[test]
    #[ignore = "prints for a comparison by hand"]
    fn for_other_readers() {
        let value = all();
        println!("{}---8<---\n{value}\n---8<---", write(&value));
    }
}
