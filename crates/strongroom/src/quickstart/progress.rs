//! Steps in plain words, and a bar under the one that takes long.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{BinaryBytes, HumanCount, ProgressBar, ProgressStyle};

use crate::output::say;

/// How often a line is printed where there is no terminal to draw a bar on.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// A step that is going on.
pub(super) struct Step {
    begun: Instant,
}

impl Step {
    /// Tells what begins.
    pub(super) fn begin(number: usize, total: usize, what: &str) -> Self {
        say(format_args!("[{number:>2}/{total}] {what}"));
        Self { begun: Instant::now() }
    }

    /// Tells how it ended, and how long it took.
    pub(super) fn end(self, outcome: &str) -> Duration {
        let took = self.begun.elapsed();
        say(format_args!("        {outcome} ({})", seconds(took)));
        took
    }
}

/// A duration as people say it.
pub(super) fn seconds(duration: Duration) -> String {
    match duration.as_secs() {
        0..60 => format!("{:.2} s", duration.as_secs_f64()),
        whole => format!("{} min {:02} s", whole / 60, whole % 60),
    }
}

/// The progress of work that is measured in bytes.
pub(super) struct Bar {
    bar: ProgressBar,
    is_drawn: bool,
    last_line: Instant,
    noun: &'static str,
}

impl Bar {
    /// A bar; `noun` says what its files are done with, such as `read`.
    pub(super) fn new(noun: &'static str) -> Self {
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template(
            "        {bar:30} {binary_bytes}/{binary_total_bytes}  {msg}  {binary_bytes_per_sec}  {eta} left",
        );
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("█▌░"));
        }
        let is_drawn = std::io::stderr().is_terminal();
        Self { bar, is_drawn, last_line: Instant::now(), noun }
    }

    /// A bar of work of which only a share is known.
    pub(super) fn of_share(noun: &'static str) -> Self {
        let share = Self::new(noun);
        if let Ok(style) = ProgressStyle::with_template("        {bar:30} {percent:>3} % {msg}") {
            share.bar.set_style(style.progress_chars("█▌░"));
        }
        share.bar.set_length(100);
        share
    }

    /// Shows how much is done of all, from 0 to 100, and of how many files.
    pub(super) fn set_share(&mut self, percent: f64, files: u64) {
        self.bar.set_position(percent as u64);
        self.bar.set_message(format!("{}, {} files", self.noun, HumanCount(files)));
        if !self.is_drawn && self.last_line.elapsed() >= LINE_EVERY {
            self.last_line = Instant::now();
            say(format_args!("        {percent:.0} % {}, {} files", self.noun, HumanCount(files)));
        }
    }

    /// Shows where it stands.
    pub(super) fn set(&mut self, bytes: u64, total_bytes: u64, files: u64, total_files: u64) {
        self.bar.set_length(total_bytes.max(bytes));
        self.bar.set_position(bytes);
        if total_files > 0 {
            self.bar.set_message(format!("{}/{} files", HumanCount(files), HumanCount(total_files)));
        }
        if !self.is_drawn && self.last_line.elapsed() >= LINE_EVERY {
            self.last_line = Instant::now();
            say(format_args!(
                "        {} of {} {}, {} of {} files",
                BinaryBytes(bytes),
                BinaryBytes(total_bytes),
                self.noun,
                HumanCount(files),
                HumanCount(total_files)
            ));
        }
    }

    /// Takes the bar away: the step's own line says how it ended.
    pub(super) fn clear(self) {
        self.bar.finish_and_clear();
    }
}
