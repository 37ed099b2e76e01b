//! `cargo xtask spec publish`: what other teams receive, made of the authored documents.
//!
//! What is small and worth a review lies in `spec/published/<api>/<version>` and is committed. A version that lies
//! there is published: people have it, so it never changes.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use openapi_check::{Sources, bundle, render};
use openapi_publish::{Document, sums};

use crate::Outcome;
use crate::spec_check::{documents, short};

/// Where the published files are.
const PUBLISHED: &str = "spec/published";

/// What to do with the published files.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Change nothing; fail if the published files are not what the documents give.
    #[arg(long)]
    check: bool,
}

/// Files by name, below the folder of their version.
type Files = BTreeMap<String, Vec<u8>>;

/// Publishes each document, or checks that it is published.
///
/// # Errors
/// When a document cannot be bundled, or files cannot be read or written.
pub(crate) fn run(args: &Args, workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    let mut outcome = Outcome::Fine;
    for entry in documents(workspace)? {
        let api = api(&entry);
        let document = read(&entry)?;
        let folder = workspace.join(PUBLISHED).join(&api).join(document.version());
        let files = committed(&document);
        let differences = differences(&folder, &files)?;
        let name = format!("{api} {}", document.version());
        if differences.is_empty() {
            writeln!(out, "{name} is published in {}", short(&folder).display())?;
        } else if folder.is_dir() {
            outcome = Outcome::Findings;
            writeln!(
                out,
                "{name} is published, and the document gives something else now: {}\n  \
                 raise `info.version` in {}, then run `cargo xtask spec publish`; or, where {name} never left \
                 this repository, remove {} first",
                differences.join(", "),
                short(&entry).display(),
                short(&folder).display()
            )?;
        } else if args.check {
            outcome = Outcome::Findings;
            writeln!(
                out,
                "{name} is not published yet: run `cargo xtask spec publish` and commit what it writes"
            )?;
        } else {
            write_all(&folder, &files)?;
            writeln!(out, "wrote {}: review it before you commit it", short(&folder).display())?;
        }
    }
    Ok(outcome)
}

/// The name of the folder that the entry file of a document lies in.
fn api(entry: &Path) -> String {
    entry.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned()
}

fn read(entry: &Path) -> io::Result<Document> {
    let (sources, key) = Sources::from_disk(&short(entry))?;
    let bundle = bundle(&sources, &key).map_err(|findings| io::Error::other(render(&findings, &sources)))?;
    Ok(openapi_publish::document(&bundle))
}

/// The files that are committed.
fn committed(document: &Document) -> Files {
    let mut files = Files::new();
    files.insert("openapi.json".to_owned(), document.json().into_bytes());
    files.insert("openapi.yaml".to_owned(), document.yaml().into_bytes());
    with_sums(files)
}

fn with_sums(mut files: Files) -> Files {
    let sums = sums(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
    files.insert("SHA256SUMS".to_owned(), sums.into_bytes());
    files
}

/// The names of files that are not in the folder as they should be, or should not be there.
fn differences(folder: &Path, files: &Files) -> io::Result<Vec<String>> {
    let mut found = Files::new();
    if folder.is_dir() {
        collect(folder, folder, &mut found)?;
    }
    let changed = files.iter().filter(|(name, bytes)| found.get(*name) != Some(bytes)).map(|(name, _)| name);
    let surplus = found.keys().filter(|name| !files.contains_key(*name));
    Ok(changed.chain(surplus).cloned().collect())
}

fn collect(root: &Path, folder: &Path, files: &mut Files) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.insert(name, fs::read(&path)?);
        }
    }
    Ok(())
}

/// Writes the files and nothing else: what lies in the folder from before goes.
fn write_all(folder: &Path, files: &Files) -> io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    for (name, bytes) in files {
        let path: PathBuf = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, bytes)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "openapi: 3.0.3\ninfo: {title: T, version: 1.0.0}\npaths: {}\n";

    struct Workspace(tempfile::TempDir);

    impl Workspace {
        fn new(text: &str) -> Self {
            let workspace = Self(tempfile::tempdir().expect("a folder"));
            workspace.author(text);
            workspace
        }

        fn author(&self, text: &str) {
            let folder = self.0.path().join("spec/a");
            fs::create_dir_all(&folder).expect("creates");
            fs::write(folder.join("openapi.yaml"), text).expect("writes");
        }

        fn publish(&self, check: bool) -> (Outcome, String) {
            let mut out = Vec::new();
            let outcome = run(&Args { check }, self.0.path(), &mut out).expect("runs");
            let out = String::from_utf8(out).expect("text");
            (outcome, out.replace(&*self.0.path().to_string_lossy(), "/w"))
        }

        fn files(&self) -> Files {
            let mut files = Files::new();
            let root = self.0.path().join("spec/published");
            collect(&root, &root, &mut files).expect("reads");
            files
        }
    }

    #[test]
    fn a_version_is_published_once() {
        let workspace = Workspace::new(DOCUMENT);
        let (outcome, out) = workspace.publish(true);
        assert_eq!(outcome, Outcome::Findings);
        assert_eq!(
            out,
            "a 1.0.0 is not published yet: run `cargo xtask spec publish` and commit what it writes\n"
        );
        assert_eq!(workspace.publish(false).0, Outcome::Fine);
        let first = workspace.files();
        assert!(first.contains_key("a/1.0.0/openapi.yaml"), "{:?}", first.keys());
        assert_eq!(workspace.publish(false).0, Outcome::Fine);
        assert_eq!(workspace.publish(true).0, Outcome::Fine);
        assert_eq!(workspace.files(), first);
    }

    #[test]
    fn what_is_published_stays_and_a_new_version_comes_beside_it() {
        let workspace = Workspace::new(DOCUMENT);
        workspace.publish(false);
        let first = workspace.files();
        workspace.author(&DOCUMENT.replace("title: T", "title: U"));
        for check in [false, true] {
            let (outcome, out) = workspace.publish(check);
            assert_eq!(outcome, Outcome::Findings);
            assert!(out.contains("raise `info.version` in /w/spec/a/openapi.yaml"), "{out}");
            assert_eq!(workspace.files(), first);
        }
        workspace.author(&DOCUMENT.replace("title: T", "title: U").replace("1.0.0", "1.1.0"));
        assert_eq!(workspace.publish(false).0, Outcome::Fine);
        let both = workspace.files();
        assert!(first.iter().all(|(name, bytes)| both.get(name) == Some(bytes)));
        assert!(both.contains_key("a/1.1.0/openapi.json"), "{:?}", both.keys());
    }

    #[test]
    fn a_file_that_does_not_belong_is_told() {
        let workspace = Workspace::new(DOCUMENT);
        workspace.publish(false);
        fs::write(workspace.0.path().join("spec/published/a/1.0.0/notes.md"), "").expect("writes");
        let (outcome, out) = workspace.publish(true);
        assert_eq!(outcome, Outcome::Findings);
        assert!(out.contains("notes.md"), "{out}");
    }
}
