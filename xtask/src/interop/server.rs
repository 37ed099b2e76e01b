//! `strongroom serve`, built and started for other people's clients.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// The tenant of the server that the tests talk to.
pub(super) const TENANT: &str = "interop/";

/// The user that every fresh server has.
pub(super) const LOGIN: &str = "admin";

/// What the server's first line says before its address.
const LISTENS: &str = "strongroom listens on ";

/// Builds the server, and says where Cargo put it.
pub(super) fn build(workspace: &Path) -> io::Result<PathBuf> {
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
pub(super) struct Server {
    child: Child,
    /// Where it listens: scheme, host and port.
    pub(super) url: String,
    /// A key of the tenant [`TENANT`].
    pub(super) api_key: String,
    /// The password of the user [`LOGIN`].
    pub(super) password: String,
    folder: TempDir,
}

impl Server {
    /// Starts the server and comes back when it listens.
    pub(super) fn start(binary: &Path) -> io::Result<Self> {
        Self::start_by(Command::new(binary), tempfile::tempdir()?)
    }

    /// The same by a command that does with its further arguments what the server does, in a folder for it.
    pub(super) fn start_by(mut command: Command, folder: TempDir) -> io::Result<Self> {
        let key = folder.path().join("api.key");
        let password = folder.path().join("admin.password");
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--tenant", TENANT, "--data-dir"])
            .arg(folder.path().join("data"))
            .arg("--api-key-file")
            .arg(&key)
            .arg("--admin-password-file")
            .arg(&password)
            .env("STRONGROOM_CHECK_ANSWERS", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(log(&folder))?)
            .spawn()?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let (url, api_key) = (String::new(), String::new());
        let mut server = Self { child, url, api_key, password: String::new(), folder };
        match line.trim().strip_prefix(LISTENS) {
            Some(url) => url.clone_into(&mut server.url),
            None => {
                let log = server.last_words()?.join("\n");
                return Err(io::Error::other(format!("the server did not start: {line}{log}")));
            }
        }
        fs::read_to_string(&key)?.trim().clone_into(&mut server.api_key);
        fs::read_to_string(&password)?.trim().clone_into(&mut server.password);
        Ok(server)
    }

    /// A folder that lives as long as the server.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The number of its process.
    pub(super) fn process(&self) -> u32 {
        self.child.id()
    }

    /// All that it has logged so far.
    pub(super) fn log(&self) -> io::Result<String> {
        fs::read_to_string(log(&self.folder))
    }

    /// Shows the end of the server's log.
    pub(super) fn tell_last_words(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "the server's log ends with:")?;
        for line in self.last_words()? {
            writeln!(out, "  {line}")?;
        }
        Ok(())
    }

    fn last_words(&self) -> io::Result<Vec<String>> {
        let text = self.log()?;
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
    fn a_program_that_ends_at_once_is_no_server() {
        let error = Server::start(Path::new("/bin/false")).err().map(|error| error.to_string());
        assert!(error.is_some_and(|error| error.contains("the server did not start")));
    }
}
