//! The terminal, and the program that shows long texts in it.

use std::env;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::{Command, Stdio};

/// What is used where `PAGER` says nothing: less leaves colours as they are, and ends where all fits.
const PAGER: &str = "less -FRX";

/// Columns and rows of the terminal that standard output is, if it is one.
pub(super) fn size() -> Option<(usize, usize)> {
    let out = io::stdout();
    if !out.is_terminal() {
        return None;
    }
    let size = rustix::termios::tcgetwinsize(&out).ok().filter(|size| size.ws_col > 0)?;
    Some((usize::from(size.ws_col), usize::from(size.ws_row)))
}

/// Shows a text in the pager, and says whether it did: a text that fits needs none.
pub(super) fn show(text: &str) -> bool {
    let Some((_, rows)) = size() else { return false };
    let chosen = env::var("PAGER").unwrap_or_else(|_| PAGER.to_owned());
    if text.lines().count() < rows || matches!(chosen.trim(), "" | "cat") {
        return false;
    }
    // The value of PAGER is a command line, as git and man have it.
    let pager = Command::new("sh").arg("-c").arg(&chosen).stdin(Stdio::piped()).spawn();
    let Ok(mut pager) = pager else { return false };
    if let Some(mut input) = pager.stdin.take() {
        // A pager that is left early closes its end.
        let _ = input.write_all(text.as_bytes());
    }
    // 127 is what a shell says of a program that is not there.
    pager.wait().is_ok_and(|status| status.code() != Some(127))
}
