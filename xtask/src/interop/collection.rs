//! `cargo xtask interop collection`: the published collections, sent with newman to a server of their own.

use std::env;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;

use super::{is_installed, node, without_the_tool};
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
    let collection = OsStr::new(spec_publish::COLLECTION);
    node::run(workspace, (TESTS, "run.mjs"), &[("COLLECTION", collection)], out)
}
