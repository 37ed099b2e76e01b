//! `unused`: a component that nothing leads to. It is not part of the document, however carefully it is
//! written; often a reference is missing.

use super::{Findings, Model};
use crate::Diagnostic;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for (name, location) in model.bundle.unused() {
        findings.push(
            Diagnostic::warning("unused", location, format!("nothing refers to `{name}`"))
                .help("delete it, or refer to it where it was meant to be used"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    #[test]
    fn bad() {
        reports(
            "  schemas:\n",
            "  schemas:\n    Orphan: {items: {$ref: '#/components/schemas/Child'}}\n    Child: {}\n",
            &["unused at Orphan: nothing refers to `Orphan`", "unused at Child: nothing refers to `Child`"],
        );
        reports(
            "    Key: {type: apiKey, in: header, name: key}\n",
            "    Key: {type: apiKey, in: header, name: key}\n    Old: {type: http, scheme: basic}\n",
            &["unused at Old: nothing refers to `Old`"],
        );
    }

    #[test]
    fn good() {
        // A child is used through its parent, and extensions are nobody's business.
        accepts(
            "        parent: {$ref: '#/components/schemas/Pet'}",
            "        parent: {$ref: '#/components/schemas/Parent'}\n      x-drafts: {Orphan: {}}\n    Parent:\n      allOf: [{$ref: '#/components/schemas/Pet'}]\n      properties:\n        moved: {}",
        );
    }
}
