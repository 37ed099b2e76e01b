//! Workflow commands of GitHub Actions: `::error file=…,line=…::message`.

use crate::excerpt::Excerpts;
use crate::format::{Pages, summary};
use crate::{Report, Severity};

pub(super) fn write(reports: &[Report<'_>], pages: &Pages) -> String {
    let mut text = String::new();
    for report in reports {
        let mut excerpts = Excerpts::new(report.sources);
        for finding in &report.findings {
            let place = &finding.location;
            let command = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            let mut message = finding.message.clone();
            if let Some(help) = &finding.help {
                message.push_str(&format!("\n{help}"));
            }
            message.push_str(&format!("\n{}{}", pages.command, finding.rule));
            text.push_str(&format!(
                "::{command} file={},line={},col={},endColumn={},title={}::{}\n",
                property(&place.file),
                place.line,
                place.column,
                excerpts.end_column(place),
                property(finding.rule),
                data(&message),
            ));
        }
        // A line of its own that begins with `::` would be a command.
        text.push_str(&data(&summary(report)).replace("%0A", "\n").replace("::", ": :"));
    }
    text
}

/// A message with what ends a command escaped.
pub(super) fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property, which also ends at a colon or a comma.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
