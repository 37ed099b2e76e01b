//! Refuses schemas that are made of themselves.
//!
//! A property may be of the type that it stands in, and so may the items of a list. A schema that is itself, or
//! part of itself through `allOf`, `oneOf` or `anyOf`, has no values that anybody could write down, and would
//! keep the generator going until its stack is full, which nothing can catch.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Context;
use crate::Error;
use crate::document::{SCHEMAS, component_schemas, escape};

pub(super) fn apply(context: &mut Context<'_>) -> Result<(), Error> {
    let mut done = BTreeSet::new();
    for name in component_schemas(&context.document).into_iter().flatten().map(|(name, _)| name) {
        follow(&context.document, name, &mut Vec::new(), &mut done)?;
    }
    Ok(())
}

fn follow<'a>(
    document: &'a Value,
    name: &'a str,
    way: &mut Vec<&'a str>,
    done: &mut BTreeSet<&'a str>,
) -> Result<(), Error> {
    if way.contains(&name) {
        way.push(name);
        let pointer = format!("{SCHEMAS}{}", escape(name));
        return Err(Error::unsupported(pointer, format!("is made of itself: {}", way.join(" → "))));
    }
    if !done.contains(name)
        && let Some(schema) = component_schemas(document).and_then(|schemas| schemas.get(name))
    {
        way.push(name);
        let mut parts = Vec::new();
        made_of(schema, &mut parts);
        for part in parts {
            follow(document, part, way, done)?;
        }
        way.pop();
        done.insert(name);
    }
    Ok(())
}

/// The names of the schemas that a schema is made of, without its members.
fn made_of<'a>(schema: &'a Value, found: &mut Vec<&'a str>) {
    found.extend(schema.get("$ref").and_then(Value::as_str).and_then(|it| it.strip_prefix(SCHEMAS)));
    for key in ["allOf", "oneOf", "anyOf"] {
        for part in schema.get(key).and_then(Value::as_array).into_iter().flatten() {
            made_of(part, found);
        }
    }
}
