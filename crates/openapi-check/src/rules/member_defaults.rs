//! `member-default`: `default` of a member that may be left out. Generators take such a member for required, or send
//! the default although the caller set nothing, so that a server can never change it.

use super::compose::required;
use super::{Findings, Model};
use crate::Diagnostic;
use crate::kind::Kind;
use crate::node::Node;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for schema in model.all(Kind::Schema) {
        let properties = schema.get("properties").map(Node::members).unwrap_or_default();
        for property in properties.iter().filter(|property| property.value.reference().is_none()) {
            let Some(default) = property.value.member("default") else { continue };
            if required(schema).any(|name| name == property.key) {
                continue;
            }
            let message = format!(
                "the optional member `{}` has a default, which some clients send unasked",
                property.key
            );
            findings.push(
                Diagnostic::error("member-default", &default.key_location, message)
                    .help("tell it in the description: without it, the server takes such and such"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts_rule, reports_rule};

    const SINCE: &str = "since: {type: string, default: '2024'}";

    #[test]
    fn bad() {
        reports_rule(
            "member-default",
            SINCE,
            "since: {type: string, default: '2025'}",
            &[
                "member-default at default: the optional member `since` has a default, which some clients send unasked",
            ],
        );
    }

    #[test]
    fn good() {
        accepts_rule("member-default", SINCE, "since: {type: string, description: 'Without it, 2024.'}");
        accepts_rule(
            "member-default",
            SINCE,
            "since: {type: object, required: [a], properties: {a: {type: string, default: x}}}",
        );
    }
}
