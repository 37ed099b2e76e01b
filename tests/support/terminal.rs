//! A command in a terminal, as a person has it before them.

use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{self, Pty};
use tokio::time::sleep;
use vt100::Parser;

use super::Filters;
use super::shell::loose;

/// Nothing that is waited for takes longer, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(120);
/// Between two looks.
const INTERVAL: Duration = Duration::from_millis(10);

/// A command that runs in a pseudo-terminal of its own. It is killed when nobody holds this any more.
pub(crate) struct Terminal {
    child: Child,
    pty: Arc<Pty>,
    seen: Arc<Mutex<Seen>>,
    filters: Filters,
    /// What was waited for last stood on this of the screens.
    at: usize,
}

struct Seen {
    emulator: Parser,
    /// What stood on the screen, each time that it changed.
    screens: Vec<String>,
    /// All that came.
    raw: Vec<u8>,
    is_over: bool,
}

impl Terminal {
    pub(super) fn start(command: Command, columns: u16, rows: u16, filters: Filters) -> Self {
        let (pty, pts) = blocking::open().unwrap();
        pty.resize(Size::new(rows, columns)).unwrap();
        let child = blocking::Command::from(command).spawn(pts).unwrap();
        let emulator = Parser::new(at_least_one(rows), at_least_one(columns), 0);
        let seen = Seen { emulator, screens: vec![String::new()], raw: Vec::new(), is_over: false };
        let (pty, seen) = (Arc::new(pty), Arc::new(Mutex::new(seen)));
        let (reader, shared) = (Arc::clone(&pty), Arc::clone(&seen));
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // An error is how Linux says that the other end is closed.
            while let Ok(read @ 1..) = (&*reader).read(&mut buffer) {
                shared.lock().unwrap().take(&buffer[..read]);
            }
            shared.lock().unwrap().is_over = true;
        });
        Self { child, pty, seen, filters, at: 0 }
    }

    /// Waits until a text stands on the screen, or has stood there since what was waited for before.
    pub(crate) async fn wait_for(&mut self, text: &str) {
        let begun = Instant::now();
        loop {
            // What it printed last is still looked at.
            let is_over = self.seen.lock().unwrap().is_over;
            let found = {
                let seen = self.seen.lock().unwrap();
                seen.screens[self.at..].iter().position(|screen| screen.contains(text))
            };
            if let Some(found) = found {
                self.at += found;
                return;
            }
            assert!(!is_over, "it has ended without {text:?}:\n{}", self.screen());
            assert!(begun.elapsed() < PATIENCE, "still no {text:?}:\n{}", self.screen());
            sleep(INTERVAL).await;
        }
    }

    /// What stands on the screen now, without what differs from run to run.
    pub(crate) fn screen(&self) -> String {
        self.filters.apply(&self.seen.lock().unwrap().screen())
    }

    /// The same with columns two spaces apart, for tables whose width differs from run to run.
    pub(crate) fn loose(&self) -> String {
        loose(&self.screen())
    }

    /// What has stood on the screen, each time that it changed, as it was.
    pub(crate) fn screens(&self) -> Vec<String> {
        self.seen.lock().unwrap().screens.clone()
    }

    /// All that was printed, with its escapes.
    pub(crate) fn raw(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().unwrap().raw).into_owned()
    }

    /// Presses these keys; Enter is `\r`.
    pub(crate) fn press(&mut self, keys: &str) {
        (&*self.pty).write_all(keys.as_bytes()).unwrap();
    }

    /// Presses Ctrl-C.
    pub(crate) fn interrupt(&mut self) {
        self.press("\u{3}");
    }

    /// Makes the window larger or smaller.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.seen.lock().unwrap().emulator.set_size(at_least_one(rows), at_least_one(columns));
        self.pty.resize(Size::new(rows, columns)).unwrap();
    }

    /// Waits for its end, and for all that it printed.
    pub(crate) async fn exit_code(&mut self) -> i32 {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap()
                && self.seen.lock().unwrap().is_over
            {
                return status.code().unwrap_or_else(|| panic!("it was ended: {status}"));
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end:\n{}", self.screen());
            sleep(INTERVAL).await;
        }
    }
}

impl Seen {
    fn take(&mut self, bytes: &[u8]) {
        self.raw.extend_from_slice(bytes);
        self.emulator.process(bytes);
        let screen = self.screen();
        if self.screens.last() != Some(&screen) {
            self.screens.push(screen);
        }
    }

    /// Lines without what is empty at their ends and at the end of all.
    fn screen(&self) -> String {
        let screen = self.emulator.screen();
        let (_, columns) = screen.size();
        let mut text = String::new();
        for row in screen.rows(0, columns.get()) {
            text.push_str(row.trim_end());
            text.push('\n');
        }
        text.truncate(text.trim_end().len());
        if !text.is_empty() {
            text.push('\n');
        }
        text
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn at_least_one(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).unwrap_or(NonZeroU16::MIN)
}
