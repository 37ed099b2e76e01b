//! `cargo xtask interop packages`: the packages of the published documents, installed and read, from the files.

use std::env;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

use super::{is_installed, without_the_tool};
use crate::{Outcome, spec_publish};

/// Installs each package and reads its document.
const CHECK: &str = "tests/interop/packages/check.sh";

pub(super) fn run(workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    let missing: Vec<_> =
        ["npm", "python3", "tar"].into_iter().filter(|name| !is_installed(OsStr::new(name))).collect();
    if !missing.is_empty() {
        writeln!(out, "{} is not installed: no package was installed", missing.join(" and "))?;
        return Ok(without_the_tool(env::var_os("CI").as_deref()));
    }
    let folder = tempfile::tempdir()?;
    let pages = folder.path().join("published");
    spec_publish::pages(workspace, &pages)?;
    let status = Command::new("bash")
        .arg(workspace.join(CHECK))
        .env("PAGES", &pages)
        .env("OUT", folder.path().join("installed"))
        .status()?;
    Ok(if status.success() { Outcome::Fine } else { Outcome::Findings })
}
