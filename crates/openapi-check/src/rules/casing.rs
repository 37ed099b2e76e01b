//! `name-collision`: names that differ as the document writes them and become one name in a program,
//! where `fooBar`, `foo-bar` and `FooBar` are one word each. Generators then refuse, or write code that
//! does not compile, or lose one of the two.

use std::collections::HashMap;

use super::words::{pascal, words};
use super::{Findings, Model};
use crate::kind::Kind;
use crate::node::Node;
use crate::{Diagnostic, Location};

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    let root = model.bundle.root();
    let schemas = root.get("components").and_then(|components| components.get("schemas"));
    let schemas = schemas.map(Node::members).unwrap_or_default();
    // Many languages have one file a type, and many file systems do not tell cases apart.
    let names = schemas.iter().map(|member| (member.key.as_str(), &member.key_location));
    collisions("schema", names, |name| pascal(name).to_lowercase(), findings);

    let ids = model.operations.iter().filter_map(|operation| operation.node().get("operationId"));
    let ids = ids.filter_map(|id| Some((id.as_str()?, &id.location)));
    collisions("operation", ids, pascal, findings);

    for operation in &model.operations {
        let mut first: HashMap<String, (&str, &str)> = HashMap::new();
        for (written, parameter) in model.parameters(operation) {
            let (Some(name), Some(place)) = (parameter.str_at("name"), parameter.str_at("in")) else {
                continue;
            };
            let (other, elsewhere) = *first.entry(pascal(name)).or_insert((name, place));
            // The same twice is another rule's.
            if (other, elsewhere) != (name, place) {
                let message = format!(
                    "the {place} parameter `{name}` has the same name in programs as the {elsewhere} parameter `{other}`"
                );
                findings.push(
                    Diagnostic::error("name-collision", &written.location, message)
                        .help("rename one of them"),
                );
            }
        }
    }

    for schema in model.all(Kind::Schema) {
        let properties = schema.get("properties").map(Node::members).unwrap_or_default();
        let names = properties.iter().map(|member| (member.key.as_str(), &member.key_location));
        collisions("property", names, pascal, findings);

        let values = schema.get("enum").map(Node::items).unwrap_or_default();
        let values = values.iter().filter_map(|value| Some((value.as_str()?, &value.location)));
        collisions("value", values, words, findings);
    }
}

/// Names that are written differently and are the same words. The same name twice is another rule's.
fn collisions<'n>(
    noun: &str,
    names: impl Iterator<Item = (&'n str, &'n Location)>,
    fold: impl Fn(&str) -> String,
    findings: &mut Findings,
) {
    let mut first: HashMap<String, &str> = HashMap::new();
    for (name, location) in names {
        let other = *first.entry(fold(name)).or_insert(name);
        if other != name {
            let message = format!("the {noun} `{name}` has the same name in programs as `{other}`");
            findings.push(Diagnostic::error("name-collision", location, message).help("rename one of them"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    #[test]
    fn bad() {
        for (from, to, expected) in [
            (
                "        age:\n",
                "        Name: {}\n        age:\n",
                "Name: the property `Name` has the same name in programs as `name`",
            ),
            (
                "enum: [kDog, kCat]",
                "enum: [kDog, kCat, k_cat]",
                "k_cat: the value `k_cat` has the same name in programs as `kCat`",
            ),
            (
                "operationId: updatePet",
                "operationId: list_pets",
                "list_pets: the operation `list_pets` has the same name in programs as `listPets`",
            ),
            (
                "since: {type: string, default: '2024'}\n",
                "since: {$ref: '#/components/schemas/PET'}\n    PET: {type: string}\n",
                "Pet: the schema `Pet` has the same name in programs as `PET`",
            ),
            (
                "{name: limit, in: query,",
                "{name: Kinds, in: header,",
                "{name: the header parameter `Kinds` has the same name in programs as the query parameter `kinds`",
            ),
            (
                "        age:\n",
                "        age_1: {}\n        age1: {}\n        age:\n",
                "age1: the property `age1` has the same name in programs as `age_1`",
            ),
        ] {
            let found = crate::rules::testing::findings(from, to);
            assert!(found.contains(&format!("name-collision at {expected}")), "{found:#?}");
        }
        reports(
            "enum: [kDog, kCat]",
            "enum: [kDog, kCat, KDog]",
            &["name-collision at KDog: the value `KDog` has the same name in programs as `kDog`"],
        );
    }

    #[test]
    fn good() {
        accepts("enum: [kDog, kCat]", "enum: [kDog, kCat, kDogs, '<', '<=']");
    }
}
