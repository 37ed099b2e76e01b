//! Members of a body by their path: `backupPolicy.regular.rules[0].unit`.

use serde_json::{Map, Value};

/// A step of a path.
enum Part {
    Member(String),
    Item(usize),
}

/// The largest index that makes a list longer.
const MOST_ITEMS: usize = 10_000;
/// The longest path. What lies deeper than this no reader of JSON would take.
const MOST_PARTS: usize = 100;

/// Puts a value where a path leads, and makes what is missing on the way.
///
/// # Errors
///
/// What is wrong with the path, as a fragment.
pub(super) fn set(body: &mut Value, path: &str, value: Value) -> Result<(), String> {
    let mut place = body;
    for part in parts(path)? {
        place = match part {
            Part::Member(name) => {
                if place.is_null() {
                    *place = Value::Object(Map::new());
                }
                match place {
                    Value::Object(members) => members.entry(name).or_insert(Value::Null),
                    _ => {
                        return Err(format!(
                            "`{path}`: `{name}` would have to be a member of what is no object"
                        ));
                    }
                }
            }
            Part::Item(index) => {
                if place.is_null() {
                    *place = Value::Array(Vec::new());
                }
                match place {
                    Value::Array(items) => {
                        if items.len() <= index {
                            items.resize(index + 1, Value::Null);
                        }
                        &mut items[index]
                    }
                    _ => {
                        return Err(format!(
                            "`{path}`: [{index}] would have to be an item of what is no list"
                        ));
                    }
                }
            }
        };
    }
    *place = value;
    Ok(())
}

/// The JSON pointer of a path.
pub(super) fn pointer(path: &str) -> Result<String, String> {
    let part = |part| match part {
        Part::Member(name) => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
        Part::Item(index) => format!("/{index}"),
    };
    Ok(parts(path)?.into_iter().map(part).collect())
}

fn parts(path: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    for step in path.split('.').filter(|_| !path.is_empty()) {
        let (name, mut indices) = step.split_at(step.find('[').unwrap_or(step.len()));
        if !name.is_empty() {
            parts.push(Part::Member(name.to_owned()));
        } else if indices.is_empty() {
            return Err(format!("`{path}` has an empty part"));
        }
        while let Some(rest) = indices.strip_prefix('[') {
            let index = rest.split_once(']').and_then(|(index, rest)| Some((index.parse().ok()?, rest)));
            let Some((index, rest)) = index.filter(|(index, _)| *index < MOST_ITEMS) else {
                return Err(format!("`{path}`: what stands in brackets is no index"));
            };
            parts.push(Part::Item(index));
            indices = rest;
            if parts.len() > MOST_PARTS {
                break;
            }
        }
        if parts.len() > MOST_PARTS {
            return Err(format!(
                "`{}…` has more than {MOST_PARTS} parts",
                path.chars().take(20).collect::<String>()
            ));
        }
        if !indices.is_empty() {
            return Err(format!("`{path}`: a dot is missing behind a bracket"));
        }
    }
    Ok(parts)
}
