//! `enum-value`: a value listed twice, or one that the type or a limit of the schema excludes.

use super::{Findings, Model};
use crate::Diagnostic;
use crate::kind::Kind;
use crate::node::Node;
use crate::schema::{Direction, Schema, Unknown};
use serde_json::{Map, Value};

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for schema in model.all(Kind::Schema) {
        let values = schema.get("enum").map(Node::items).unwrap_or_default();
        let limits = (!values.is_empty()).then(|| limits(schema)).flatten();
        let mut seen: Vec<Value> = Vec::with_capacity(values.len());
        for node in values {
            let value = node.to_value();
            if seen.contains(&value) {
                let message = format!("the value {value} stands here a second time");
                findings.push(Diagnostic::error("enum-value", &node.location, message));
            }
            let kind = schema.str_at("type").filter(|kind| !fits(kind, &value));
            let is_null = value.is_null() && schema.get("nullable").and_then(Node::as_bool) == Some(true);
            if let Some(kind) = kind.filter(|_| !is_null) {
                let message = format!("the value {value} is not of the type {kind}");
                let mut finding = Diagnostic::error("enum-value", &node.location, message);
                if let Some(scalar) = node.scalar().filter(|_| kind == "string") {
                    finding.help = Some(format!("write '{}'", scalar.text));
                }
                findings.push(finding);
            } else if let Some(mismatch) =
                limits.as_ref().and_then(|limits| limits.check(&value).into_iter().next())
            {
                let message = format!("the value {value} {}", mismatch.reason);
                findings.push(Diagnostic::error("enum-value", &node.location, message));
            }
            seen.push(value);
        }
    }
}

/// The limits of a schema without its type and its values; none if it has none, or they cannot be read, which is
/// for other rules to report.
fn limits(schema: &Node) -> Option<Schema> {
    const LIMITS: [&str; 8] = [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
    ];
    let limits: Map<String, Value> =
        LIMITS.iter().filter_map(|key| Some(((*key).to_owned(), schema.get(key)?.to_value()))).collect();
    if limits.is_empty() {
        return None;
    }
    Schema::compile(&Value::Null, &Value::Object(limits), Unknown::Allowed, Direction::Request).ok()
}

fn fits(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        // One with zeros after the point is an integer too.
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        // No type: the metaschema says so.
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, accepts_rule, reports};

    const ENUM: &str = "enum: [kDog, kCat]";

    #[test]
    fn bad() {
        reports(
            ENUM,
            "enum: [kDog, kCat, 'kDog']",
            &["enum-value at 'kDog': the value \"kDog\" stands here a second time"],
        );
        reports(
            ENUM,
            "enum: [kDog, 1.0, true, null]",
            &[
                "enum-value at 1.0: the value 1.0 is not of the type string",
                "enum-value at true: the value true is not of the type string",
                "enum-value at null: the value null is not of the type string",
            ],
        );
    }

    #[test]
    fn a_limit_excludes_a_value() {
        for (schema, expected) in [
            (
                "type: string, enum: [a, abc], maxLength: 2",
                "abc: the value \"abc\" must have at most 2 characters",
            ),
            (
                "type: string, enum: [a, B], pattern: '^[a-z]$'",
                "B: the value \"B\" must match the pattern ^[a-z]$, and \"B\" does not",
            ),
        ] {
            let weight = "weight: {type: number, nullable: true}";
            reports(weight, &format!("weight: {{{schema}}}"), &[&format!("enum-value at {expected}")]);
        }
    }

    #[test]
    fn good() {
        accepts(
            "weight: {type: number, nullable: true}",
            "weight: {type: string, nullable: true, enum: [kDog, kCat, '1', null]}",
        );
        accepts_rule(
            "enum-value",
            "format: int32\n          minimum: 0\n          maximum: 100",
            "enum: [1, 2.0, 18446744073709552000]",
        );
    }
}
