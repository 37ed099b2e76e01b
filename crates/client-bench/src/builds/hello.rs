//! A program of a few lines that depends on a client.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::Context;
use crate::measure::{Cost, cost};

/// The program, written to a folder of its own.
pub(super) struct Hello {
    folder: PathBuf,
    /// The client that it depends on.
    client: String,
    source: String,
}

/// What a program is made of.
pub(super) struct Parts<'a> {
    pub(super) client: &'a str,
    /// What stands behind `client =` in its manifest.
    pub(super) dependency: &'a str,
    /// Further sections of the manifest.
    pub(super) sections: &'a str,
    pub(super) source: &'a str,
    /// The lock file that says which versions are taken.
    pub(super) lock: &'a Path,
}

impl Hello {
    /// Writes the program.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn write(folder: &Path, parts: &Parts<'_>) -> io::Result<Self> {
        let Parts { client, dependency, sections, source, lock } = parts;
        fs::create_dir_all(folder.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"hello\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [dependencies]\n{client} = {dependency}\n\
             tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n\n\
             [profile.dev.package.\"*\"]\nincremental = false\n\n{sections}"
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        fs::copy(lock, folder.join("Cargo.lock"))?;
        let hello =
            Self { folder: folder.to_owned(), client: (*client).to_owned(), source: (*source).to_owned() };
        hello.edit(0)?;
        Ok(hello)
    }

    pub(super) fn name(&self) -> String {
        self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Changes its source by a line.
    pub(super) fn edit(&self, number: u32) -> io::Result<()> {
        let text = format!("{}\nconst _EDITED: u32 = {number};\n", self.source);
        fs::write(self.folder.join("src/main.rs"), text)
    }

    /// Fetches what it depends on.
    pub(super) fn fetch(&self) -> io::Result<()> {
        self.do_without_cost(&["fetch", "--quiet"])
    }

    /// Removes all that was built.
    pub(super) fn forget(&self) -> io::Result<()> {
        match fs::remove_dir_all(self.folder.join("target")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Removes what was built of the client.
    pub(super) fn forget_client(&self) -> io::Result<()> {
        self.do_without_cost(&["clean", "--quiet", "--offline", "--package", &self.client])
    }

    /// Runs Cargo, and says what it cost and how many crates there were.
    pub(super) fn cargo(&self, context: &Context, what: &str) -> io::Result<(Cost, usize)> {
        let mut command = self.command();
        command.args([what, "--quiet", "--offline", "--message-format", "json"]);
        let (cost, output) = cost(&command, &context.folder)?;
        Ok((cost, crates(&String::from_utf8_lossy(&output.stdout))))
    }

    fn do_without_cost(&self, arguments: &[&str]) -> io::Result<()> {
        let output = self.command().args(arguments).output()?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(io::Error::other(format!("{}: cargo {} has failed: {said}", self.name(), arguments.join(" "))))
    }

    /// Cargo in its folder, without what concerns the build that we come from.
    fn command(&self) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
        command.current_dir(&self.folder).env("CARGO_TARGET_DIR", self.folder.join("target"));
        command.env_remove("CARGO_INCREMENTAL");
        command
    }
}

/// How many packages Cargo's messages tell of.
fn crates(messages: &str) -> usize {
    let artifacts = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let artifacts = artifacts.filter(|message| message["reason"] == "compiler-artifact");
    artifacts
        .filter_map(|message| message["package_id"].as_str().map(str::to_owned))
        .collect::<BTreeSet<_>>()
        .len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_with_a_build_script_counts_once() {
        let messages = "\
{\"reason\":\"compiler-artifact\",\"package_id\":\"a\"}
{\"reason\":\"build-script-executed\",\"package_id\":\"c\"}
{\"reason\":\"compiler-artifact\",\"package_id\":\"a\"}
{\"reason\":\"compiler-artifact\",\"package_id\":\"b\"}
";
        assert_eq!(crates(messages), 2);
    }
}
