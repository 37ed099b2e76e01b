//! `cargo xtask spec publish`: what other teams receive, made of the authored documents.
//!
//! What is small and worth a review lies in `spec/published/<api>/<version>` and is committed. A version that lies
//! there is published: people have it, so it never changes.

mod clients;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use openapi_check::{Bundle, Sources, bundle, render};
use openapi_diff::diff;
use openapi_publish::{Document, Package, Since, sums};

use crate::Outcome;
use crate::spec_check::{documents, short};

/// Where the published files are.
const PUBLISHED: &str = "spec/published";

/// The collection of requests, by a name that tools know it by.
pub(crate) const COLLECTION: &str = "postman_collection.json";

/// The licences of what is published, which are those of this repository.
const LICENCES: [(&str, &str); 2] = [
    ("LICENSE-APACHE", include_str!("../../LICENSE-APACHE")),
    ("LICENSE-MIT", include_str!("../../LICENSE-MIT")),
];

/// What to do with the published files.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Change nothing; fail if the published files are not what the documents give.
    #[arg(long)]
    check: bool,
    /// Where the pages, the collection and the packages go, below `<api>/<version>` [default: target/publish]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Files by name, below the folder of their version.
type Files = BTreeMap<String, Vec<u8>>;

/// Publishes each document, or checks that it is published.
///
/// # Errors
/// When a document cannot be bundled, or files cannot be read or written.
pub(crate) fn run(args: &Args, workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    let mut outcome = Outcome::Fine;
    let target = args.out.clone().unwrap_or_else(|| workspace.join("target/publish"));
    let releases: Vec<_> = documents(workspace)?
        .iter()
        .map(|entry| Release::read(entry, workspace))
        .collect::<Result<_, _>>()?;
    for release in &releases {
        if release.commit(args.check, out)? == Outcome::Findings {
            outcome = Outcome::Findings;
        } else if !args.check {
            let folder = release.write_bulky(&target)?;
            writeln!(out, "wrote {}", short(&folder).display())?;
        }
    }
    let target = (!args.check).then_some(target.as_path());
    if clients::publish(workspace, &releases, target, out)? == Outcome::Findings {
        outcome = Outcome::Findings;
    }
    Ok(outcome)
}

/// Writes what is not committed of each document below a folder, published or not.
///
/// # Errors
/// As those of [`run`].
pub(crate) fn pages(workspace: &Path, target: &Path) -> io::Result<()> {
    for entry in documents(workspace)? {
        Release::read(&entry, workspace)?.write_bulky(target)?;
    }
    Ok(())
}

/// A document that is published.
struct Release {
    api: String,
    entry: PathBuf,
    document: Document,
    /// Where its versions are published.
    versions: PathBuf,
}

impl Release {
    fn read(entry: &Path, workspace: &Path) -> io::Result<Self> {
        let api = entry.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
        let (sources, key) = Sources::from_disk(&short(entry))?;
        let document = openapi_publish::document(&bundled(&sources, &key)?);
        if version(document.version()).is_none() {
            let message = format!("{key}: `info.version` is no version like 1.2.3: {}", document.version());
            return Err(io::Error::other(message));
        }
        let versions = workspace.join(PUBLISHED).join(&api);
        Ok(Self { api, entry: entry.to_owned(), document, versions })
    }

    /// Writes what is committed, if this version is not published yet.
    fn commit(&self, check: bool, out: &mut impl Write) -> io::Result<Outcome> {
        let folder = self.versions.join(self.document.version());
        let files = with_sums(self.committed()?);
        let differences = differences(&folder, &files)?;
        let name = format!("{} {}", self.api, self.document.version());
        let shown = short(&folder);
        let shown = shown.display();
        if differences.is_empty() {
            writeln!(out, "{name} is published in {shown}")?;
        } else if folder.is_dir() {
            writeln!(
                out,
                "{name} is published, and the document gives something else now: {}\n  \
                 raise `info.version` in {}, then run `cargo xtask spec publish`; or, where {name} never left \
                 this repository, remove {shown} first",
                differences.join(", "),
                short(&self.entry).display(),
            )?;
            return Ok(Outcome::Findings);
        } else if check {
            writeln!(out, "{name} is not published: run `cargo xtask spec publish` and commit {shown}")?;
            return Ok(Outcome::Findings);
        } else {
            write_all(&folder, &files)?;
            writeln!(out, "wrote {shown}: review it before you commit it")?;
        }
        Ok(Outcome::Fine)
    }

