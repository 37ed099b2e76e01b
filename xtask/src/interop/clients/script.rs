//! Running one script of a client.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A script, and what it is told.
pub(super) struct Script<'a> {
    /// Where it lies and is run.
    pub(super) folder: &'a Path,
    pub(super) name: &'a str,
    pub(super) environment: &'a [(String, OsString)],
    /// Where its output is kept, in a file.
    pub(super) place: &'a Path,
}

/// What a script has told.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) is_success: bool,
    /// Its output and its errors as they came.
    pub(super) output: String,
    pub(super) took: Duration,
}

impl Script<'_> {
    /// Runs it to its end.
    ///
    /// # Errors
    /// When it cannot be started. That it fails is no error.
    pub(super) fn run(&self) -> io::Result<Told> {
        let log = self.place.join(format!("{}.log", self.name));
        let output = File::create(&log)?;
        let begun = Instant::now();
        let status = Command::new("bash")
            .current_dir(self.folder)
            .arg(self.name)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .status()?;
        let took = begun.elapsed();
        let output = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
        Ok(Told { is_success: status.success(), output, took })
    }
}

impl Told {
    /// The last line that says anything.
    pub(super) fn closing_line(&self) -> &str {
        self.output.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Told {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("some.sh"), text).unwrap();
        let environment = [("OUT".to_owned(), OsString::from("there"))];
        let script = Script {
            folder: folder.path(),
            name: "some.sh",
            environment: &environment,
            place: folder.path(),
        };
        script.run().unwrap()
    }

    #[test]
    fn output_and_errors_are_kept_in_their_order() {
        let told = told("echo one; echo two >&2; echo \"$OUT\"; echo; exit 3\n");
        assert_eq!(told.output, "one\ntwo\nthere\n\n");
        assert_eq!(told.closing_line(), "there");
        assert!(!told.is_success);
    }

    #[test]
    fn a_silent_script_passes_and_says_nothing() {
        let told = told("");
        assert!(told.is_success);
        assert_eq!(told.closing_line(), "");
    }
}
