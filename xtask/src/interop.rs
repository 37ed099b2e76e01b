//! `cargo xtask interop`: other people's clients against our server.
//!
//! `interop go` runs the Go tests in `tests/interop/go` against a server of its own. Those tests use IBM's SDK
//! for Go as it is published (v1.2.1): its generated methods and models, and the core below them.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, BufRead as _, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::Outcome;

/// Where the Go module lies.
const GO_TESTS: &str = "tests/interop/go";

/// The tenant of the server that the tests talk to.
const TENANT: &str = "interop/";

/// What the server's first line says before its address.
const LISTENS: &str = "strongroom listens on ";

#[derive(clap::Subcommand)]
pub(crate) enum Client {
    /// Run the Go tests, which use IBM's SDK for Go, against a server of their own.
    Go,
}

/// Runs the tests of one client.
///
/// # Errors
/// When the server cannot be built or started, or the tests cannot be started.
pub(crate) fn run(client: &Client, workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    match client {
        Client::Go => go(workspace, out),
    }
}

fn go(workspace: &Path, out: &mut impl Write) -> io::Result<Outcome> {
    if !is_installed(OsStr::new("go")) {
        writeln!(out, "go is not installed: the tests in {GO_TESTS} were not run")?;
        return Ok(without_the_tool(env::var_os("CI").as_deref()));
    }
    let server = Server::start(&build(workspace)?)?;
    let status = Command::new("go")
        .current_dir(workspace.join(GO_TESTS))
        .args(["test", "./...", "-count=1", "-v"])
        .env("STRONGROOM_URL", &server.url)
        .env("STRONGROOM_API_KEY", &server.api_key)
        .env("STRONGROOM_TENANT", TENANT)
        .status()?;
    if status.success() {
        return Ok(Outcome::Fine);
    }
    writeln!(out, "the server's log ends with:")?;
    for line in server.last_words()? {
        writeln!(out, "  {line}")?;
    }
    Ok(Outcome::Findings)
}

/// A developer may lack the tool; in CI its absence would hide that nothing is tested.
fn without_the_tool(ci: Option<&OsStr>) -> Outcome {
    if ci == Some(OsStr::new("true")) { Outcome::Findings } else { Outcome::Fine }
}

fn is_installed(program: &OsStr) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}

/// Builds the server, and says where Cargo put it.
fn build(workspace: &Path) -> io::Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let built = Command::new(&cargo)
        .current_dir(workspace)
        .args(["build", "--quiet", "--package", "strongroom", "--bin", "strongroom"])
        .args(["--message-format", "json-render-diagnostics"])
        .stderr(Stdio::inherit())
        .output()?;
    if !built.status.success() {
        return Err(io::Error::other("strongroom does not build"));
    }
    executable(&String::from_utf8_lossy(&built.stdout))
        .ok_or_else(|| io::Error::other("cargo does not say where it put strongroom"))
}

/// The last `"executable":"…"` of Cargo's messages. Only paths that JSON writes as they are can be read.
fn executable(messages: &str) -> Option<PathBuf> {
    let (_, rest) = messages.rsplit_once(r#""executable":""#)?;
    let (path, _) = rest.split_once('"')?;
    (!path.contains('\\')).then(|| path.into())
}

/// `strongroom serve` on a free port, with everything in a folder that goes with it.
struct Server {
    child: Child,
    url: String,
    api_key: String,
    folder: TempDir,
}

impl Server {
    /// Starts the server and comes back when it listens.
    fn start(binary: &Path) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let key = folder.path().join("api.key");
        let mut child = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--tenant", TENANT, "--data-dir"])
            .arg(folder.path().join("data"))
            .arg("--api-key-file")
            .arg(&key)
            .env("STRONGROOM_CHECK_ANSWERS", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(log(&folder))?)
            .spawn()?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let mut server = Self { child, url: String::new(), api_key: String::new(), folder };
        match line.trim().strip_prefix(LISTENS) {
            Some(url) => url.clone_into(&mut server.url),
            None => {
                let log = server.last_words()?.join("\n");
                return Err(io::Error::other(format!("the server did not start: {line}{log}")));
            }
        }
        fs::read_to_string(&key)?.trim().clone_into(&mut server.api_key);
        Ok(server)
    }

    /// The end of its log.
    fn last_words(&self) -> io::Result<Vec<String>> {
        let text = fs::read_to_string(log(&self.folder))?;
        let lines: Vec<_> = text.lines().map(str::to_owned).collect();
        Ok(lines[lines.len().saturating_sub(20)..].to_vec())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; nothing is lost either way.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn log(folder: &TempDir) -> PathBuf {
    folder.path().join("server.log")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_executable_is_the_last_that_cargo_names() {
        let messages = r#"{"reason":"compiler-artifact","executable":null}
{"reason":"compiler-artifact","executable":"/t/debug/build/x"}
{"reason":"compiler-artifact","executable":"/t/debug/strongroom"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages), Some("/t/debug/strongroom".into()));
        assert_eq!(executable(r#"{"executable":null}"#), None);
        assert_eq!(executable(r#"{"executable":"C:\\t\\strongroom"}"#), None);
    }

    #[test]
    fn a_missing_tool_is_a_finding_in_ci_only() {
        assert_eq!(without_the_tool(None), Outcome::Fine);
        assert_eq!(without_the_tool(Some(OsStr::new("false"))), Outcome::Fine);
        assert_eq!(without_the_tool(Some(OsStr::new("true"))), Outcome::Findings);
    }

    #[test]
    fn a_program_that_ends_at_once_is_no_server() {
        let error = Server::start(Path::new("/bin/false")).err().map(|error| error.to_string());
        assert!(error.is_some_and(|error| error.contains("the server did not start")));
    }
}
