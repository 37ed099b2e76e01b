//! Documents to compare, and comparisons as text.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use openapi_check::{Bundle, Sources, bundle};
use openapi_diff::{Change, Rule, Side, diff, rules};

pub(crate) fn cases() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases"))
}

/// The document that everything is tried on.
pub(crate) fn base() -> String {
    fs::read_to_string(cases().join("base.yaml")).expect("the base document")
}

pub(crate) fn document(text: &str) -> Bundle {
    let sources: Sources = [("pets.yaml".to_owned(), text.to_owned())].into_iter().collect();
    bundle(&sources, "pets.yaml").unwrap_or_else(|findings| panic!("{findings:#?}\n{text}"))
}

/// The changes from one text to another.
pub(crate) fn changes(base: &str, new: &str) -> Vec<Change> {
    diff(&document(base), &document(new))
}

/// Changes for people to review: what and where, with the authored line of each side.
pub(crate) fn render(changes: &[Change], base: &str, new: &str) -> String {
    let mut text = String::new();
    for change in changes {
        let _ = writeln!(text, "{} {}", change.impact, change.id);
        let _ = writeln!(text, "  {}: {}", change.message, change.consequence);
        side(&mut text, '-', &change.base, base);
        side(&mut text, '+', &change.new, new);
        if !change.operations.is_empty() {
            let _ = writeln!(text, "  in {}", change.operations.join(", "));
        }
    }
    text
}

fn side(text: &mut String, sign: char, side: &Side, source: &str) {
    let line = source.lines().nth(side.line - 1).unwrap_or_default();
    let rest: String = line.chars().skip(side.column - 1).take(40).collect();
    let absent = if side.present { "" } else { "not in " };
    let _ = writeln!(text, "  {sign} {absent}{} `{}`", side.pointer, rest.trim_end());
}

/// Each change has its opposite, at the same places.
pub(crate) fn assert_mirrored(name: &str, there: &[Change], back: &[Change]) {
    let mut left: Vec<&Change> = back.iter().collect();
    for change in there {
        let opposite = left.iter().position(|other| {
            let same_places = change.base.pointer == other.new.pointer
                && change.new.pointer == other.base.pointer
                && change.base.present == other.new.present;
            same_places && (is_opposite(change, other) || is_opposite(other, change))
        });
        match opposite {
            Some(index) => drop(left.remove(index)),
            None => panic!("{name}: nothing mirrors {change:#?} among {left:#?}"),
        }
    }
    assert!(left.is_empty(), "{name}: only on the way back: {left:#?}");
}

/// Whether the rule of one change names that of the other as its opposite. Of what goes in both directions the
/// worse is told, which is the other one on the way back.
fn is_opposite(change: &Change, other: &Change) -> bool {
    bare(rule(&change.id).inverse) == bare(&other.id)
}

fn bare(id: &str) -> &str {
    id.strip_prefix("request-").or_else(|| id.strip_prefix("response-")).unwrap_or(id)
}

fn rule(id: &str) -> &'static Rule {
    rules().into_iter().find(|rule| rule.id == id).unwrap_or_else(|| panic!("no rule {id}"))
}
