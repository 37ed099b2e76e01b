//! Waiting for what a service does in its own time.
//!
//! A [`Waiter`] is one thing with three uses: look once, watch what changes, or wait to the end. The last has four
//! outcomes that a caller can tell apart: it worked, it ended otherwise ([`WaitError::Failed`]), the time ran out
//! ([`WaitError::OutOfTime`]), or the service could not be asked ([`WaitError::Call`]).
//!
//! Dropping a waiter stops the asking and nothing else: what goes on at the service goes on.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt as _};
use futures_util::stream::{self, Stream};
use tokio::time::{Instant, sleep};

use crate::Error;

/// What was found when looking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<S> {
    /// It goes on.
    Pending(S),
    /// It ended as it should.
    Done(S),
    /// It ended otherwise.
    Failed(S),
}

impl<S> Step<S> {
    /// What was seen.
    pub fn into_state(self) -> S {
        match self {
            Self::Pending(state) | Self::Done(state) | Self::Failed(state) => state,
        }
    }

    /// What was seen.
    pub fn state(&self) -> &S {
        match self {
            Self::Pending(state) | Self::Done(state) | Self::Failed(state) => state,
        }
    }

    /// Whether nothing will change any more.
    pub fn is_final(&self) -> bool {
        !matches!(self, Self::Pending(_))
    }
}

/// Why waiting did not end well.
#[derive(Debug)]
#[non_exhaustive]
pub enum WaitError<S> {
    /// It ended, and not as it should. What was seen last says how.
    Failed(S),
    /// It went on for longer than the caller would wait, with what was seen last if the caller has not got it yet.
    OutOfTime(Option<S>),
    /// The service could not be asked, or not often enough in a row to go on.
    Call(Error),
}

impl<S> fmt::Display for WaitError<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Failed(_) => "it ended, and not as it should",
            Self::OutOfTime(_) => "it went on for longer than was waited",
            Self::Call(_) => "the service could not be asked how it goes",
        })
    }
}

impl<S: fmt::Debug> std::error::Error for WaitError<S> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Call(error) => Some(error),
            Self::Failed(_) | Self::OutOfTime(_) => None,
        }
    }
}

/// How often to look, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pace {
    first: Duration,
    longest: Duration,
    limit: Option<Duration>,
    failures: u32,
}

/// Looks at something until it has ended: [once](Self::poll), [watching](Self::watch) what changes, or
/// [to the end](Self::wait).
///
/// The pause between two looks grows by half each time, from half a second to ten. Looks that fail in a way that
/// is likely to pass are repeated, up to five in a row.
#[must_use = "a waiter does nothing until it is asked"]
pub struct Waiter<'a, S> {
    look: Look<'a, S>,
    pace: Pace,
}

type Look<'a, S> = Box<dyn FnMut() -> BoxFuture<'a, Result<Step<S>, Error>> + Send + 'a>;

