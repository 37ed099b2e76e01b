//! `cargo xtask interop browser`: the published pages in a real browser, from disk and from a server of its own.

use std::env;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;

use super::{is_installed, node, without_the_tool};
use crate::Outcome;

/// Where the script lies that drives the browser, through puppeteer-core, which downloads none.
const TESTS: &str = "tests/interop/browser";

pub(super) fn run(workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    let browsers = ["chromium", "chromium-browser", "google-chrome"];
    let browser = browsers.into_iter().find(|name| is_installed(OsStr::new(name)));
    let missing = [("chromium", browser.is_none()), ("npm", !is_installed(OsStr::new("npm")))];
    let missing: Vec<_> =
        missing.iter().filter(|(_, is_missing)| *is_missing).map(|(name, _)| *name).collect();
    let (Some(browser), true) = (browser, missing.is_empty()) else {
        writeln!(out, "{} is not installed: no page was opened", missing.join(" and "))?;
        return Ok(without_the_tool(env::var_os("CI").as_deref()));
    };
    node::run(workspace, (TESTS, "check.mjs"), &[("CHROMIUM", program(browser).as_os_str())], out)
}

/// Where a program of the PATH lies: puppeteer looks nowhere itself.
fn program(name: &str) -> std::path::PathBuf {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).map(|folder| folder.join(name)).find(|file| file.is_file()).unwrap_or_default()
}
