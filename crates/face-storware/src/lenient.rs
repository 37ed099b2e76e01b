//! What clients of this API send otherwise than its document says, and have always been understood.
//!
//! - A query parameter that is empty is as if it were absent, and so is an empty text where a body has a number, a
//!   boolean or a value of a list: a text box that nobody filled in.
//! - Text boxes send numbers and booleans as strings.
//! - Bare guids come where references to backups are acknowledged.
//! - A value of a list comes bare where the document has an object with a name, and the other way round.

use contract::{Operation, strip_nulls};
use serde_json::{Value, json};

/// The operation whose list of backups one client fills with bare guids.
const ACKNOWLEDGE: &str = "updateBackupsWarningsAcknowledged";

/// Mends a request before it is held against the document.
pub(crate) fn loosen(operation: &Operation, query: &mut String, body: &mut Option<Value>) {
    *query = without_empty(query);
    if let Some(body) = body {
        if operation.id == ACKNOWLEDGE {
            wrap_guids(body.get_mut("backups"));
        }
        operation.visit_body(body, &mut mend);
        strip_nulls(body);
    }
}

fn without_empty(query: &str) -> String {
    let given =
        query.split('&').filter(|pair| pair.split_once('=').is_some_and(|(_, value)| !value.is_empty()));
    given.collect::<Vec<_>>().join("&")
}

fn wrap_guids(list: Option<&mut Value>) {
    for item in list.and_then(Value::as_array_mut).into_iter().flatten() {
        if item.is_string() {
            *item = json!({ "guid": item.take() });
        }
    }
}

fn mend(schema: &Value, value: &mut Value) {
    let mended = match (schema["type"].as_str(), &*value) {
        (_, Value::String(text)) if text.is_empty() && !is_free(schema) => Some(Value::Null),
        (Some("integer" | "number"), Value::String(text)) => number(text),
        (Some("boolean"), Value::String(text)) => text.parse().ok().map(Value::Bool),
        (Some("object"), Value::String(name)) if is_named(schema) => Some(json!({ "name": name })),
        // The bare values are states and types of backups: some clients wrap them once, some twice.
        (Some("string"), Value::Object(members)) if schema.get("enum").is_some() => bare(members),
        _ => None,
    };
    if let Some(mended) = mended {
        *value = mended;
    }
}

/// Whether a schema is that of any text, which may be empty.
fn is_free(schema: &Value) -> bool {
    match schema["type"].as_str() {
        Some("integer" | "number" | "boolean") => false,
        Some("object") => !is_named(schema),
        _ => schema.get("enum").is_none(),
    }
}

fn number(text: &str) -> Option<Value> {
    let whole = text.trim().parse::<i64>().ok().map(Value::from);
    whole
        .or_else(|| text.trim().parse::<f64>().ok().and_then(serde_json::Number::from_f64).map(Value::Number))
}

/// Whether a schema is that of a value with its name and a description.
fn is_named(schema: &Value) -> bool {
    let properties = schema["properties"].as_object();
    properties.is_some_and(|properties| {
        properties.contains_key("name")
            && properties.keys().all(|name| name == "name" || name == "description")
    })
}

/// The bare value in `{"name": "QUEUED"}`, or in `{"state": {"name": "QUEUED"}, …}`.
fn bare(members: &serde_json::Map<String, Value>) -> Option<Value> {
    let inner = members.get("name").or_else(|| members.get("state")).or_else(|| members.get("value"))?;
    match inner {
        Value::String(_) => Some(inner.clone()),
        Value::Object(inner) => inner.get("name").filter(|name| name.is_string()).cloned(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use contract::Contract;

    use super::*;

    fn mended(schema: Value, body: Value) -> Value {
        let document = json!({"openapi": "3.0.3", "paths": {"/x": {"post": {
            "operationId": "x",
            "requestBody": {"content": {"application/json": {"schema": schema}}},
            "responses": {},
        }}}});
        let contract = Contract::new(&document).unwrap();
        let (mut query, mut body) = (String::new(), Some(body));
        loosen(contract.operation("x").unwrap(), &mut query, &mut body);
        body.unwrap()
    }

    #[test]
    fn empty_parameters_are_absent() {
        assert_eq!(without_empty("filter=&size=10&orderBy=&x&direction=asc"), "size=10&direction=asc");
        assert_eq!(without_empty(""), "");
    }

    #[test]
    fn text_boxes_are_understood() {
        let schema = json!({"type": "object", "properties": {
            "priority": {"type": "integer"},
            "share": {"type": "number"},
            "async": {"type": "boolean"},
            "name": {"type": "string"},
        }});
        let sent = json!({"priority": " 50", "share": "1.5", "async": "true", "name": "7"});
        assert_eq!(
            mended(schema.clone(), sent),
            json!({"priority": 50, "share": 1.5, "async": true, "name": "7"})
        );
        let nonsense = json!({"priority": "high", "share": "NaN", "async": "yes"});
        assert_eq!(mended(schema, nonsense.clone()), nonsense, "the document says what is wrong with it");
    }

    #[test]
    fn boxes_that_nobody_filled_in_are_absent() {
        let named = json!({"type": "object", "properties": {"name": {"type": "string"}}});
        let schema = json!({"type": "object", "properties": {
            "priority": {"type": "integer"},
            "async": {"type": "boolean"},
            "kind": {"type": "string", "enum": ["A"]},
            "backupType": named,
            "name": {"type": "string"},
        }});
        let sent =
            json!({"priority": "", "async": "", "kind": "", "backupType": "", "name": "", "other": ""});
        assert_eq!(mended(schema, sent), json!({"name": "", "other": ""}));
    }

    #[test]
    fn values_come_bare_and_wrapped() {
        let named = json!({"type": "object", "properties": {"name": {"type": "string"}, "description": {}}});
        assert_eq!(mended(named.clone(), json!("FULL")), json!({"name": "FULL"}));
        assert_eq!(mended(named, json!({"name": "FULL"})), json!({"name": "FULL"}));
        let bare = json!({"type": "string", "enum": ["QUEUED"]});
        for sent in [
            json!("QUEUED"),
            json!({"name": "QUEUED"}),
            json!({"state": "QUEUED"}),
            json!({"state": {"name": "QUEUED"}, "statusInfo": "later"}),
        ] {
            assert_eq!(mended(bare.clone(), sent.clone()), json!("QUEUED"), "{sent}");
        }
        let other = json!({"type": "object", "properties": {"name": {"type": "string"}, "guid": {}}});
        assert_eq!(mended(other, json!("x")), json!("x"), "a reference is no value of a list");
    }
}
