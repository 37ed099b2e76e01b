//! `cargo xtask spec diff`: what changed in the documents, whom it breaks, and whether their version says so.
//!
//! Without a base each document is compared with what it was at the merge base, and with the last version
//! that was published. `--check` is the gate: `info.version` has to cover what changed, and what is published
//! has to stay as it is. A version that is not published yet may change freely.

mod base;
mod gate;
mod suppressions;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use openapi_check::{Bundle, Diagnostic, Sources, bundle, render};
use openapi_diff::{Change, changelog, diff, format, impact, version};
use semver::Version;
use serde_json::{Value, json};

use crate::Outcome;
use crate::spec_check::{documents, short};
use base::Base;
pub(crate) use base::git;
use suppressions::Suppressed;

/// What to compare, and how to tell.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// A git revision, a file or a folder [default: the merge base, and the last published version]
    base: Option<String>,
    /// How to write what changed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The document to compare, by the name of its folder [default: all]
    #[arg(long)]
    api: Option<String>,
    /// Fail if `info.version` does not cover what changed, or if published files were changed.
    #[arg(long)]
    check: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For a terminal.
    Text,
    /// For programs.
    Json,
    /// For the users of the API.
    Markdown,
    /// Workflow commands, which annotate the lines of a change request.
    Github,
}

/// A document compared with one base.
struct Comparison {
    api: String,
    entry: String,
    base: Base,
    versions: (String, String),
    changes: Vec<Change>,
    suppressed: Vec<Suppressed>,
    verdict: Verdict,
}

/// What the version says of the changes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    /// The version covers them.
    Covered,
    /// The base's version was never published, so it may change freely.
    Free,
    /// It would have to be this version.
    Needs(String),
    /// One of the versions is no semantic version, or the new one is the older.
    Wrong(String),
}

/// Compares each document and writes the changes to `out`.
///
/// # Errors
/// When a document or a base cannot be read, or `out` cannot be written.
pub(crate) fn run(args: &Args, workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    let mut comparisons = Vec::new();
    let mut notes = Vec::new();
    let mut problems = Vec::new();
    let mut is_known = false;
    for entry in documents(workspace)? {
        let api = api(&entry);
        if args.api.as_ref().is_some_and(|wanted| *wanted != api) {
            continue;
        }
        is_known = true;
        compare(args, workspace, &entry, &api, &mut comparisons, &mut notes, &mut problems)?;
    }
    if let (Some(api), false) = (&args.api, is_known) {
        let message = format!("there is no spec/{api}/openapi.yaml");
        return Err(io::Error::new(io::ErrorKind::NotFound, message));
    }
    match args.format {
        Format::Text => write_text(out, &comparisons, &notes)?,
        Format::Json => write_json(out, &comparisons, &notes, &problems)?,
        Format::Markdown => write_markdown(out, &comparisons)?,
        Format::Github => write_github(out, &comparisons)?,
    }
    if !args.check {
        return Ok(Outcome::Fine);
    }
    problems.extend(comparisons.iter().filter_map(gate::complaint));
    if args.format != Format::Json {
        for problem in &problems {
            let command = if args.format == Format::Github { "::error::" } else { "error: " };
            writeln!(out, "{command}{problem}")?;
        }
    }
    Ok(if problems.is_empty() { Outcome::Fine } else { Outcome::Findings })
}

/// Compares one document with its bases.
fn compare(
    args: &Args,
    workspace: &Path,
    entry: &Path,
    api: &str,
    comparisons: &mut Vec<Comparison>,
    notes: &mut Vec<String>,
    problems: &mut Vec<String>,
) -> io::Result<()> {
    let (sources, key) = Sources::from_disk(&short(entry))?;
    let new = bundle(&sources, &key).map_err(|findings| unreadable(&findings, &sources))?;
    let bases = match &args.base {
        Some(text) => vec![base::named(workspace, api, text)?],
        None => base::default(workspace, api, notes)?,
    };
    if args.check {
        problems.extend(gate::published_unchanged(workspace, api)?);
    }
    let folder = entry.parent().unwrap_or(entry);
    let list = suppressions::read(&short(&folder.join("suppressions.yaml")))?;
    problems.extend(suppressions::expired(&list));
    for base in bases {
        let Some((sources, key)) = &base.sources else {
            notes.push(format!("{api}: there is no such document at {}", base.name));
            continue;
        };
        let old = bundle(sources, key).map_err(|findings| unreadable(&findings, sources))?;
        let mut changes = diff(&old, &new);
        changes.retain(|change| base.concerns(change));
        let versions = (version_of(&old), version_of(&new));
        let (suppressed, counted) = suppressions::apply(&changes, &list);
        let verdict = verdict(&versions, &counted, &base);
        let (api, entry) = (api.to_owned(), short(entry).display().to_string());
        comparisons.push(Comparison { api, entry, base, versions, changes, suppressed, verdict });
    }
    Ok(())
}

