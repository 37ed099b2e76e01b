//! `operation-id`: no two operations have one name, and `missing-operation-id`: every operation has one.
//! Methods of clients are called after it.

use std::collections::HashMap;

use super::{Findings, Model};
use crate::Diagnostic;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut first = HashMap::new();
    for operation in &model.operations {
        let Some(id) = operation.node().get("operationId") else {
            let message = format!("{} has no operationId", operation.title());
            findings.push(Diagnostic::error("missing-operation-id", &operation.method.key_location, message));
            continue;
        };
        // Not a string: the metaschema says so.
        let Some(name) = id.as_str() else { continue };
        if let Some(other) = first.insert(name, operation.title()) {
            let message = format!("the operationId `{name}` also belongs to {other}");
            findings.push(Diagnostic::error("operation-id", &id.location, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    #[test]
    fn bad() {
        reports(
            "operationId: updatePet",
            "operationId: listPets",
            &["operation-id at listPets: the operationId `listPets` also belongs to GET /pets"],
        );
        reports(
            "      operationId: updatePet\n",
            "",
            &["missing-operation-id at put: PUT /pets/{name} has no operationId"],
        );
    }

    #[test]
    fn good() {
        accepts("operationId: updatePet", "operationId: replacePet");
    }
}
