//! What a version brings, for people and for programs.

use std::fmt::Write as _;

use openapi_diff::{Change, changelog as told, impact};
use serde_json::{Value, json};

use crate::Document;

/// What a version is compared with.
pub struct Since<'c> {
    /// The version that was published before.
    pub version: &'c str,
    /// What differs from it.
    pub changes: &'c [Change],
}

/// `CHANGELOG.md`: what changed since the version before, or what there is where there was none.
pub fn changelog(document: &Document, since: Option<&Since<'_>>) -> String {
    let mut text = format!("# {} {}\n\n", document.title(), document.version());
    match since {
        Some(Since { version, changes }) => {
            let told = told(changes);
            // Writing to a string cannot fail.
            let _ = writeln!(text, "Since {version}:\n");
            text.push_str(if told.is_empty() { "Nothing changed.\n" } else { &told });
        }
        None => {
            let _ = writeln!(text, "The first version: {} operations.", document.operations().len());
            for (tag, description, operations) in document.by_tag() {
                let name = if tag.is_empty() { "Others" } else { tag };
                let _ = writeln!(text, "\n## {name}\n");
                if !description.is_empty() {
                    let _ = writeln!(text, "{}\n", description.trim_end());
                }
                for operation in operations {
                    let method = operation.method.to_uppercase();
                    let _ = writeln!(text, "- `{method} {}`: {}", operation.path, operation.title());
                }
            }
        }
    }
    text
}

/// `changes.json`: the same for programs. `since` is null and `operations` is there in a first version.
pub fn changes(document: &Document, since: Option<&Since<'_>>) -> String {
    let value = match since {
        Some(Since { version, changes }) => json!({
            "title": document.title(),
            "version": document.version(),
            "since": version,
            "impact": impact(changes).map(|impact| impact.name()),
            "changes": changes.iter().map(change).collect::<Vec<_>>(),
        }),
        None => {
            let operations = document.operations();
            let operations = operations.iter().map(|operation| {
                json!({
                    "operationId": operation.id,
                    "method": operation.method.to_uppercase(),
                    "path": operation.path,
                    "summary": operation.title(),
                })
            });
            json!({
                "title": document.title(),
                "version": document.version(),
                "since": Value::Null,
                "changes": [],
                "operations": operations.collect::<Vec<_>>(),
            })
        }
    };
    format!("{value:#}\n")
}

/// A change with pointers into the two published documents, which both forms of them have; lines only one has.
fn change(change: &Change) -> Value {
    let mut value = json!({"id": change.id, "impact": change.impact.name()});
    if let Some(direction) = change.direction {
        value["direction"] = json!(direction);
    }
    value["message"] = json!(change.message);
    value["consequence"] = json!(change.consequence);
    if let Some(advice) = &change.advice {
        value["advice"] = json!(advice);
    }
    for (name, side) in [("before", &change.base), ("after", &change.new)] {
        if side.present {
            value[name] = json!(side.pointer);
        }
    }
    value["operations"] = json!(change.operations);
    value
}
