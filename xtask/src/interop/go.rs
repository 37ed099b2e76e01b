//! `cargo xtask interop go`: the Go tests in `tests/interop/go` against a server of their own. They use IBM's
//! SDK for Go as it is published (v1.2.1): its generated methods and models, and the core below them.

use std::env;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

use super::server::{self, Server, TENANT};
use super::{is_installed, without_the_tool};
use crate::Outcome;

/// Where the Go module lies.
const TESTS: &str = "tests/interop/go";

pub(super) fn run(workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    if !is_installed(OsStr::new("go")) {
        writeln!(out, "go is not installed: the tests in {TESTS} were not run")?;
        return Ok(without_the_tool(env::var_os("CI").as_deref()));
    }
    let server = Server::start(&server::build(workspace)?)?;
    let status = Command::new("go")
        .current_dir(workspace.join(TESTS))
        .args(["test", "./...", "-count=1", "-v"])
        .env("STRONGROOM_URL", &server.url)
        .env("STRONGROOM_API_KEY", &server.api_key)
        .env("STRONGROOM_TENANT", TENANT)
        .status()?;
    if status.success() {
        return Ok(Outcome::Fine);
    }
    server.tell_last_words(out)?;
    Ok(Outcome::Findings)
}
