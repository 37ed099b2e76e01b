//! `undeclared-tag` and `undeclared-security`: names that an operation uses and the document does not
//! declare, and `duplicate-tag`: tags declared twice.

use std::collections::HashSet;

use super::{Findings, Model};
use crate::kind::Kind;
use crate::node::Node;
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
            }
        }
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
    }

    #[test]
    fn good() {
        accepts("  - Key: []", "  - {}\n  - Key: []");
    }
}
