//! `name-collision`: names that differ as the document writes them and become one name in a program,
//! where `fooBar`, `foo-bar` and `FooBar` are one word each. Generators then refuse, or write code that
//! does not compile, or lose one of the two.

use std::collections::HashMap;

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
    collisions("schema", names, str::to_lowercase, findings);

    let ids = model.operations.iter().filter_map(|operation| operation.node().get("operationId"));
    let ids = ids.filter_map(|id| Some((id.as_str()?, &id.location)));
    collisions("operation", ids, |name| name.to_owned(), findings);

    for schema in model.all(Kind::Schema) {
        let properties = schema.get("properties").map(Node::members).unwrap_or_default();
        let names = properties.iter().map(|member| (member.key.as_str(), &member.key_location));
        collisions("property", names, |name| name.to_owned(), findings);

        let values = schema.get("enum").map(Node::items).unwrap_or_default();
        let values = values.iter().filter_map(|value| Some((value.as_str()?, &value.location)));
        collisions("value", values, |name| name.to_owned(), findings);
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
        let other = *first.entry(fold(&words(name))).or_insert(name);
        if other != name {
            let message = format!("the {noun} `{name}` has the same name in programs as `{other}`");
            findings.push(Diagnostic::error("name-collision", location, message).help("rename one of them"));
        }
    }
}

/// The words of a name in lower case, joined by `_`: `foo_bar` for `fooBar`, `HTTP-URL` and `HttpUrl` alike
/// for `http_url`. What is no letter or digit ends a word; a name without any stays as it is.
fn words(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut words = String::with_capacity(name.len() + 4);
    for (at, letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            if !words.is_empty() && !words.ends_with('_') {
                words.push('_');
            }
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_numeric()
                    || (before.is_uppercase() && after.is_some_and(|after| after.is_lowercase()))
            });
        if begins && !words.is_empty() && !words.ends_with('_') {
            words.push('_');
        }
        words.extend(letter.to_lowercase());
    }
    if words.is_empty() { name.to_owned() } else { words.trim_end_matches('_').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::rules::testing::{accepts, reports};

    #[test]
    fn names_fall_into_words() {
        for (name, expected) in [
            ("fooBar", "foo_bar"),
            ("FooBar", "foo_bar"),
            ("foo-bar_", "foo_bar"),
            ("HTTPUrl", "http_url"),
            ("vmV2Ids", "vm_v2_ids"),
            ("foobar", "foobar"),
            ("<=", "<="),
        ] {
            assert_eq!(words(name), expected, "{name}");
        }
    }

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
