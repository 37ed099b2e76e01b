//! What the checks have to say, and how it is printed.

use std::fmt::Write as _;

use crate::{Location, Sources};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The document is wrong or some reader will misread it.
    Error,
    /// The document is legal, but probably not what was meant.
    Warning,
}

impl Severity {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One finding at one authored place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable name of the rule, in kebab case.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where the author has to look.
    pub location: Location,
    /// What is wrong, as one sentence without a final period.
    pub message: String,
    /// How to repair it, if the rule knows.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error without a repair; add one with [`Diagnostic::help`].
    pub(crate) fn error(rule: &'static str, location: &Location, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: Severity::Error,
            location: location.clone(),
            message: message.into(),
            help: None,
        }
    }

    /// A warning without a repair.
    pub(crate) fn warning(rule: &'static str, location: &Location, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(rule, location, message) }
    }

    /// Adds the repair.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Puts findings into the order in which they are read, file by file and top to bottom, and drops repeats.
pub(crate) fn arrange(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| (&a.location, a.rule, &a.message).cmp(&(&b.location, b.rule, &b.message)));
    diagnostics.dedup();
}

/// Prints findings for a terminal: rule and message, `file:line:column`, the source line with a caret
/// under the place, and the repair. Ends with a line break unless there is nothing to print.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        // Writing to a String cannot fail.
        let _ = render_one(&mut text, diagnostic, sources);
    }
    text
}

fn render_one(text: &mut String, diagnostic: &Diagnostic, sources: &Sources) -> std::fmt::Result {
    let Diagnostic { rule, severity, location, message, help } = diagnostic;
    let severity = severity.word();
    if !text.is_empty() {
        text.push('\n');
    }
    writeln!(text, "{severity}[{rule}]: {message}")?;
    let number = location.line.to_string();
    let margin = " ".repeat(number.len());
    writeln!(text, "{margin}--> {location}")?;
    if let Some(line) = sources.text(&location.file).and_then(|text| text.lines().nth(location.line - 1)) {
        writeln!(text, "{margin} |\n{number} | {line}")?;
        // Tabs stay tabs, so that the caret stands under the place whatever their width.
        let indent: String =
            line.chars().take(location.column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        writeln!(text, "{margin} | {indent}^")?;
    }
    if let Some(help) = help {
        writeln!(text, "{margin} = help: {help}")?;
    }
    Ok(())
}
