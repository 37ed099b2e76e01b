//! The binary as a person or a script calls it: in a home of its own, with a server whose answers are held against
//! the spec, and where it matters in a terminal.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::terminal::Terminal;
use super::{Filters, TestServer};

/// A home, and the server that its environment names.
pub(crate) struct Shell {
    home: TempDir,
    pub(crate) server: TestServer,
    variables: Vec<(String, String)>,
    filters: Filters,
}

/// What a command printed, and how it ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    /// As it was printed; what is no UTF-8 is replaced.
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// Standard output, byte for byte.
    pub(crate) bytes: Vec<u8>,
    filters: Filters,
}

impl Shell {
    /// A server of its own; the environment names both of its APIs.
    pub(crate) async fn new() -> Self {
        let server = TestServer::start().await;
        Self::bare(server).with_ibm().with_storware()
    }

    /// A server of its own; the environment names its IBM API, so that verbs that know both take that.
    pub(crate) async fn ibm() -> Self {
        Self::bare(TestServer::start().await).with_ibm()
    }

    /// The same for its Storware API.
    pub(crate) async fn storware() -> Self {
        Self::bare(TestServer::start().await).with_storware()
    }

    /// A home beside this server, of which the environment says nothing. Secrets go into a file.
    pub(crate) fn bare(server: TestServer) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut filters = Filters::default();
        filters.hide(&server.url, "[URL]");
        filters.hide(&server.tenant, "[TENANT]/");
        filters.hide(&server.api_key, "[KEY]");
        filters.hide(&server.password, "[PASSWORD]");
        filters.hide(&home.path().display().to_string(), "~");
        let variables = [
            ("HOME", home.path().to_str().unwrap()),
            ("TZ", "UTC"),
            ("PAGER", "cat"),
            ("STRONGROOM_KEYRING", "file"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Self { home, server, variables, filters }
    }

    fn with_ibm(self) -> Self {
        let [url, tenant, key] =
            [&self.server.url, &self.server.tenant, &self.server.api_key].map(String::clone);
        self.with("BACKUP_RECOVERY_URL", &url)
            .with("BACKUP_RECOVERY_AUTH_URL", &url)
            .with("BACKUP_RECOVERY_TENANT_ID", &tenant)
            .with("BACKUP_RECOVERY_APIKEY", &key)
    }

    fn with_storware(self) -> Self {
        let (url, password) = (self.server.url.clone(), self.server.password.clone());
        self.with("STORWARE_URL", &url).with("STORWARE_LOGIN", "admin").with("STORWARE_PASSWORD", &password)
    }

    /// With this variable in the environment, which holds nothing of the environment of the tests. The last of a name
    /// counts.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Shows this name in snapshots instead of a text that is made up in every run. What is hidden first goes first.
    pub(crate) fn hide(&mut self, text: &str, name: &str) {
        self.filters.hide(text, name);
    }

    /// Shows this in snapshots instead of what a regular expression matches, such as [`Filters::SIZES`].
    pub(crate) fn filter(&mut self, pattern: &str, shown: &str) {
        self.filters.add(pattern, shown);
    }

    /// The binary with nothing on its command line yet.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_strongroom"));
        let variables = self.variables.iter().map(|(name, value)| (name, value));
        command.env_clear().envs(variables).current_dir(self.home.path());
        command
    }

    /// Runs a command line, which is taken apart as a shell does, with nothing on its standard input.
    pub(crate) async fn run(&self, line: &str) -> Ended {
        self.run_with(line, "").await
    }

    /// Runs a command line with this on its standard input.
    pub(crate) async fn run_with(&self, line: &str, input: &str) -> Ended {
        let mut command = self.command();
        command.args(shell_words::split(line).unwrap());
        self.end(command, input).await
    }

    /// Runs a command to its end. The server runs in this process, and is not kept waiting.
    pub(crate) async fn end(&self, mut command: Command, input: &str) -> Ended {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let input = input.to_owned();
        let output = tokio::task::spawn_blocking(move || {
            let mut child = command.spawn().unwrap();
            // Not everything reads it.
            let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
            child.wait_with_output().unwrap()
        });
        let output = output.await.unwrap();
        Ended {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            bytes: output.stdout,
            filters: self.filters.clone(),
        }
    }

    /// Runs what has to succeed with `-o json`, and reads what it prints.
    pub(crate) async fn json(&self, line: &str) -> Value {
        let ended = self.run(&format!("{line} -o json")).await;
        assert_eq!(ended.code, 0, "{line}: {}", ended.stderr);
        if ended.stdout.is_empty() { Value::Null } else { serde_json::from_str(&ended.stdout).unwrap() }
    }

    /// Starts a command line in a terminal of this size, and does not wait for it.
    pub(crate) fn terminal(&self, line: &str, columns: u16, rows: u16) -> Terminal {
        let mut command = self.command();
        command.env("TERM", "xterm-256color").args(shell_words::split(line).unwrap());
        self.terminal_of(command, columns, rows)
    }

    /// The same for a command that was made by hand.
    pub(crate) fn terminal_of(&self, command: Command, columns: u16, rows: u16) -> Terminal {
        Terminal::start(command, columns, rows, self.filters.clone())
    }

    /// The home, which is also the folder that commands are run in.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Writes a file below the home, and the folders on the way. Answers with its whole path.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.home.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// A folder to back up, with one letter in it.
    pub(crate) fn folder(&self) -> PathBuf {
        self.write("documents/letter.txt", "Dear reader");
        self.home.path().join("documents")
    }
}

impl Ended {
    /// Code and both outputs as one text, without what differs from run to run.
    pub(crate) fn whole(&self) -> String {
        let (out, err) = (self.filters.apply(&self.stdout), self.filters.apply(&self.stderr));
        format!("exit {}\n--- stdout\n{out}--- stderr\n{err}", self.code)
    }

    /// The same with columns two spaces apart, for tables whose width differs from run to run.
    pub(crate) fn loose(&self) -> String {
        loose(&self.whole())
    }
}

/// The text with columns two spaces apart.
pub(super) fn loose(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let words = line.trim_start();
        let indent = &line[..line.len() - words.len()];
        let cells: Vec<&str> = words.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        format!("{indent}{}\n", cells.join("  "))
    });
    lines.collect()
}
