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
            && let Err(reason) = compile(text)
            && compile(&with_few_repetitions(text)).is_err()
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

fn compile(pattern: &str) -> Result<Schema, String> {
    Schema::compile(&json!({}), &json!({"pattern": pattern}), Unknown::Allowed, Direction::Request)
}

/// The pattern with `{0,9}` for `{0,20000}`: a right pattern can be too large for the engine that is at hand.
fn with_few_repetitions(pattern: &str) -> String {
    let mut parts = pattern.split('{');
    let mut few = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        few.push('{');
        match part.split_once('}') {
            Some((bounds, rest)) if bounds.bytes().all(|b| b.is_ascii_digit() || b == b',') => {
                let bounds: Vec<&str> =
                    bounds.split(',').map(|bound| if bound.len() > 1 { "9" } else { bound }).collect();
                few.push_str(&bounds.join(","));
                few.push('}');
                few.push_str(rest);
            }
            _ => few.push_str(part),
        }
    }
    few
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
        // Right, and too large for the engine.
        accepts("pattern: '^\\w+$'", "pattern: '[\\P{M}\\p{M}]{0,20000}'");
        accepts("pattern: '^\\w+$'", "pattern: '^(?!x)[A-Z][a-z]{2,3}$', maxLength: 3, minLength: 3");
    }
}
