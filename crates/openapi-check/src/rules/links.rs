//! `link`: a link from an answer to an operation that does not exist, or with a parameter that the operation does
//! not have. Tools that follow links, testers above all, then drop it without a word.

use super::model::Operation;
use super::{Findings, Model};
use crate::kind::Kind;
use crate::node::Node;
use crate::{Diagnostic, suggest};

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for link in model.all(Kind::Link) {
        let Some(target) = target(model, link, findings) else { continue };
        for given in link.get("parameters").map(Node::members).unwrap_or_default() {
            let declared = model.parameters(target);
            let is_meant = |parameter: &Node| {
                let (Some(name), Some(place)) = (parameter.str_at("name"), parameter.str_at("in")) else {
                    return false;
                };
                given.key == name
                    || given.key.strip_prefix(place).and_then(|rest| rest.strip_prefix('.')) == Some(name)
            };
            if declared.iter().any(|(_, parameter)| is_meant(parameter)) {
                continue;
            }
            let message = format!("{} has no parameter `{}`", target.title(), given.key);
            let mut finding = Diagnostic::error("link", &given.key_location, message);
            let names = declared.iter().filter_map(|(_, parameter)| parameter.str_at("name"));
            finding.help = suggest::nearest(&given.key, names).map(|near| format!("did you mean `{near}`?"));
            findings.push(finding);
        }
    }
}

/// The operation that a link leads to. One that leads nowhere is reported; one into another document is left alone.
fn target<'m, 'b>(
    model: &'m Model<'b>,
    link: &'b Node,
    findings: &mut Findings,
) -> Option<&'m Operation<'b>> {
    if let Some(id) = link.get("operationId") {
        let name = id.as_str()?;
        let found =
            model.operations.iter().find(|operation| operation.node().str_at("operationId") == Some(name));
        if found.is_none() {
            let ids = model.operations.iter().filter_map(|operation| operation.node().str_at("operationId"));
            let mut finding =
                Diagnostic::error("link", &id.location, format!("there is no operation `{name}`"));
            finding.help = suggest::nearest(name, ids).map(|near| format!("did you mean `{near}`?"));
            findings.push(finding);
        }
        return found;
    }
    let reference = link.get("operationRef")?;
    let text = reference.as_str()?;
    let walk = model.bundle.root().walk(text.strip_prefix('#')?);
    let found = model.operations.iter().find(|operation| std::ptr::eq(operation.node(), walk.node));
    if found.is_none() || walk.rest.is_some() {
        let message = format!("`{text}` leads to no operation");
        findings.push(
            Diagnostic::error("link", &reference.location, message)
                .help("name the operation by its `operationId`, which survives a change of its path"),
        );
        return None;
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    const DONE: &str = "          description: The pet is updated.\n";

    fn with_link(link: &str) -> String {
        format!("{DONE}          links: {{Next: {link}}}\n")
    }

    #[test]
    fn bad() {
        for (link, expected) in [
            ("{operationId: listPest}", "listPest: there is no operation `listPest`"),
            (
                "{operationRef: '#/paths/~1pets/post'}",
                "'#/paths/~1pets/post': `#/paths/~1pets/post` leads to no operation",
            ),
            (
                "{operationId: listPets, parameters: {limits: 1}}",
                "limits: GET /pets has no parameter `limits`",
            ),
            (
                "{operationId: listPets, parameters: {header.limit: 1}}",
                "header.limit: GET /pets has no parameter `header.limit`",
            ),
        ] {
            reports(DONE, &with_link(link), &[&format!("link at {expected}")]);
        }
    }

    #[test]
    fn good() {
        for link in [
            "{operationId: listPets, parameters: {limit: 1, query.kinds: [kDog]}}",
            "{operationId: updatePet, parameters: {name: $request.path.name}}",
            "{operationRef: '#/paths/~1pets/get'}",
            "{operationRef: 'https://other.example/openapi.yaml#/paths/~1x/get'}",
        ] {
            accepts(DONE, &with_link(link));
        }
    }
}
