//! `inline-name`: a schema written in place whose generated name belongs to another. Generators name such a
//! schema after where it stands: the `status` of a `Thing` becomes `ThingStatus`, whoever else is called so.

use std::collections::{HashMap, HashSet};

use super::words::pascal;
use super::{Findings, Model};
use crate::node::{Member, Node};
use crate::{Diagnostic, Location};

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    let schemas = model.section("schemas");
    let mut taken: HashMap<String, String> =
        schemas.iter().map(|schema| (pascal(&schema.key), format!("the schema `{}`", schema.key))).collect();
    let mut inline = Vec::new();
    for schema in schemas {
        nested(&schema.key, &schema.value, &mut inline);
    }
    for operation in &model.operations {
        let Some(id) = operation.node().str_at("operationId") else { continue };
        for (_, parameter) in model.parameters(operation) {
            if let (Some(name), Some(schema)) = (parameter.str_at("name"), parameter.member("schema")) {
                whole(&format!("{id}-{name}"), &schema.value, &schema.key_location, &mut inline);
            }
        }
        let bodies = model.request_body(operation).map(|body| ("body", body));
        let answers = model.responses(operation).filter(|(status, _)| status.key.starts_with('2'));
        let answers = answers.map(|(_, response)| ("response", response));
        for (suffix, object) in bodies.into_iter().chain(answers) {
            for schema in object.get("content").map(Node::members).unwrap_or_default() {
                if let Some(schema) = schema.value.member("schema") {
                    whole(&format!("{id}-{suffix}"), &schema.value, &schema.key_location, &mut inline);
                }
            }
        }
    }
    // One schema is reached from several operations where a parameter or an answer is shared.
    let mut seen: HashSet<(*const Node, String)> = HashSet::new();
    for (name, location, node) in inline {
        let name = pascal(&name);
        if !seen.insert((std::ptr::from_ref(node), name.clone())) {
            continue;
        }
        let title = format!("the schema written at {location}");
        if let Some(other) = taken.get(&name) {
            let message = format!("generators name this schema `{name}`, as they do {other}");
            findings.push(
                Diagnostic::error("inline-name", location, message)
                    .help("put it into `components` under a name of its own, or rename the other"),
            );
        } else {
            taken.insert(name, title);
        }
    }
}

type Inline<'b> = Vec<(String, &'b Location, &'b Node)>;

/// The schema itself if it becomes a type, and those in it.
fn whole<'b>(name: &str, schema: &'b Node, location: &'b Location, found: &mut Inline<'b>) {
    if schema.reference().is_some() {
        return;
    }
    if schema.get("enum").is_some() || schema.get("properties").is_some() {
        found.push((name.to_owned(), location, schema));
    }
    nested(name, schema, found);
}

fn nested<'b>(name: &str, schema: &'b Node, found: &mut Inline<'b>) {
    if schema.reference().is_some() {
        return;
    }
    for Member { key, key_location, value, .. } in
        schema.get("properties").map(Node::members).unwrap_or_default()
    {
        whole(&format!("{name}-{key}"), value, key_location, found);
    }
    if let Some(items) = schema.member("items") {
        whole(&format!("{name}-item"), &items.value, &items.key_location, found);
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports_rule};

    const KIND: &str = "        kind: {$ref: '#/components/schemas/Kind'}\n";

    #[test]
    fn bad() {
        reports_rule(
            "inline-name",
            KIND,
            "        kind: {$ref: '#/components/schemas/PetSize'}\n        size: {type: string, enum: [small, big]}\n    PetSize:\n      properties:\n        kind: {$ref: '#/components/schemas/Kind'}\n",
            &["inline-name at size: generators name this schema `PetSize`, as they do the schema `PetSize`"],
        );
    }

    #[test]
    fn good() {
        accepts(KIND, &format!("{KIND}        size: {{type: string, enum: [small, big]}}\n"));
    }
}
