//! The published part of the workspace, as a workspace of its own.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Package;
use crate::codegen::{cargo, out_dir};

/// What a client says in the workspace and what it says when it is published, in its `lib.rs`.
const INCLUDED: &str = "mod generated {\n    include!(concat!(env!(\"OUT_DIR\"), \"/generated.rs\"));\n}\n";
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
            let generated = built(workspace, &package.name)?;
            carry(&folder, &Generated::of(&generated)?)?;
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

/// What the build script of a client has made.
pub(super) struct Generated {
    /// The source.
    pub(super) code: String,
    /// From what and by what, in a line.
    origin: String,
}

impl Generated {
    pub(super) fn of(folder: &Path) -> io::Result<Self> {
        let read = |name: &str| fs::read_to_string(folder.join(name));
        Ok(Self { code: read("generated.rs")?, origin: read("origin.txt")?.trim().to_owned() })
    }

    /// The file that a published client has of it.
    pub(super) fn file(&self) -> String {
        format!("// Generated from {}. Not to be edited.\n\n{}", self.origin, self.code)
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
fn carry(folder: &Path, generated: &Generated) -> io::Result<()> {
    fs::write(folder.join("src/generated.rs"), generated.file())?;
    fs::remove_file(folder.join("build.rs"))?;
    let library = folder.join("src/lib.rs");
    let text = fs::read_to_string(&library)?;
    if text.matches(INCLUDED).count() != 1 {
        let message =
            format!("{} does not include its generated source as the packing knows it", library.display());
        return Err(io::Error::other(message));
    }
    fs::write(&library, text.replace(INCLUDED, CARRIED))
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

    #[test]
    fn a_client_that_is_published_has_its_source_and_no_generator() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        fs::create_dir(path.join("src")).unwrap();
        fs::write(path.join("build.rs"), "fn main() {}\n").unwrap();
        fs::write(
            path.join("src/lib.rs"),
            format!("//! A client.\n\n#[allow(missing_docs)]\n{INCLUDED}\npub use x;\n"),
        )
        .unwrap();
        let generated = Generated { code: "pub mod types {}\n".to_owned(), origin: "a document".to_owned() };
        carry(path, &generated).unwrap();
        let read = |name: &str| fs::read_to_string(path.join(name)).unwrap();
        assert_eq!(
            read("src/lib.rs"),
            "//! A client.\n\n#[allow(missing_docs)]\nmod generated;\n\npub use x;\n"
        );
        assert_eq!(
            read("src/generated.rs"),
            "// Generated from a document. Not to be edited.\n\npub mod types {}\n"
        );
        assert!(!path.join("build.rs").exists());
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
    fn a_client_that_includes_its_source_in_another_way_is_not_packed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        fs::create_dir(path.join("src")).unwrap();
        fs::write(path.join("build.rs"), "").unwrap();
        fs::write(path.join("src/lib.rs"), "mod generated { include!(\"elsewhere.rs\"); }\n").unwrap();
        let generated = Generated { code: String::new(), origin: String::new() };
        assert!(carry(path, &generated).unwrap_err().to_string().contains("does not include"));
    }
}
