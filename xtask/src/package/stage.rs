//! The published part of the workspace, as a workspace of its own.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Package;
use crate::codegen::{cargo, out_dir};

/// How a client takes in what its build script has made, in the workspace; the name of the file stands between.
const INCLUDED: (&str, &str) = ("mod generated {\n    include!(concat!(env!(\"OUT_DIR\"), \"/", "\"));\n}\n");
/// How it does when it is published.
const CARRIED: &str = "mod generated;\n";

/// Sections of a manifest that are for the workspace: the generator, and tests and examples, which are not packed.
const LEFT_OUT: [&str; 5] =
    ["[build-dependencies]", "[dev-dependencies]", "[[test]]", "[[example]]", "[[bench]]"];

const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// Files by their paths.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Writes the workspace of these crates into a folder. What lies there and is the same stays untouched, so that Cargo
/// builds nothing anew that did not change.
///
/// # Errors
/// When a file cannot be read or written, or is not what it has to be.
pub(super) fn write(workspace: &Path, staging: &Path, packages: &[Package]) -> io::Result<()> {
    let manifest = fs::read_to_string(workspace.join("Cargo.toml"))?;
    let folders: Vec<&str> = packages.iter().map(|package| package.folder.as_str()).collect();
    let mut all = Files::new();
    all.insert("Cargo.toml".into(), root(&manifest, &folders).into());
    all.insert("Cargo.lock".into(), fs::read(workspace.join("Cargo.lock"))?);
    for package in packages {
        let folder = Path::new(&package.folder);
        let mut files = Files::new();
        for name in names(&workspace.join(folder))? {
            let content = fs::read(workspace.join(folder).join(&name))?;
            files.insert(name.into(), content);
        }
        for licence in LICENCES {
            files.insert(licence.into(), fs::read(workspace.join(licence))?);
        }
        let manifest = text(&files, Path::new("Cargo.toml")).map(|text| without(text, &LEFT_OUT));
        files.extend(manifest.map(|manifest| ("Cargo.toml".into(), manifest.into_bytes())));
        if package.is_client() {
            carry(&mut files, &built(workspace, &package.name)?)?;
        }
        all.extend(files.into_iter().map(|(path, content)| (folder.join(path), content)));
    }
    settle(staging, &all)
}

/// Makes the files of a folder these and no others. What Cargo builds there is left alone.
fn settle(folder: &Path, files: &Files) -> io::Result<()> {
    for (path, content) in files {
        let path = folder.join(path);
        if fs::read(&path).is_ok_and(|found| found == *content) {
            continue;
        }
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, content)?;
    }
    let mut open = vec![PathBuf::new()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(folder.join(&next))? {
            let path = next.join(entry?.file_name());
            if folder.join(&path).is_dir() {
                open.extend((path != Path::new("target")).then_some(path));
            } else if !files.contains_key(&path) {
                fs::remove_file(folder.join(path))?;
            }
        }
    }
    Ok(())
}

fn text<'a>(files: &'a Files, path: &Path) -> Option<&'a str> {
    files.get(path).and_then(|content| str::from_utf8(content).ok())
}

/// The manifest of the workspace with these members alone, and without the profiles of dependencies that only others
/// have.
fn root(manifest: &str, members: &[&str]) -> String {
    let end = manifest.find("\n[profile.dev.package]").map_or(manifest.len(), |at| at + 1);
    let mut text = String::new();
    for line in manifest[..end].lines() {
        if line.starts_with("members =") {
            text.push_str(&format!("members = [\"{}\"]", members.join("\", \"")));
        } else if !line.starts_with("default-members =") {
            text.push_str(line);
        }
        text.push('\n');
    }
    text
}

/// The files of a folder that are committed or could be, from that folder.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "."];
    let output = Command::new("git").current_dir(folder).args(arguments).output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!("git does not list the files of {}", folder.display())));
    }
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    let names = names.split('\0').filter(|name| !name.is_empty() && folder.join(name).is_file());
    Ok(names.map(str::to_owned).collect())
}

/// A source of a client that its build script makes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Generated {
    /// Where a published client has it, from its folder.
    pub(super) path: PathBuf,
    /// What the build script calls it.
    made: String,
    /// The file that takes it in.
    user: PathBuf,
}

impl Generated {
    /// What a client in this folder takes in.
    pub(super) fn of(folder: &Path) -> io::Result<Vec<Self>> {
        let mut files = Files::new();
        for name in names(folder)? {
            let content = fs::read(folder.join(&name))?;
            files.insert(name.into(), content);
        }
        Ok(Self::among(&files))
    }

    fn among(files: &Files) -> Vec<Self> {
        let mut found = Vec::new();
        for path in files.keys().filter(|path| path.starts_with("src")) {
            let included = text(files, path).and_then(|text| text.split_once(INCLUDED.0));
            let Some((made, _)) = included.and_then(|(_, rest)| rest.split_once(INCLUDED.1)) else {
                continue;
            };
            // A module lies beside the root of the crate, or in the folder of the module that it is part of.
            let parent = if path.ends_with("lib.rs") { "src".into() } else { path.with_extension("") };
            let path = path.clone();
            found.push(Self { path: parent.join("generated.rs"), made: made.to_owned(), user: path });
        }
        found
    }

    /// What a published client has in it, by the folder that the build script wrote into.
    pub(super) fn text(&self, out_dir: &Path) -> io::Result<String> {
        let origin = fs::read_to_string(out_dir.join("origin.txt"))?;
        let code = fs::read_to_string(out_dir.join(&self.made))?;
        Ok(format!("// Generated from {}. Not to be edited.\n\n{code}", origin.trim()))
    }
}

