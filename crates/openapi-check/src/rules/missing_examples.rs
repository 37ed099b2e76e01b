//! `missing-example`: a JSON body of a request or of a success without an example. The example is what most people
//! read first, what mock servers answer, and what the try-it page sends.

use super::{Findings, Model};
use crate::Diagnostic;
use crate::node::{Member, Node};

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for operation in &model.operations {
        let body = model.request_body(operation).map(|body| ("request".to_owned(), body));
        let answers = model.responses(operation).filter(|(status, _)| status.key.starts_with('2'));
        let answers = answers.map(|(status, response)| (format!("answer {}", status.key), response));
        for (noun, object) in body.into_iter().chain(answers) {
            for media_type in object.get("content").map(Node::members).unwrap_or_default() {
                if is_json(media_type) && !has_example(model, &media_type.value) {
                    let message = format!("the {noun} of {} has no example", operation.title());
                    findings.push(
                        Diagnostic::error("missing-example", &media_type.key_location, message)
                            .help("add `examples` with a name for each case"),
                    );
                }
            }
        }
    }
}

fn is_json(media_type: &Member) -> bool {
    let name = media_type.key.split(';').next().unwrap_or_default().trim();
    name == "application/json" || name.ends_with("+json")
}

/// An example of the body, or of the schema that it has.
fn has_example<'b>(model: &Model<'b>, media_type: &'b Node) -> bool {
    let examples = media_type.get("examples").map(Node::members).unwrap_or_default();
    media_type.get("example").is_some()
        || !examples.is_empty()
        || media_type
            .get("schema")
            .and_then(|schema| model.resolve(schema))
            .is_some_and(|schema| schema.get("example").is_some())
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::documented;

    #[test]
    fn bad() {
        documented(
            "            example: {name: Rex}\n",
            "",
            &["missing-example at application/json: the request of PUT /pets/{name} has no example"],
        );
        documented(
            "              examples:\n                rex:\n                  value: {name: Rex}\n",
            "",
            &["missing-example at application/json: the answer 200 of PUT /pets/{name} has no example"],
        );
    }

    #[test]
    fn good() {
        // Bytes have none, and a schema may bring its own.
        documented(
            "          application/json:\n            schema: {$ref: '#/components/schemas/Pet'}\n            example: {name: Rex}\n",
            "          application/octet-stream: {schema: {type: string, format: binary}}\n",
            &[],
        );
        documented(
            "            schema: {$ref: '#/components/schemas/Pet'}\n            example: {name: Rex}\n",
            "            schema: {allOf: [{$ref: '#/components/schemas/Pet'}], example: {name: Rex}}\n",
            &[],
        );
    }
}
