//! `cargo xtask interop collection`: the published collections, sent with newman to a server of their own.

use std::env;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

use super::server::{self, LOGIN, Server, TENANT};
use super::{is_installed, without_the_tool};
use crate::{Outcome, spec_publish};

/// Where the script lies that runs newman, and what is known to work.
const TESTS: &str = "tests/interop/collection";

pub(super) fn run(workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    let missing: Vec<_> =
        ["node", "npm"].into_iter().filter(|name| !is_installed(OsStr::new(name))).collect();
    if !missing.is_empty() {
        writeln!(out, "{} is not installed: no collection was run", missing.join(" and "))?;
        return Ok(without_the_tool(env::var_os("CI").as_deref()));
    }
    let server = Server::start(&server::build(workspace)?)?;
    let pages = server.folder().join("pages");
    spec_publish::pages(workspace, &pages)?;
    let tests = workspace.join(TESTS);
    let installed = Command::new("npm")
        .current_dir(&tests)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"])
        .status()?;
    if !installed.success() {
        return Err(io::Error::other(format!("npm cannot install what {TESTS}/package-lock.json names")));
    }
    let status = Command::new("node")
        .current_dir(&tests)
        .arg("run.mjs")
        .env("PAGES", &pages)
        .env("COLLECTION", spec_publish::COLLECTION)
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
