//! A clock in the hand of a test.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use server::Clock;

/// A clock that stands still until a test turns it. Clones show the same time.
///
/// What the server does at a time, such as starting a run by its schedule, it looks for every second of real time.
#[derive(Clone)]
pub struct TestClock(Arc<Mutex<Timestamp>>);

impl TestClock {
    /// A clock that shows `time`, such as `2026-03-02T08:00:00Z`.
    ///
    /// # Panics
    /// When it is no time.
    #[must_use]
    #[track_caller]
    pub fn at(time: &str) -> Self {
        Self(Arc::new(Mutex::new(parsed(time))))
    }

    /// Turns it to a time.
    ///
    /// # Panics
    /// When it is no time.
    #[track_caller]
    pub fn set(&self, time: &str) {
        *self.hand() = parsed(time);
    }

    /// Turns it forward.
    ///
    /// # Panics
    /// When no time is that late.
    #[track_caller]
    pub fn forward(&self, by: Duration) {
        let mut hand = self.hand();
        match hand.checked_add(by) {
            Ok(later) => *hand = later,
            Err(error) => panic!("the clock cannot be turned that far: {error}"),
        }
    }

    /// What it shows, in microseconds since 1970 began in UTC, as the IBM API counts.
    #[must_use]
    pub fn usecs(&self) -> i64 {
        self.now().as_microsecond()
    }

    fn hand(&self) -> MutexGuard<'_, Timestamp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.hand()
    }
}

impl fmt::Debug for TestClock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("TestClock").field(&self.now()).finish()
    }
}

#[track_caller]
fn parsed(time: &str) -> Timestamp {
    match time.parse() {
        Ok(time) => time,
        Err(error) => panic!("{time:?} is no time: {error}"),
    }
}
