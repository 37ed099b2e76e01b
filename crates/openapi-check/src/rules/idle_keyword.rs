//! `idle-keyword`: a limit that says nothing about values of the type, such as `maxLength` of an integer. The
//! author believes that something is checked, and nothing is.

use super::{Findings, Model};
use crate::Diagnostic;
use crate::kind::Kind;

/// Keywords, and the types of which they say something.
const KEYWORDS: [(&str, &[&str]); 16] = [
    ("minLength", &["string"]),
    ("maxLength", &["string"]),
    ("pattern", &["string"]),
    ("minimum", &["integer", "number"]),
    ("maximum", &["integer", "number"]),
    ("exclusiveMinimum", &["integer", "number"]),
    ("exclusiveMaximum", &["integer", "number"]),
    ("multipleOf", &["integer", "number"]),
    ("items", &["array"]),
    ("minItems", &["array"]),
    ("maxItems", &["array"]),
    ("uniqueItems", &["array"]),
    ("properties", &["object"]),
    ("additionalProperties", &["object"]),
    ("minProperties", &["object"]),
    ("maxProperties", &["object"]),
];

/// A type that is none is for the metaschema to report.
const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for schema in model.all(Kind::Schema) {
        let kind = schema.str_at("type").filter(|kind| TYPES.contains(kind));
        let Some(kind) = kind else { continue };
        for (keyword, kinds) in KEYWORDS {
            let Some(member) = schema.member(keyword).filter(|_| !kinds.contains(&kind)) else { continue };
            let message = format!("`{keyword}` says nothing about a value of the type {kind}");
            findings.push(
                Diagnostic::warning("idle-keyword", &member.key_location, message)
                    .help(format!("it belongs to the type {}", kinds.join(" or "))),
            );
        }
        for (bound, limit) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
            if let Some(member) = schema.member(bound).filter(|member| member.value.as_bool() == Some(true))
                && schema.get(limit).is_none()
            {
                let message = format!("`{bound}` says nothing without `{limit}`");
                findings.push(Diagnostic::warning("idle-keyword", &member.key_location, message));
            }
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
            "weight: {type: number, maxLength: 3}",
            &["idle-keyword at maxLength: `maxLength` says nothing about a value of the type number"],
        );
        reports(
            WEIGHT,
            "weight: {type: string, properties: {unit: {type: string}}}",
            &["idle-keyword at properties: `properties` says nothing about a value of the type string"],
        );
        reports(
            WEIGHT,
            "weight: {type: number, exclusiveMinimum: true}",
            &["idle-keyword at exclusiveMinimum: `exclusiveMinimum` says nothing without `minimum`"],
        );
    }

    #[test]
    fn good() {
        accepts(WEIGHT, "weight: {type: number, minimum: 0, exclusiveMinimum: true, multipleOf: 0.5}");
        // Without a type, a limit holds for the values that it is about.
        accepts(WEIGHT, "weight: {maxLength: 3}");
    }
}
