//! Steps in plain words.

use std::time::{Duration, Instant};

use crate::bar::Bar;
use crate::output::say;

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

/// The bar under a step.
pub(super) fn bar() -> Bar {
    Bar::indented("        ")
}

/// A duration as people say it.
pub(super) fn seconds(duration: Duration) -> String {
    match duration.as_secs() {
        0..60 => format!("{:.2} s", duration.as_secs_f64()),
        whole => format!("{} min {:02} s", whole / 60, whole % 60),
    }
}
