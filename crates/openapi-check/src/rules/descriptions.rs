//! `description`: operations, parameters, headers, bodies, schemas with a name and properties say what they are,
//! in a sentence that says more than their name does.

use super::words::words;
use super::{Findings, Model};
use crate::kind::Kind;
use crate::node::{Member, Node};
use crate::{Diagnostic, Location};

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for operation in &model.operations {
        let node = operation.node();
        let name = node.str_at("operationId").unwrap_or_default();
        let place = &operation.method.key_location;
        if node.str_at("summary").is_none_or(|summary| summary.trim().is_empty()) {
            let message = format!("{} has no summary", operation.title());
            findings.push(
                Diagnostic::error("description", place, message)
                    .help("lists of operations show the summary: a few words, beginning with a verb"),
            );
        }
        sentence(node, "operation", name, place, findings);
    }
    for parameter in model.all(Kind::Parameter) {
        let name = parameter.str_at("name").unwrap_or_default();
        let place = parameter.get("name").map_or(&parameter.location, |name| &name.location);
        sentence(parameter, "parameter", name, place, findings);
    }
    for object in model.all(Kind::Response) {
        let name = "response";
        if object.get("description").is_some() {
            sentence(object, "answer", name, &object.location, findings);
        }
        for header in object.get("headers").map(Node::members).unwrap_or_default() {
            if let Some(node) = model.resolve(&header.value) {
                sentence(node, "header", &header.key, &header.key_location, findings);
            }
        }
    }
    for body in model.all(Kind::RequestBody) {
        sentence(body, "body", "body", &body.location, findings);
    }
    for schema in model.section("schemas") {
        member(schema, "schema", findings);
    }
    for schema in model.all(Kind::Schema) {
        for property in schema.get("properties").map(Node::members).unwrap_or_default() {
            member(property, "property", findings);
        }
    }
    for tag in model.bundle.root().get("tags").map(Node::items).unwrap_or_default() {
        sentence(tag, "tag", tag.str_at("name").unwrap_or_default(), &tag.location, findings);
    }
}

/// A schema or a property. What is a reference is described where it leads.
fn member(member: &Member, noun: &str, findings: &mut Findings) {
    if member.value.is_mapping() && member.value.reference().is_none() {
        sentence(&member.value, noun, &member.key, &member.key_location, findings);
    }
}

fn sentence(node: &Node, noun: &str, name: &str, place: &Location, findings: &mut Findings) {
    let Some(description) = node.get("description") else {
        let message = format!("the {noun} `{name}` is not described");
        let help = "say what it is for, in which unit it is, and what its absence means";
        findings.push(Diagnostic::error("description", place, message).help(help));
        return;
    };
    // What is no text, the metaschema reports.
    let Some(text) = description.as_str() else { return };
    let text = text.trim();
    let problem = if text.is_empty() {
        "is empty"
    } else if is_repetition(text, name) {
        "only repeats the name"
    } else if is_placeholder(text) {
        "is a placeholder"
    } else if !ends(text) {
        "does not end as a sentence does"
    } else {
        return;
    };
    let message = format!("the description of the {noun} `{name}` {problem}");
    findings.push(Diagnostic::error("description", &description.location, message));
}

/// A sentence ends in a period or the like; a list, a table and a block of code end as they do.
fn ends(text: &str) -> bool {
    let last = text.lines().last().unwrap_or_default().trim();
    let is_block = ["- ", "* ", "|", "```", "~~~"].iter().any(|mark| last.starts_with(mark));
    is_block || last.trim_end_matches(['`', ')', '"', '\'', '*', '_']).ends_with(['.', '!', '?', ':'])
}

/// Whether the text says nothing but the name. Most texts are too long for that, which is quick to see.
fn is_repetition(text: &str, name: &str) -> bool {
    text.len() <= 2 * name.len() + 4 && words(text) == words(name)
}

fn is_placeholder(text: &str) -> bool {
    let bare = text.trim_end_matches('.').to_lowercase();
    ["todo", "tbd", "fixme", "xxx", "n/a", "none", "description", "no description", "string"]
        .contains(&bare.as_str())
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::documented;

    fn check(from: &str, to: &str, expected: &str) {
        documented(from, to, &[&format!("description at {expected}")]);
    }

    #[test]
    fn bad() {
        check("      summary: Update a pet\n", "", "put: PUT /pets/{name} has no summary");
        check(
            "      description: Replaces what is known of a pet.\n",
            "",
            "put: the operation `updatePet` is not described",
        );
        check(
            "        description: What the pet listens to.\n",
            "",
            "name: the parameter `name` is not described",
        );
        check(
            "        description: The pet as it is to be.\n",
            "",
            "required: the body `body` is not described",
        );
        check(
            "      description: Why a call failed.\n",
            "",
            "Failure: the schema `Failure` is not described",
        );
        check(
            "name: {type: string, description: What it listens to.}",
            "name: {type: string}",
            "name: the property `name` is not described",
        );
        check(
            "              description: How many pets there are.\n",
            "",
            "X-Count: the header `X-Count` is not described",
        );
        for (text, problem) in [
            ("''", "is empty"),
            ("Name.", "only repeats the name"),
            ("TODO", "is a placeholder"),
            ("What-it-listens-to", "does not end as a sentence does"),
        ] {
            check(
                "description: What it listens to.}",
                &format!("description: {text}}}"),
                &format!("{text}: the description of the property `name` {problem}"),
            );
        }
    }

    #[test]
    fn good() {
        documented(
            "description: Replaces what is known of a pet.",
            "description: \"One of:\\n\\n- a cat\\n- a dog\"",
            &[],
        );
        documented(
            "description: What it listens to.}",
            "description: 'What it listens to, as `\"Rex.\"`'}",
            &[],
        );
    }
}
