//! `evidence`: every operation says in `x-evidence` which material names it and how sure its shape is, and wherever
//! else that is said it has the same form. A reader of a document that was pieced together has to know what to rely on.
//!
//! ```yaml
//! x-evidence:
//!   sources: [product-guide, go-sdk]
//!   confidence: high
//! ```

use super::{Findings, Model};
use crate::Diagnostic;
use crate::kind::{Kind, visit};
use crate::node::{Member, Node};

const KEY: &str = "x-evidence";
const CONFIDENCE: [&str; 3] = ["high", "medium", "low"];

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    for operation in &model.operations {
        if operation.node().get(KEY).is_none() {
            let message = format!("{} does not say how it is known", operation.title());
            findings.push(
                Diagnostic::error("evidence", &operation.method.key_location, message)
                    .help("add `x-evidence` with `sources` and `confidence`"),
            );
        }
    }
    visit(model.bundle.root(), Kind::Document, &mut |kind, member, _| {
        // A property may be called so.
        if kind == Kind::Data
            && let Some(member) = member.filter(|member| member.key == KEY)
        {
            check_form(member, findings);
        }
    });
}

fn check_form(evidence: &Member, findings: &mut Findings) {
    let mut report = |place, message: String| findings.push(Diagnostic::error("evidence", place, message));
    let value = &evidence.value;
    if !value.is_mapping() {
        report(&evidence.key_location, "evidence is `sources` and `confidence`".to_owned());
        return;
    }
    for member in value
        .members()
        .iter()
        .filter(|member| !["sources", "confidence", "note"].contains(&member.key.as_str()))
    {
        report(&member.key_location, format!("evidence has no `{}`", member.key));
    }
    match value.get("confidence") {
        None => report(&evidence.key_location, "this evidence has no `confidence`".to_owned()),
        Some(node) if !node.as_str().is_some_and(|text| CONFIDENCE.contains(&text)) => {
            report(&node.location, format!("confidence is one of {}", CONFIDENCE.join(", ")));
        }
        Some(_) => {}
    }
    let sources = value.get("sources").map(Node::items).unwrap_or_default();
    if sources.is_empty() {
        report(&evidence.key_location, "this evidence has no `sources`".to_owned());
    }
    let mut seen = Vec::new();
    for source in sources {
        match source.as_str() {
            Some(name) if seen.contains(&name) => {
                report(&source.location, format!("the source `{name}` stands here a second time"));
            }
            Some(name) if is_kebab(name) => seen.push(name),
            _ => report(&source.location, "a source is a name such as `product-guide`".to_owned()),
        }
    }
}

fn is_kebab(name: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    name.split('-').all(word)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::documented;

    const EVIDENCE: &str = "      x-evidence: {sources: [product-guide], confidence: high}\n";

    #[test]
    fn bad() {
        documented(EVIDENCE, "", &["evidence at put: PUT /pets/{name} does not say how it is known"]);
        for (evidence, expected) in [
            ("rumour", "x-evidence: evidence is `sources` and `confidence`"),
            ("{sources: [guide]}", "x-evidence: this evidence has no `confidence`"),
            ("{sources: [guide], confidence: certain}", "certain: confidence is one of high, medium, low"),
            ("{confidence: low}", "x-evidence: this evidence has no `sources`"),
            (
                "{sources: [The_Guide], confidence: low}",
                "The_Guide: a source is a name such as `product-guide`",
            ),
            ("{sources: [a, a], confidence: low}", "a: the source `a` stands here a second time"),
            ("{sources: [a], confidence: low, page: 3}", "page: evidence has no `page`"),
        ] {
            documented(
                EVIDENCE,
                &format!("      x-evidence: {evidence}\n"),
                &[&format!("evidence at {expected}")],
            );
        }
    }

    #[test]
    fn good() {
        documented(
            EVIDENCE,
            "      x-evidence: {sources: [guide, go-sdk], confidence: low, note: Only a name.}\n",
            &[],
        );
    }
}
