//! The published part of the workspace, as a workspace of its own.

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

/// Writes the workspace of these crates into a folder, which is emptied first.
///
/// # Errors
/// When a file cannot be read or written, or is not what it has to be.
pub(super) fn write(workspace: &Path, staging: &Path, packages: &[Package]) -> io::Result<()> {
    if staging.exists() {
        fs::remove_dir_all(staging)?;
    }
    fs::create_dir_all(staging)?;
    let manifest = fs::read_to_string(workspace.join("Cargo.toml"))?;
    let folders: Vec<&str> = packages.iter().map(|package| package.folder.as_str()).collect();
    fs::write(staging.join("Cargo.toml"), root(&manifest, &folders))?;
    fs::copy(workspace.join("Cargo.lock"), staging.join("Cargo.lock"))?;
    for package in packages {
        let folder = staging.join(&package.folder);
        for file in files(workspace, &package.folder)? {
            let to = staging.join(&file);
            to.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::copy(workspace.join(&file), to)?;
        }
        for licence in LICENCES {
            fs::copy(workspace.join(licence), folder.join(licence))?;
        }
        let manifest = folder.join("Cargo.toml");
        fs::write(&manifest, without(&fs::read_to_string(&manifest)?, &LEFT_OUT))?;
        if package.is_client() {
            carry(&folder, &built(workspace, &package.name)?)?;
        }
    }
    Ok(())
}

/// The manifest of the workspace with these members alone, and without profiles, which speak of dependencies that
/// others have.
fn root(manifest: &str, members: &[&str]) -> String {
    let end = manifest.find("\n[profile.").map_or(manifest.len(), |at| at + 1);
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

/// The files of a folder that are committed or could be, from the top of the workspace.
fn files(workspace: &Path, folder: &str) -> io::Result<Vec<String>> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", folder];
    let output = Command::new("git").current_dir(workspace).args(arguments).output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!("git does not list the files of {folder}")));
    }
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    let names = names.split('\0').filter(|name| !name.is_empty() && workspace.join(name).is_file());
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
        let mut found = Vec::new();
        let mut open = vec![PathBuf::from("src")];
        while let Some(next) = open.pop() {
            for entry in fs::read_dir(folder.join(&next))? {
                let path = next.join(entry?.file_name());
                if folder.join(&path).is_dir() {
                    open.push(path);
                    continue;
                }
                let text = fs::read_to_string(folder.join(&path))?;
                let made = text.split_once(INCLUDED.0).and_then(|(_, rest)| rest.split_once(INCLUDED.1));
                let Some((made, _)) = made else { continue };
                // A module lies beside the root of the crate, or in the folder of the module that it is part of.
                let parent = if path.ends_with("lib.rs") { next.clone() } else { path.with_extension("") };
                found.push(Self { path: parent.join("generated.rs"), made: made.to_owned(), user: path });
            }
        }
        Ok(found)
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

/// Makes of a client, in its folder, one that carries its source.
fn carry(folder: &Path, out_dir: &Path) -> io::Result<()> {
    let all = Generated::of(folder)?;
    if all.is_empty() {
        let message = format!("{} does not take in its source as the packing knows it", folder.display());
        return Err(io::Error::other(message));
    }
    for generated in &all {
        let path = folder.join(&generated.path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, generated.text(out_dir)?)?;
        let user = folder.join(&generated.user);
        let included = [INCLUDED.0, &generated.made, INCLUDED.1].concat();
        fs::write(&user, fs::read_to_string(&user)?.replace(&included, CARRIED))?;
    }
    fs::remove_file(folder.join("build.rs"))
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
        let manifest = "[workspace]\nmembers = [\"spec\", \"crates/*\"]\ndefault-members = [\"a\"]\n\n[workspace.dependencies]\nserde = \"1\"\n\n[profile.dev]\ndebug = 1\n";
        assert_eq!(
            root(manifest, &["crates/a", "crates/b"]),
            "[workspace]\nmembers = [\"crates/a\", \"crates/b\"]\n\n\n[workspace.dependencies]\nserde = \"1\"\n\n"
        );
    }

    /// Writes files below a folder.
    fn write_all(folder: &Path, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    fn including(made: &str) -> String {
        [INCLUDED.0, made, INCLUDED.1].concat()
    }

    #[test]
    fn a_client_that_is_published_has_its_source_and_no_generator() {
        let (client, out_dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let library =
            format!("//! A client.\n\n#[allow(missing_docs)]\n{}\npub use x;\n", including("all.rs"));
        let files = [
            ("build.rs", "fn main() {}\n"),
            ("src/lib.rs", &library),
            ("src/part.rs", &including("part.rs")),
            ("src/other.rs", ""),
        ];
        write_all(client.path(), &files);
        let made =
            [("all.rs", "pub mod types {}\n"), ("part.rs", "fn part() {}\n"), ("origin.txt", "a document\n")];
        write_all(out_dir.path(), &made);
        carry(client.path(), out_dir.path()).unwrap();
        let read = |name: &str| fs::read_to_string(client.path().join(name)).unwrap();
        assert_eq!(
            read("src/lib.rs"),
            "//! A client.\n\n#[allow(missing_docs)]\nmod generated;\n\npub use x;\n"
        );
        let head = "// Generated from a document. Not to be edited.\n\n";
        assert_eq!(read("src/generated.rs"), format!("{head}pub mod types {{}}\n"));
        assert_eq!(read("src/part.rs"), "mod generated;\n");
        assert_eq!(read("src/part/generated.rs"), format!("{head}fn part() {{}}\n"));
        assert!(!client.path().join("build.rs").exists());
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
        let client = tempfile::tempdir().unwrap();
        write_all(
            client.path(),
            &[("build.rs", ""), ("src/lib.rs", "mod generated { include!(\"x.rs\"); }\n")],
        );
        let error = carry(client.path(), client.path()).unwrap_err();
        assert!(error.to_string().contains("does not take in"), "{error}");
    }
}
