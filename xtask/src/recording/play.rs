//! The commands of the script, one after the other in a terminal.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use pty_process::Size;
use pty_process::blocking;

use super::plain::Plain;

/// As wide as most terminals are at first.
pub(super) const COLUMNS: u16 = 80;
const ROWS: u16 = 24;
/// More lines than a command prints that anybody looks at.
const MOST: u16 = 400;
/// Everything is below it. Its name is part of the layout: tables are as wide as what is in them.
const FOLDER: &str = "/tmp/strongroom-recording";
/// Where the server is in the script and in the picture.
pub(super) const SERVER: &str = "127.0.0.1:8440";

/// A command that prints nothing for so long waits for somebody.
const PATIENCE: Duration = Duration::from_secs(60);

/// A line of the script.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) command: String,
    /// Others prepare something.
    pub(super) is_shown: bool,
}

/// A line of the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Texts that look alike.
    pub(super) runs: Vec<Run>,
    /// Whether somebody types it.
    pub(super) is_typed: bool,
}

/// A text that looks alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) text: String,
    pub(super) bold: bool,
    pub(super) dim: bool,
    /// One of the sixteen colours of a terminal.
    pub(super) color: Option<u8>,
}

/// The steps of a script: a command a line; behind `!` one that is not shown, and behind `#` a remark.
pub(super) fn steps(script: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let lines = script.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.starts_with('#'));
    for line in lines {
        match (steps.last_mut().filter(|last| last.command.ends_with('\\')), line.strip_prefix('!')) {
            (Some(begun), _) => {
                begun.command.push('\n');
                begun.command.push_str(line);
            }
            (None, Some(command)) => steps.push(Step { command: command.trim().to_owned(), is_shown: false }),
            (None, None) => steps.push(Step { command: line.to_owned(), is_shown: true }),
        }
    }
    steps
}

/// What the terminal shows.
///
/// # Errors
/// When the binary does not build, the server does not start, or a command fails.
pub(super) fn play(script: &str, workspace: &Path) -> io::Result<Vec<Line>> {
    let program = build(workspace)?;
    let folder = Path::new(FOLDER);
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let home = folder.join("home");
    fs::create_dir_all(&home)?;
    let server = Server::start(&program, folder)?;
    let mut plain = Plain::new(&home.display().to_string(), &server.address)?;
    let mut lines = Vec::new();
    for step in steps(script) {
        let printed = type_in(&step, &program, &home, &server.address)?;
        if !step.is_shown {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Line { runs: Vec::new(), is_typed: false });
        }
        let run = |text: &str, bold| Run { text: text.to_owned(), bold, dim: false, color: None };
        for (index, part) in step.command.lines().enumerate() {
            let prompt = if index == 0 { "$ " } else { "" };
            lines.push(Line { runs: vec![run(prompt, false), run(part, true)], is_typed: true });
        }
        lines.extend(printed.into_iter().map(|line| plain.line(line)));
    }
    drop(server);
    fs::remove_dir_all(folder)?;
    Ok(lines)
}

