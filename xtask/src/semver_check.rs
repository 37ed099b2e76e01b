//! `cargo xtask semver`: whether the versions of the published crates cover what became different in them.
//!
//! Compared is with the last release, a tag such as `v0.1.0`, or with a commit that is named. Before the first release
//! everything may change freely.
//!
//! Two things look. The surfaces of the clients, which are committed, are compared line by line: that takes no time, and
//! sees types of parameters and fields. And `cargo semver-checks`, where it is installed, compares what rustdoc knows of
//! every published crate: traits, functions, features of types, which no surface has.

pub(crate) mod rustdoc;
mod surface;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

use semver::Version;
use serde_json::Value;

use crate::Outcome;
use crate::codegen::{CLIENTS, cargo, snapshots};
use crate::package::published;
use crate::spec_diff::git;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The commit to compare with [default: the last tag of a release, `v…`]
    #[arg(long)]
    baseline: Option<String>,
}

/// Compares the published crates with a baseline.
///
/// # Errors
/// When the baseline is not there, or a crate cannot be documented.
pub(crate) fn run(args: &Args, workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    let Some(revision) = revision(args.baseline.as_deref(), workspace)? else {
        writeln!(out, "nothing was released yet (there is no tag `v…`), so everything may change")?;
        return Ok(Outcome::Fine);
    };
    let checkout = tempfile::tempdir()?;
    check_out(workspace, &revision, checkout.path())?;
    let mut complaints = surfaces(workspace, checkout.path())?;
    if has_tool()? {
        complaints.extend(rustdoc::compare(workspace, checkout.path(), &revision, out)?);
    } else {
        writeln!(out, "cargo-semver-checks is not installed: only the surfaces of the clients are compared")?;
    }
    for complaint in &complaints {
        writeln!(out, "error: {complaint}")?;
    }
    if complaints.is_empty() {
        writeln!(out, "the versions cover what changed since {}", &revision[..revision.len().min(9)])?;
        return Ok(Outcome::Fine);
    }
    Ok(Outcome::Findings)
}

/// The commit to compare with.
fn revision(named: Option<&str>, workspace: &Path) -> io::Result<Option<String>> {
    let name = match named {
        Some(name) => name.to_owned(),
        None => {
            let tag = git(workspace, &["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"])?;
            let Some(tag) = tag else { return Ok(None) };
            tag.trim().to_owned()
        }
    };
    let commit = format!("{name}^{{commit}}");
    match git(workspace, &["rev-parse", "--verify", "--quiet", &commit])? {
        Some(revision) => Ok(Some(revision.trim().to_owned())),
        None => Err(io::Error::new(io::ErrorKind::NotFound, format!("`{name}` is no commit"))),
    }
}

/// Writes the files of a commit into a folder.
fn check_out(workspace: &Path, revision: &str, folder: &Path) -> io::Result<()> {
    let archive = folder.join("baseline.tar");
    let git = Command::new("git")
        .current_dir(workspace)
        .args(["archive", "--format", "tar", "--output"])
        .args([archive.as_os_str(), revision.as_ref()])
        .status()?;
    let tar = Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(folder).status()?;
    if !git.success() || !tar.success() {
        return Err(io::Error::other(format!("{revision} cannot be read: see above")));
    }
    fs::remove_file(archive)
}

fn has_tool() -> io::Result<bool> {
    let asked = Command::new(cargo()).args(["semver-checks", "--version"]).output()?;
    Ok(asked.status.success())
}

/// The versions of the published crates of a workspace, by name.
fn versions(workspace: &Path) -> io::Result<BTreeMap<String, Version>> {
    let mut versions = BTreeMap::new();
    for package in published(workspace)? {
        let version = Version::parse(&package.version).map_err(io::Error::other)?;
        versions.insert(package.name, version);
    }
    Ok(versions)
}

/// Whether users who take the later version are told that it breaks something.
fn is_major(before: &Version, after: &Version) -> bool {
    let series = |version: &Version| match (version.major, version.minor, version.patch) {
        (0, 0, patch) => (0, 0, patch),
        (0, minor, _) => (0, minor, 0),
        (major, _, _) => (major, 0, 0),
    };
    after > before && series(before) != series(after)
}

/// What the surfaces of the clients have lost without a new version that says so.
fn surfaces(workspace: &Path, baseline: &Path) -> io::Result<Vec<String>> {
    let (before, after) = (versions(baseline)?, versions(workspace)?);
    let mut complaints = Vec::new();
    for client in CLIENTS {
        let (Some(old), Some(new)) = (before.get(client), after.get(client)) else { continue };
        if is_major(old, new) {
            continue;
        }
        let breaks = surface::breaks(
            &surface::of(&baseline.join(snapshots(client)))?,
            &surface::of(&workspace.join(snapshots(client)))?,
        );
        complaints
            .extend(breaks.iter().map(|found| format!("{client} {new} breaks users of {old}: {found}")));
    }
    Ok(complaints)
}

/// The name of the library of a package.
fn library(metadata: &Value, package: &str) -> Option<String> {
    let packages = metadata["packages"].as_array()?;
    let targets = packages.iter().find(|known| known["name"] == package)?["targets"].as_array()?;
    let is_library = |target: &&Value| {
        target["kind"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "lib"))
    };
    targets.iter().find(is_library)?["name"].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::is_major;

    #[test]
    fn before_one_the_second_number_says_that_something_breaks() {
        let is = |before: &str, after: &str| is_major(&before.parse().unwrap(), &after.parse().unwrap());
        assert!(is("0.1.0", "0.2.0") && is("0.1.4", "1.0.0") && is("1.2.3", "2.0.0") && is("0.0.1", "0.0.2"));
        assert!(
            !is("0.1.0", "0.1.1") && !is("1.2.3", "1.3.0") && !is("0.1.0", "0.1.0") && !is("0.2.0", "0.1.0")
        );
    }
}
