//! `required-property`: a name in `required` that no property has. The value could be anything, and most
//! generators drop the name without a word.

use std::collections::HashSet;

use super::compose::{COMPOSITIONS, composed};
use super::{Findings, Model};
use crate::kind::Kind;
use crate::node::Node;
use crate::{Diagnostic, suggest};

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    // Parts that stand inside another schema are checked with it, because they share its properties.
    let mut parts: HashSet<*const Node> = HashSet::new();
    for schema in model.all(Kind::Schema) {
        parts.extend(members(schema).map(std::ptr::from_ref));
    }
    for schema in model.all(Kind::Schema).filter(|schema| !parts.contains(&std::ptr::from_ref(*schema))) {
        check_schema(model, schema, &HashSet::new(), findings);
    }
}

fn check_schema<'b>(
    model: &Model<'b>,
    schema: &'b Node,
    inherited: &HashSet<&'b str>,
    findings: &mut Findings,
) {
    let mut names = inherited.clone();
    let mut is_map = false;
    for part in composed(model, schema) {
        let properties = part.get("properties").map(Node::members).unwrap_or_default();
        names.extend(properties.iter().map(|property| property.key.as_str()));
        is_map |= part.get("additionalProperties").is_some_and(|others| others.as_bool() != Some(false));
    }
    for required in schema.get("required").map(Node::items).unwrap_or_default() {
        let Some(name) = required.as_str() else { continue };
        if is_map || names.contains(name) {
            continue;
        }
        let message = format!("`{name}` is required and there is no such property");
        let mut finding = Diagnostic::error("required-property", &required.location, message);
        finding.help =
            suggest::nearest(name, names.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        findings.push(finding);
    }
    for part in members(schema).filter(|part| part.reference().is_none()) {
        check_schema(model, part, &names, findings);
    }
}

/// The schemas that a schema is composed of.
fn members(schema: &Node) -> impl Iterator<Item = &Node> {
    COMPOSITIONS.iter().filter_map(|key| schema.get(key)).flat_map(Node::items)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    const LABELS: &str = "additionalProperties: {type: string}";

    #[test]
    fn bad() {
        reports(
            LABELS,
            "properties: {colour: {type: string}}\n          required: [color]",
            &["required-property at color: `color` is required and there is no such property"],
        );
        reports(
            "items: {$ref: '#/components/schemas/Pet'}",
            "items: {allOf: [{$ref: '#/components/schemas/Pet'}, {required: [size]}]}",
            &[
                "example at {name: `pets[0].size` of this example is required",
                "required-property at size: `size` is required and there is no such property",
            ],
        );
    }

    #[test]
    fn good() {
        accepts(LABELS, "properties: {colour: {type: string}}\n          required: [colour]");
        // The property is in another part.
        accepts(
            "items: {$ref: '#/components/schemas/Pet'}",
            "items: {allOf: [{$ref: '#/components/schemas/Pet'}, {required: [kind]}]}",
        );
        // A map may have any member.
        accepts(LABELS, "additionalProperties: {type: string}\n          required: [colour]");
    }
}
