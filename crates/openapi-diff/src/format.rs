//! Changes as text for a terminal, and as commands for the log of a workflow.

use std::fmt::Write as _;

use crate::{Change, Impact, Side};

/// How many operations are named before the rest is counted.
const LISTED: usize = 4;

/// Prints changes for a terminal, by impact: rule, what changed and whom it breaks, where it is and was, and
/// the operations concerned. Ends with a line break unless there is nothing to print.
pub fn text(changes: &[Change]) -> String {
    let mut text = String::new();
    for impact in Impact::ALL {
        let mut of_impact = changes.iter().filter(|change| change.impact == impact).peekable();
        if of_impact.peek().is_none() {
            continue;
        }
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{impact}");
        for change in of_impact {
            let _ = one(&mut text, change);
        }
    }
    text
}

fn one(text: &mut String, change: &Change) -> std::fmt::Result {
    writeln!(text, "  {}: {}", change.id, change.message)?;
    writeln!(text, "    {}", change.consequence)?;
    writeln!(text, "    {}", places(&change.base, &change.new))?;
    if !change.operations.is_empty() {
        writeln!(text, "    in {}", operations(change))?;
    }
    Ok(())
}

fn places(base: &Side, new: &Side) -> String {
    match (base.present, new.present) {
        (false, true) => format!("--> {}", new.place()),
        (true, false) => format!("--> was {}", base.place()),
        _ => format!("--> {}, was {}", new.place(), base.place()),
    }
}

/// The first few operations, with the number of the others.
fn operations(change: &Change) -> String {
    let listed: Vec<&str> = change.operations.iter().take(LISTED).map(String::as_str).collect();
    match change.operations.len() {
        count if count > LISTED => format!("{} and {} more", listed.join(", "), count - LISTED),
        _ => listed.join(", "),
    }
}

/// Prints changes as workflow commands, which annotate the lines of a change request: an error for what
/// breaks, a notice for the rest. Wording is left out, since a diff shows it.
pub fn github(changes: &[Change]) -> String {
    let mut text = String::new();
    for change in changes.iter().filter(|change| change.impact > Impact::Patch) {
        let command = if change.impact > Impact::Minor { "error" } else { "notice" };
        // What is gone is shown at what it is missing from: the old file may not be there any more.
        let Side { file, line, column, .. } = &change.new;
        let (file, title) = (property(file), property(&format!("{}: {}", change.impact, change.id)));
        let message = format!("{}: {}", change.message, change.consequence);
        let _ = writeln!(
            text,
            "::{command} file={file},line={line},col={column},title={title}::{}",
            data(&message)
        );
    }
    text
}

/// Escapes the message of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// How many changes of each impact there are, the most first: `1 major, 2 minor`; `nothing changed` for none.
pub fn summary(changes: &[Change]) -> String {
    let counts = Impact::ALL.into_iter().filter_map(|impact| {
        let count = changes.iter().filter(|change| change.impact == impact).count();
        (count > 0).then(|| format!("{count} {impact}"))
    });
    let counts: Vec<String> = counts.collect();
    if counts.is_empty() { "nothing changed".to_owned() } else { counts.join(", ") }
}
