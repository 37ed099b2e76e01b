//! The command line, for the program of this crate and for those that have a `check` of their own.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{env, fmt};

use crate::format::{Format, Pages, write};
use crate::{Date, Group, Report, RuleSet, Sources, rule, rules};

/// What to check and how to tell.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct CheckArgs {
    /// Entry files of documents, YAML or JSON
    pub files: Vec<PathBuf>,
    /// How findings are written [default: text]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Which rules to hold the documents against
    #[arg(long, value_name = "SET")]
    pub rules: Option<Group>,
    /// And this rule; may be repeated
    #[arg(long, value_name = "RULE")]
    pub with: Vec<String>,
    /// But not this rule; may be repeated
    #[arg(long, value_name = "RULE")]
    pub without: Vec<String>,
    /// Print the page of a rule and check nothing
    #[arg(long, value_name = "RULE")]
    pub explain: Option<String>,
    /// Hold suppressions against this day [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub today: Option<Date>,
    /// Where the pages of the rules are on the web, for SARIF; the id of the rule is added
    #[arg(long, value_name = "ADDRESS")]
    pub pages: Option<String>,
}

/// How a check ended that could be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is wrong, or all of it is suppressed.
    Fine,
    /// Something was found.
    Findings,
}

/// Checks each document and writes what is found to `out`. `command` is what people type to get here, and
/// `group` says which rules are meant where they do not say.
///
/// # Errors
/// When a document cannot be read, `out` cannot be written, or there is no such rule.
pub fn check(args: &CheckArgs, group: Group, command: &str, out: &mut impl Write) -> io::Result<Outcome> {
    if let Some(id) = &args.explain {
        out.write_all(rule(id).map_err(invalid)?.page.as_bytes())?;
        return Ok(Outcome::Fine);
    }
    if args.files.is_empty() {
        return Err(invalid("name the entry file of a document"));
    }
    let mut rules = RuleSet::up_to(args.rules.unwrap_or(group));
    for id in &args.with {
        rules = rules.with(id).map_err(invalid)?;
    }
    for id in &args.without {
        rules = rules.without(id).map_err(invalid)?;
    }
    let today = args.today.or_else(|| Date::of(SystemTime::now()));
    let today = today.ok_or_else(|| invalid("the clock tells no day; name one with --today"))?;
    let mut read = Vec::with_capacity(args.files.len());
    for file in &args.files {
        read.push(Sources::from_disk(&short(file))?);
    }
    let reports: Vec<Report<'_>> =
        read.iter().map(|(sources, entry)| Report::new(sources, entry, &rules, today)).collect();
    let mut pages = Pages { command: format!("{command} --explain "), ..Pages::default() };
    if let Some(address) = &args.pages {
        pages.address.clone_from(address);
    }
    out.write_all(write(&reports, args.format.unwrap_or(Format::Text), &pages).as_bytes())?;
    let fine = reports.iter().all(|report| report.findings.is_empty());
    Ok(if fine { Outcome::Fine } else { Outcome::Findings })
}

/// Writes the list of all rules.
///
/// # Errors
/// When `out` cannot be written.
pub fn list(out: &mut impl Write) -> io::Result<()> {
    let widest = rules().iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in rules() {
        let (severity, group) = (rule.severity.word(), rule.group.word());
        writeln!(out, "{:widest$}  {severity:7}  {group:13}  {}", rule.id, rule.summary)?;
    }
    Ok(())
}

/// The path as seen from where the command was started, so that findings can be clicked on.
fn short(path: &Path) -> PathBuf {
    let from_here = env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    from_here.unwrap_or_else(|| path.to_owned())
}

fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| format!("`{text}` is no day; write YYYY-MM-DD"))
}

fn invalid(message: impl fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message.to_string())
}
