//! What a run of the generator gives.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::lower::Entry;

/// The generated source and what is worth reviewing about it.
#[derive(Clone, Debug)]
pub struct Output {
    /// Rust source for one module, formatted. Expects `crate::Client` with a field
    /// `transport: client_core::Transport`, under the feature `client`, and a feature for each of
    /// [`Output::areas`].
    pub code: String,
    /// Rust source for another module, formatted: the mocks of the operations. Expects a `MockServer` in the module
    /// around it, with a field `service: client_mocks::MockService`, and the same features as [`Output::code`].
    pub mocks: String,
    /// The areas of the document in its order: its tags in lower case with dashes. Each is a feature.
    pub areas: Vec<String>,
    /// The public surface in a form for review, by area: `runs`, `policies`, and `shared` for types that
    /// several areas reach.
    pub surface: BTreeMap<String, String>,
    /// One line an operation: method, path, Rust method, sorted by path.
    pub operations: String,
    /// A stable hash of [`Output::code`], 16 hexadecimal digits. It detects drift; it is no protection
    /// against intent.
    pub digest: String,
    /// Every rewrite of the document, in the order made.
    pub lowerings: Vec<Entry>,
}

impl Output {
    /// The rewrites as text: one line each, grouped by rule; of a rule that was applied more than
    /// `at_most` times only the number.
    #[must_use]
    pub fn lowering_log(&self, at_most: usize) -> String {
        let mut rules: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in &self.lowerings {
            rules.entry(entry.rule).or_default().push(entry);
        }
        let mut text = String::new();
        for (rule, entries) in rules {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{rule}: {}", entries.len());
            if entries.len() <= at_most {
                for entry in entries {
                    let _ = writeln!(text, "  {} {}", entry.pointer, entry.note);
                }
            }
        }
        text
    }
}
