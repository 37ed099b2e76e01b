//! `reserved-header`: header parameters named `Accept`, `Content-Type` or `Authorization`, and an answer's
//! header named `Content-Type`. The specification says that readers ignore them: the first two are said by
//! `content`, the third by `security`.

use super::{Findings, Model};
use crate::Diagnostic;
use crate::kind::Kind;
use crate::node::Node;

const RESERVED: [(&str, &str); 3] = [
    ("Accept", "name the media types in the `content` of the answers"),
    ("Content-Type", "name the media types in the `content` of the request body"),
    ("Authorization", "declare a security scheme and require it with `security`"),
];

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for parameter in model.all(Kind::Parameter).filter(|parameter| parameter.str_at("in") == Some("header")) {
        let Some(name) = parameter.get("name") else { continue };
        let reserved = name
            .as_str()
            .and_then(|name| RESERVED.iter().find(|(reserved, _)| name.eq_ignore_ascii_case(reserved)));
        if let Some((reserved, help)) = reserved {
            let message = format!("a header parameter `{reserved}` is ignored by every reader");
            findings.push(Diagnostic::error("reserved-header", &name.location, message).help(*help));
        }
    }
    for object in model.all(Kind::Response).chain(model.all(Kind::Encoding)) {
        for header in object.get("headers").map(Node::members).unwrap_or_default() {
            if header.key.eq_ignore_ascii_case("content-type") {
                let message = "a header `Content-Type` is ignored by every reader";
                findings.push(
                    Diagnostic::error("reserved-header", &header.key_location, message)
                        .help("name the media types in `content`"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    const LIMIT: &str =
        "        - {name: limit, in: query, schema: {type: integer, minimum: 1, default: 10}}\n";

    #[test]
    fn bad() {
        for name in ["Accept", "Content-Type", "Authorization"] {
            let header = format!(
                "        - {{name: {}, in: header, schema: {{type: string}}}}\n",
                name.to_lowercase()
            );
            let expected = format!(
                "reserved-header at {}: a header parameter `{name}` is ignored by every reader",
                name.to_lowercase()
            );
            reports(LIMIT, &header, &[&expected]);
        }
        reports(
            "description: The pet is updated.",
            "description: The pet is updated.\n          headers: {Content-Type: {schema: {type: string}}}",
            &["reserved-header at Content-Type: a header `Content-Type` is ignored by every reader"],
        );
    }

    #[test]
    fn good() {
        accepts(LIMIT, "        - {name: X-Authorization, in: header, schema: {type: string}}\n");
        accepts(LIMIT, "        - {name: accept, in: query, schema: {type: string}}\n");
    }
}
