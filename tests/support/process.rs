//! The server as a process of its own, which can be killed.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use ibm_backup_recovery::Client;

/// `strongroom serve`, running.
pub(crate) struct ServerProcess {
    child: Child,
    pub(crate) url: String,
}

impl ServerProcess {
    /// Starts the server, and comes back when it listens. The API key comes from the file `key`, the tenant is
    /// `acme/`.
    pub(crate) fn start(data_dir: &Path, key: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_strongroom"))
            .args(["serve", "--listen", "127.0.0.1:0", "--tenant", "acme/", "--data-dir"])
            .arg(data_dir)
            .arg("--api-key-file")
            .arg(key)
            .env("STRONGROOM_CHECK_ANSWERS", "true")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().rsplit(' ').next().unwrap_or_default().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "the server did not start: {line:?}");
        Self { child, url }
    }

    pub(crate) fn client(&self, key: &Path) -> Client {
        let key = std::fs::read_to_string(key).unwrap();
        let builder = Client::builder(&self.url).iam_url(&self.url);
        builder.tenant("acme/").api_key(key.trim()).build().unwrap()
    }

    /// Ends it the hard way: SIGKILL, no chance to tidy up.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
