//! `cargo xtask features`: builds each client, and what they share, with the features that can break each other, and
//! takes warnings for failures.
//!
//! What a client is with each of its areas is built by `cargo xtask areas`. Here it is everything else: no feature at
//! all, the types without the client, each feature that is no area with the client, and everything at once,
//! in which the TLS backends meet; and what the clients promise of TLS is tested with each backend. What `--all` adds are
//! combinations that share no code that either leaves out.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

use crate::Outcome;
use crate::codegen::{CLIENTS, cargo};
use crate::package::{Staged, metadata};

/// What the clients share: no areas, but the backends.
const SHARED: &str = "strongroom-client-core";

/// The backends of TLS, and none. What the clients promise of TLS is tested with each.
const BACKENDS: [&str; 4] = ["", "rustls", "rustls-aws-lc", "native-tls"];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Every pair of areas, with and without the client, and every set of the other features; takes long.
    #[arg(long)]
    all: bool,
}

/// Builds every combination.
///
/// # Errors
/// When the features of a package cannot be read, or Cargo cannot be started.
pub(crate) fn run(args: &Args, workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    let mut outcome = Outcome::Fine;
    let known = metadata(workspace)?;
    let staged = Staged::new(workspace)?;
    for package in [SHARED].into_iter().chain(CLIENTS) {
        let begun = Instant::now();
        let features = Features::of(&known, package)?;
        let combinations = if args.all { features.every() } else { features.telling() };
        for combination in &combinations {
            if !staged.builds(package, combination)? {
                writeln!(out, "{package} does not build without warnings with the features `{combination}`")?;
                outcome = Outcome::Findings;
            }
        }
        writeln!(out, "{package}: {} combinations in {} s", combinations.len(), begun.elapsed().as_secs())?;
    }
    for backend in BACKENDS {
        let begun = Instant::now();
        let passed = passes(workspace, backend)?;
        writeln!(
            out,
            "TLS with `{backend}`: {} in {} s",
            if passed { "as promised" } else { "not as promised, see above" },
            begun.elapsed().as_secs()
        )?;
        if !passed {
            outcome = Outcome::Findings;
        }
    }
    Ok(outcome)
}

/// Whether what is promised of TLS holds with a backend.
fn passes(workspace: &Path, backend: &str) -> io::Result<bool> {
    let done = Command::new(cargo())
        .current_dir(workspace)
        .args(["test", "--quiet", "--package", SHARED, "--features", backend])
        .args(["--test", "it", "backends::"])
        .output()?;
    if !done.status.success() {
        io::stderr().write_all(&done.stdout)?;
        io::stderr().write_all(&done.stderr)?;
    }
    Ok(done.status.success())
}

/// Whether a package builds without warnings with all its features.
pub(crate) fn everything_builds(workspace: &Path, staged: &Staged, package: &str) -> io::Result<bool> {
    let features = Features::of(&metadata(workspace)?, package)?;
    staged.builds(package, &features.everything())
}

/// The features of a package.
#[derive(Debug, PartialEq, Eq)]
struct Features {
    /// What `all-areas` lists.
    areas: Vec<String>,
    /// Whether there is a feature `client`.
    has_client: bool,
    /// All others but `default`.
    others: Vec<String>,
}

impl Features {
    fn of(metadata: &Value, package: &str) -> io::Result<Self> {
        let packages = metadata["packages"].as_array().into_iter().flatten();
        let features = packages
            .into_iter()
            .find(|known| known["name"] == package)
            .and_then(|known| known["features"].as_object())
            .ok_or_else(|| io::Error::other(format!("cargo knows no features of {package}")))?;
        let areas = features.get("all-areas").and_then(Value::as_array).into_iter().flatten();
        let areas: Vec<String> = areas.filter_map(Value::as_str).map(str::to_owned).collect();
        let is_other = |name: &&String| {
            !["all-areas", "client", "default"].contains(&name.as_str()) && !areas.contains(name)
        };
        let others = features.keys().filter(is_other).cloned().collect();
        Ok(Self { has_client: features.contains_key("client"), areas, others })
    }

    /// The combinations that tell the most.
    fn telling(&self) -> BTreeSet<String> {
        let mut sets = BTreeSet::from([String::new()]);
        if self.has_client {
            sets.extend(self.others.iter().map(|other| format!("client,{other}")));
            sets.extend(["all-areas", "all-areas,client"].map(str::to_owned));
        } else {
            sets.extend(self.others.iter().cloned());
        }
        sets.insert(self.everything());
        sets
    }

    fn everything(&self) -> String {
        let client: &[&str] = if self.has_client { &["all-areas", "client"] } else { &[] };
        let others = self.others.iter().map(String::as_str);
        others.chain(client.iter().copied()).collect::<Vec<_>>().join(",")
    }

    /// Those, every pair of areas, and every set of the other features.
    fn every(&self) -> BTreeSet<String> {
        let mut sets = self.telling();
        let begins: &[&str] = if self.has_client { &["", "client,"] } else { &[""] };
        for begin in begins {
            for (at, one) in self.areas.iter().enumerate() {
                sets.extend(self.areas[at..].iter().map(|other| format!("{begin}{one},{other}")));
            }
            for bits in 0..1_usize << self.others.len() {
                let chosen = self.others.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
                let chosen: Vec<&str> = chosen.map(|(_, name)| name.as_str()).collect();
                sets.insert(format!("{begin}{}", chosen.join(",")));
            }
        }
        sets
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn features(of: Value) -> Features {
        Features::of(&json!({ "packages": [{ "name": "a", "features": of }] }), "a").unwrap()
    }

    #[test]
    fn each_feature_is_built_with_the_client_and_with_all() {
        let client = features(json!({
            "default": ["client"], "client": [], "all-areas": ["runs", "search"], "runs": [], "search": [], "tls": [],
        }));
        assert_eq!(client.areas, ["runs", "search"]);
        let telling: Vec<_> = client.telling().into_iter().collect();
        assert_eq!(telling, ["", "all-areas", "all-areas,client", "client,tls", "tls,all-areas,client"]);
        let every = client.every();
        assert!(
            every.contains("client,runs,search") && every.contains("runs,runs") && every.contains("client,")
        );
    }

    #[test]
    fn what_has_no_client_has_its_features_alone_and_together() {
        let shared = features(json!({ "one": [], "two": [] }));
        let telling: Vec<_> = shared.telling().into_iter().collect();
        assert_eq!(telling, ["", "one", "one,two", "two"]);
        assert_eq!(shared.every(), shared.telling());
    }
}
