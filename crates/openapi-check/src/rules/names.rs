//! `undeclared-tag` and `undeclared-security`: names that an operation uses and the document does not
//! declare, and `duplicate-tag`: tags declared twice.

use std::collections::HashSet;

use super::{Findings, Model};
use crate::kind::Kind;
use crate::node::{Member, Node};
use crate::{Diagnostic, suggest};

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    let root = model.bundle.root();
    let mut tags = HashSet::new();
    for name in root.get("tags").map(Node::items).unwrap_or_default().iter().filter_map(|tag| tag.get("name"))
    {
        if let Some(text) = name.as_str()
            && !tags.insert(text)
        {
            let message = format!("the tag `{text}` is declared a second time");
            findings.push(Diagnostic::error("duplicate-tag", &name.location, message));
        }
    }
    for operation in &model.operations {
        for tag in operation.node().get("tags").map(Node::items).unwrap_or_default() {
            if let Some(text) = tag.as_str().filter(|text| !tags.contains(text)) {
                let message = format!("the tag `{text}` is not declared in the document");
                let mut finding = Diagnostic::error("undeclared-tag", &tag.location, message);
                finding.help = suggest::nearest(text, tags.iter().copied())
                    .map(|near| format!("did you mean `{near}`?"));
                findings.push(finding);
            }
        }
    }
    let schemes = root.get("components").and_then(|components| components.get("securitySchemes"));
    for requirement in model.all(Kind::SecurityRequirement) {
        for member in requirement.members() {
            if schemes.is_none_or(|schemes| schemes.get(&member.key).is_none()) {
                let message = format!("there is no security scheme `{}`", member.key);
                findings.push(
                    Diagnostic::error("undeclared-security", &member.key_location, message)
                        .help("security schemes are declared in the components of the entry file"),
                );
            } else if let Some(scheme) = schemes.and_then(|schemes| schemes.get(&member.key)) {
                check_scopes(scheme, member, findings);
            }
        }
    }
}

/// The scopes that a requirement asks for: those of the flows for OAuth, none for a key or a password.
fn check_scopes(scheme: &Node, requirement: &Member, findings: &mut Findings) {
    let asked = requirement.value.items();
    let flows = match scheme.str_at("type") {
        Some("oauth2") => scheme.get("flows").map(Node::members).unwrap_or_default(),
        Some("apiKey" | "http") => &[],
        // OpenID Connect publishes its scopes elsewhere.
        _ => return,
    };
    let scopes = flows.iter().filter_map(|flow| flow.value.get("scopes")).flat_map(Node::members);
    let scopes: Vec<&str> = scopes.map(|scope| scope.key.as_str()).collect();
    for scope in asked {
        let Some(name) = scope.as_str().filter(|name| !scopes.contains(name)) else { continue };
        let message = format!("the security scheme `{}` has no scope `{name}`", requirement.key);
        let mut finding = Diagnostic::error("undeclared-security", &scope.location, message);
        finding.help =
            suggest::nearest(name, scopes.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        findings.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    #[test]
    fn bad() {
        reports(
            "operationId: updatePet\n      tags: [Pets]",
            "operationId: updatePet\n      tags: [Pest]",
            &["undeclared-tag at Pest: the tag `Pest` is not declared in the document"],
        );
        reports(
            "  - name: Pets\n",
            "  - name: Pets\n  - name: 'Pets'\n    description: Twice.\n",
            &["duplicate-tag at 'Pets': the tag `Pets` is declared a second time"],
        );
        reports(
            "  - Key: []",
            "  - Key: []\n  - Kye: []",
            &["undeclared-security at Kye: there is no security scheme `Kye`"],
        );
        reports(
            "  - Key: []",
            "  - Key: [admin]",
            &["undeclared-security at admin: the security scheme `Key` has no scope `admin`"],
        );
        reports(
            "Key: {type: apiKey, in: header, name: key}\nsecurity:\n  - Key: []",
            "Key:\n      type: oauth2\n      flows: {clientCredentials: {tokenUrl: 'https://x.example', scopes: {read: ''}}}\nsecurity:\n  - Key: [read, raed]",
            &["undeclared-security at raed: the security scheme `Key` has no scope `raed`"],
        );
    }

    #[test]
    fn good() {
        accepts("  - Key: []", "  - {}\n  - Key: []");
    }
}
