//! What the checks have to say.

use crate::Location;

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
    /// Where it is in the bundle, as a JSON pointer. [`Report`](crate::Report) fills it in; `None` for what is
    /// not in the bundle, such as text that is no YAML and components that nothing refers to.
    pub pointer: Option<String>,
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
            pointer: None,
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
