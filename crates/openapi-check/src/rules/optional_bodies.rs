//! `optional-body`: a JSON body that may be left out although an empty object would not do in its place. Most
//! generated clients send a body in any case.

use super::compose::{included, is_object, required};
use super::{Findings, Model};
use crate::Diagnostic;
use crate::node::Node;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for operation in &model.operations {
        let Some(body) = model.request_body(operation) else { continue };
        if body.get("required").and_then(Node::as_bool) == Some(true) {
            continue;
        }
        let Some(content) = body.get("content") else { continue };
        let json = content.members().iter().find(|media_type| media_type.key.starts_with("application/json"));
        let Some(schema) = json.and_then(|json| json.value.get("schema")) else { continue };
        let may_be_empty = is_object(model, schema)
            && included(model, schema).iter().all(|part| required(part).next().is_none());
        if !may_be_empty {
            let place =
                operation.node().member("requestBody").map_or(&body.location, |body| &body.key_location);
            let message =
                format!("the body of {} may be left out, and `{{}}` is no such body", operation.title());
            findings.push(
                Diagnostic::error("optional-body", place, message)
                    .help("write `required: true`, or let every member of the body be optional"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    const BODY: &str =
        "        required: true\n        content:\n          application/json:\n            schema:\n";

    #[test]
    fn bad() {
        reports(
            BODY,
            "        content:\n          application/json:\n            schema:\n",
            &[
                "optional-body at requestBody: the body of PUT /pets/{name} may be left out, and `{}` is no such body",
            ],
        );
    }

    #[test]
    fn good() {
        accepts(
            "        required: true\n        content:\n          application/json:\n            schema:\n              $ref: '#/components/schemas/Pet'\n            examples:\n              small:\n                value: {name: Rex}\n",
            "        content:\n          application/json:\n            schema: {type: object, properties: {name: {type: string}}}\n",
        );
    }
}
