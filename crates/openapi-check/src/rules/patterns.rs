//! `pattern`: a pattern that is no regular expression, and bounds that no value is between.

use super::{Findings, Model};
use crate::Diagnostic;
use crate::kind::Kind;
use crate::node::Node;
use crate::schema::{Direction, Schema, Unknown};
use serde_json::json;

const BOUNDS: [(&str, &str); 4] = [
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
];

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for schema in model.all(Kind::Schema) {
        if let Some(pattern) = schema.get("pattern")
            && let Some(text) = pattern.as_str()
            && let Err(reason) =
                Schema::compile(&json!({}), &json!({"pattern": text}), Unknown::Allowed, Direction::Request)
        {
            let message = format!("this pattern is no regular expression: {reason}");
            findings.push(Diagnostic::error("pattern", &pattern.location, message));
        }
        for (low, high) in BOUNDS {
            let number = |key: &str| schema.get(key).and_then(Node::scalar).and_then(|s| s.value.as_f64());
            if let (Some(least), Some(most), Some(place)) = (number(low), number(high), schema.get(low))
                && least > most
            {
                let message = format!("no value is at least {least} and at most {most}");
                findings.push(Diagnostic::error("bounds", &place.location, message));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, findings, reports};

    #[test]
    fn bad() {
        let found = findings("pattern: '^\\w+$'", "pattern: '^(\\w+$'");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with("pattern at '^(\\w+$': this pattern is no regular expression: "),
            "{found:?}"
        );
        reports("minimum: 0", "minimum: 101", &["bounds at 101: no value is at least 101 and at most 100"]);
    }

    #[test]
    fn good() {
        accepts("pattern: '^\\w+$'", "pattern: '^(?!x)[A-Z][a-z]{2,3}$', maxLength: 3, minLength: 3");
    }
}
