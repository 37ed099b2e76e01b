//! `cargo xtask bench`: builds `crates/client-bench` with optimisation and runs it. It is a program of its own
//! because it depends on the clients, which no other command wants to wait for.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Outcome;
use crate::interop::documents;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to measure: decode, calls, downloads, builds, start [default: all]
    names: Vec<String>,
    /// Cut everything short: shows that it works and not how fast it is
    #[arg(long)]
    quick: bool,
    /// Write all numbers to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Print the table as Markdown
    #[arg(long)]
    markdown: bool,
}

/// Runs the benchmarks. Nothing that they measure is a finding.
///
/// # Errors
/// When Cargo cannot be started, the program does not build, or a benchmark fails.
pub(crate) fn run(args: &Args, workspace: &Path) -> io::Result<Outcome> {
    let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| OsString::from("target"));
    let folder = workspace.join(target).join("bench");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--release", "--package", "client-bench", "--manifest-path"]);
    command.arg(workspace.join("Cargo.toml")).arg("--").args(&args.names);
    command.arg("--folder").arg(&folder);
    let is_wanted = |part: &str| {
        if args.names.is_empty() { !args.quick } else { args.names.iter().any(|name| name == part) }
    };
    if is_wanted("start") {
        command.arg("--program").arg(program(workspace)?);
    }
    if is_wanted("builds") {
        documents::write(workspace, &folder.join("spec"))?;
        command.args(packages(workspace)?);
    }
    if let Some(file) = &args.json {
        command.arg("--json").arg(file);
    }
    for (flag, is_given) in [("--quick", args.quick), ("--markdown", args.markdown)] {
        if is_given {
            command.arg(flag);
        }
    }
    if command.status()?.success() {
        Ok(Outcome::Fine)
    } else {
        Err(io::Error::other("the benchmarks have failed"))
    }
}

/// Builds the command line with optimisation, and says where it is.
fn program(workspace: &Path) -> io::Result<PathBuf> {
    let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| OsString::from("target"));
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--release", "--package", "strongroom", "--manifest-path"]);
    if !build.arg(workspace.join("Cargo.toml")).status()?.success() {
        return Err(io::Error::other("the command line does not build"));
    }
    Ok(workspace.join(target).join("release/strongroom"))
}

/// Makes what is published of every crate, and says with which arguments it is found.
fn packages(workspace: &Path) -> io::Result<Vec<OsString>> {
    let status = Command::new(env::current_exe()?).arg("package").stdout(Stdio::null()).status()?;
    if !status.success() {
        return Ok(Vec::new());
    }
    Ok(vec![OsString::from("--packages"), workspace.join("target/package").into_os_string()])
}
