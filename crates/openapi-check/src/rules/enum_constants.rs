//! `enum-constant`: two lists of values that give one constant. Generators for Go put the constants of all lists
//! into one scope and name them after the value alone, or as `x-enum-varnames` says.

use std::collections::HashMap;

use super::{Findings, Model};
use crate::Diagnostic;
use crate::node::Node;

/// Names for the values of a list, in the same order.
const NAMES: &str = "x-enum-varnames";

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    let schemas = model.section("schemas");
    // The constants stand beside the types.
    let types: HashMap<&str, &str> =
        schemas.iter().map(|schema| (schema.key.as_str(), schema.key.as_str())).collect();
    let mut first: HashMap<String, &str> = HashMap::new();
    for schema in schemas.iter().filter(|schema| schema.value.reference().is_none()) {
        let values = schema.value.get("enum").map(Node::items).unwrap_or_default();
        if values.is_empty() {
            continue;
        }
        let names = schema.value.member(NAMES);
        let named = names.map(|names| names.value.items()).unwrap_or_default();
        if let Some(names) = names
            && named.len() != values.len()
        {
            let message = format!("`{NAMES}` names {} of {} values", named.len(), values.len());
            findings.push(Diagnostic::error("enum-constant", &names.key_location, message));
        }
        for (index, value) in values.iter().enumerate() {
            let (constant, place) = match named.get(index).map(|name| (name.as_str(), name)) {
                Some((Some(name), place)) => (name.to_owned(), place),
                _ => match value.as_str() {
                    Some(text) => (constant(text), value),
                    None => continue,
                },
            };
            let other = first.get(&constant).or_else(|| types.get(constant.as_str())).copied();
            match other {
                Some(other) if other != schema.key => {
                    let message =
                        format!("`{}` and `{other}` both give the constant `{constant}` in Go", schema.key);
                    findings.push(
                        Diagnostic::error("enum-constant", &place.location, message)
                            .help(format!("name the values of one of them with `{NAMES}`")),
                    );
                }
                // Twice in one list, by names that somebody chose.
                Some(_) if !named.is_empty() => {
                    let message = format!("two values of `{}` have the name `{constant}`", schema.key);
                    findings.push(Diagnostic::error("enum-constant", &place.location, message));
                }
                // Values that become one name are another rule's.
                Some(_) => {}
                None => {
                    first.insert(constant, &schema.key);
                }
            }
        }
    }
}

/// How openapi-generator's Go generator names a value.
fn constant(value: &str) -> String {
    if value.is_empty() {
        return "EMPTY".to_owned();
    }
    let letters: String = value.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    // It splits words less eagerly than we do where digits are; upper case hides most of that.
    let snake = super::words::words(&letters);
    snake.to_uppercase()
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports, reports_rule};

    const KIND: &str = "      enum: [kDog, kCat]\n      default: kDog\n";
    const KIND_OF_PET: &str = "        kind: {$ref: '#/components/schemas/Kind'}\n";

    #[test]
    fn bad() {
        reports(
            KIND,
            "      enum: [kDog, kCat]\n      x-enum-varnames: [KindDog]\n      default: kDog\n",
            &["enum-constant at x-enum-varnames: `x-enum-varnames` names 1 of 2 values"],
        );
        reports(
            KIND,
            "      enum: [kDog, kCat]\n      x-enum-varnames: [KindDog, Pet]\n      default: kDog\n",
            &["enum-constant at Pet: `Kind` and `Pet` both give the constant `Pet` in Go"],
        );
        reports(
            KIND,
            "      enum: [kDog, kCat]\n      x-enum-varnames: [KindDog, KindDog]\n      default: kDog\n",
            &["enum-constant at KindDog: two values of `Kind` have the name `KindDog`"],
        );
        reports(
            "    Kind:\n",
            "    Breed: {type: string, enum: [big, k-dog], default: big}\n    Kind:\n      x-breed: 1\n",
            &["unused at Breed: nothing refers to `Breed`"],
        );
        reports_rule(
            "enum-constant",
            KIND_OF_PET,
            "        kind: {$ref: '#/components/schemas/Breed'}\n    Breed: {type: string, enum: [kDog, big]}\n    Rest:\n      properties:\n",
            &["enum-constant at kDog: `Kind` and `Breed` both give the constant `K_DOG` in Go"],
        );
    }

    #[test]
    fn good() {
        accepts(
            KIND,
            "      enum: [kDog, kCat]\n      x-enum-varnames: [KindDog, KindCat]\n      default: kDog\n",
        );
    }
}