/// Runs a command in a terminal of its own, and takes what it has left on it.
fn type_in(step: &Step, program: &Path, home: &Path, server: &str) -> io::Result<Vec<Line>> {
    let failed = |error: pty_process::Error| io::Error::other(error.to_string());
    let (mut pty, pts) = blocking::open().map_err(failed)?;
    pty.resize(Size::new(ROWS, COLUMNS)).map_err(failed)?;
    let folder = program.parent().unwrap_or(Path::new("."));
    let path = format!("{}:/usr/bin:/bin", folder.display());
    let command = blocking::Command::new("sh").arg("-c").arg(step.command.replace(SERVER, server));
    let command = command.env_clear().env("HOME", home).env("PATH", path).env("PAGER", "cat");
    let command = command.env("TERM", "xterm-256color").env("TZ", "UTC").env("LANG", "C.UTF-8");
    let command = command.env("STRONGROOM_KEYRING", "file").current_dir(home);
    let mut child = command.spawn(pts).map_err(failed)?;
    // Nobody is there to answer what it may ask: after a while the terminal is closed.
    let (sender, receiver) = mpsc::channel();
    let reader = thread::spawn(move || {
        let mut buffer = [0; 4096];
        // An error is how Linux says that the other end is closed.
        while let Ok(read @ 1..) = pty.read(&mut buffer) {
            if sender.send(buffer[..read].to_vec()).is_err() {
                break;
            }
        }
    });
    let columns = NonZeroU16::new(COLUMNS).unwrap_or(NonZeroU16::MIN);
    let mut emulator = vt100::Parser::new(NonZeroU16::new(MOST).unwrap_or(NonZeroU16::MIN), columns, 0);
    let mut printed = Vec::new();
    loop {
        match receiver.recv_timeout(PATIENCE) {
            Ok(more) => printed.extend(more),
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                child.kill()?;
                break;
            }
        }
    }
    drop(reader);
    // Before the terminal breaks lines: a home whose name is that long is nobody's.
    let shown = String::from_utf8_lossy(&printed).replace(&home.display().to_string(), "~");
    emulator.process(shown.as_bytes());
    let status = child.wait()?;
    let lines = lines(emulator.screen());
    if !status.success() {
        let said: String =
            lines.iter().flat_map(|line| &line.runs).map(|run| format!("{}\n", run.text)).collect();
        return Err(io::Error::other(format!("`{}`: {status}\n{said}", step.command)));
    }
    Ok(lines)
}

fn lines(screen: &vt100::Screen) -> Vec<Line> {
    let mut lines = Vec::new();
    for row in 0..MOST {
        let mut runs: Vec<Run> = Vec::new();
        for column in 0..COLUMNS {
            let Some(cell) = screen.cell(row, column) else { continue };
            let color = match cell.fgcolor() {
                vt100::Color::Idx(index @ 0..16) => Some(index),
                _ => None,
            };
            let text = if cell.contents().is_empty() { " " } else { cell.contents() };
            let (bold, dim) = (cell.bold(), cell.dim());
            match runs.last_mut() {
                Some(run) if (run.bold, run.dim, run.color) == (bold, dim, color) => run.text.push_str(text),
                _ => runs.push(Run { text: text.to_owned(), bold, dim, color }),
            }
        }
        while let Some(last) = runs.last_mut() {
            last.text.truncate(last.text.trim_end().len());
            if !last.text.is_empty() {
                break;
            }
            runs.pop();
        }
        lines.push(Line { runs, is_typed: false });
    }
    let end = lines.iter().rposition(|line| !line.runs.is_empty()).map_or(0, |last| last + 1);
    lines.truncate(end);
    lines
}

fn build(workspace: &Path) -> io::Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--package", "strongroom", "--manifest-path"]);
    if !build.arg(workspace.join("Cargo.toml")).status()?.success() {
        return Err(io::Error::other("the command line does not build"));
    }
    let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| OsString::from("target"));
    Ok(workspace.join(target).join("debug/strongroom"))
}

/// The server, for as long as the script takes.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(program: &Path, folder: &Path) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0", "--tenant", "acme/", "--data-dir"]);
        command.arg(folder.join("data")).arg("--api-key-file").arg(folder.join("home/api.key"));
        command.arg("--admin-password-file").arg(folder.join("home/password"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut server = Self { child: command.spawn()?, address: String::new() };
        if let Some(output) = server.child.stdout.take() {
            let mut line = String::new();
            BufReader::new(output).read_line(&mut line)?;
            if let Some((_, address)) = line.trim().split_once("http://") {
                address.clone_into(&mut server.address);
                return Ok(server);
            }
        }
        Err(io::Error::other("the server does not start"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::{Step, steps};

    #[test]
    fn a_script_has_commands_preparations_and_remarks() {
        let step = |command: &str, is_shown| Step { command: command.to_owned(), is_shown };
        let script = "# Why.\n\n! mkdir docs\nstrongroom status\nstrongroom ls \\\n    x\n";
        assert_eq!(
            steps(script),
            [
                step("mkdir docs", false),
                step("strongroom status", true),
                step("strongroom ls \\\n    x", true)
            ]
        );
    }
}
