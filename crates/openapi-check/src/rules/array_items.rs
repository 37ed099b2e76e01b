//! `array-items`: an array that does not say what it holds.

use super::{Findings, Model};
use crate::Diagnostic;
use crate::kind::Kind;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for schema in model.all(Kind::Schema) {
        if schema.str_at("type") == Some("array") && schema.get("items").is_none() {
            let place = schema.get("type").map_or(&schema.location, |kind| &kind.location);
            findings.push(
                Diagnostic::error("array-items", place, "this array does not say what its items are")
                    .help("write `items: {}` if they can be anything"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    const AGE: &str =
        "          type: integer\n          format: int32\n          minimum: 0\n          maximum: 100\n";

    #[test]
    fn bad() {
        reports(
            AGE,
            "          type: array\n",
            &["array-items at array: this array does not say what its items are"],
        );
    }

    #[test]
    fn good() {
        accepts(AGE, "          type: array\n          items: {}\n");
    }
}
