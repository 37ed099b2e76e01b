//! `ambiguous-path`: two templates that fit the same requests.

use std::collections::HashMap;

use super::{Findings, Model};
use crate::Diagnostic;
use crate::node::Node;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut shapes: HashMap<String, &str> = HashMap::new();
    for path in model.bundle.root().get("paths").map(Node::members).unwrap_or_default() {
        if let Some(other) = shapes.insert(shape(&path.key), &path.key) {
            let message = format!("`{}` fits the same requests as `{other}`", path.key);
            findings.push(Diagnostic::error("ambiguous-path", &path.key_location, message));
        }
    }
}

/// The path without the names in its braces: `/pets/{}.json`.
fn shape(path: &str) -> String {
    let mut shape = String::with_capacity(path.len());
    for (index, part) in path.split('{').enumerate() {
        if index == 0 {
            shape.push_str(part);
        } else {
            shape.push_str("{}");
            shape.push_str(part.split_once('}').map_or(part, |(_, rest)| rest));
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    #[test]
    fn bad() {
        reports(
            "  /pets/{name}:",
            "  /pets/{id}: {}\n  /pets/{name}:",
            &["ambiguous-path at /pets/{name: `/pets/{name}` fits the same requests as `/pets/{id}`"],
        );
    }

    #[test]
    fn good() {
        accepts("  /pets/{name}:", "  /pets/best: {}\n  /pets/{name}:");
        // They differ in what is around the braces.
        accepts("  /pets/{name}:", "  /pets/{id}.json: {}\n  /pets/v{id}: {}\n  /pets/{name}:");
    }
}
