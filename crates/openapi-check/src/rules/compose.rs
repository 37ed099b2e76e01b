//! What a schema consists of when the schemas that it includes are counted in.
//!
//! Everything here follows references and works off a list instead of calling itself, so that neither a
//! circle nor a long chain of schemas does harm.

use std::collections::HashSet;

use super::Model;
use crate::node::{Member, Node};

pub(super) const COMPOSITIONS: [&str; 3] = ["allOf", "oneOf", "anyOf"];

/// The schema itself and all that it includes through `allOf`, references resolved, each once.
pub(super) fn included<'b>(model: &Model<'b>, schema: &'b Node) -> Vec<&'b Node> {
    reach(model, schema, &["allOf"])
}

/// The schema itself and all that it is composed of, in whatever way.
pub(super) fn composed<'b>(model: &Model<'b>, schema: &'b Node) -> Vec<&'b Node> {
    reach(model, schema, &COMPOSITIONS)
}

fn reach<'b>(model: &Model<'b>, schema: &'b Node, through: &[&str]) -> Vec<&'b Node> {
    let mut seen: HashSet<*const Node> = HashSet::new();
    let mut found = Vec::new();
    let mut queue = vec![schema];
    while let Some(next) = queue.pop() {
        let Some(next) = model.resolve(next) else { continue };
        if !seen.insert(next) {
            continue;
        }
        found.push(next);
        // Backwards, because the list is taken from its end.
        for key in through.iter().rev() {
            queue.extend(next.get(key).map(Node::items).unwrap_or_default().iter().rev());
        }
    }
    found
}

/// The property `name` of a schema or of what it includes.
pub(super) fn property<'b>(model: &Model<'b>, schema: &'b Node, name: &str) -> Option<&'b Member> {
    included(model, schema).iter().find_map(|part| part.get("properties")?.member(name))
}

/// Whether a schema or one that it includes requires the property `name`.
pub(super) fn requires<'b>(model: &Model<'b>, schema: &'b Node, name: &str) -> bool {
    included(model, schema).iter().any(|part| required(part).any(|required| required == name))
}

/// The names that a schema itself lists as required.
pub(super) fn required(schema: &Node) -> impl Iterator<Item = &str> {
    schema.get("required").map(Node::items).unwrap_or_default().iter().filter_map(Node::as_str)
}

/// The `type` of a schema or of what it includes.
pub(super) fn type_of<'b>(model: &Model<'b>, schema: &'b Node) -> Option<&'b str> {
    included(model, schema).iter().find_map(|part| part.str_at("type"))
}

/// Whether values of a schema are objects with properties of their own.
pub(super) fn is_object<'b>(model: &Model<'b>, schema: &'b Node) -> bool {
    included(model, schema).iter().any(|part| {
        part.str_at("type") == Some("object") || part.get("properties").is_some_and(Node::is_mapping)
    })
}
