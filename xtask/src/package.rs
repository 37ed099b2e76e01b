//! `cargo xtask package`: makes what would be uploaded of every crate that is published, and proves it.
//!
//! In the workspace the build script of a client is its generator. A client that is published carries the generated
//! source instead, and neither build script nor generator: who depends on it compiles 110 crates instead of 141, in three fifths
//! of the time. The crates are staged in a workspace of their own, which is the published part of this one, and packed
//! there with `cargo package`.
//!
//! `--check` unpacks them away from the workspace, where each finds only the others, and holds them against what a
//! registry and its users want: `checks` says what.

mod checks;
mod stage;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

use crate::Outcome;
use crate::codegen::{CLIENTS, cargo};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Unpack what was made and prove that it builds by itself, is complete and is documented.
    #[arg(long)]
    check: bool,
    /// The crates to check [default: all that are published]
    crates: Vec<String>,
}

/// A crate that is published.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// Its folder, from the top of the workspace.
    pub(crate) folder: String,
}

impl Package {
    /// What the crate is called with its version, in file names too.
    pub(crate) fn full_name(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }

    pub(crate) fn is_client(&self) -> bool {
        CLIENTS.contains(&self.name.as_str())
    }
}

/// Packs every published crate, and with `--check` proves those that were named.
///
/// # Errors
/// When a crate cannot be packed.
pub(crate) fn run(args: &Args, workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    let packages = published(workspace)?;
    if let Some(unknown) = args.crates.iter().find(|name| packages.iter().all(|known| known.name != **name)) {
        return Err(io::Error::other(format!("`{unknown}` is no crate that is published")));
    }
    let packed = pack(workspace, &workspace.join("target/package"), &packages)?;
    for (package, file) in packages.iter().zip(&packed) {
        let size = fs::metadata(file)?.len().div_ceil(1024);
        writeln!(out, "{} ({size} KiB): {}", package.full_name(), crate::spec_check::short(file).display())?;
    }
    if !args.check {
        return Ok(Outcome::Fine);
    }
    let wanted = |package: &Package| args.crates.is_empty() || args.crates.contains(&package.name);
    let complaints = checks::run(workspace, &packages, &packed, wanted)?;
    for complaint in &complaints {
        writeln!(out, "error: {complaint}")?;
    }
    if !complaints.is_empty() {
        return Ok(Outcome::Findings);
    }
    writeln!(out, "what would be published builds by itself, is complete and is documented")?;
    Ok(Outcome::Fine)
}

/// The crates of a workspace that are published, by name.
pub(crate) fn published(workspace: &Path) -> io::Result<Vec<Package>> {
    let metadata = metadata(workspace)?;
    let root = fs::canonicalize(workspace)?;
    let mut packages = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        // `publish = false` is an empty list of registries.
        if package["publish"].as_array().is_some_and(Vec::is_empty) {
            continue;
        }
        let text = |name: &str| package[name].as_str().map(str::to_owned);
        let manifest = text("manifest_path").map(PathBuf::from);
        let folder =
            manifest.as_deref().and_then(Path::parent).and_then(|path| path.strip_prefix(&root).ok());
        let (Some(name), Some(version), Some(folder)) = (text("name"), text("version"), folder) else {
            return Err(io::Error::other("cargo describes a package in an unknown form"));
        };
        let folder = folder.to_string_lossy().replace('\\', "/");
        packages.push(Package { name, version, folder });
    }
    packages.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(packages)
}

/// What would be published, as a workspace: each client with its source. To build it takes no generator, which runs
/// once for all features instead of once for each set of them.
pub(crate) struct Staged {
    folder: PathBuf,
    target: PathBuf,
}

impl Staged {
    /// Stages every published crate.
    ///
    /// # Errors
    /// When a client cannot be generated, or a file cannot be written.
    pub(crate) fn new(workspace: &Path) -> io::Result<Self> {
        let folder = workspace.join("target/package/staging");
        stage::write(workspace, &folder, &published(workspace)?)?;
        Ok(Self { folder, target: target(workspace)? })
    }

