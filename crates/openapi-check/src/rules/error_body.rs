//! `error-body`: an error without a body, or without a schema for it. The status alone does not tell a program
//! what to show its user.

use super::{Findings, Model};
use crate::Diagnostic;
use crate::node::Node;

/// Methods whose answers have no body.
const WITHOUT_BODY: [&str; 1] = ["head"];

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for operation in &model.operations {
        if WITHOUT_BODY.contains(&operation.method.key.as_str()) {
            continue;
        }
        for (status, response) in model.responses(operation) {
            if !(status.key.starts_with(['4', '5']) || status.key == "default") {
                continue;
            }
            let content = response.get("content").map(Node::members).unwrap_or_default();
            let message = if content.is_empty() {
                format!(
                    "the answer {} of {} has no body that says what failed",
                    status.key,
                    operation.title()
                )
            } else if content.iter().any(|media_type| media_type.value.get("schema").is_none()) {
                format!("the body of the answer {} of {} has no schema", status.key, operation.title())
            } else {
                continue;
            };
            findings.push(
                Diagnostic::error("error-body", &status.key_location, message)
                    .help("give all errors one body, and refer to it from every operation"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    const ERROR: &str = "        '4XX': {$ref: '#/components/responses/Error'}\n";

    #[test]
    fn bad() {
        reports(
            ERROR,
            "        '4XX': {description: It failed.}\n",
            &["error-body at '4XX': the answer 4XX of PUT /pets/{name} has no body that says what failed"],
        );
        reports(
            ERROR,
            "        default: {description: It failed., content: {application/json: {}}}\n",
            &["error-body at default: the body of the answer default of PUT /pets/{name} has no schema"],
        );
    }

    #[test]
    fn good() {
        accepts(ERROR, "        '404': {$ref: '#/components/responses/Error'}\n");
    }
}
