//! On save: check, generate, and say what changed in the client.
//!
//! Knows nothing of how it hears of a save, where its lines go, or how a crate is compiled. A tree that cannot
//! be read, or that no client can be generated from, is told and leaves the last good client as what the next
//! good one is compared with.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use client_build::{Api, Generated};

use crate::surface::Changes;
use crate::{Files, Look, look};

/// The most lines that a change is told in.
const LINES: usize = 40;

/// How a watch compiles the areas of a client that a change touches; whether they compile.
pub type Compile<'a> = Box<dyn FnMut(&Api, &BTreeSet<String>) -> io::Result<bool> + 'a>;

/// A clock that starts anywhere.
pub type Clock<'a> = Box<dyn Fn() -> Duration + 'a>;

/// The documents that are watched, and what was last seen of them.
pub struct Watch<'a, W> {
    workspace: PathBuf,
    documents: Vec<Document>,
    compile: Option<Compile<'a>>,
    clock: Clock<'a>,
    out: W,
}

struct Document {
    api: Api,
    /// A hash of the files as last seen; nothing where they could not be read.
    seen: Option<String>,
    good: Option<Generated>,
}

impl<'a, W: Write> Watch<'a, W> {
    /// Watches the documents of these APIs in `workspace`, and compiles with `compile`, if at all.
    pub fn new(
        workspace: &Path,
        apis: &[Api],
        compile: Option<Compile<'a>>,
        clock: Clock<'a>,
        out: W,
    ) -> Self {
        let documents = apis.iter().map(|api| Document { api: *api, seen: None, good: None }).collect();
        Self { workspace: workspace.to_owned(), documents, compile, clock, out }
    }

    /// Looks at every document for the first time.
    ///
    /// # Errors
    /// When a line cannot be written.
    pub fn begin(&mut self) -> io::Result<()> {
        for index in 0..self.documents.len() {
            self.look_at(index)?;
        }
        writeln!(self.out, "watching {}; Ctrl-C ends it", self.spec().display())?;
        self.out.flush()
    }

    /// Something happened to these paths. Looks at the documents that they belong to; a document whose files
    /// say what they said before is passed over.
    ///
    /// # Errors
    /// When a line cannot be written, or the compiler cannot be started.
    pub fn saved(&mut self, paths: &BTreeSet<PathBuf>) -> io::Result<()> {
        let spec = self.spec();
        for index in 0..self.documents.len() {
            let folder = spec.join(self.documents[index].api.name);
            if paths.iter().any(|path| concerns(path, &folder)) {
                self.look_at(index)?;
            }
        }
        self.out.flush()
    }

    fn spec(&self) -> PathBuf {
        self.workspace.join("spec")
    }

    fn look_at(&mut self, index: usize) -> io::Result<()> {
        let begun = (self.clock)();
        let api = self.documents[index].api;
        let files = match Files::read(&self.spec(), &api) {
            Ok(files) => files,
            Err(error) => {
                // Told once: the next state of the files is a new one in any case.
                self.documents[index].seen = None;
                writeln!(self.out, "{}: {error}", api.name)?;
                return self.keep(index);
            }
        };
        let digest = files.digest();
        if self.documents[index].seen.replace(digest.clone()) == Some(digest) {
            return Ok(());
        }
        match look(&files, &api) {
            Look::Bad(reasons) => {
                writeln!(self.out, "{}", reasons.trim_end())?;
                self.keep(index)
            }
            Look::Good(generated, warnings) => {
                self.out.write_all(warnings.as_bytes())?;
                let took = seconds((self.clock)() - begun);
                let name = api.name;
                let line = format!("{name}: checked and generated (files: {}) in {took}", files.count());
                let before = self.documents[index].good.replace((*generated).clone());
                self.tell(&api, before.as_ref(), &generated, &line)
            }
        }
    }

    fn keep(&mut self, index: usize) -> io::Result<()> {
        let document = &self.documents[index];
        let what =
            if document.good.is_some() { "the last good client stays" } else { "there is no client yet" };
        writeln!(self.out, "{}: no client can be generated from this; {what}", document.api.name)
    }

