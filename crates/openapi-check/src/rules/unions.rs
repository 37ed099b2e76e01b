//! `union`: schemas that are one of several things. Readers try the alternatives in turn and take the first that
//! fits, whatever a discriminator says: several objects lose members, an enum beside a string is never chosen, and
//! `not` has no type at all.

use super::compose::{is_object, type_of};
use super::{Findings, Model};
use crate::Diagnostic;
use crate::kind::Kind;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for schema in model.all(Kind::Schema) {
        if let Some(not) = schema.member("not") {
            let message = "`not` says what a value is not, and no generator makes a type of that";
            findings.push(
                Diagnostic::error("union", &not.key_location, message).help("say what the value is instead"),
            );
        }
        let has_discriminator = schema.get("discriminator").is_some();
        for key in ["oneOf", "anyOf"] {
            let Some(alternatives) = schema.member(key) else { continue };
            let all = alternatives.value.items();
            let strings = all.iter().filter(|one| type_of(model, one) == Some("string")).count();
            let objects = all.iter().filter(|one| is_object(model, one)).count();
            let (message, help) = if strings > 1 {
                (
                    "several kinds of strings cannot be told apart",
                    "keep the enum, and say in its description that values may be added",
                )
            } else if objects > 1 && has_discriminator {
                (
                    "many clients ignore the discriminator, and take the first alternative that fits",
                    "write one optional property for each case, beside the one that tells the case",
                )
            } else if objects > 1 {
                (
                    "nothing tells these objects apart, so the first that fits is taken",
                    "write one optional property for each case, and one that tells the case",
                )
            } else {
                continue;
            };
            findings.push(Diagnostic::error("union", &alternatives.key_location, message).help(help));
        }
        if has_discriminator && schema.get("oneOf").is_none() && schema.get("anyOf").is_none() {
            let Some(member) = schema.member("discriminator") else { continue };
            let message =
                "many clients ignore the discriminator, and lose what those that extend this schema add";
            findings.push(
                Diagnostic::error("union", &member.key_location, message)
                    .help("write one optional property for each case, beside the one that tells the case"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    const KIND: &str = "        kind: {$ref: '#/components/schemas/Kind'}\n";
    const SINCE: &str = "since: {type: string, default: '2024'}\n";
    const WEIGHT: &str = "weight: {type: number, nullable: true}";

    #[test]
    fn bad() {
        for (schema, expected) in [
            (
                "anyOf: [{$ref: '#/components/schemas/Kind'}, {type: string}]",
                "anyOf: several kinds of strings cannot be told apart",
            ),
            (
                "oneOf: [{$ref: '#/components/schemas/Pet'}, {$ref: '#/components/schemas/Pets'}]",
                "oneOf: nothing tells these objects apart, so the first that fits is taken",
            ),
            (
                "not: {type: string}",
                "not: `not` says what a value is not, and no generator makes a type of that",
            ),
            (
                "discriminator: {propertyName: a}, required: [a], properties: {a: {type: string}}",
                "discriminator: many clients ignore the discriminator, and lose what those that extend this schema add",
            ),
        ] {
            reports(WEIGHT, &format!("weight: {{{schema}}}"), &[&format!("union at {expected}")]);
        }
        reports(
            SINCE,
            "since:\n          oneOf: [{$ref: '#/components/schemas/Pet'}, {$ref: '#/components/schemas/Cat'}]\n          discriminator: {propertyName: name}\n    Cat: {type: object, required: [name], properties: {name: {type: string}}}\n",
            &[
                "union at oneOf: many clients ignore the discriminator, and take the first alternative that fits",
            ],
        );
    }

    #[test]
    fn good() {
        accepts(WEIGHT, "weight: {oneOf: [{type: string}, {type: number}]}");
        accepts(KIND, "        kind: {nullable: true, anyOf: [{$ref: '#/components/schemas/Kind'}]}\n");
    }
}