impl<'a, S: Send + 'a> Waiter<'a, S> {
    /// A waiter that sees with `look`, which must repeat nothing by itself.
    pub fn new<F, A>(mut look: F) -> Self
    where
        F: FnMut() -> A + Send + 'a,
        A: Future<Output = Result<Step<S>, Error>> + Send + 'a,
    {
        let pace = Pace {
            first: Duration::from_millis(500),
            longest: Duration::from_secs(10),
            limit: None,
            failures: 5,
        };
        Self { look: Box::new(move || look().boxed()), pace }
    }

    /// The pause after the first look and the longest that it grows to.
    pub fn pauses(mut self, first: Duration, longest: Duration) -> Self {
        self.pace.first = first;
        self.pace.longest = longest.max(first);
        self
    }

    /// How long to wait at most, plus what the last look takes. For ever unless set.
    pub fn limit(mut self, limit: Duration) -> Self {
        self.pace.limit = Some(limit);
        self
    }

    /// How many looks in a row may fail in a way that is likely to pass before waiting fails. Five unless set.
    pub fn failures_in_a_row(mut self, most: u32) -> Self {
        self.pace.failures = most;
        self
    }

    /// Looks once.
    ///
    /// # Errors
    ///
    /// When the service cannot be asked.
    pub async fn poll(&mut self) -> Result<Step<S>, Error> {
        (self.look)().await
    }

    /// Looks until it has ended.
    ///
    /// # Errors
    ///
    /// See [`WaitError`].
    pub async fn wait(self) -> Result<S, WaitError<S>> {
        let mut watch = Watch::new(self);
        loop {
            match watch.next().await? {
                Step::Pending(state) => watch.last = Some(state),
                Step::Done(state) => return Ok(state),
                Step::Failed(state) => return Err(WaitError::Failed(state)),
            }
        }
    }

    /// What is seen, look by look, to the end: the last item is a [`Step::Done`], a [`Step::Failed`], or an error,
    /// which is never [`WaitError::Failed`].
    pub fn watch(self) -> impl Stream<Item = Result<Step<S>, WaitError<S>>> + Send + use<'a, S> {
        stream::try_unfold(Some(Watch::new(self)), |watch| async move {
            let Some(mut watch) = watch else { return Ok(None) };
            let step = watch.next().await?;
            let rest = (!step.is_final()).then_some(watch);
            Ok(Some((step, rest)))
        })
    }
}

impl<S> fmt::Debug for Waiter<'_, S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Waiter").field("pace", &self.pace).finish_non_exhaustive()
    }
}

/// A waiter that is under way.
struct Watch<'a, S> {
    waiter: Waiter<'a, S>,
    started: Instant,
    pause: Option<Duration>,
    failures: u32,
    last: Option<S>,
}

