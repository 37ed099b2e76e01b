//! The decoder of IBM's SDK for Go, in a process of its own that decodes when it is asked to.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// The running program. It ends when its input does.
pub(crate) struct Decoder {
    child: Child,
    turns: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Decoder {
    /// Builds the program and starts it with `texts`: names of models, and the files that hold them.
    ///
    /// # Errors
    /// In words for the table, when Go is missing or does not build it.
    pub(crate) fn start(folder: &Path, texts: &[(&str, &PathBuf)]) -> Result<Self, String> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("go");
        let program = folder.join("decode");
        let built =
            Command::new("go").current_dir(source).arg("build").arg("-o").arg(&program).arg(".").output();
        match built {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err("go is not installed".to_owned());
            }
            Err(error) => return Err(format!("go cannot be started: {error}")),
            Ok(output) if !output.status.success() => {
                return Err(format!("go build fails: {}", String::from_utf8_lossy(&output.stderr).trim()));
            }
            Ok(_) => {}
        }
        let mut command = Command::new(&program);
        for (model, path) in texts {
            command.arg(model).arg(path);
        }
        Self::spawn(command).map_err(|error| format!("the program cannot be started: {error}"))
    }

    fn spawn(mut command: Command) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let turns = child.stdin.take();
        let answers = child.stdout.take().ok_or_else(|| io::Error::other("it has no output"))?;
        Ok(Self { child, turns, answers: BufReader::new(answers) })
    }

    /// Lets it decode the text with this number once.
    ///
    /// # Errors
    /// When it cannot, of which it has said why on its standard error.
    pub(crate) fn decode(&mut self, number: usize) -> io::Result<Duration> {
        let gone = || io::Error::other("the program in Go has ended");
        writeln!(self.turns.as_mut().ok_or_else(gone)?, "{number}")?;
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err(gone());
        }
        line.trim().parse().map(Duration::from_nanos).map_err(io::Error::other)
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        drop(self.turns.take());
        // It has nothing left to do, and how it ends changes nothing.
        drop(self.child.wait());
    }
}
