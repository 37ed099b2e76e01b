//! Maps formats to types that need no further crate: secrets to one that does not print itself, and moments
//! that travel as a number to one that is no other number.
//!
//! Moments are told from spans of time by `x-unit`, since generators of other languages take an integer of a
//! format they do not know for one of 32 bits.

use serde_json::{Value, json};

use super::Context;
use crate::Error;
use crate::document::{Object, visit_schemas};
use crate::generator::{LOCAL_CRATE, LOCAL_PATH};

/// Formats that typify turns into types of `chrono`, `uuid` and `std::net`. A string reads every answer.
const PLAIN: [&str; 7] = ["date", "date-time", "uuid", "ip", "ipv4", "ipv6", "uri"];

pub(super) fn apply(context: &mut Context<'_>) -> Result<(), Error> {
    let mut notes = Vec::new();
    visit_schemas(&mut context.document, |pointer, schema| {
        if schema.get("type") == Some(&Value::from("integer"))
            && schema.get("x-unit") == Some(&Value::from("unix-milliseconds"))
        {
            local(schema, "UnixMillis");
            notes.push(("moment", pointer.to_owned(), "becomes `types::UnixMillis`".to_owned()));
        }
        if schema.get("type") != Some(&Value::from("string")) {
            return Ok(());
        }
        let format = schema.get("format").and_then(Value::as_str).unwrap_or_default().to_owned();
        if PLAIN.contains(&format.as_str()) {
            schema.remove("format");
            notes.push(("format", pointer.to_owned(), format!("{format} is read as text")));
        } else if format == "password" {
            local(schema, "Secret");
            notes.push(("secret", pointer.to_owned(), "becomes `types::Secret`".to_owned()));
        }
        Ok(())
    })?;
    for (rule, pointer, note) in notes {
        context.note(rule, pointer, note);
    }
    Ok(())
}

/// Gives the schema a type that the post-pass writes.
fn local(schema: &mut Object, name: &str) {
    schema.remove("format");
    schema.insert(
        "x-rust-type".to_owned(),
        json!({"crate": LOCAL_CRATE, "version": "*", "path": format!("{LOCAL_PATH}::{name}")}),
    );
}
