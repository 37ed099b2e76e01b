//! `body`: bodies that HTTP has no place for.

use super::{Findings, Model};
use crate::Diagnostic;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for operation in &model.operations {
        if ["get", "head", "delete"].contains(&operation.method.key.as_str())
            && let Some(body) = operation.node().member("requestBody")
        {
            let message = format!("{} has a body, which many clients and proxies drop", operation.title());
            findings.push(Diagnostic::error("body", &body.key_location, message));
        }
        let Some(responses) = operation.node().member("responses") else { continue };
        for response in responses.value.members() {
            let content = model.resolve(&response.value).and_then(|response| response.member("content"));
            if let Some(content) = content.filter(|_| ["204", "205", "304"].contains(&response.key.as_str()))
            {
                let message = format!("an answer with status {} has no body", response.key);
                findings.push(Diagnostic::error("body", &content.key_location, message));
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
            "description: The pet is updated.",
            "description: The pet is updated.\n          content: {text/plain: {}}",
            &["body at content: an answer with status 204 has no body"],
        );
        reports(
            "      operationId: listPets",
            "      operationId: listPets\n      requestBody: {required: true, content: {application/json: {schema: {}}}}",
            &["body at requestBody: GET /pets has a body, which many clients and proxies drop"],
        );
    }

    #[test]
    fn good() {
        // Of a body that is a reference to nowhere something else is said, and only once.
        accepts(
            "operationId: updatePet",
            "operationId: updatePet\n      description: A PUT may have a body.",
        );
    }
}
