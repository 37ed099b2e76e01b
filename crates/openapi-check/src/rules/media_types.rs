//! `media-type`: bodies that generated clients cannot read or write: `*/*`, JSON under a vendor's name, a form of
//! several parts, or JSON beside another form.

use super::{Findings, Model};
use crate::Diagnostic;
use crate::node::Member;

/// What clients can write besides JSON: bytes, and a form of one part.
const WRITABLE: [&str; 2] = ["application/octet-stream", "application/x-www-form-urlencoded"];

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for operation in &model.operations {
        if let Some(content) = model.request_body(operation).and_then(|body| body.get("content")) {
            check_request(content.members(), findings);
        }
        for (_, response) in model.responses(operation) {
            if let Some(content) = response.get("content") {
                check_answer(content.members(), findings);
            }
        }
    }
}

fn check_request(content: &[Member], findings: &mut Findings) {
    // JSON is preferred to whatever stands beside it.
    if content.iter().any(|media_type| is_json(&media_type.key)) {
        return;
    }
    for media_type in content.iter().filter(|media_type| !WRITABLE.contains(&bare(&media_type.key))) {
        let message = format!("few clients can write a body of the type `{}`", media_type.key);
        findings.push(
            Diagnostic::error("media-type", &media_type.key_location, message)
                .help("offer `application/json`, or `application/octet-stream` for bytes"),
        );
    }
}

fn check_answer(content: &[Member], findings: &mut Findings) {
    for media_type in content {
        let name = bare(&media_type.key);
        let (message, help) = if name.contains('*') {
            let message = format!("`{}` does not say what the body is", media_type.key);
            (message, "name the media type; `application/octet-stream` is for bytes of any kind")
        } else if name.ends_with("+json") {
            let message = format!("few clients know that `{}` is JSON", media_type.key);
            (message, "answer `application/json`")
        } else if is_json(name) && content.len() > 1 {
            let message = "clients read one form of a body, and here is JSON beside another";
            (message.to_owned(), "keep the JSON, and give the other form an operation of its own")
        } else {
            continue;
        };
        findings.push(Diagnostic::error("media-type", &media_type.key_location, message).help(help));
    }
}

/// The name without parameters such as the character set.
fn bare(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or(media_type).trim()
}

fn is_json(media_type: &str) -> bool {
    bare(media_type).eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    const ANSWER: &str =
        "            application/json:\n              schema: {$ref: '#/components/schemas/Pets'}\n";
    const REQUEST: &str =
        "          application/json:\n            schema:\n              $ref: '#/components/schemas/Pet'\n";

    fn answer(media_type: &str) -> String {
        ANSWER.replace("application/json", media_type)
    }

    #[test]
    fn bad() {
        for (media_type, expected) in [
            ("'*/*'", "'*/*': `*/*` does not say what the body is"),
            (
                "application/vnd.pets+json",
                "application/vnd.pets+json: few clients know that `application/vnd.pets+json` is JSON",
            ),
            (
                "text/csv: {}\n            application/json",
                "application/json: clients read one form of a body, and here is JSON beside another",
            ),
        ] {
            reports(ANSWER, &answer(media_type), &[&format!("media-type at {expected}")]);
        }
        reports(
            REQUEST,
            &REQUEST.replace("application/json", "multipart/form-data"),
            &[
                "media-type at multipart/form-data: few clients can write a body of the type `multipart/form-data`",
            ],
        );
    }

    #[test]
    fn good() {
        accepts(ANSWER, &answer("application/json; charset=utf-8"));
        accepts(
            REQUEST,
            &REQUEST
                .replace("          application/json", "          text/csv: {}\n          application/json"),
        );
    }
}
