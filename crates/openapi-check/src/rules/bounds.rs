//! `bounds`: limits that no value keeps: a least that is more than the most, an integer between two that have
//! none between them, or a limit beyond what the format can hold.

use super::{Findings, Model};
use crate::Diagnostic;
use crate::kind::Kind;
use crate::node::Node;

const LENGTHS: [(&str, &str); 3] =
    [("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties")];

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for schema in model.all(Kind::Schema) {
        for (low, high) in LENGTHS {
            if let (Some((least, place)), Some((most, _))) = (number(schema, low), number(schema, high))
                && least > most
            {
                let message = format!("no value has at least {least} and at most {most}");
                findings.push(Diagnostic::error("bounds", &place.location, message));
            }
        }
        check_range(schema, findings);
    }
}

/// The limits of a number.
fn check_range(schema: &Node, findings: &mut Findings) {
    let is_integer = schema.str_at("type") == Some("integer");
    let excluded = |key: &str| schema.get(key).and_then(Node::as_bool) == Some(true);
    let (minimum, maximum) = (number(schema, "minimum"), number(schema, "maximum"));
    if let (Some((least, place)), Some((most, _))) = (minimum, maximum) {
        let (open_below, open_above) = (excluded("exclusiveMinimum"), excluded("exclusiveMaximum"));
        let empty = if is_integer {
            let first = if open_below { least.floor() + 1.0 } else { least.ceil() };
            let last = if open_above { most.ceil() - 1.0 } else { most.floor() };
            first > last
        } else {
            least > most || (least == most && (open_below || open_above))
        };
        if empty {
            let below = if open_below { "more than" } else { "at least" };
            let above = if open_above { "less than" } else { "at most" };
            let noun = if is_integer { "integer" } else { "value" };
            let message = format!("no {noun} is {below} {least} and {above} {most}");
            findings.push(Diagnostic::error("bounds", &place.location, message));
            return;
        }
    }
    let (format, range) = match schema.str_at("format") {
        Some("int32") if is_integer => ("int32", f64::from(i32::MIN)..=f64::from(i32::MAX)),
        // Two to the power of 63 is no int64, but a number in a document is not more exact than that.
        Some("int64") if is_integer => ("int64", -9_223_372_036_854_775_808.0..=9_223_372_036_854_775_808.0),
        _ => return,
    };
    for (limit, place) in [minimum, maximum].into_iter().flatten() {
        if !range.contains(&limit) {
            let message = format!("{limit} is beyond what `{format}` can hold");
            findings.push(
                Diagnostic::error("bounds", &place.location, message)
                    .help("change the limit, or the format to a wider one"),
            );
        }
    }
}

fn number<'n>(schema: &'n Node, key: &str) -> Option<(f64, &'n Node)> {
    let node = schema.get(key)?;
    Some((node.scalar()?.value.as_f64()?, node))
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    const WEIGHT: &str = "weight: {type: number, nullable: true}";

    #[test]
    fn bad() {
        for (limits, expected) in [
            ("type: number, minimum: 2, maximum: 1", "2: no value is at least 2 and at most 1"),
            (
                "type: number, minimum: 1, maximum: 1, exclusiveMaximum: true",
                "1: no value is at least 1 and less than 1",
            ),
            ("type: integer, minimum: 1.2, maximum: 1.8", "1.2: no integer is at least 1.2 and at most 1.8"),
            (
                "type: integer, minimum: 1, maximum: 2, exclusiveMinimum: true, exclusiveMaximum: true",
                "1: no integer is more than 1 and less than 2",
            ),
            ("type: string, minLength: 3, maxLength: 2", "3: no value has at least 3 and at most 2"),
            ("type: array, items: {}, minItems: 3, maxItems: 2", "3: no value has at least 3 and at most 2"),
            (
                "type: integer, format: int32, maximum: 4294967295",
                "4294967295: 4294967295 is beyond what `int32` can hold",
            ),
        ] {
            reports(WEIGHT, &format!("weight: {{{limits}}}"), &[&format!("bounds at {expected}")]);
        }
    }

    #[test]
    fn good() {
        for limits in [
            "type: number, minimum: 1, maximum: 1",
            "type: integer, minimum: 0, maximum: 2, exclusiveMinimum: true, exclusiveMaximum: true",
            "type: integer, format: int64, maximum: 9223372036854775807",
            "type: string, minLength: 3, maxLength: 3",
        ] {
            accepts(WEIGHT, &format!("weight: {{{limits}}}"));
        }
    }
}
