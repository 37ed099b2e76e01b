//! Lines on standard output and standard error.

use std::fmt::Display;
use std::io::{self, Write as _};

/// Prints a line. Nobody reading it any more is no error: work goes on, and its exit code tells how it went.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Prints a line on standard error, with the same patience.
pub(crate) fn complain(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
