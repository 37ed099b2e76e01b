//! Keeps descriptions from becoming doctests.
//!
//! A description is CommonMark. In Rust documentation an indented block or a fence without a language is a
//! program that `cargo test` compiles.

use serde_json::Value;

use super::Context;
use crate::Error;
use crate::document::{operation_keys, operation_mut, visit_schemas};

pub(super) fn apply(context: &mut Context<'_>) -> Result<(), Error> {
    let mut notes = Vec::new();
    let mut tame = |pointer: String, holder: &mut Value| {
        for key in ["description", "summary"] {
            if holder.get(key).and_then(Value::as_str) == Some("")
                && let Some(holder) = holder.as_object_mut()
            {
                // An empty description would be an empty line of documentation.
                holder.remove(key);
            }
            if let Some(text) = holder.get(key).and_then(Value::as_str)
                && let Some(tamed) = tamed(text)
            {
                holder[key] = Value::String(tamed);
                notes.push((format!("{pointer}/{key}"), "code block marked as text"));
            }
        }
    };
    for key in operation_keys(&context.document) {
        let Some(operation) = operation_mut(&mut context.document, &key) else { continue };
        let mut whole = Value::Object(std::mem::take(operation));
        tame(key.pointer(), &mut whole);
        let parameters = whole.get_mut("parameters").and_then(Value::as_array_mut);
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            tame(format!("{}/parameters/{index}", key.pointer()), parameter);
        }
        if let Some(body) = whole.get_mut("requestBody") {
            tame(format!("{}/requestBody", key.pointer()), body);
        }
        if let Value::Object(whole) = whole {
            *operation = whole;
        }
    }
    for tag in context.document.get_mut("tags").and_then(Value::as_array_mut).into_iter().flatten() {
        tame("#/tags".to_owned(), tag);
    }
    visit_schemas(&mut context.document, |pointer, schema| {
        let mut whole = Value::Object(std::mem::take(schema));
        tame(pointer.to_owned(), &mut whole);
        if let Value::Object(whole) = whole {
            *schema = whole;
        }
        Ok(())
    })?;
    for (pointer, note) in notes {
        context.note("code-block", pointer, note);
    }
    Ok(())
}

/// `text` with its code blocks marked as text, or nothing if it has none.
fn tamed(text: &str) -> Option<String> {
    let mut changed = false;
    let mut fence: Option<&str> = None;
    let mut after_blank = true;
    let mut lines = Vec::new();
    for line in text.lines() {
        let bare = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| bare.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => {
                fence = Some(mark);
                changed = true;
                lines.push(format!("{mark}text"));
            }
            (Some(open), Some(mark)) if open == mark => {
                fence = None;
                lines.push(mark.to_owned());
            }
            (None, None) if after_blank && (line.starts_with("    ") || line.starts_with('\t')) => {
                changed = true;
                // Stays part of an indented block only for the reader's eye.
                lines.push(format!("> {bare}"));
                continue;
            }
            _ => lines.push(line.to_owned()),
        }
        after_blank = bare.is_empty();
    }
    if fence.is_some() {
        lines.push("```".to_owned());
    }
    changed.then(|| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::tamed;

    #[test]
    fn a_fence_of_any_language_becomes_text() {
        assert_eq!(
            tamed("Say\n\n```json\n{}\n```\nand go").as_deref(),
            Some("Say\n\n```text\n{}\n```\nand go")
        );
    }

    #[test]
    fn an_indented_block_becomes_a_quotation() {
        assert_eq!(tamed("Say\n\n    let x = 1;\n    x").as_deref(), Some("Say\n\n> let x = 1;\n> x"));
    }

    #[test]
    fn a_fence_left_open_is_closed() {
        assert_eq!(tamed("```\nx").as_deref(), Some("```text\nx\n```"));
    }

    #[test]
    fn plain_text_and_nested_lists_stay() {
        assert_eq!(tamed("One\n- two\n    three"), None);
    }
}
