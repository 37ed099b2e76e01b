//! A clock that stands still until a test turns it.

use std::sync::{Arc, Mutex};

use jiff::{Timestamp, ToSpan as _};
use server::Clock;

/// A clock in a test's hand.
pub(crate) struct TestClock(Mutex<Timestamp>);

impl TestClock {
    /// A clock that shows `time`, such as `2026-03-02T08:00:00Z`.
    pub(crate) fn at(time: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(time.parse().unwrap())))
    }

    /// Turns it to a time.
    pub(crate) fn set(&self, time: &str) {
        *self.0.lock().unwrap() = time.parse().unwrap();
    }

    /// Turns it forward.
    pub(crate) fn forward_hours(&self, hours: i64) {
        let mut now = self.0.lock().unwrap();
        *now += hours.hours();
    }

    pub(crate) fn usecs(&self) -> i64 {
        self.now().as_microsecond()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}
