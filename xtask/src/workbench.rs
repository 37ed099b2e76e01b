//! The commands that carry the generator, which is much to build: a program of their own, `workbench`, that is
//! started from here.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::Command;

use crate::Outcome;

/// What is handed on as it is, `--help` included.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    arguments: Vec<OsString>,
}

/// Builds the workbench where it is not built yet, and has it carry out a command.
///
/// # Errors
/// When Cargo cannot be started, or the command could not do its work.
pub(crate) fn run(command: &str, args: &Args, workspace: &Path) -> io::Result<Outcome> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let manifest = workspace.join("Cargo.toml");
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--package", "workbench", "--manifest-path"])
        .arg(manifest)
        .args(["--", command, "--workspace"])
        .arg(workspace)
        .args(&args.arguments)
        .status()?;
    match status.code() {
        Some(0) => Ok(Outcome::Fine),
        Some(1) => Ok(Outcome::Findings),
        // It has said why. A signal ends both, and nothing is left to be said.
        Some(_) => Err(io::Error::other(format!("`spec {command}` could not do its work"))),
        None => Ok(Outcome::Fine),
    }
}
