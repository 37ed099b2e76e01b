//! `error-response`: an operation that does not say how it fails. Every call can fail, and without a word on
//! it the client of another team has no type for what it then reads.

use super::{Findings, Model};
use crate::Diagnostic;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for operation in &model.operations {
        let Some(responses) = operation.node().member("responses") else { continue };
        let fails = |status: &str| status.starts_with(['4', '5']) || status == "default";
        if !responses.value.members().iter().any(|response| fails(&response.key)) {
            let message = format!("{} does not say how it fails", operation.title());
            findings.push(
                Diagnostic::error("error-response", &responses.key_location, message)
                    .help("add a `default` response or one for `4XX`"),
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
            "        '4XX': {$ref: '#/components/responses/Error'}\n",
            "",
            &["error-response at responses: PUT /pets/{name} does not say how it fails"],
        );
    }

    #[test]
    fn good() {
        accepts("'4XX':", "'404':");
    }
}
