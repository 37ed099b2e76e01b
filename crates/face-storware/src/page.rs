//! Sorting, searching and paging of lists, in the one way that all of them have.

use std::cmp::Ordering;

use axum::response::Response;
use face_core::Call;
use serde::Serialize;
use serde_json::Value;

use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;

/// Answers with the page of `records` that a call asks for.
///
/// `filter` keeps the records that contain a text anywhere, `orderBy` names a member to sort by (`node.name` for
/// one inside another), `page` counts from zero. Without `size` everything comes. Records are sorted as they
/// would be shown: objects by their name, numbers by size, texts without regard to case; those without the
/// member come last.
pub(crate) fn answer<T: Serialize>(call: &Call<Caller>, records: Vec<T>) -> Result<Response, ApiError> {
    let mut shown = Vec::with_capacity(records.len());
    for record in &records {
        shown.push(serde_json::to_value(record).map_err(|err| face_core::Refusal::internal("list", err))?);
    }
    let filter: Option<String> = call.parameter("filter")?;
    if let Some(filter) = filter.map(|filter| filter.to_lowercase()) {
        shown.retain(|record| contains(record, &filter));
    }
    if let Some(member) = call.parameter::<String>("orderBy")? {
        let descending = call.parameter::<String>("direction")?.is_some_and(|direction| direction == "desc");
        shown.sort_by(|left, right| order(at(left, &member), at(right, &member), descending));
    }
    let total = shown.len();
    let size = match call.parameter::<u32>("size")? {
        Some(size) => size as usize,
        None => total.max(1),
    };
    let page = call.parameter::<u32>("page")?.unwrap_or(0) as usize;
    let page: Vec<_> = shown.into_iter().skip(page.saturating_mul(size)).take(size).collect();
    answer::list(&page, total)
}

/// Whether a text, in lower case, occurs in any text of a record.
fn contains(value: &Value, text: &str) -> bool {
    match value {
        Value::String(own) => own.to_lowercase().contains(text),
        Value::Array(items) => items.iter().any(|item| contains(item, text)),
        Value::Object(members) => members.values().any(|member| contains(member, text)),
        _ => false,
    }
}

/// The member at a path of names; an object stands for its name.
fn at<'v>(record: &'v Value, path: &str) -> Option<&'v Value> {
    let found = path.split('.').try_fold(record, |value, name| value.get(name))?;
    if found.is_object() { found.get("name") } else { Some(found) }
}

/// What is absent comes last in both directions.
fn order(left: Option<&Value>, right: Option<&Value>, descending: bool) -> Ordering {
    let compared = match (left, right) {
        (None, None) => return Ordering::Equal,
        (None, Some(_)) => return Ordering::Greater,
        (Some(_), None) => return Ordering::Less,
        (Some(Value::Number(left)), Some(Value::Number(right))) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => left.as_f64().unwrap_or_default().total_cmp(&right.as_f64().unwrap_or_default()),
        },
        (Some(Value::Bool(left)), Some(Value::Bool(right))) => left.cmp(right),
        (Some(left), Some(right)) => text(left).cmp(&text(right)),
    };
    if descending { compared.reverse() } else { compared }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn records_are_sorted_as_they_are_shown() {
        let mut records = [
            json!({"n": 1, "size": 10, "state": {"name": "b"}}),
            json!({"n": 2, "size": 9, "state": {"name": "A"}}),
            json!({"n": 3}),
        ];
        let mut sorted = |member: &str, descending| {
            records.sort_by(|left, right| order(at(left, member), at(right, member), descending));
            records.iter().map(|record| record["n"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(sorted("size", false), [2, 1, 3]);
        assert_eq!(sorted("size", true), [1, 2, 3]);
        assert_eq!(sorted("state", false), [2, 1, 3]);
        assert_eq!(sorted("state.name", true), [1, 2, 3]);
    }

    #[test]
    fn a_text_is_found_at_any_depth() {
        let record = json!({"a": [{"b": "Hello"}], "n": 5});
        assert!(contains(&record, "ell") && !contains(&record, "5") && !contains(&record, "x"));
    }
}
