//! What a document is compared with.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use openapi_check::Sources;
use openapi_diff::Change;
use semver::Version;

use super::published;
use crate::spec_check::short;

/// The names of the branch that changes are for, in the order in which they are tried.
const TARGETS: [&str; 4] = ["upstream/main", "origin/main", "main", "master"];

/// A document to compare with.
pub(super) struct Base {
    /// What people call it.
    pub(super) name: String,
    /// Its files, with the key of the entry; `None` where there is no such document.
    pub(super) sources: Option<(Sources, String)>,
    /// Its version has been published, so it has to stay as it is.
    pub(super) is_published: bool,
    /// It is what was published, which lacks what is only for maintainers.
    is_publication: bool,
}

impl Base {
    /// Whether a difference is one of what users get. What is published has no notes for maintainers and an order
    /// of its own, so those are no changes of it.
    pub(super) fn concerns(&self, change: &Change) -> bool {
        let ends = |pointer: &str| pointer.rsplit('/').next().is_some_and(openapi_publish::is_note);
        let is_own = change.id == "written-differently"
            || change.id == "extension-changed" && (ends(&change.base.pointer) || ends(&change.new.pointer));
        !(self.is_publication && is_own)
    }
}

/// The merge base and the last published version, as far as there are any. What is missing is noted.
pub(super) fn default(workspace: &Path, api: &str, notes: &mut Vec<String>) -> io::Result<Vec<Base>> {
    let mut bases = Vec::new();
    match merge_base(workspace)? {
        Some((revision, target)) => {
            let short = &revision[..revision.len().min(9)];
            bases.push(at_revision(
                workspace,
                api,
                &revision,
                format!("the merge base with {target}, {short}"),
            )?);
        }
        None => notes.push(format!("{api}: no merge base with any of {}", TARGETS.join(", "))),
    }
    match last_published(workspace, api)? {
        Some((version, folder)) => {
            let sources = Sources::from_disk(&short(&folder.join("openapi.yaml")))?;
            bases.push(Base {
                name: format!("the published {version}"),
                sources: Some(sources),
                is_published: true,
                is_publication: true,
            });
        }
        None => notes.push(format!("{api}: no version is published yet")),
    }
    Ok(bases)
}

/// What the user names: a file, a folder, or else a git revision.
pub(super) fn named(workspace: &Path, api: &str, text: &str) -> io::Result<Base> {
    let path = PathBuf::from(text);
    let candidates = [path.clone(), path.join("openapi.yaml"), path.join(api).join("openapi.yaml")];
    if let Some(entry) = candidates.iter().find(|path| path.is_file()) {
        let sources = Sources::from_disk(entry)?;
        let name = entry.display().to_string();
        return Ok(Base { name, sources: Some(sources), is_published: true, is_publication: false });
    }
    let commit = format!("{text}^{{commit}}");
    let Some(revision) = git(workspace, &["rev-parse", "--verify", "--quiet", &commit])? else {
        let message = format!("`{text}` is no file, no folder with a document and no git revision");
        return Err(io::Error::new(io::ErrorKind::NotFound, message));
    };
    let base = at_revision(workspace, api, revision.trim(), text.to_owned())?;
    Ok(Base { is_published: true, ..base })
}

/// The commit that this branch started from, and the branch that it started on.
pub(super) fn merge_base(workspace: &Path) -> io::Result<Option<(String, &'static str)>> {
    for target in TARGETS {
        if let Some(revision) = git(workspace, &["merge-base", "HEAD", target])? {
            return Ok(Some((revision.trim().to_owned(), target)));
        }
    }
    Ok(None)
}

/// The document as it was at a revision, read without checking it out.
fn at_revision(workspace: &Path, api: &str, revision: &str, name: String) -> io::Result<Base> {
    let folder = format!("spec/{api}/");
    let names = git(workspace, &["ls-tree", "-r", "-z", "--name-only", revision, "--", &folder])?;
    let names = names.unwrap_or_default();
    let names: Vec<&str> = names.split('\0').filter(|name| is_text(name)).collect();
    let files = contents(workspace, revision, &names)?;
    let entry = format!("{folder}openapi.yaml");
    let sources =
        names.contains(&entry.as_str()).then(|| (files.into_iter().collect::<Sources>(), entry.clone()));
    let version = sources.as_ref().and_then(|(sources, entry)| sources.value(entry));
    let version = version.as_ref().and_then(|value| value.pointer("/info/version")?.as_str());
    // Published at that time: a version that is published together with its change was free until then.
    let is_published = match version {
        Some(version) => {
            let path = format!("{revision}:spec/published/{api}/{version}");
            git(workspace, &["cat-file", "-e", &path])?.is_some()
        }
        None => false,
    };
    Ok(Base { name, sources, is_published, is_publication: false })
}

fn is_text(name: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|extension| name.ends_with(extension))
}

/// Reads files at a revision, all with one process.
fn contents(workspace: &Path, revision: &str, names: &[&str]) -> io::Result<Vec<(String, String)>> {
    let mut child = Command::new("git")
        .current_dir(workspace)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let wanted: String = names.iter().map(|name| format!("{revision}:{name}\n")).collect();
    let stdin = child.stdin.take();
    // Both pipes are of limited size, so one side is written while the other is read.
    let output = thread::scope(|scope| {
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(wanted.as_bytes())));
        child.wait_with_output()
    })?;
    let broken = || io::Error::other("git cat-file answers in an unknown form");
    let mut rest = output.stdout.as_slice();
    let mut files = Vec::with_capacity(names.len());
    for name in names {
        // `<id> blob <size>`, a line break, the content, a line break.
        let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(broken)?;
        let header = String::from_utf8_lossy(&rest[..end]).into_owned();
        let size: usize = header.rsplit(' ').next().and_then(|size| size.parse().ok()).ok_or_else(broken)?;
        let content = rest.get(end + 1..end + 1 + size).ok_or_else(broken)?;
        files.push(((*name).to_owned(), String::from_utf8_lossy(content).into_owned()));
        rest = rest.get(end + size + 2..).ok_or_else(broken)?;
    }
    Ok(files)
}

/// The highest published version, with its folder.
fn last_published(workspace: &Path, api: &str) -> io::Result<Option<(Version, PathBuf)>> {
    let folder = published(workspace, api);
    if !folder.is_dir() {
        return Ok(None);
    }
    let mut last: Option<(Version, PathBuf)> = None;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Ok(version) = Version::parse(&name) else { continue };
        if path.join("openapi.yaml").is_file() && last.as_ref().is_none_or(|(highest, _)| version > *highest)
        {
            last = Some((version, path));
        }
    }
    Ok(last)
}

/// What git says; `None` if it fails, or is not there.
pub(crate) fn git(workspace: &Path, arguments: &[&str]) -> io::Result<Option<String>> {
    let output = Command::new("git").current_dir(workspace).args(arguments).stderr(Stdio::null()).output();
    match output {
        Ok(output) if output.status.success() => {
            Ok(Some(String::from_utf8_lossy(&output.stdout).into_owned()))
        }
        Ok(_) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
