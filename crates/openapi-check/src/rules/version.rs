//! `openapi-version`: a document of another version than 3.0. The other rules would misread it, so none of
//! them is held against it.

use crate::Diagnostic;
use crate::node::Node;

pub(super) fn check(root: &Node) -> Option<Diagnostic> {
    let (key, version) = ["openapi", "swagger"].into_iter().find_map(|key| Some((key, root.get(key)?)))?;
    let text = &version.scalar()?.text;
    let parts: Vec<&str> = text.split('.').collect();
    // What is no version at all is for the metaschema to say.
    let is_version = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    if !is_version || (key == "openapi" && matches!(parts.as_slice(), ["3"] | ["3", "0", ..])) {
        return None;
    }
    let message = format!("this document is of version {text}, and the rules are those of OpenAPI 3.0");
    let finding = Diagnostic::error("openapi-version", &version.location, message);
    Some(finding.help("convert it, or check it with a tool for that version"))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    #[test]
    fn bad() {
        for (to, place) in [
            ("openapi: 3.1.0\nwebhooks: {}", "3.1.0: this document is of version 3.1.0"),
            ("swagger: '2.0'", "'2.0': this document is of version 2.0"),
        ] {
            let expected = format!("openapi-version at {place}, and the rules are those of OpenAPI 3.0");
            reports("openapi: 3.0.3", to, &[&expected]);
        }
    }

    #[test]
    fn good() {
        accepts("openapi: 3.0.3", "openapi: 3.0.4");
    }
}
