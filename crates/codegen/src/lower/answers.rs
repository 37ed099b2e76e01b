//! Brings the answers of an operation down to one type for success and one for failure.
//!
//! The generator knows no more than that. The generated code takes any 2xx as success and any other status
//! as failure, so the exact codes need not survive here; they stay in the document for its readers.
//!
//! - several successes of one type become one;
//! - one that is typed and one that is empty become an optional value: an empty body is read as `null`;
//! - what is not JSON, `*/*` among it, is handed over as bytes;
//! - errors, `default` among them, become `4XX` and `5XX` of one type.

use serde_json::{Value, json};

use super::Context;
use super::bodies::{essence, is_json};
use crate::Error;
use crate::document::{Object, operation_keys, operation_mut};

/// What an answer carries.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Empty,
    Json(Value),
    Bytes,
}

pub(super) fn apply(context: &mut Context<'_>) -> Result<(), Error> {
    let mut notes = Vec::new();
    for key in operation_keys(&context.document) {
        let pointer = format!("{}/responses", key.pointer());
        let Some(operation) = operation_mut(&mut context.document, &key) else { continue };
        let Some(responses) = operation.get("responses").and_then(Value::as_object) else {
            return Err(Error::unsupported(pointer, "an operation needs `responses`"));
        };
        let (lowered, changes) = lowered(responses, &pointer)?;
        operation.insert("responses".to_owned(), Value::Object(lowered));
        notes.extend(changes.into_iter().map(|(rule, note)| (rule, pointer.clone(), note)));
    }
    for (rule, pointer, note) in notes {
        context.note(rule, pointer, note);
    }
    Ok(())
}

type Changes = Vec<(&'static str, String)>;

fn lowered(responses: &Object, pointer: &str) -> Result<(Object, Changes), Error> {
    let mut changes = Changes::new();
    let mut successes = Vec::new();
    let mut failures = Vec::new();
    for (status, response) in responses {
        let kind = kind(response, &format!("{pointer}/{status}"))?;
        match status.as_bytes().first() {
            Some(b'2') => successes.push((status, kind)),
            Some(b'4' | b'5') => failures.push((status, kind)),
            _ if status == "default" => failures.push((status, kind)),
            _ => changes.push(("status", format!("{status} is treated as an unexpected answer"))),
        }
    }
    let Some((first_status, _)) = successes.first() else {
        return Err(Error::unsupported(pointer, "an operation needs an answer with a status of 2xx"));
    };
    let first_status = (*first_status).clone();
    let success = success(successes.iter().map(|(_, kind)| kind), pointer)?;
    if successes.len() > 1 {
        let codes: Vec<&str> = successes.iter().map(|(status, _)| status.as_str()).collect();
        changes.push(("success", format!("{} are read as one type", codes.join(", "))));
    }
    let failure = failure(failures.iter().map(|(_, kind)| kind), pointer)?;
    let mut lowered = Object::new();
    lowered.insert(first_status, success);
    if let Some(failure) = failure {
        if failures.iter().any(|(status, _)| *status == "default") {
            changes.push(("default-answer", "becomes 4XX and 5XX".to_owned()));
        }
        lowered.insert("4XX".to_owned(), failure.clone());
        lowered.insert("5XX".to_owned(), failure);
    }
    Ok((lowered, changes))
}

fn kind(response: &Value, pointer: &str) -> Result<Kind, Error> {
    let Some(content) = response.get("content").and_then(Value::as_object).filter(|it| !it.is_empty()) else {
        return Ok(Kind::Empty);
    };
    let json = content.iter().find(|(media, _)| is_json(media) || essence(media).ends_with("+json"));
    match (json, content.len()) {
        (Some((_, media)), 1) => Ok(Kind::Json(media.get("schema").cloned().unwrap_or_else(|| json!({})))),
        (Some(_), _) => Err(Error::unsupported(
            format!("{pointer}/content"),
            "JSON beside another form cannot be generated; keep one",
        )),
        (None, _) => Ok(Kind::Bytes),
    }
}

fn success<'a>(kinds: impl Iterator<Item = &'a Kind>, pointer: &str) -> Result<Value, Error> {
    let mut schema: Option<&Value> = None;
    let (mut empty, mut bytes) = (false, false);
    for kind in kinds {
        match kind {
            Kind::Empty => empty = true,
            Kind::Bytes => bytes = true,
            Kind::Json(other) if schema.is_none_or(|schema| schema == other) => schema = Some(other),
            Kind::Json(_) => {
                return Err(Error::unsupported(
                    pointer,
                    "successes of different types cannot be generated; give them one schema",
                ));
            }
        }
    }
    match (schema, bytes, empty) {
        (Some(_), true, _) => {
            Err(Error::unsupported(pointer, "JSON and bytes cannot both be the success of one operation"))
        }
        (Some(schema), false, false) => Ok(json_answer(schema.clone())),
        (Some(schema), false, true) => Ok(json_answer(json!({"nullable": true, "allOf": [schema]}))),
        (None, true, _) => Ok(json!({
            "description": "",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        })),
        (None, false, _) => Ok(json!({"description": ""})),
    }
}

fn failure<'a>(kinds: impl Iterator<Item = &'a Kind>, pointer: &str) -> Result<Option<Value>, Error> {
    let mut schema: Option<&Value> = None;
    for kind in kinds {
        if let Kind::Json(other) = kind {
            if schema.is_some_and(|schema| schema != other) {
                return Err(Error::unsupported(
                    pointer,
                    "errors of different types cannot be generated; give them one schema",
                ));
            }
            schema = Some(other);
        }
    }
    Ok(schema.map(|schema| json_answer(schema.clone())))
}

fn json_answer(schema: Value) -> Value {
    json!({"description": "", "content": {"application/json": {"schema": schema}}})
}
