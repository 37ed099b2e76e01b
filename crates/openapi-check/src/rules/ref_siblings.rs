//! `ref-siblings`: a member beside a `$ref`. Readers of OpenAPI 3.0 drop it without a word.

use super::{Findings, Model};
use crate::Diagnostic;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for (key, location) in model.bundle.dropped() {
        findings.push(
            Diagnostic::error("ref-siblings", location, format!("`{key}` beside a `$ref` has no effect"))
                .help("put the reference into `allOf` and the member beside that, or change the target"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    #[test]
    fn bad() {
        reports(
            "schema: {$ref: '#/components/schemas/Pets'}",
            "schema: {$ref: '#/components/schemas/Pets', nullable: true}",
            &["ref-siblings at nullable: `nullable` beside a `$ref` has no effect"],
        );
    }

    #[test]
    fn good() {
        accepts(
            "schema: {$ref: '#/components/schemas/Pets'}",
            "schema: {nullable: true, allOf: [{$ref: '#/components/schemas/Pets'}]}",
        );
    }
}
