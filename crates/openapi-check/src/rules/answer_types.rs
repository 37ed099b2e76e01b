//! `answer-type`: an operation whose answers have several types. A generated method returns one type and fails with
//! one: with two it is refused, or returns something that nobody can use.

use super::{Findings, Model};
use crate::Diagnostic;
use crate::node::{Member, Node};

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for operation in &model.operations {
        let mut successes: Vec<(&Member, Answer<'_>)> = Vec::new();
        let mut failures: Vec<(&Member, Answer<'_>)> = Vec::new();
        for (status, response) in model.responses(operation) {
            let answer = answer(response);
            match status.key.as_bytes().first() {
                Some(b'2') => successes.push((status, answer)),
                Some(b'4' | b'5') => failures.push((status, answer)),
                _ if status.key == "default" => failures.push((status, answer)),
                _ => {}
            }
        }
        if successes.is_empty()
            && let Some(responses) = operation.node().member("responses")
        {
            let message = format!("{} does not say what it answers when it succeeds", operation.title());
            findings.push(
                Diagnostic::error("answer-type", &responses.key_location, message)
                    .help("add an answer with a status of 2xx"),
            );
        }
        for (answers, noun) in [(successes, "success"), (failures, "failure")] {
            let mut typed = answers.into_iter().filter(|(_, answer)| !matches!(answer, Answer::Empty));
            let Some((first, known)) = typed.next() else { continue };
            if let Some((status, _)) = typed.find(|(_, answer)| !known.is_same(answer)) {
                let message =
                    format!("the {noun} {} has another type than the {noun} {}", status.key, first.key);
                findings.push(
                    Diagnostic::error("answer-type", &status.key_location, message)
                        .help("give both one schema, with what differs as optional members"),
                );
            }
        }
    }
}

/// What an answer carries.
enum Answer<'b> {
    Empty,
    Json(Option<&'b Node>),
    Bytes,
}

impl Answer<'_> {
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Json(Some(a)), Self::Json(Some(b))) => match (a.reference(), b.reference()) {
                (Some(a), Some(b)) => a == b,
                (None, None) => std::ptr::eq(*a, *b) || a.to_value() == b.to_value(),
                _ => false,
            },
            (Self::Json(a), Self::Json(b)) => a.is_none() == b.is_none(),
            (Self::Bytes, Self::Bytes) => true,
            _ => false,
        }
    }
}

fn answer(response: &Node) -> Answer<'_> {
    let content = response.get("content").map(Node::members).unwrap_or_default();
    let json = content.iter().find(|media_type| media_type.key.contains("json"));
    match (json, content.is_empty()) {
        (_, true) => Answer::Empty,
        (Some(json), _) => Answer::Json(json.value.get("schema")),
        (None, _) => Answer::Bytes,
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    const DONE: &str = "        '204':\n          description: The pet is updated.\n";
    const ERROR: &str = "        '4XX': {$ref: '#/components/responses/Error'}\n";

    #[test]
    fn bad() {
        let json = |status: &str, schema: &str| {
            format!(
                "        '{status}': {{description: Done., content: {{application/json: {{schema: {schema}}}}}}}\n"
            )
        };
        let two = json("200", "{$ref: '#/components/schemas/Pet'}")
            + &json("201", "{$ref: '#/components/schemas/Pets'}");
        reports(DONE, &two, &["answer-type at '201': the success 201 has another type than the success 200"]);
        reports(
            ERROR,
            &format!("{ERROR}{}", json("500", "{type: string}")),
            &["answer-type at '500': the failure 500 has another type than the failure 4XX"],
        );
        reports(
            DONE,
            "",
            &["answer-type at responses: PUT /pets/{name} does not say what it answers when it succeeds"],
        );
    }

    #[test]
    fn good() {
        accepts(
            DONE,
            &format!(
                "{DONE}        '200': {{description: Done., content: {{application/json: {{schema: {{$ref: '#/components/schemas/Pet'}}}}}}}}\n"
            ),
        );
        accepts(ERROR, &format!("{ERROR}        default: {{$ref: '#/components/responses/Error'}}\n"));
    }
}
