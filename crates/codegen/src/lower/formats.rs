//! Maps formats, units and kinds of ids to types that need no further crate: secrets to one that does not
//! print itself, moments, lengths of time and sizes to numbers that know their unit, ids to types that differ
//! by what they are the id of.
//!
//! Units stand in `x-unit`, since generators of other languages take an integer of a format they do not know
//! for one of 32 bits. `unix-seconds` is a moment and `seconds` a length of time: `types::UnixSeconds` and
//! `types::Seconds`. What an id is the id of stands in `x-id`, in lower case and with dashes:
//! `x-id: protection-group` is a `types::ProtectionGroupId`, of text or of a number as the schema says.

use std::collections::BTreeMap;

use serde_json::json;

use super::Context;
use crate::Error;
use crate::document::{Object, text, visit_schemas};
use crate::generator::{LOCAL_CRATE, LOCAL_PATH};
use crate::local::{ID, Local, SECRET, UNIT, UNITS};

/// Formats that typify turns into types of `chrono`, `uuid` and `std::net`. A string reads every answer.
const PLAIN: [&str; 7] = ["date", "date-time", "uuid", "ip", "ipv4", "ipv6", "uri"];

pub(super) fn apply(context: &mut Context<'_>) -> Result<(), Error> {
    let mut notes = Vec::new();
    let mut ids: BTreeMap<Local, String> = BTreeMap::new();
    visit_schemas(&mut context.document, |pointer, schema| {
        let kind = text(schema, "type").unwrap_or_default().to_owned();
        let format = text(schema, "format").unwrap_or_default().to_owned();
        if let Some(id) = id(pointer, schema, &kind)? {
            if let Some(other) = ids.get(&id.twin()) {
                let reason = format!("an id is a text or a number, and at {other} it is the other");
                return Err(Error::unsupported(pointer, reason));
            }
            notes.push(("id", pointer.to_owned(), format!("becomes `types::{}`", id.name())));
            local(schema, &id);
            ids.entry(id).or_insert_with(|| pointer.to_owned());
        } else if let Some(unit) = unit(pointer, schema)?
            && kind == "integer"
        {
            local(schema, unit);
            notes.push(("unit", pointer.to_owned(), format!("becomes `types::{}`", unit.name())));
        } else if kind == "string" && PLAIN.contains(&format.as_str()) {
            schema.remove("format");
            notes.push(("format", pointer.to_owned(), format!("{format} is read as text")));
        } else if kind == "object" && schema.get(SECRET) == Some(&json!(true)) {
            schema.retain(|key, _| matches!(key.as_str(), "type" | "description"));
            local(schema, &Local::SecretObject);
            notes.push(("secret", pointer.to_owned(), "becomes `types::SecretObject`".to_owned()));
        } else if kind == "string" && format == "password" {
            local(schema, &Local::Secret);
            notes.push(("secret", pointer.to_owned(), "becomes `types::Secret`".to_owned()));
        }
        Ok(())
    })?;
    for (rule, pointer, note) in notes {
        context.note(rule, pointer, note);
    }
    Ok(())
}

/// The type of an id, if the schema says that it is one.
fn id(pointer: &str, schema: &Object, kind: &str) -> Result<Option<Local>, Error> {
    let Some(what) = schema.get(ID) else { return Ok(None) };
    let words = what.as_str().unwrap_or_default();
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
    };
    match kind {
        _ if !words.split('-').all(is_word) => Err(Error::unsupported(
            format!("{pointer}/{ID}"),
            format!("{what} is no kind of an id; write words in lower case with dashes between them"),
        )),
        "string" => Ok(Some(Local::TextId(words.to_owned()))),
        "integer" => Ok(Some(Local::NumberId(words.to_owned()))),
        _ => Err(Error::unsupported(
            format!("{pointer}/{ID}"),
            "only a string or an integer can be an id; of a list, its items",
        )),
    }
}

/// The type of a number in a unit, if the schema names one.
fn unit(pointer: &str, schema: &Object) -> Result<Option<&'static Local>, Error> {
    let Some(wanted) = schema.get(UNIT) else { return Ok(None) };
    match UNITS.iter().find(|(unit, _)| wanted == unit) {
        Some((_, unit)) => Ok(Some(unit)),
        None => Err(Error::unsupported(
            format!("{pointer}/{UNIT}"),
            format!("{wanted} is no unit; there are {}", UNITS.map(|(unit, _)| unit).join(", ")),
        )),
    }
}

/// Gives the schema a type that the post-pass writes.
fn local(schema: &mut Object, local: &Local) {
    schema.remove("format");
    schema.insert(
        "x-rust-type".to_owned(),
        json!({"crate": LOCAL_CRATE, "version": "*", "path": format!("{LOCAL_PATH}::{}", local.name())}),
    );
}
