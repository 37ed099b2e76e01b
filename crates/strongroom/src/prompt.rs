//! Questions to somebody at a terminal.
//!
//! They go to standard error, so that standard output has nothing but results.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use strongroom_profile::Secret;

use crate::failure::Failure;

/// Whether there is somebody to ask.
pub(crate) fn is_answered() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for a line. An empty one means `usual`, if there is one; else the question comes again.
pub(crate) fn line(question: &str, usual: Option<&str>) -> Result<String, Failure> {
    let hint = usual.map_or_else(String::new, |usual| format!(" [{usual}]"));
    loop {
        show(&format!("{question}{hint}: "))?;
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer);
        if read.map_err(|error| Failure::machine("read the answer", error))? == 0 {
            return Err(Failure::Interrupted);
        }
        match (answer.trim(), usual) {
            ("", Some(usual)) => return Ok(usual.to_owned()),
            ("", None) => {}
            (answer, _) => return Ok(answer.to_owned()),
        }
    }
}

/// Asks for a secret. What is typed is not shown.
pub(crate) fn hidden(question: &str) -> Result<Secret, Failure> {
    let failed = |error: io::Error| Failure::machine("read from the terminal", error);
    loop {
        show(&format!("{question} (not shown): "))?;
        let typed = {
            let _quiet = Quiet::new().map_err(failed)?;
            typed().map_err(failed)?
        };
        show("\n")?;
        let Some(typed) = typed else { return Err(Failure::Interrupted) };
        let secret = String::from_utf8(typed)
            .map_err(|_| Failure::Usage("what was typed is no text in UTF-8".to_owned()))?;
        if !secret.trim().is_empty() {
            return Ok(Secret::new(secret));
        }
    }
}

/// The secret that is piped in: the whole of standard input, without the line break at its end.
pub(crate) fn piped(flag: &str) -> Result<Secret, Failure> {
    let mut text = String::new();
    io::stdin()
        .lock()
        .read_to_string(&mut text)
        .map_err(|error| Failure::machine("read standard input", error))?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(Failure::Usage(format!("{flag} was given, and standard input is empty")));
    }
    Ok(Secret::new(text))
}

fn show(text: &str) -> Result<(), Failure> {
    let mut stderr = io::stderr().lock();
    let shown = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
    shown.map_err(|error| Failure::machine("write to the terminal", error))
}

/// A terminal that neither shows what is typed nor ends the process, which would leave it so.
struct Quiet(Termios);

impl Quiet {
    fn new() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
        tcsetattr(io::stdin(), OptionalActions::Flush, &quiet)?;
        Ok(Self(before))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Drain, &self.0);
    }
}

/// What is typed up to the end of the line; nothing when somebody wants out.
fn typed() -> io::Result<Option<Vec<u8>>> {
    const CTRL_C: u8 = 3;
    const CTRL_D: u8 = 4;
    const CTRL_U: u8 = 21;
    let mut typed = Vec::new();
    let mut stdin = io::stdin().lock();
    let mut byte = [0];
    loop {
        if stdin.read(&mut byte)? == 0 {
            return Ok(None);
        }
        match byte[0] {
            b'\n' | b'\r' => return Ok(Some(typed)),
            CTRL_C | CTRL_D => return Ok(None),
            CTRL_U => typed.clear(),
            // Backspace takes a character, which may be several bytes.
            8 | 127 => while typed.pop().is_some_and(|byte| byte & 0xC0 == 0x80) {},
            other => typed.push(other),
        }
    }
}
