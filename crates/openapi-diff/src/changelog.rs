//! Tells the users of an API what changed, in Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::{Change, Impact};

/// How many operations are listed before the rest is counted.
const LISTED: usize = 4;

/// Writes the changes as Markdown for the users of the API: a heading of the third level for each impact,
/// what breaks first, each with what to do; then what is new; then how many places changed their wording.
/// Empty without changes; otherwise it ends with a line break.
pub fn changelog(changes: &[Change]) -> String {
    let mut text = String::new();
    for impact in Impact::ALL {
        let of_impact: Vec<&Change> = changes.iter().filter(|change| change.impact == impact).collect();
        if of_impact.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        // Writing to a String cannot fail.
        let _ = match impact {
            Impact::Patch => wording(&mut text, &of_impact),
            _ => section(&mut text, impact, &of_impact),
        };
    }
    text
}

fn section(text: &mut String, impact: Impact, changes: &[&Change]) -> std::fmt::Result {
    let heading = match impact {
        Impact::Major => "Breaking",
        Impact::SdkBreaking => "Breaking for generated code",
        Impact::Minor => "Added and eased",
        Impact::Patch => "Wording",
    };
    writeln!(text, "### {heading}\n")?;
    for change in changes {
        writeln!(text, "- **{}**{}: {}.", capital(&change.message), operations(change), change.consequence)?;
        if let Some(advice) = &change.advice {
            writeln!(text, "  *{}.*", capital(advice))?;
        }
    }
    Ok(())
}

/// Wording is counted by what it is, since nobody has to act on it.
fn wording(text: &mut String, changes: &[&Change]) -> std::fmt::Result {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for change in changes {
        *counts.entry(&change.id).or_default() += 1;
    }
    writeln!(text, "### Wording\n")?;
    for (id, count) in counts {
        writeln!(text, "- {} ({count})", capital(&id.replace('-', " ")))?;
    }
    Ok(())
}

/// The first few operations in parentheses, with the number of the others.
pub(crate) fn operations(change: &Change) -> String {
    let listed: Vec<String> =
        change.operations.iter().take(LISTED).map(|operation| format!("`{operation}`")).collect();
    match change.operations.len() {
        0 => String::new(),
        count if count > LISTED => format!(" ({} and {} more)", listed.join(", "), count - LISTED),
        _ => format!(" ({})", listed.join(", ")),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
