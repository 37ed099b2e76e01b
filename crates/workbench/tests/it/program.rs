//! The program as it is started: a file is edited, and the answer is waited for with a limit.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use client_build::STORWARE;
use workbench::probe::with_property;

use crate::copy_of;

const LIMIT: Duration = Duration::from_secs(180);

struct Program {
    child: Child,
    lines: Receiver<String>,
}

impl Program {
    fn start(workspace: &std::path::Path, options: &[&str]) -> Self {
        // Where the tests run in the background, a shell has them ignore interrupts, and so would the program.
        let mut child = Command::new("env")
            .args(["--default-signal=INT", env!("CARGO_BIN_EXE_workbench")])
            .args(["watch", "--api", "storware", "--no-compile", "--workspace"])
            .arg(workspace)
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines }
    }

    /// Waits for a line that has this piece.
    fn wait_for(&self, piece: &str) {
        let deadline = Instant::now() + LIMIT;
        let mut seen = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            if line.contains(piece) {
                return;
            }
            seen.push(line);
        }
        panic!("no `{piece}` in {seen:#?}");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn edited_and_told(options: &[&str]) -> Program {
    let folder = copy_of(&STORWARE);
    let program = Program::start(folder.path(), options);
    program.wait_for("watching ");
    let (file, text) = with_property(&folder.path().join("spec"), &STORWARE, "BackupListRecord").unwrap();
    // As many editors save.
    let other = file.with_extension("yaml~");
    fs::write(&other, text).unwrap();
    fs::rename(&other, &file).unwrap();
    program.wait_for("+ BackupListRecord.workbench_probe");
    fs::remove_file(&file).unwrap();
    program.wait_for("the last good client stays");
    program
}

#[test]
fn a_save_is_noticed_and_an_interrupt_ends_it() {
    let mut program = edited_and_told(&[]);
    let interrupted = Command::new("kill").args(["-INT", &program.child.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    let deadline = Instant::now() + LIMIT;
    while program.child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < deadline, "it goes on");
        thread::yield_now();
    }
}

#[test]
fn a_save_is_noticed_where_the_system_does_not_tell() {
    edited_and_told(&["--poll"]);
}
