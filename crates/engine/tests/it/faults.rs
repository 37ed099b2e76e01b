//! Trouble at a chosen step.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use engine::{Error, Kind, Result};
use tokio::sync::Notify;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The call fails, and nothing of it happened.
    Fails,
    /// The call fails after what it was to do was done.
    FailsLate,
    /// This call and all after it fail for so many seconds.
    Outage(u64),
    /// The call comes back when the test has done something, and a moment has passed.
    Waits,
}

/// Counts the calls of all ports, and makes one of them go wrong.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    at: Mutex<Option<(usize, Trouble)>>,
    steps: AtomicUsize,
    names: Mutex<Vec<&'static str>>,
    /// Until when everything fails.
    outage: Mutex<Option<tokio::time::Instant>>,
    /// Rung when the call that waits has come.
    reached: Notify,
}

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    Goes,
    FailsLate,
}

impl Course {
    /// The answer to a call whose work is done.
    pub(crate) fn end<T>(self, answer: T) -> Result<T> {
        match self {
            Self::Goes => Ok(answer),
            Self::FailsLate => Err(broken()),
        }
    }
}

impl Faults {
    /// From now on steps are counted, and the one of this number, the first being 0, goes wrong.
    pub(crate) fn set(&self, trouble: Option<(usize, Trouble)>) {
        self.names.lock().unwrap().clear();
        self.steps.store(0, Ordering::SeqCst);
        *self.at.lock().unwrap() = trouble;
    }

    /// What was called since.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.names.lock().unwrap().clone()
    }

    /// Waits until a call waits.
    pub(crate) async fn reached(&self) {
        self.reached.notified().await;
    }

    /// A port is called.
    pub(crate) async fn step(self: &Arc<Self>, name: &'static str) -> Result<Course> {
        let number = self.steps.fetch_add(1, Ordering::SeqCst);
        self.names.lock().unwrap().push(name);
        let now = tokio::time::Instant::now();
        if self.outage.lock().unwrap().is_some_and(|until| now < until) {
            return Err(broken());
        }
        let trouble = *self.at.lock().unwrap();
        let Some((_, trouble)) = trouble.filter(|(at, _)| *at == number) else { return Ok(Course::Goes) };
        match trouble {
            Trouble::Fails => Err(broken()),
            Trouble::FailsLate => Ok(Course::FailsLate),
            Trouble::Outage(seconds) => {
                *self.outage.lock().unwrap() = Some(now + Duration::from_secs(seconds));
                Err(broken())
            }
            Trouble::Waits => {
                self.reached.notify_one();
                // Longer than it takes to notice that a claim was lost.
                tokio::time::sleep(Duration::from_secs(30)).await;
                Ok(Course::Goes)
            }
        }
    }
}

fn broken() -> Error {
    Error::new(Kind::Unavailable, "the disk is full, says the test")
}
