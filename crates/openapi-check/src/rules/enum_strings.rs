//! `enum-string`: a list of values that are no strings. Generators make constants of values, and of `1` or `true`
//! they make names such as `_1`, or nothing.

use super::{Findings, Model};
use crate::Diagnostic;
use crate::kind::Kind;
use crate::node::Node;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for schema in model.all(Kind::Schema) {
        let values = schema.get("enum").map(Node::items).unwrap_or_default();
        // Values that the type excludes are another rule's.
        if schema.str_at("type") == Some("string") {
            continue;
        }
        let other = values
            .iter()
            .find(|value| value.scalar().is_none_or(|it| !it.value.is_string() && !it.value.is_null()));
        if let Some(value) = other {
            let message = format!("the value {} is no string, and has no name in programs", value.to_value());
            findings.push(
                Diagnostic::error("enum-string", &value.location, message)
                    .help("list strings, or give the values as a range or in the description"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    const WEIGHT: &str = "weight: {type: number, nullable: true}";

    #[test]
    fn bad() {
        reports(
            WEIGHT,
            "weight: {type: integer, enum: [1, 2]}",
            &["enum-string at 1: the value 1 is no string, and has no name in programs"],
        );
    }

    #[test]
    fn good() {
        accepts(WEIGHT, "weight: {type: string, nullable: true, enum: ['1', '2', null]}");
    }
}
