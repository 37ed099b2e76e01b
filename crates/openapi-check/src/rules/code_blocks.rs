//! `code-block`: a block of code in a description that does not say its language, or says Rust. In the
//! documentation of Rust such a block is a program, which `cargo test` then compiles.

use super::{Findings, Model};
use crate::Diagnostic;
use crate::kind::{Kind, visit};

pub(super) fn check(model: &Model<'_>, findings: &mut Findings) {
    visit(model.bundle.root(), Kind::Document, &mut |kind, _, node| {
        if !matches!(
            kind,
            Kind::Schema
                | Kind::Operation
                | Kind::Parameter
                | Kind::RequestBody
                | Kind::Response
                | Kind::Header
        ) {
            return;
        }
        for key in ["description", "summary"] {
            let Some(text) = node.get(key).filter(|text| text.as_str().is_some_and(has_program)) else {
                continue;
            };
            let message =
                format!("this {key} has a block of code that documentation in Rust takes for a program");
            findings.push(Diagnostic::error("code-block", &text.location, message).help(
                "name a language after the fence, such as ```text or ```json, and do not indent blocks",
            ));
        }
    });
}

/// Whether a text in CommonMark has a block that Rust would compile.
fn has_program(text: &str) -> bool {
    let mut open: Option<&str> = None;
    let mut after_blank = true;
    for line in text.lines() {
        let bare = line.trim_start();
        let fence = ["```", "~~~"].into_iter().find(|fence| bare.starts_with(fence));
        match (open, fence) {
            (None, Some(fence)) => {
                let language = bare.trim_start_matches(['`', '~']).trim();
                if language.is_empty() || language == "rust" {
                    return true;
                }
                open = Some(fence);
            }
            (Some(fence), Some(other)) if fence == other => open = None,
            (None, None) if after_blank && (line.starts_with("    ") || line.starts_with('\t')) => {
                return !bare.is_empty();
            }
            _ => {}
        }
        after_blank = bare.is_empty();
    }
    false
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{accepts, reports};

    const DONE: &str = "description: The pet is updated.";

    #[test]
    fn bad() {
        for text in ["Say\\n\\n```\\n{}\\n```", "Say\\n\\n    let", "~~~rust\\nx\\n~~~"] {
            let word = text.split(' ').next().unwrap_or_default();
            let word = if word == text { format!("{text}\"") } else { word.to_owned() };
            let expected = format!(
                "code-block at \"{}: this description has a block of code that documentation in Rust takes for a program",
                word.split('}').next().unwrap_or_default()
            );
            reports(DONE, &format!("description: \"{text}\""), &[&expected]);
        }
    }

    #[test]
    fn good() {
        accepts(DONE, "description: \"Say\\n\\n```json\\n{}\\n```\\n- one\\n    two\"");
    }
}
