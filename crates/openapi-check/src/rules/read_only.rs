//! `read-only`: an example of a request with a member that only answers have, or of an answer with one that only
//! requests have.

use super::compose::property;
use super::{Findings, Model};
use crate::Diagnostic;
use crate::kind::Kind;
use crate::node::{Content, Node};

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    let is_one_sided = |schema: &Node| ["readOnly", "writeOnly"].iter().any(|key| schema.get(key).is_some());
    if !model.all(Kind::Schema).any(is_one_sided) {
        return;
    }
    for body in model.all(Kind::RequestBody) {
        let side = Side { excluded: "readOnly", noun: "a request" };
        check_content(model, body, side, findings);
    }
    for response in model.all(Kind::Response) {
        let side = Side { excluded: "writeOnly", noun: "an answer" };
        check_content(model, response, side, findings);
    }
}

/// Who sends a value.
#[derive(Clone, Copy)]
struct Side {
    excluded: &'static str,
    noun: &'static str,
}

fn check_content<'b>(model: &Model<'b>, object: &'b Node, side: Side, findings: &mut Findings) {
    for media_type in object.get("content").map(Node::members).unwrap_or_default() {
        let Some(schema) = media_type.value.get("schema") else { continue };
        if let Some(value) = media_type.value.get("example") {
            check_value(model, schema, value, side, findings);
        }
        for example in media_type.value.get("examples").map(Node::members).unwrap_or_default() {
            if let Some(value) = model.resolve(&example.value).and_then(|example| example.get("value")) {
                check_value(model, schema, value, side, findings);
            }
        }
    }
}

/// Follows the value down, which ends somewhere even where the schema does not.
fn check_value<'b>(
    model: &Model<'b>,
    schema: &'b Node,
    value: &'b Node,
    side: Side,
    findings: &mut Findings,
) {
    match &value.content {
        Content::Scalar(_) => {}
        Content::Sequence(items) => {
            let Some(schema) = model.resolve(schema).and_then(|schema| schema.get("items")) else { return };
            for item in items {
                check_value(model, schema, item, side, findings);
            }
        }
        Content::Mapping(members) => {
            for member in members {
                let Some(property) = property(model, schema, &member.key) else { continue };
                if property.value.get(side.excluded).and_then(Node::as_bool) == Some(true) {
                    let message = format!(
                        "`{}` is `{}`, and this is the example of {}",
                        member.key, side.excluded, side.noun
                    );
                    findings.push(
                        Diagnostic::error("read-only", &member.key_location, message)
                            .help("leave it out, as those who read the example will not be able to send it"),
                    );
                } else {
                    check_value(model, &property.value, &member.value, side, findings);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    const EXAMPLE: &str = "value: {name: Rex}";

    #[test]
    fn bad() {
        reports(
            "name: {type: string, pattern: '^\\w+$'}",
            "name: {type: string, readOnly: true}",
            &["read-only at name: `name` is `readOnly`, and this is the example of a request"],
        );
    }

    #[test]
    fn an_answer_has_no_secrets() {
        reports(
            "        kind: {$ref: '#/components/schemas/Kind'}\n",
            "        kind: {type: string, writeOnly: true}\n",
            &["read-only at kind: `kind` is `writeOnly`, and this is the example of an answer"],
        );
    }

    #[test]
    fn good() {
        accepts("name: {type: string, pattern: '^\\w+$'}", "name: {type: string, writeOnly: false}");
        accepts(EXAMPLE, "value: {name: Mia}");
    }
}
