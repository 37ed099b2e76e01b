//! Tests that are a script for Node: what it needs, where the published files are, and a server of its own.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

use super::server::{self, LOGIN, Server, TENANT};
use crate::{Outcome, spec_publish};

/// Publishes into the folder of a new server, installs what the lock file in `tests` names, and runs the script with
/// the addresses and secrets of the server in its environment.
///
/// # Errors
/// When the server cannot be started, the packages cannot be installed, or the script cannot be run.
pub(super) fn run(
    workspace: &Path,
    (tests, script): (&str, &str),
    environment: &[(&str, &OsStr)],
    out: &mut impl Write,
) -> io::Result<Outcome> {
    let server = Server::start(&server::build(workspace)?)?;
    let pages = server.folder().join("pages");
    spec_publish::pages(workspace, &pages)?;
    let folder = workspace.join(tests);
    let installed = Command::new("npm")
        .current_dir(&folder)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"])
        .status()?;
    if !installed.success() {
        return Err(io::Error::other(format!("npm cannot install what {tests}/package-lock.json names")));
    }
    let status = Command::new("node")
        .current_dir(&folder)
        .arg(script)
        .envs(environment.iter().copied())
        .env("PAGES", &pages)
        .env("STRONGROOM_URL", &server.url)
        .env("STRONGROOM_API_KEY", &server.api_key)
        .env("STRONGROOM_TENANT", TENANT)
        .env("STRONGROOM_LOGIN", LOGIN)
        .env("STRONGROOM_PASSWORD", &server.password)
        .status()?;
    if status.success() {
        return Ok(Outcome::Fine);
    }
    server.tell_last_words(out)?;
    Ok(Outcome::Findings)
}