/// Runs the build script of a client; the folder it wrote into.
pub(super) fn built(workspace: &Path, client: &str) -> io::Result<PathBuf> {
    let output = Command::new(cargo())
        .current_dir(workspace)
        .args(["check", "--quiet", "--package", client, "--lib", "--no-default-features"])
        .args(["--message-format", "json-render-diagnostics"])
        .stderr(Stdio::inherit())
        .output()?;
    let folder = out_dir(&String::from_utf8_lossy(&output.stdout), client);
    folder
        .filter(|_| output.status.success())
        .ok_or_else(|| io::Error::other(format!("{client} does not build: see above")))
}

/// Makes of a client one that carries its source.
fn carry(files: &mut Files, out_dir: &Path) -> io::Result<()> {
    let all = Generated::among(files);
    if all.is_empty() {
        return Err(io::Error::other("a client does not take in its source as the packing knows it"));
    }
    for generated in all {
        let included = [INCLUDED.0, &generated.made, INCLUDED.1].concat();
        let user = text(files, &generated.user).unwrap_or_default().replace(&included, CARRIED);
        files.insert(generated.path.clone(), generated.text(out_dir)?.into_bytes());
        files.insert(generated.user, user.into_bytes());
    }
    files.remove(Path::new("build.rs"));
    Ok(())
}

/// A manifest without these sections.
fn without(manifest: &str, sections: &[&str]) -> String {
    let mut keeps = true;
    let mut text = String::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            keeps = !sections.contains(&line.trim_end());
        }
        if keeps {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_has_the_members_and_no_profiles() {
        let manifest = "[workspace]\nmembers = [\"spec\", \"crates/*\"]\ndefault-members = [\"a\"]\n\n[workspace.dependencies]\nserde = \"1\"\n\n[profile.dev]\ndebug = 1\n\n[profile.dev.package]\nother.opt-level = 3\n";
        assert_eq!(
            root(manifest, &["crates/a", "crates/b"]),
            "[workspace]\nmembers = [\"crates/a\", \"crates/b\"]\n\n\n[workspace.dependencies]\nserde = \"1\"\n\n[profile.dev]\ndebug = 1\n\n"
        );
    }

    fn files(of: &[(&str, &str)]) -> Files {
        of.iter().map(|(path, content)| ((*path).into(), (*content).into())).collect()
    }

    fn including(made: &str) -> String {
        [INCLUDED.0, made, INCLUDED.1].concat()
    }

    #[test]
    fn a_client_that_is_published_has_its_source_and_no_generator() {
        let out_dir = tempfile::tempdir().unwrap();
        let made =
            [("all.rs", "pub mod types {}\n"), ("part.rs", "fn part() {}\n"), ("origin.txt", "a document\n")];
        settle(out_dir.path(), &files(&made)).unwrap();
        let library =
            format!("//! A client.\n\n#[allow(missing_docs)]\n{}\npub use x;\n", including("all.rs"));
        let mut client = files(&[
            ("build.rs", "fn main() {}\n"),
            ("src/lib.rs", &library),
            ("src/part.rs", &including("part.rs")),
            ("src/other.rs", ""),
        ]);
        carry(&mut client, out_dir.path()).unwrap();
        let head = "// Generated from a document. Not to be edited.\n\n";
        let wanted = files(&[
            ("src/generated.rs", &format!("{head}pub mod types {{}}\n")),
            ("src/lib.rs", "//! A client.\n\n#[allow(missing_docs)]\nmod generated;\n\npub use x;\n"),
            ("src/other.rs", ""),
            ("src/part.rs", "mod generated;\n"),
            ("src/part/generated.rs", &format!("{head}fn part() {{}}\n")),
        ]);
        assert_eq!(client, wanted);
    }

    #[test]
    fn what_is_the_same_is_not_written_and_what_is_left_over_goes() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        settle(folder.path(), &files(&[("a/same", "1"), ("a/gone", "2"), ("target/built", "3")])).unwrap();
        let long_ago = std::time::SystemTime::UNIX_EPOCH;
        fs::File::options().write(true).open(path("a/same")).unwrap().set_modified(long_ago).unwrap();
        settle(folder.path(), &files(&[("a/same", "1"), ("b", "4")])).unwrap();
        assert_eq!(fs::metadata(path("a/same")).unwrap().modified().unwrap(), long_ago);
        assert_eq!(fs::read(path("b")).unwrap(), b"4");
        assert!(!path("a/gone").exists() && path("target/built").exists());
    }

    #[test]
    fn a_manifest_is_published_without_what_is_for_the_workspace() {
        let manifest = "[package]\nname = \"a\"\n\n[dependencies]\nserde = \"1\"\n\n[build-dependencies]\nclient-build = \"1\"\n\n[[test]]\nname = \"it\"\n\n[lints]\nworkspace = true\n";
        assert_eq!(
            without(manifest, &LEFT_OUT),
            "[package]\nname = \"a\"\n\n[dependencies]\nserde = \"1\"\n\n[lints]\nworkspace = true\n"
        );
    }

    #[test]
    fn a_client_that_takes_in_its_source_in_another_way_is_not_packed() {
        let mut client =
            files(&[("build.rs", ""), ("src/lib.rs", "mod generated { include!(\"x.rs\"); }\n")]);
        let error = carry(&mut client, Path::new("/nowhere")).unwrap_err();
        assert!(error.to_string().contains("does not take in"), "{error}");
    }
}
