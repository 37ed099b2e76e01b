//! One bar for everything that takes long, on standard error.
//!
//! Where standard error is no terminal there is a line every few seconds instead, so that a log shows that it goes on.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{BinaryBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};

use crate::output::complain;

/// How often a line is printed where there is no terminal to draw a bar on.
const LINE_EVERY: Duration = Duration::from_secs(5);
/// How often a bar is drawn anew while nothing changes.
const TICK: Duration = Duration::from_millis(250);

/// How far something is: what a service tells of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Progress {
    /// Bytes that are done.
    pub(crate) bytes: Option<u64>,
    /// Bytes that there are to do, those that are done included.
    pub(crate) total_bytes: Option<u64>,
    /// Files that are done.
    pub(crate) files: Option<u64>,
    /// Files that there are to do, those that are done included.
    pub(crate) total_files: Option<u64>,
    /// Share that is done, 0 to 100. Shown only where there are no bytes.
    pub(crate) percent: Option<f64>,
    /// A word or two on why nothing moves, such as `waiting` or `paused`.
    pub(crate) state: Option<String>,
}

/// What a bar measures in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scale {
    /// Bytes of so many.
    Bytes,
    /// Bytes, nobody knows of how many.
    Open,
    /// Hundredths.
    Percent,
    /// Nothing is known but that it goes on.
    Unknown,
}

impl Progress {
    fn scale(&self) -> Scale {
        match self {
            Self { total_bytes: Some(1..), .. } => Scale::Bytes,
            Self { percent: Some(_), .. } => Scale::Percent,
            Self { bytes: Some(_), .. } => Scale::Open,
            _ => Scale::Unknown,
        }
    }

    /// `12/34 files, paused`; empty where there is nothing to say.
    fn note(&self) -> String {
        let files = match (self.files, self.total_files) {
            (Some(files), Some(total)) if total >= files && total > 0 => {
                Some(format!("{}/{} files", HumanCount(files), HumanCount(total)))
            }
            (Some(1), _) => Some("1 file".to_owned()),
            (Some(files), _) if files > 0 => Some(format!("{} files", HumanCount(files))),
            _ => None,
        };
        files.into_iter().chain(self.state.clone()).collect::<Vec<_>>().join(", ")
    }

    /// The whole of it as a line for a log.
    fn line(&self) -> String {
        let amount = match self.scale() {
            Scale::Bytes => {
                let (done, total) = (self.bytes.unwrap_or(0), self.total_bytes.unwrap_or(0));
                Some(format!("{} of {}", BinaryBytes(done), BinaryBytes(total.max(done))))
            }
            Scale::Open => self.bytes.map(|bytes| BinaryBytes(bytes).to_string()),
            Scale::Percent => self.percent.map(|percent| format!("{percent:.0} %")),
            Scale::Unknown => None,
        };
        let note = Some(self.note()).filter(|note| !note.is_empty());
        let parts: Vec<String> = amount.into_iter().chain(note).collect();
        if parts.is_empty() { "it goes on".to_owned() } else { parts.join(", ") }
    }
}

/// More columns of bar than this tell no more.
const LONGEST: u16 = 40;

/// A bar under what was said last. Dropping it takes it away.
pub(crate) struct Bar {
    bar: ProgressBar,
    _quiet: Option<Quiet>,
    scale: Option<Scale>,
    is_drawn: bool,
    last_line: Instant,
    indent: &'static str,
}

impl Bar {
    /// A bar that shows when there is something to [`show`](Self::show).
    pub(crate) fn new() -> Self {
        Self::indented("")
    }