/// Whether the version covers the changes that count.
fn verdict((old, new): &(String, String), changes: &[&Change], base: &Base) -> Verdict {
    let (Ok(from), Ok(to)) = (Version::parse(old), Version::parse(new)) else {
        return Verdict::Wrong(format!("`{old}` or `{new}` is no semantic version"));
    };
    let counted: Vec<Change> = changes.iter().map(|change| (*change).clone()).collect();
    let impact = impact(&counted);
    if !base.is_published {
        return Verdict::Free;
    }
    if version::covers(&from, &to, impact) {
        return Verdict::Covered;
    }
    match impact {
        Some(impact) => Verdict::Needs(version::needed(&from, impact).to_string()),
        None => Verdict::Wrong(format!("{new} comes before {old}")),
    }
}

fn version_of(bundle: &Bundle) -> String {
    bundle.document().pointer("/info/version").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The name of the folder that the entry file of a document lies in.
fn api(entry: &Path) -> String {
    entry.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned()
}

fn unreadable(findings: &[Diagnostic], sources: &Sources) -> io::Error {
    io::Error::other(format!("a document is none\n{}", render(findings, sources)))
}

impl Comparison {
    fn title(&self) -> String {
        let (old, _) = &self.versions;
        format!("{} against {} ({old})", self.entry, self.base.name)
    }

    /// What changed and what the version says of it, in a line.
    fn summary(&self) -> String {
        let (old, new) = &self.versions;
        let mut text = format::summary(&self.changes);
        if !self.suppressed.is_empty() {
            text += &format!(", {} of them suppressed", self.suppressed.len());
        }
        let arrow = format!("info.version {old} → {new}");
        match &self.verdict {
            Verdict::Covered if self.changes.is_empty() => {}
            Verdict::Covered => text += &format!("; {arrow} covers it"),
            Verdict::Free => text += &format!("; {old} is not published, so it may change freely"),
            Verdict::Needs(needed) => text += &format!("; {arrow} does not cover it: needs {needed}"),
            Verdict::Wrong(why) => text += &format!("; {arrow}: {why}"),
        }
        text
    }
}

fn write_text(out: &mut impl Write, comparisons: &[Comparison], notes: &[String]) -> io::Result<()> {
    for note in notes {
        writeln!(out, "note: {note}")?;
    }
    for comparison in comparisons {
        writeln!(out, "{}", comparison.title())?;
        write!(out, "{}", format::text(&comparison.changes))?;
        for suppressed in &comparison.suppressed {
            writeln!(out, "suppressed until {}: {}", suppressed.expires, suppressed.what)?;
            writeln!(out, "  {}", suppressed.reason)?;
        }
        writeln!(out, "{}\n", comparison.summary())?;
    }
    Ok(())
}

fn write_json(
    out: &mut impl Write,
    comparisons: &[Comparison],
    notes: &[String],
    problems: &[String],
) -> io::Result<()> {
    let comparisons: Vec<Value> = comparisons.iter().map(Comparison::json).collect();
    let report = json!({ "comparisons": comparisons, "notes": notes, "problems": problems });
    writeln!(out, "{}", serde_json::to_string_pretty(&report)?)
}

impl Comparison {
    fn json(&self) -> Value {
        let (old, new) = &self.versions;
        let (verdict, needs) = match &self.verdict {
            Verdict::Covered => ("covered", None),
            Verdict::Free => ("unpublished", None),
            Verdict::Needs(needed) => ("not-covered", Some(needed)),
            Verdict::Wrong(_) => ("wrong-version", None),
        };
        json!({
            "api": self.api,
            "base": self.base.name,
            "baseVersion": old,
            "newVersion": new,
            "impact": impact(&self.changes),
            "verdict": verdict,
            "needs": needs,
            "changes": self.changes,
            "suppressed": self.suppressed.iter().map(Suppressed::json).collect::<Vec<_>>(),
        })
    }
}

fn write_markdown(out: &mut impl Write, comparisons: &[Comparison]) -> io::Result<()> {
    for comparison in comparisons {
        writeln!(out, "## {}\n", comparison.title())?;
        let changes = changelog(&comparison.changes);
        writeln!(out, "{changes}{}{}.\n", if changes.is_empty() { "" } else { "\n" }, comparison.summary())?;
    }
    Ok(())
}

fn write_github(out: &mut impl Write, comparisons: &[Comparison]) -> io::Result<()> {
    for comparison in comparisons {
        write!(out, "{}", format::github(&comparison.changes))?;
        writeln!(out, "::notice title={}::{}", comparison.api, comparison.summary())?;
    }
    Ok(())
}

/// Where the published files of a document are.
fn published(workspace: &Path, api: &str) -> PathBuf {
    workspace.join("spec/published").join(api)
}

#[cfg(test)]
mod tests;
