//! What a check found, written for whoever reads it: people, programs, code hosts.

mod github;
mod json;
mod sarif;

use std::collections::BTreeSet;

use crate::{Report, Severity, render};

/// Where the pages of the rules are on the web, unless somebody has them elsewhere.
const PAGES: &str =
    concat!("https://docs.rs/openapi-check/", env!("CARGO_PKG_VERSION"), "/openapi_check/pages/#");

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Format {
    /// For a person at a terminal: each finding with its line, and a summary.
    Text,
    /// For programs; the README of this crate describes every member.
    Json,
    /// SARIF 2.1.0, which code hosts and editors read.
    Sarif,
    /// Workflow commands of GitHub Actions, which show up beside the lines of a pull request.
    Github,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 4] = [Self::Text, Self::Json, Self::Sarif, Self::Github];

    /// The word for it on command lines.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
        }
    }

    /// The format of that [word](Format::word).
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }
}

/// How readers get from a finding to the page of its rule.
#[derive(Clone, Debug)]
pub struct Pages {
    /// The command that prints the page when the id of a rule is added to it.
    pub command: String,
    /// The address of the page when the id of a rule is added to it.
    pub address: String,
}

impl Default for Pages {
    fn default() -> Self {
        Self { command: "openapi-check check --explain ".to_owned(), address: PAGES.to_owned() }
    }
}

/// Writes reports, each of one document, in a format. The text ends with a line break.
pub fn write(reports: &[Report<'_>], format: Format, pages: &Pages) -> String {
    match format {
        Format::Text => text(reports, pages),
        Format::Json => json::write(reports),
        Format::Sarif => sarif::write(reports, pages),
        Format::Github => github::write(reports, pages),
    }
}

fn text(reports: &[Report<'_>], pages: &Pages) -> String {
    let mut text = String::new();
    let mut rules = BTreeSet::new();
    for report in reports {
        text.push_str(&render(&report.findings, report.sources));
        if !report.findings.is_empty() {
            text.push('\n');
        }
        text.push_str(&summary(report));
        rules.extend(report.findings.iter().map(|finding| finding.rule));
    }
    if !rules.is_empty() {
        let rules: Vec<&str> = rules.into_iter().collect();
        text.push_str(&format!("why, and what to do: {}RULE ({})\n", pages.command, rules.join(", ")));
    }
    text
}

/// One line: the entry file and how many findings of which sort.
fn summary(report: &Report<'_>) -> String {
    let mut parts = Vec::new();
    for (noun, number) in [
        ("errors", report.count(Severity::Error)),
        ("warnings", report.count(Severity::Warning)),
        ("suppressed", report.suppressed.len()),
    ] {
        if number > 0 {
            parts.push(format!("{noun}: {number}"));
        }
    }
    if report.findings.is_empty() {
        parts.insert(0, "nothing to complain about".to_owned());
    }
    format!("{}: {} (files: {})\n", report.entry, parts.join(", "), report.sources.keys().count())
}

#[cfg(test)]
mod tests;