    /// A bar, further in.
    pub(crate) fn indented(indent: &'static str) -> Self {
        let is_drawn = std::io::stderr().is_terminal();
        let target = if is_drawn { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        let quiet = is_drawn.then(Quiet::begin).flatten();
        Self { bar, _quiet: quiet, scale: None, is_drawn, last_line: Instant::now(), indent }
    }

    /// Shows how far it is.
    pub(crate) fn show(&mut self, progress: &Progress) {
        let scale = progress.scale();
        if self.scale != Some(scale) {
            self.scale = Some(scale);
            self.begin(scale);
        }
        let bytes = progress.bytes.unwrap_or(0);
        match scale {
            Scale::Bytes => {
                self.bar.set_length(progress.total_bytes.unwrap_or(0).max(bytes));
                self.bar.set_position(bytes);
            }
            Scale::Open => self.bar.set_position(bytes),
            Scale::Percent => self.bar.set_position(progress.percent.unwrap_or(0.0) as u64),
            Scale::Unknown => {}
        }
        let note = progress.note();
        self.bar.set_message(if note.is_empty() && scale == Scale::Unknown {
            "it goes on".to_owned()
        } else {
            note
        });
        if !self.is_drawn && self.last_line.elapsed() >= LINE_EVERY {
            self.last_line = Instant::now();
            complain(format_args!("{}{}", self.indent, progress.line()));
        }
    }

    fn begin(&self, scale: Scale) {
        let rest = match scale {
            Scale::Bytes => {
                "{wide_bar}  {binary_bytes}/{binary_total_bytes}  {msg}  {binary_bytes_per_sec}  {eta} left"
            }
            Scale::Open => "{spinner} {binary_bytes}  {msg}  {binary_bytes_per_sec}",
            Scale::Percent => "{wide_bar}  {percent:>3} %  {msg}  {eta} left",
            Scale::Unknown => "{spinner} {msg}  {elapsed}",
        };
        // On a wide terminal the figures would be far from where the eye is.
        let is_wide = tcgetwinsize(std::io::stderr()).is_ok_and(|size| size.ws_col > LONGEST + 80);
        let rest =
            if is_wide { rest.replace("{wide_bar}", &format!("{{bar:{LONGEST}}}")) } else { rest.to_owned() };
        if scale == Scale::Percent {
            self.bar.set_length(100);
        }
        if let Ok(style) = ProgressStyle::with_template(&format!("{}{rest}", self.indent)) {
            self.bar.set_style(style.progress_chars("█▌░"));
        }
        if self.is_drawn {
            self.bar.enable_steady_tick(TICK);
        }
    }

    /// Prints a line above the bar.
    pub(crate) fn say(&self, line: impl std::fmt::Display) {
        self.bar.suspend(|| complain(format_args!("{}{line}", self.indent)));
    }

    /// Takes the bar away: what is said next tells how it ended.
    pub(crate) fn clear(self) {
        self.bar.finish_and_clear();
    }
}

/// The terminal without the `^C` that it writes where Ctrl-C is pressed, which would break the line of the bar.
struct Quiet(Termios);

impl Quiet {
    /// `None` where it is that way already, or cannot be.
    fn begin() -> Option<Self> {
        let before = tcgetattr(std::io::stderr()).ok()?;
        if !before.local_modes.contains(LocalModes::ECHOCTL) {
            return None;
        }
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHOCTL);
        tcsetattr(std::io::stderr(), OptionalActions::Now, &quiet).ok()?;
        Some(Self(before))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        let _ = tcsetattr(std::io::stderr(), OptionalActions::Now, &self.0);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_is_known_and_no_more() {
        let nothing = Progress::default();
        assert_eq!(nothing.line(), "it goes on");
        let waiting = Progress { state: Some("waiting".to_owned()), ..Progress::default() };
        assert_eq!(waiting.line(), "waiting");
        let percent = Progress { percent: Some(41.6), files: Some(1), ..Progress::default() };
        assert_eq!(percent.line(), "42 %, 1 file");
        let bytes = Progress {
            bytes: Some(512),
            total_bytes: Some(2048),
            files: Some(3),
            total_files: Some(1200),
            percent: Some(1.0),
            state: Some("paused".to_owned()),
        };
        assert_eq!(bytes.line(), "512 B of 2.00 KiB, 3/1,200 files, paused");
        let open = Progress { bytes: Some(512), ..Progress::default() };
        assert_eq!(open.line(), "512 B");
    }

    #[test]
    fn more_than_all_is_never_told() {
        let progress = Progress { bytes: Some(4096), total_bytes: Some(1), ..Progress::default() };
        assert_eq!(progress.line(), "4.00 KiB of 4.00 KiB");
    }
}
