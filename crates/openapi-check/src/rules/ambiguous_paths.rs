//! `ambiguous-path`: two templates that fit the same requests.

use std::collections::HashMap;

use super::{Findings, Model};
use crate::Diagnostic;
use crate::node::Node;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut shapes: HashMap<String, &str> = HashMap::new();
    for path in model.bundle.root().get("paths").map(Node::members).unwrap_or_default() {
        let segments =
            path.key.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment });
        let shape = segments.collect::<Vec<_>>().join("/");
        if let Some(other) = shapes.insert(shape, &path.key) {
            let message = format!("`{}` fits the same requests as `{other}`", path.key);
            findings.push(Diagnostic::error("ambiguous-path", &path.key_location, message));
        }
    }
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
    }
}
