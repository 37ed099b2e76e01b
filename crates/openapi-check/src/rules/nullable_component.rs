//! `nullable-component`: `nullable` on a schema with a name. Whether a value may be null belongs to the place where
//! it stands: most generators make one type of the name and lose the null, others make every use of it optional.

use super::{Findings, Model};
use crate::Diagnostic;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for schema in model.section("schemas") {
        if schema.value.reference().is_none()
            && let Some(nullable) = schema.value.member("nullable")
            && nullable.value.as_bool() == Some(true)
        {
            let message = format!("the schema `{}` says that it may be null wherever it is used", schema.key);
            findings.push(
                Diagnostic::error("nullable-component", &nullable.key_location, message).help(format!(
                    "where it may be null, write `nullable: true` and `allOf: [{{$ref: '#/components/schemas/{}'}}]`",
                    schema.key
                )),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    #[test]
    fn bad() {
        reports(
            "      enum: [kDog, kCat]",
            "      nullable: true\n      enum: [kDog, kCat, null]",
            &[
                "nullable-component at nullable: the schema `Kind` says that it may be null wherever it is used",
            ],
        );
    }

    #[test]
    fn good() {
        accepts(
            "        kind: {$ref: '#/components/schemas/Kind'}",
            "        kind: {nullable: true, allOf: [{$ref: '#/components/schemas/Kind'}]}",
        );
    }
}
