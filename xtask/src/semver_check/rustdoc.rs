//! What rustdoc knows of the published crates, compared by `cargo semver-checks`.
//!
//! rustdoc is run here and not by the tool: a client has to be generated first, and finds what it shares with the other
//! one only in the workspace.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{library, versions};
use crate::codegen::cargo;
use crate::package::{metadata, target};

/// Compares every published crate with what it was in another workspace; what breaks without a new version.
///
/// # Errors
/// When a crate cannot be documented.
pub(super) fn compare(
    workspace: &Path,
    baseline: &Path,
    revision: &str,
    out: &mut impl Write,
) -> io::Result<Vec<String>> {
    let target = target(workspace)?;
    let kept = target.join("semver");
    let before = versions(baseline)?;
    let mut complaints = Vec::new();
    for name in versions(workspace)?.keys() {
        if !before.contains_key(name) {
            writeln!(out, "{name} is new")?;
            continue;
        }
        // What a commit says does not change, so it is documented once.
        let old = kept.join(revision).join(format!("{name}.json"));
        if !old.exists() {
            document(baseline, name, &target, &old)?;
        }
        let new = kept.join(format!("{name}.json"));
        document(workspace, name, &target, &new)?;
        if let Some(said) = breaks(&old, &new)? {
            write!(out, "{said}")?;
            complaints.push(format!("{name} breaks its users without a version that says so"));
        }
    }
    Ok(complaints)
}

/// Writes what rustdoc knows of a package, with every feature, as JSON.
pub(super) fn document(workspace: &Path, package: &str, target: &Path, into: &Path) -> io::Result<()> {
    let library = library(&metadata(workspace)?, package)
        .ok_or_else(|| io::Error::other(format!("{package} has no library")))?;
    let folder = into.parent().unwrap_or(into);
    fs::create_dir_all(folder)?;
    let mut command = Command::new(cargo());
    command
        .current_dir(workspace)
        .args(["rustdoc", "--quiet", "--package", package, "--lib", "--all-features", "--"])
        .args([
            "--document-private-items",
            "--document-hidden-items",
            "-Zunstable-options",
            "--output-format",
            "json",
            "--cap-lints",
            "allow",
        ])
        .env("CARGO_TARGET_DIR", target);
    // The JSON is unstable.
    with_unstable(&mut command, folder)?;
    if !command.status()?.success() {
        return Err(io::Error::other(format!("{package} cannot be documented: see above")));
    }
    fs::copy(target.join("doc").join(format!("{library}.json")), into)?;
    Ok(())
}

/// Lets Cargo run a rustdoc that takes what is unstable, by a program in this folder. Only rustdoc is told that this is
/// meant: what is compiled stays as it was built.
///
/// # Errors
/// When the program cannot be written.
pub(crate) fn with_unstable(command: &mut Command, folder: &Path) -> io::Result<()> {
    match script(folder)? {
        Some(script) => command.env("RUSTDOC", script),
        None => command.env("RUSTC_BOOTSTRAP", "1"),
    };
    Ok(())
}

/// A program that runs rustdoc with what is unstable, where there are scripts.
#[cfg(unix)]
fn script(folder: &Path) -> io::Result<Option<PathBuf>> {
    use std::os::unix::fs::PermissionsExt as _;

    let rustdoc = env::var("RUSTDOC").unwrap_or_else(|_| "rustdoc".to_owned());
    let path = fs::canonicalize(folder)?.join("rustdoc.sh");
    fs::write(&path, format!("#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec '{rustdoc}' \"$@\"\n"))?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    Ok(Some(path))
}

#[cfg(not(unix))]
fn script(_: &Path) -> io::Result<Option<PathBuf>> {
    Ok(None)
}

/// What the tool says if the new one breaks users of the old one without a version that tells them.
pub(super) fn breaks(old: &Path, new: &Path) -> io::Result<Option<String>> {
    let output = Command::new(cargo())
        .args(["semver-checks", "--color", "never", "--baseline-rustdoc"])
        .arg(old)
        .arg("--current-rustdoc")
        .arg(new)
        .output()?;
    if output.status.success() {
        return Ok(None);
    }
    let said = [output.stdout, output.stderr].concat();
    Ok(Some(String::from_utf8_lossy(&said).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semver_check::has_tool;

    /// A package of its own with this library.
    fn package(folder: &Path, version: &str, library: &str) {
        fs::create_dir_all(folder.join("src")).unwrap();
        let manifest = format!(
            "[package]\nname = \"tried\"\nversion = \"{version}\"\nedition = \"2024\"\n[workspace]\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        fs::write(folder.join("src/lib.rs"), library).unwrap();
    }

    #[test]
    fn a_break_without_a_version_that_says_so_is_caught() {
        if !has_tool().unwrap() {
            eprintln!("cargo-semver-checks is not installed: skipped");
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let of = |name: &str, version: &str, text: &str| {
            let path = folder.path().join(name);
            package(&path, version, text);
            let json = folder.path().join(format!("{name}.json"));
            document(&path, "tried", &folder.path().join("target"), &json).unwrap();
            json
        };
        let before = of("before", "0.1.0", "pub fn one() {}\npub fn two() {}\n");
        let more = of("more", "0.1.1", "pub fn one() {}\npub fn two() {}\npub fn three() {}\n");
        let less = of("less", "0.1.1", "pub fn one() {}\n");
        let told = of("told", "0.2.0", "pub fn one() {}\n");
        assert_eq!(breaks(&before, &more).unwrap(), None);
        let said = breaks(&before, &less).unwrap().unwrap();
        assert!(said.contains("function_missing") && said.contains("two"), "{said}");
        assert_eq!(breaks(&before, &told).unwrap(), None);
    }
}
