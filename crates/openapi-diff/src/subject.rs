//! What a reader of the API calls a part of the document.

use crate::place::{At, unescape};

impl At<'_> {
    /// What this part is to a reader, in one phrase: "`Pet.tags[]`", "query parameter `limit`",
    /// "`name` in the request body", "header `ETag` of answer 200".
    pub(crate) fn subject(&self, document: &At<'_>) -> String {
        let tokens: Vec<String> = self.pointer.split('/').skip(1).map(unescape).collect();
        let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
        match tokens.as_slice() {
            ["components", "schemas", name, rest @ ..] => format!("`{name}{}`", members(rest)),
            ["components", "parameters", _, rest @ ..] => {
                with_members(parameter(document, &self.pointer, 3), rest)
            }
            ["components", "headers", name, rest @ ..] => with_members(format!("header `{name}`"), rest),
            ["components", "responses", name, rest @ ..] => answer(&format!("the answer `{name}`"), rest),
            ["components", "requestBodies", name, rest @ ..] => {
                with_members(format!("the request body `{name}`"), rest)
            }
            ["components", "securitySchemes", name, ..] => format!("the security scheme `{name}`"),
            ["components", _, name, ..] => format!("`{name}`"),
            ["paths", _, "parameters", _, rest @ ..] => {
                with_members(parameter(document, &self.pointer, 4), rest)
            }
            ["paths", path] => format!("`{path}`"),
            ["paths", _, method, rest @ ..] => match rest {
                ["parameters", _, rest @ ..] => with_members(parameter(document, &self.pointer, 5), rest),
                ["requestBody", rest @ ..] => with_members("the request body".to_owned(), rest),
                ["responses", status, rest @ ..] => answer(&format!("answer {status}"), rest),
                _ => format!("{} {}", method.to_uppercase(), tokens[1]),
            },
            [] => "the document".to_owned(),
            [first, ..] => format!("`{first}`"),
        }
    }
}

/// The parameter at the first `length` tokens of the pointer.
fn parameter(document: &At<'_>, pointer: &str, length: usize) -> String {
    let end = pointer.match_indices('/').nth(length).map_or(pointer.len(), |(index, _)| index);
    let node = document.node.pointer(&pointer[..end]);
    let at = node.map(|node| At { node, pointer: String::new(), present: true }.resolved(document));
    match at.as_ref().map(|at| (at.str_at("in"), at.str_at("name"))) {
        Some((Some(place), Some(name))) => format!("{place} parameter `{name}`"),
        _ => "the parameter".to_owned(),
    }
}

fn answer(answer: &str, rest: &[&str]) -> String {
    match rest {
        ["headers", name, rest @ ..] => with_members(format!("header `{name}` of {answer}"), rest),
        _ => with_members(answer.to_owned(), rest),
    }
}

fn with_members(whole: String, rest: &[&str]) -> String {
    let rest = match rest {
        ["content", _, "schema", rest @ ..] | ["schema", rest @ ..] => rest,
        _ => return whole,
    };
    match members(rest).trim_start_matches('.') {
        "" => whole,
        members => format!("`{members}` in {whole}"),
    }
}

/// The way through a schema: `.tags[]` for `properties/tags/items`.
fn members(tokens: &[&str]) -> String {
    let mut text = String::new();
    let mut tokens = tokens.iter();
    while let Some(token) = tokens.next() {
        match *token {
            "properties" => {
                let Some(name) = tokens.next() else { break };
                text.push('.');
                text.push_str(name);
            }
            "items" => text.push_str("[]"),
            "additionalProperties" => text.push_str("{}"),
            "not" => {}
            "allOf" => drop(tokens.next()),
            // Alternatives count from 1 for people.
            "oneOf" | "anyOf" => {
                let index = tokens.next().and_then(|index| index.parse::<usize>().ok());
                text.extend(index.map(|index| format!("|{}", index + 1)));
            }
            _ => break,
        }
    }
    text
}