    fn tell(&mut self, api: &Api, before: Option<&Generated>, now: &Generated, line: &str) -> io::Result<()> {
        let Some(before) = before else {
            writeln!(self.out, "{line}")?;
            return self.tell_snapshots(api, now);
        };
        let changes = Changes::between(before, now);
        if changes.is_empty() {
            let what = if before.output.digest != now.output.digest {
                "only what the surface leaves out is different, such as a description"
            } else if before.bundle_digest != now.bundle_digest {
                "the document is different, the client is the same"
            } else {
                "the document and the client are the same as before"
            };
            writeln!(self.out, "{line}; {what}")?;
        } else {
            writeln!(self.out, "{line}")?;
            write_changes(&changes.lines, &mut self.out)?;
        }
        self.tell_snapshots(api, now)?;
        if changes.is_empty() {
            return Ok(());
        }
        let Some(compile) = &mut self.compile else { return Ok(()) };
        self.out.flush()?;
        let begun = (self.clock)();
        let compiles = compile(api, &changes.areas)?;
        let verdict = if compiles { "compiles" } else { "does not compile: see above" };
        let areas = changes.areas.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let areas = if areas.is_empty() { "no area" } else { &areas };
        let took = seconds((self.clock)() - begun);
        writeln!(self.out, "{}: {} with {areas} {verdict} ({took})", api.name, api.client)
    }

    /// Says which of the snapshots that can be told without compiling are not those committed.
    fn tell_snapshots(&mut self, api: &Api, now: &Generated) -> io::Result<()> {
        let folder = self.workspace.join("crates").join(api.client).join("tests/snapshots");
        let mut changed = Vec::new();
        let mut lines = 0;
        for (name, text) in now.snapshots() {
            let committed = fs::read_to_string(folder.join(format!("{name}.snap"))).unwrap_or_default();
            let count = changed_lines(body(&committed), &text);
            if count > 0 {
                changed.push(name);
                lines += count;
            }
        }
        if changed.is_empty() {
            return Ok(());
        }
        let changed = changed.join(", ");
        writeln!(
            self.out,
            "{}: not as committed (lines: {lines}): {changed}; write with `cargo xtask codegen`",
            api.name
        )
    }
}

/// Whether a path is a file of the document in `folder`, or a folder on the way to one. Editors write other files
/// beside those they save.
fn concerns(path: &Path, folder: &Path) -> bool {
    if !path.starts_with(folder) {
        return folder.starts_with(path);
    }
    path.extension().is_none_or(|extension| extension == "yaml")
}

fn write_changes(changes: &BTreeMap<String, Vec<String>>, out: &mut impl Write) -> io::Result<()> {
    let all: usize = changes.values().map(Vec::len).sum();
    let mut left = LINES;
    for (area, lines) in changes {
        if left == 0 {
            break;
        }
        writeln!(out, "  {area}")?;
        for line in lines.iter().take(left) {
            writeln!(out, "    {line}")?;
        }
        left = left.saturating_sub(lines.len());
    }
    if all > LINES {
        writeln!(out, "  and {} more", all - LINES)?;
    }
    Ok(())
}

/// What a snapshot holds, without the head that says where it is from.
fn body(snapshot: &str) -> &str {
    let without_head = snapshot.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    without_head.map_or(snapshot, |(_, body)| body)
}

/// How many lines are removed and added between two texts. Their last line break says nothing.
#[must_use]
pub fn changed_lines(before: &str, after: &str) -> usize {
    let (before, after) = (format!("{}\n", before.trim_end()), format!("{}\n", after.trim_end()));
    let difference = similar::TextDiff::from_lines(&before, &after);
    difference.iter_all_changes().filter(|change| change.tag() != similar::ChangeTag::Equal).count()
}

fn seconds(duration: Duration) -> String {
    format!("{:.2} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_editors_leave_beside_are_none_of_the_document() {
        let folder = Path::new("/w/spec/ibm");
        for (path, does) in [
            ("/w/spec/ibm/openapi.yaml", true),
            ("/w/spec/ibm/paths", true),
            ("/w/spec/ibm", true),
            ("/w/spec", true),
            ("/w/spec/ibm/schemas/.policy.yaml.swp", false),
            ("/w/spec/ibm/schemas/policy.yaml~", false),
            ("/w/spec/ibm/DECISIONS.md", false),
            ("/w/spec/storware/openapi.yaml", false),
            ("/w/spec/published/ibm/1.0.0/openapi.yaml", false),
        ] {
            assert_eq!(concerns(Path::new(path), folder), does, "{path}");
        }
    }

    #[test]
    fn lines_are_counted_on_both_sides() {
        assert_eq!(changed_lines("a\nb\nc\n", "a\nc\nd"), 2);
        assert_eq!(changed_lines("a\nb", "a\nb\n"), 0);
    }

    #[test]
    fn a_long_list_is_cut() {
        let lines: Vec<String> = (0..50).map(|number| format!("+ X.m{number}")).collect();
        let mut out = Vec::new();
        write_changes(
            &BTreeMap::from([("a".to_owned(), lines), ("b".to_owned(), vec!["+ Y".to_owned()])]),
            &mut out,
        )
        .expect("writes");
        let text = String::from_utf8(out).expect("text");
        assert_eq!(text.lines().count(), 1 + LINES + 1, "{text}");
        assert!(text.ends_with("  and 11 more\n"), "{text}");
    }
}
