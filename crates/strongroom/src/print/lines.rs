//! Lists of paths: columns of fixed width and the path last, as `ls -l` has it. A path is never cut or broken.

use command_table::Form;
use serde_json::Value;

use super::{Format, View, cell, pager, text};
use crate::failure::Failure;

/// A column before the path.
#[derive(Clone, Copy)]
pub(crate) struct Fixed {
    pub(crate) title: &'static str,
    pub(crate) member: &'static str,
    pub(crate) form: Form,
    /// How wide it is at least; what is longer moves the rest.
    pub(crate) width: usize,
    /// Sizes and numbers are set to the right.
    pub(crate) right: bool,
}

/// How a list of paths looks.
pub(crate) struct Layout<'a> {
    pub(crate) columns: &'a [Fixed],
    /// What the last column is called, and the member that it shows.
    pub(crate) last: (&'static str, &'static str),
}

impl Layout<'_> {
    /// The heading, with a line break.
    pub(crate) fn heading(&self, view: &View) -> String {
        let line =
            self.columns.iter().map(|column| pad(column.title, column)).collect::<String>() + self.last.0;
        if view.color { format!("\u{1b}[1m{line}\u{1b}[0m\n") } else { format!("{line}\n") }
    }

    /// A line of the list, with a line break.
    pub(crate) fn line(&self, entry: &Value) -> String {
        let shown = |column: &Fixed| pad(&cell::human(&entry[column.member], column.form), column);
        let columns: String = self.columns.iter().map(shown).collect();
        format!("{columns}{}\n", cell::plain(&entry[self.last.1]))
    }
}

fn pad(text: &str, column: &Fixed) -> String {
    let width = column.width;
    if column.right { format!("{text:>width$}  ") } else { format!("{text:<width$}  ") }
}

impl View {
    /// Whether the answer is for people, and they have not asked for a part of it.
    pub(crate) fn is_table(&self) -> bool {
        matches!(self.format, Format::Table | Format::Wide) && self.query.is_none()
    }

    /// Whether people want all columns.
    pub(crate) fn is_wide(&self) -> bool {
        self.format == Format::Wide
    }

    /// Prints a text that is all of the answer, a page at a time where that is wanted.
    pub(crate) fn show_text(&self, whole: &str) -> Result<(), Failure> {
        if self.pager && pager::show(whole) { Ok(()) } else { text(whole) }
    }
}