    /// The files that are committed.
    fn committed(&self) -> io::Result<Files> {
        let document = &self.document;
        let before = self.before()?;
        let changes = match &before {
            Some((_, base)) => {
                let sources = [("openapi.yaml".to_owned(), document.yaml())].into_iter().collect();
                diff(base, &bundled(&sources, "openapi.yaml")?)
            }
            None => Vec::new(),
        };
        let since = before.as_ref().map(|(version, _)| Since { version, changes: &changes });
        Ok(Files::from([
            ("CHANGELOG.md".to_owned(), openapi_publish::changelog(document, since.as_ref()).into_bytes()),
            ("changes.json".to_owned(), openapi_publish::changes(document, since.as_ref()).into_bytes()),
            ("openapi.json".to_owned(), document.json().into_bytes()),
            ("openapi.yaml".to_owned(), document.yaml().into_bytes()),
        ]))
    }

    /// The version that was published before this one, if there is any.
    fn before(&self) -> io::Result<Option<(String, Bundle)>> {
        if !self.versions.is_dir() {
            return Ok(None);
        }
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.versions)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            found.extend(version(&name).map(|numbers| (numbers, name)));
        }
        let current = version(self.document.version()).unwrap_or_default();
        let Some((_, name)) = found.into_iter().filter(|(numbers, _)| *numbers < current).max() else {
            return Ok(None);
        };
        let (sources, key) = Sources::from_disk(&short(&self.versions.join(&name).join("openapi.yaml")))?;
        Ok(Some((name, bundled(&sources, &key)?)))
    }

    /// Writes what is too large to be committed, and says where.
    fn write_bulky(&self, target: &Path) -> io::Result<PathBuf> {
        let folder = target.join(&self.api).join(self.document.version());
        write_all(&folder, &with_sums(self.bulky()?))?;
        Ok(folder)
    }

    /// What is too large to be committed.
    fn bulky(&self) -> io::Result<Files> {
        let document = &self.document;
        let links = [("console.html", "Console")];
        let reference = openapi_publish::reference(document, &links);
        let console = openapi_publish::console(document, &[("reference.html", "Reference")])?;
        let name = format!("{}-backup-recovery-openapi", self.api);
        let package = Package { name: &name, licence: "MIT OR Apache-2.0", licence_files: &LICENCES };
        // Whoever gets this folder has the document too.
        let mut files = self.committed()?;
        files.extend(openapi_publish::packages(document, &package)?);
        files.insert(COLLECTION.to_owned(), openapi_publish::collection(document).into_bytes());
        files.insert("console.html".to_owned(), console.html.into_bytes());
        files.insert("reference.html".to_owned(), reference.html.into_bytes());
        Ok(files)
    }
}

/// The numbers of a version like 1.2.3.
fn version(text: &str) -> Option<[u64; 3]> {
    let numbers: Option<Vec<u64>> = text.split('.').map(|number| number.parse().ok()).collect();
    numbers?.try_into().ok()
}

fn bundled(sources: &Sources, key: &str) -> io::Result<Bundle> {
    bundle(sources, key).map_err(|findings| io::Error::other(render(&findings, sources)))
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
            let outcome = run(&Args { check, out: Some(self.0.path().join("out")) }, self.0.path(), &mut out)
                .expect("runs");
            let out = String::from_utf8(out).expect("text");
            (outcome, out.replace(&*self.0.path().to_string_lossy(), "/w"))
        }

        fn files(&self) -> Files {
            self.below("spec/published")
        }

        fn below(&self, folder: &str) -> Files {
            let mut files = Files::new();
            let root = self.0.path().join(folder);
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
            "a 1.0.0 is not published: run `cargo xtask spec publish` and commit /w/spec/published/a/1.0.0\n"
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
        let told = String::from_utf8_lossy(&both["a/1.1.0/CHANGELOG.md"]);
        assert!(told.starts_with("# U 1.1.0\n\nSince 1.0.0:\n\n### Breaking for generated code\n"), "{told}");
        let told: serde_json::Value = serde_json::from_slice(&both["a/1.1.0/changes.json"]).expect("JSON");
        assert_eq!(told["since"], "1.0.0");
        assert_eq!(told["impact"], "sdk-breaking");
        assert_eq!(told["changes"][0]["after"], "/info/title", "{told:#}");
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

    #[test]
    fn a_second_run_in_another_place_gives_the_same_bytes() {
        let (one, other) = (Workspace::new(DOCUMENT), Workspace::new(DOCUMENT));
        one.publish(false);
        let first = (one.below("spec/published"), one.below("out"));
        one.publish(false);
        assert_eq!((one.below("spec/published"), one.below("out")), first);
        other.publish(false);
        assert_eq!((other.below("spec/published"), other.below("out")), first);
        assert!(first.1.contains_key("a/1.0.0/SHA256SUMS"), "{:?}", first.1.keys());
    }
}