    /// Whether the library of a crate builds without warnings with these features. Clippy is asked because it turns
    /// warnings into errors without building every dependency anew.
    ///
    /// # Errors
    /// When Cargo cannot be started.
    pub(crate) fn builds(&self, package: &str, features: &str) -> io::Result<bool> {
        let status = Command::new(cargo())
            .current_dir(&self.folder)
            .args(["clippy", "--quiet", "--package", package, "--lib", "--no-default-features"])
            .args(["--features", features, "--", "-D", "warnings"])
            .env("CARGO_TARGET_DIR", &self.target)
            .status()?;
        Ok(status.success())
    }
}

/// Packs crates into a folder; the files, in the order of the crates.
pub(crate) fn pack(workspace: &Path, folder: &Path, packages: &[Package]) -> io::Result<Vec<PathBuf>> {
    let staging = folder.join("staging");
    stage::write(workspace, &staging, packages)?;
    let status = Command::new(cargo())
        .current_dir(&staging)
        .args(["package", "--workspace", "--no-verify", "--allow-dirty", "--quiet"])
        .args(["--target-dir", "target"])
        .status()?;
    if !status.success() {
        return Err(io::Error::other("cargo cannot pack the crates: see above"));
    }
    let mut packed = Vec::new();
    for package in packages {
        let name = format!("{}.crate", package.full_name());
        let file = folder.join(&name);
        fs::copy(staging.join("target/package").join(&name), &file)?;
        packed.push(file);
    }
    Ok(packed)
}

/// Unpacks crates into a folder, each into one of its own, and makes a workspace of it in which they find each
/// other. Versions are those of our own lock file, so that nothing has to be fetched that was not already.
pub(crate) fn unpack(
    workspace: &Path,
    folder: &Path,
    packages: &[Package],
    packed: &[PathBuf],
) -> io::Result<()> {
    let mut manifest = String::from("[workspace]\nresolver = \"3\"\nmembers = [\"*-*\"]\n\n");
    // As in our own workspace, whose dependencies are built with it already.
    manifest.push_str("[profile.dev]\ndebug = \"line-tables-only\"\n\n[patch.crates-io]\n");
    for (package, file) in packages.iter().zip(packed) {
        let status = Command::new("tar").arg("-xzf").arg(file).arg("-C").arg(folder).status()?;
        if !status.success() {
            return Err(io::Error::other(format!("tar cannot unpack {}", file.display())));
        }
        manifest.push_str(&format!("{} = {{ path = \"{}\" }}\n", package.name, package.full_name()));
    }
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    Ok(())
}

/// Whether a program that depends on what is published of these crates builds with another toolchain.
pub(crate) fn builds_with(
    workspace: &Path,
    toolchain: &str,
    packages: &[Package],
    wanted: &[&Package],
) -> io::Result<bool> {
    let packed = pack(workspace, &workspace.join("target/package"), packages)?;
    let folder = tempfile::tempdir()?;
    unpack(workspace, folder.path(), packages, &packed)?;
    checks::consumer(folder.path(), wanted)?;
    let status = Command::new("rustup")
        .current_dir(folder.path())
        .args(["run", toolchain, "cargo", "check", "--quiet", "--package", checks::CONSUMER])
        .env("CARGO_TARGET_DIR", target(workspace)?)
        .status()?;
    Ok(status.success())
}

/// What Cargo knows of a workspace, without its dependencies.
pub(crate) fn metadata(workspace: &Path) -> io::Result<Value> {
    let output = Command::new(cargo())
        .current_dir(workspace)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .stderr(std::process::Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(io::Error::other("cargo cannot read the workspace: see above"));
    }
    serde_json::from_slice(&output.stdout).map_err(io::Error::other)
}

/// Where Cargo builds the workspace. What lies there of dependencies is used again elsewhere.
pub(crate) fn target(workspace: &Path) -> io::Result<PathBuf> {
    if let Some(folder) = env::var_os("CARGO_TARGET_DIR") {
        return Ok(workspace.join(folder));
    }
    let metadata = metadata(workspace)?;
    let folder = metadata["target_directory"].as_str();
    folder.map(PathBuf::from).ok_or_else(|| io::Error::other("cargo does not say where it builds"))
}
