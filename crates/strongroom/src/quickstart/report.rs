//! The table at the end, and what to try next.

use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use indicatif::{BinaryBytes, HumanCount};

use super::compare::{Comparison, compare};
use super::place::Place;
use super::progress::{Step, seconds};
use crate::output::say;

/// What the steps found.
#[derive(Default)]
pub(super) struct Report {
    pub(super) rows: Vec<Row>,
    pub(super) warnings: Vec<String>,
    pub(super) comparison: Comparison,
    /// The repository and the file with its password.
    pub(super) repository: Option<(PathBuf, PathBuf)>,
    pub(super) restored: PathBuf,
    /// What to call again with besides the folder, with a blank before it.
    pub(super) flags: &'static str,
}

/// A line of the table.
#[derive(Default)]
pub(super) struct Row {
    pub(super) step: &'static str,
    pub(super) files: Option<u64>,
    pub(super) bytes_read: Option<u64>,
    pub(super) bytes_stored: Option<u64>,
    pub(super) took: Duration,
}

/// How many lines of a list are printed before the rest is only counted.
const LINES: usize = 10;

impl Report {
    /// How many entries of the restored copy differ.
    pub(super) fn differences(&self) -> usize {
        self.comparison.different.len()
    }

    /// Compares the restored copy with its original, as one step of the story.
    pub(super) fn compare(&mut self, step: Step, original: &Path, restored: PathBuf) {
        let comparison = compare(original, &restored);
        let took = step.end(&comparison.in_words());
        self.rows.push(Row { step: "compare", files: Some(comparison.equal), took, ..Row::default() });
        (self.restored, self.comparison) = (restored, comparison);
    }

    pub(super) fn print(&self, source: &Path, place: &Place, kept: bool) {
        say("");
        say(self.table());
        list("could not be read and were left out", &self.warnings);
        list("differ", &self.comparison.different);
        say("");
        if kept {
            say(format_args!("Data folder    {}", shown(place.data_dir())));
            say(format_args!("Restored copy  {}", shown(&self.restored)));
        } else {
            say("The data and the restored copy were removed; --keep leaves them for you to look at.");
        }
        say("");
        say("Try next:");
        for command in self.next_commands(source, place, kept) {
            say(format_args!("  {command}"));
        }
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(presets::UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(["step", "files", "read", "stored", "ratio", "time"]);
        for row in &self.rows {
            let bytes =
                |bytes: Option<u64>| bytes.map(|bytes| BinaryBytes(bytes).to_string()).unwrap_or_default();
            table.add_row([
                row.step.to_owned(),
                row.files.map(|files| HumanCount(files).to_string()).unwrap_or_default(),
                bytes(row.bytes_read),
                bytes(row.bytes_stored),
                ratio(row.bytes_read, row.bytes_stored),
                seconds(row.took),
            ]);
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table
    }

    fn next_commands(&self, source: &Path, place: &Place, kept: bool) -> Vec<String> {
        let program = program();
        if !kept {
            return vec![
                format!(
                    "{program} quickstart {}{} --data-dir ./strongroom-data --keep",
                    quoted(source),
                    self.flags
                ),
                format!("{program} serve --data-dir ./strongroom-data"),
                format!("{program} --help"),
            ];
        }
        let mut commands = vec![format!("{program} serve --data-dir {}", quoted(place.data_dir()))];
        if let Some((repository, password)) = &self.repository {
            commands.push(format!(
                "restic -r {} --password-file {} ls latest",
                quoted(repository),
                quoted(password)
            ));
        }
        commands.push(format!("diff -r {} {}", quoted(source), quoted(&self.restored)));
        commands
    }
}

fn list(what: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    say("");
    say(format_args!("{} {what}:", HumanCount(lines.len() as u64)));
    for line in lines.iter().take(LINES) {
        say(format_args!("  {line}"));
    }
    if lines.len() > LINES {
        say(format_args!("  … and {} more", lines.len() - LINES));
    }
}

/// How many times less is stored than was read; nothing where there is nothing to compare.
fn ratio(read: Option<u64>, stored: Option<u64>) -> String {
    match (read, stored) {
        (Some(read), Some(stored)) if read > 0 && stored > 0 => {
            format!("{:.1} : 1", read as f64 / stored as f64)
        }
        _ => String::new(),
    }
}

/// How this program was called, as far as it can be called again.
fn program() -> &'static str {
    // Cargo tells the programs that it runs where their manifest lies.
    if std::env::var_os("CARGO_MANIFEST_DIR").is_some() { "cargo run --" } else { "strongroom" }
}

fn shown(path: &Path) -> String {
    path_text::to_text(path.as_os_str().as_bytes())
}

fn quoted(path: &Path) -> String {
    shell_words::quote(&shown(path)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_lines_up() {
        let report = Report {
            rows: vec![
                Row {
                    step: "first backup",
                    files: Some(12_345),
                    bytes_read: Some(3 << 20),
                    bytes_stored: Some(1 << 20),
                    took: Duration::from_millis(1234),
                },
                Row {
                    step: "second backup",
                    files: Some(12_345),
                    bytes_read: Some(0),
                    bytes_stored: Some(700),
                    took: Duration::from_millis(90),
                },
                Row { step: "search", took: Duration::from_secs(75), ..Row::default() },
            ],
            ..Report::default()
        };
        insta::assert_snapshot!(report.table().to_string(), @"
        ┌─────────────────────────────────────────────────────────────────────┐
        │ step             files       read     stored     ratio         time │
        ╞═════════════════════════════════════════════════════════════════════╡
        │ first backup    12,345   3.00 MiB   1.00 MiB   3.0 : 1       1.23 s │
        │ second backup   12,345        0 B      700 B                 0.09 s │
        │ search                                                   1 min 15 s │
        └─────────────────────────────────────────────────────────────────────┘
        ");
    }
}
