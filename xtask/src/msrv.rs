//! `cargo xtask msrv`: whether what the crates say of the oldest Rust that builds them holds, as far as it can be seen.
//!
//! Three things speak for a `rust-version`: no dependency wants a newer one, Clippy knows of nothing that the crate
//! uses of a newer standard library, and that compiler builds it. The first two are always looked at. The third is where
//! that compiler is installed; where it is not, this says so. For what is published the compiler builds what was packed,
//! since its users compile no generator.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use semver::Version;
use serde_json::Value;

use crate::codegen::cargo;
use crate::package::{self, Package, Staged};
use crate::{Outcome, combinations};

/// Looks at every crate of the workspace, and builds those that are published with the compiler that they name.
///
/// # Errors
/// When Cargo cannot be asked.
pub(crate) fn run(workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    let mut outcome = Outcome::Fine;
    let published = package::published(workspace)?;
    let graph = Graph::of(&resolved(workspace)?)?;
    let mut stated: BTreeMap<Version, BTreeSet<&str>> = BTreeMap::new();
    for (id, name) in &graph.members {
        let is_published = published.iter().any(|package| package.name == *name);
        let Some(own) = graph.versions.get(id).and_then(Option::as_ref) else {
            writeln!(out, "error: {name} does not say which Rust it needs")?;
            outcome = Outcome::Findings;
            continue;
        };
        if is_published {
            stated.entry(own.clone()).or_default().insert(name);
        }
        for newer in graph.newer(id, own, is_published) {
            writeln!(out, "error: {name} says {own}, and {newer}")?;
            outcome = Outcome::Findings;
        }
    }
    writeln!(
        out,
        "no dependency may need a newer Rust than the crate that needs it (crates: {})",
        graph.members.len()
    )?;
    let staged = Staged::new(workspace)?;
    for package in &published {
        // The same as in `cargo xtask features`, where it is built for this too: the lint is one of the warnings.
        if !combinations::everything_builds(workspace, &staged, &package.name)? {
            writeln!(out, "error: {} has warnings, see above", package.name)?;
            outcome = Outcome::Findings;
        }
    }
    for (version, names) in stated {
        let names: Vec<&str> = names.into_iter().collect();
        let wanted: Vec<&Package> =
            published.iter().filter(|package| names.contains(&package.name.as_str())).collect();
        match toolchain(&version)? {
            None => {
                writeln!(out, "Rust {version} is not installed: not tried with it ({})", names.join(", "))?
            }
            Some(toolchain) if package::builds_with(workspace, &toolchain, &published, &wanted)? => {
                writeln!(out, "Rust {version} builds {}", names.join(", "))?;
            }
            Some(toolchain) => {
                writeln!(out, "error: the toolchain {toolchain} does not build {}", names.join(", "))?;
                outcome = Outcome::Findings;
            }
        }
    }
    Ok(outcome)
}

/// What Cargo resolves for this machine, with every feature.
fn resolved(workspace: &Path) -> io::Result<Value> {
    let rustc = Command::new("rustc").arg("-vV").output()?;
    let said = String::from_utf8_lossy(&rustc.stdout).into_owned();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.ok_or_else(|| io::Error::other("rustc does not say what it runs on"))?;
    let output = Command::new(cargo())
        .current_dir(workspace)
        .args(["metadata", "--format-version", "1", "--all-features", "--filter-platform", host])
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(io::Error::other("cargo cannot resolve the workspace: see above"));
    }
    serde_json::from_slice(&output.stdout).map_err(io::Error::other)
}