impl<'a, S: Send + 'a> Watch<'a, S> {
    fn new(waiter: Waiter<'a, S>) -> Self {
        Self { waiter, started: Instant::now(), pause: None, failures: 0, last: None }
    }

    /// Pauses, unless this is the first look, and looks.
    async fn next(&mut self) -> Result<Step<S>, WaitError<S>> {
        loop {
            let error = match self.look().await? {
                Ok(step) => {
                    self.failures = 0;
                    return Ok(step);
                }
                Err(error) => error,
            };
            self.failures += 1;
            if !error.is_retryable() || self.failures > self.waiter.pace.failures {
                return Err(WaitError::Call(error));
            }
            // What the service asks for counts more than our own pace.
            self.pause = self.pause.max(error.retry_after());
            tracing::debug!(failures = self.failures, %error, "will look again");
        }
    }

    /// One look, in what is left of the time.
    async fn look(&mut self) -> Result<Result<Step<S>, Error>, WaitError<S>> {
        let pace = &self.waiter.pace;
        let left = pace.limit.map(|limit| limit.saturating_sub(self.started.elapsed()));
        if let Some(pause) = self.pause {
            match left {
                // One last look when the time is up: it may have ended in the meantime.
                Some(left) if left.is_zero() => return Err(WaitError::OutOfTime(self.last.take())),
                Some(left) => sleep(pause.min(left)).await,
                None => sleep(pause).await,
            }
        }
        self.pause = Some(self.pause.map_or(pace.first, |pause| (pause + pause / 2).min(pace.longest)));
        Ok((self.waiter.look)().await)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures_util::StreamExt as _;
    use reqwest::StatusCode;

    use super::*;
    use crate::ErrorKind;

    /// What looks see, in turn, the last one for ever, and when they looked, in milliseconds.
    struct Play {
        script: Vec<&'static str>,
        moments: Mutex<Vec<u128>>,
        started: Instant,
    }

    impl Play {
        fn new(script: &[&'static str]) -> Self {
            Self { script: script.to_vec(), moments: Mutex::default(), started: Instant::now() }
        }

        fn look(&self) -> Result<Step<usize>, Error> {
            let mut moments = self.moments.lock().unwrap();
            let number = moments.len();
            moments.push(self.started.elapsed().as_millis());
            let refused = |status: u16| {
                Error::new(ErrorKind::Status, "look").with(|inner| {
                    inner.repeatable = true;
                    inner.status = StatusCode::from_u16(status).ok();
                })
            };
            match self.script[number.min(self.script.len() - 1)] {
                "goes on" => Ok(Step::Pending(number)),
                "done" => Ok(Step::Done(number)),
                "failed" => Ok(Step::Failed(number)),
                "busy" => Err(refused(503)),
                "asks" => Err(refused(429).with(|inner| inner.retry_after = Some(Duration::from_secs(30)))),
                _ => Err(refused(404)),
            }
        }

        async fn wait(&self, limit: Option<u64>) -> String {
            let mut waiter = Waiter::new(|| async { self.look() });
            if let Some(limit) = limit {
                waiter = waiter.limit(Duration::from_millis(limit));
            }
            let outcome = match waiter.wait().await {
                Ok(state) => format!("done {state}"),
                Err(WaitError::Failed(state)) => format!("failed {state}"),
                Err(WaitError::OutOfTime(state)) => format!("out of time {state:?}"),
                Err(WaitError::Call(error)) => format!("call {}", error.status().unwrap()),
            };
            format!("{outcome} {:?}", self.moments.lock().unwrap())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn four_outcomes_can_be_told_apart() {
        let play = Play::new(&["goes on", "goes on", "done"]);
        assert_eq!(play.wait(None).await, "done 2 [0, 500, 1250]");
        let play = Play::new(&["goes on", "failed"]);
        assert_eq!(play.wait(None).await, "failed 1 [0, 500]");
        let play = Play::new(&["goes on"]);
        // The last look is when the time is up, and not before.
        assert_eq!(play.wait(Some(2000)).await, "out of time Some(3) [0, 500, 1250, 2000]");
        let play = Play::new(&["goes on", "gone"]);
        assert_eq!(play.wait(None).await, "call 404 Not Found [0, 500]");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_likely_to_pass_is_looked_at_again() {
        let play = Play::new(&["goes on", "busy", "busy", "goes on", "done"]);
        assert_eq!(play.wait(None).await, "done 4 [0, 500, 1250, 2375, 4063]");
        let play = Play::new(&["busy"]);
        assert_eq!(play.wait(None).await, "call 503 Service Unavailable [0, 500, 1250, 2375, 4063, 6595]");
        let play = Play::new(&["asks", "done"]);
        assert_eq!(play.wait(None).await, "done 1 [0, 30000]");
    }

    #[tokio::test(start_paused = true)]
    async fn every_look_can_be_watched_and_the_last_one_is_final() {
        for (last, expected) in [("done", Step::Done(2)), ("failed", Step::Failed(2))] {
            let play = Play::new(&["goes on", "goes on", last]);
            let seen: Vec<_> =
                Waiter::new(|| async { play.look() }).watch().map(Result::unwrap).collect().await;
            assert_eq!(seen, [Step::Pending(0), Step::Pending(1), expected]);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_can_be_dropped_and_begun_again() {
        let play = Play::new(&["goes on", "goes on", "done"]);
        let first = Waiter::new(|| async { play.look() });
        assert!(tokio::time::timeout(Duration::from_millis(600), first.wait()).await.is_err());
        let again = Waiter::new(|| async { play.look() });
        assert_eq!(again.wait().await.unwrap(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn the_pause_has_a_bound() {
        let play = Play::new(&["goes on"]);
        let waiter = Waiter::new(|| async { play.look() })
            .pauses(Duration::from_secs(1), Duration::from_secs(2))
            .limit(Duration::from_secs(7));
        assert!(matches!(waiter.wait().await, Err(WaitError::OutOfTime(_))));
        assert_eq!(*play.moments.lock().unwrap(), [0, 1000, 2500, 4500, 6500, 7000]);
    }
}
