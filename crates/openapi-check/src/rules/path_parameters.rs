//! `path-parameters`: each `{name}` of a path is declared for each of its operations, and each parameter
//! declared as part of the path stands in it. A parameter is declared once.

use std::collections::HashSet;

use super::{Findings, Model};
use crate::Diagnostic;
use crate::node::Node;

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for operation in &model.operations {
        let template = &operation.path.key;
        let names = names(template);
        let mut declared = HashSet::new();
        for object in [operation.node(), &operation.path.value] {
            let mut here = HashSet::new();
            for written in object.get("parameters").map(Node::items).unwrap_or_default() {
                let Some(parameter) = model.resolve(written) else { continue };
                let (Some(name), Some(place)) = (parameter.str_at("name"), parameter.str_at("in")) else {
                    continue;
                };
                if !here.insert((name, place)) {
                    let message = format!("the {place} parameter `{name}` is declared twice here");
                    findings.push(Diagnostic::error("path-parameters", &written.location, message));
                }
                if place != "path" {
                    continue;
                }
                declared.insert(name);
                if !names.contains(&name) {
                    let message = format!("the path `{template}` has no `{{{name}}}`");
                    findings.push(Diagnostic::error("path-parameters", &written.location, message));
                }
            }
        }
        for name in names.iter().filter(|name| !declared.contains(*name)) {
            let message =
                format!("{} does not declare the parameter `{name}` of its path", operation.title());
            findings.push(
                Diagnostic::error("path-parameters", &operation.method.key_location, message)
                    .help(format!("declare `{name}` with `in: path` and `required: true`")),
            );
        }
        let mut seen = HashSet::new();
        if let Some(name) = names.iter().find(|name| !seen.insert(**name)) {
            let message = format!("the path `{template}` has `{{{name}}}` twice");
            findings.push(Diagnostic::error("path-parameters", &operation.path.key_location, message));
        }
    }
}

/// The names in the braces of a path template.
fn names(template: &str) -> Vec<&str> {
    let after = template.split('{').skip(1);
    after.filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    #[test]
    fn bad() {
        reports(
            "  /pets/{name}:",
            "  /pets/{nmae}:",
            &[
                "path-parameters at $ref: the path `/pets/{nmae}` has no `{name}`",
                "path-parameters at put: PUT /pets/{nmae} does not declare the parameter `nmae` of its path",
            ],
        );
        reports(
            "  /pets/{name}:",
            "  /pets/{name}/{name}:",
            &["path-parameters at /pets/{name: the path `/pets/{name}/{name}` has `{name}` twice"],
        );
        reports(
            "      - $ref: '#/components/parameters/Name'",
            "      - $ref: '#/components/parameters/Name'\n      - {name: name, in: path, required: true, schema: {}}",
            &["path-parameters at {name: the path parameter `name` is declared twice here"],
        );
    }

    #[test]
    fn good() {
        // An operation may declare anew what its path declares.
        accepts(
            "      operationId: updatePet",
            "      operationId: updatePet\n      parameters: [{name: name, in: path, required: true, schema: {}}]",
        );
    }
}