/// The installed toolchain of a release, under the name that Cargo takes.
fn toolchain(version: &Version) -> io::Result<Option<String>> {
    let listed = match Command::new("rustup").args(["toolchain", "list"]).output() {
        Ok(listed) => listed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(named(&String::from_utf8_lossy(&listed.stdout), version))
}

fn named(listed: &str, version: &Version) -> Option<String> {
    let of_release = |name: &&str| {
        let number = name.split('-').next().unwrap_or_default();
        parse(number).is_some_and(|found| (found.major, found.minor) == (version.major, version.minor))
    };
    listed.lines().filter_map(|line| line.split(' ').next()).find(of_release).map(str::to_owned)
}

/// A version with two or three numbers.
fn parse(text: &str) -> Option<Version> {
    Version::parse(text).or_else(|_| Version::parse(&format!("{text}.0"))).ok()
}

/// Which crate needs which.
struct Graph {
    /// The crates of the workspace: id and name.
    members: Vec<(String, String)>,
    /// What each crate says it needs, by id, if it says so.
    versions: BTreeMap<String, Option<Version>>,
    names: BTreeMap<String, String>,
    /// What each crate needs to be used, and what to be built.
    used: BTreeMap<String, Vec<String>>,
    built: BTreeMap<String, Vec<String>>,
}

impl Graph {
    fn of(metadata: &Value) -> io::Result<Self> {
        let unknown = || io::Error::other("cargo describes the dependencies in an unknown form");
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(unknown);
        let list = |value: &Value| value.as_array().cloned().ok_or_else(unknown);
        let (mut versions, mut names) = (BTreeMap::new(), BTreeMap::new());
        for package in list(&metadata["packages"])? {
            let id = text(&package["id"])?;
            names.insert(id.clone(), text(&package["name"])?);
            versions.insert(id, package["rust_version"].as_str().and_then(parse));
        }
        let (mut used, mut built) = (BTreeMap::new(), BTreeMap::new());
        for node in list(&metadata["resolve"]["nodes"])? {
            let id = text(&node["id"])?;
            for dependency in list(&node["deps"])? {
                let other = text(&dependency["pkg"])?;
                for kind in list(&dependency["dep_kinds"])? {
                    let to: &mut BTreeMap<String, Vec<String>> = match kind["kind"].as_str() {
                        None => &mut used,
                        Some("build") => &mut built,
                        Some(_) => continue,
                    };
                    to.entry(id.clone()).or_default().push(other.clone());
                }
            }
        }
        let ids = list(&metadata["workspace_members"])?;
        let members = ids.iter().map(|id| {
            let id = text(id)?;
            let name = names.get(&id).cloned().ok_or_else(unknown)?;
            Ok((id, name))
        });
        Ok(Self { members: members.collect::<io::Result<_>>()?, versions, names, used, built })
    }

    /// The dependencies of a crate that say they need a newer Rust. Those of its own build script count unless it is
    /// published without.
    fn newer(&self, id: &str, version: &Version, without_build: bool) -> Vec<String> {
        let of = |map: &BTreeMap<String, Vec<String>>, id: &str| map.get(id).cloned().unwrap_or_default();
        let mut open = of(&self.used, id);
        if !without_build {
            open.extend(of(&self.built, id));
        }
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        while let Some(next) = open.pop() {
            if !seen.insert(next.clone()) {
                continue;
            }
            open.extend(of(&self.used, &next));
            // The published form of a crate of ours has no build script.
            let is_ours = self.members.iter().any(|(member, _)| *member == next);
            if !(is_ours && without_build) {
                open.extend(of(&self.built, &next));
            }
            if let Some(Some(needed)) = self.versions.get(&next)
                && needed > version
            {
                found.push(format!("{} needs {needed}", self.names.get(&next).map_or("", String::as_str)));
            }
        }
        found.sort();
        found
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_dependency_that_needs_a_newer_rust_is_named_at_any_depth() {
        let package =
            |id: &str, version: Option<&str>| json!({ "id": id, "name": id, "rust_version": version });
        let needs = |id: &str, kind: Option<&str>| json!({ "pkg": id, "dep_kinds": [{ "kind": kind }] });
        let graph = Graph::of(&json!({
            "packages": [
                package("ours", Some("1.88")), package("between", None), package("deep", Some("1.90.1")),
                package("generator", Some("1.94")), package("test", Some("1.99")),
            ],
            "resolve": { "nodes": [
                { "id": "ours", "deps": [
                    needs("between", None), needs("generator", Some("build")), needs("test", Some("dev")),
                ]},
                { "id": "between", "deps": [needs("deep", None)] },
            ]},
            "workspace_members": ["ours"],
        }))
        .unwrap();
        let own = parse("1.88").unwrap();
        assert_eq!(graph.newer("ours", &own, true), ["deep needs 1.90.1"]);
        assert_eq!(graph.newer("ours", &own, false), ["deep needs 1.90.1", "generator needs 1.94.0"]);
        assert!(graph.newer("ours", &parse("1.94").unwrap(), false).is_empty());
    }

    #[test]
    fn a_toolchain_is_known_by_its_release() {
        let listed =
            "stable-x86_64-unknown-linux-gnu (active, default)\n1.88.0-x86_64-unknown-linux-gnu\n1.95-x\n";
        assert_eq!(
            named(listed, &parse("1.88").unwrap()).as_deref(),
            Some("1.88.0-x86_64-unknown-linux-gnu")
        );
        assert_eq!(named(listed, &parse("1.95.0").unwrap()).as_deref(), Some("1.95-x"));
        assert_eq!(named(listed, &parse("1.89").unwrap()), None);
    }
}
