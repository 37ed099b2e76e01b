//! `shared-name`: components of different kinds with one name. A schema, a parameter, an answer and a body may be
//! called the same in the document, but generators for Go and TypeScript put all of them into one place.

use std::collections::HashMap;

use super::words::pascal;
use super::{Findings, Model};
use crate::Diagnostic;

/// The sections of `components` that become types, and what one of each is called.
const SECTIONS: [(&str, &str); 4] = [
    ("schemas", "schema"),
    ("parameters", "parameter"),
    ("responses", "response"),
    ("requestBodies", "request body"),
];

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut first: HashMap<String, (&str, &str)> = HashMap::new();
    for (section, noun) in SECTIONS {
        for member in model.section(section) {
            let (kind, other) = *first.entry(pascal(&member.key)).or_insert((noun, &member.key));
            // Two of one kind are another rule's.
            if kind != noun {
                let message = format!(
                    "the {noun} `{}` has the same name in programs as the {kind} `{other}`",
                    member.key
                );
                findings.push(
                    Diagnostic::error("shared-name", &member.key_location, message)
                        .help("name it after its part in a call, such as `PetFilter` or `PetNotFound`"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    #[test]
    fn bad() {
        reports(
            "since: {type: string, default: '2024'}\n",
            "since: {$ref: '#/components/schemas/name'}\n    name: {type: string}\n",
            &["shared-name at Name: the parameter `Name` has the same name in programs as the schema `name`"],
        );
        reports(
            "since: {type: string, default: '2024'}\n",
            "since: {$ref: '#/components/schemas/Error'}\n    Error: {type: string}\n",
            &[
                "shared-name at Error: the response `Error` has the same name in programs as the schema `Error`",
                "reserved-name at Error: the schema `Error` clashes with a name of TypeScript, Rust, Go and Swift, where it is the type of every failure",
            ],
        );
    }

    #[test]
    fn good() {
        accepts(
            "since: {type: string, default: '2024'}\n",
            "since: {$ref: '#/components/schemas/PetName'}\n    PetName: {type: string}\n",
        );
    }
}
