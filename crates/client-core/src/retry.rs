//! When a call that failed is repeated, and after how long.
//!
//! There is one loop, and whatever else repeats (a wait that polls, a download that resumes) turns it off with
//! [`RetryPolicy::never`], so that loops do not multiply.
//!
//! Whether repeating can do harm is no question of the policy: [`Error::is_retryable`] knows the operation, and
//! what is not safe to repeat is not repeated whatever the policy says.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::Error;

/// How often a call may be tried, and for how long.
///
/// The pause before an attempt is drawn evenly between nothing and a bound that doubles with each attempt ("full
/// jitter"), so that clients that failed together do not come back together. What a service asks for with
/// `Retry-After` is waited at least; if it asks for more than the budget has left, the call fails at once.
///
/// ```
/// use std::time::Duration;
/// use client_core::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_attempts(8).budget(Duration::from_secs(300));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_attempts: u32,
    budget: Duration,
    first_pause: Duration,
    longest_pause: Duration,
}

impl Default for RetryPolicy {
    /// Four attempts within a minute, with pauses of up to a quarter, a half and one second.
    fn default() -> Self {
        Self {
            max_attempts: 4,
            budget: Duration::from_secs(60),
            first_pause: Duration::from_millis(250),
            longest_pause: Duration::from_secs(20),
        }
    }
}

impl RetryPolicy {
    /// One attempt and no other.
    #[must_use]
    pub fn never() -> Self {
        Self { max_attempts: 1, ..Self::default() }
    }

    /// How often a call is sent at most, the first time included. Zero counts as one.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// How long after the start of a call another attempt may begin.
    #[must_use]
    pub fn budget(mut self, budget: Duration) -> Self {
        self.budget = budget;
        self
    }

    /// The bound of the first pause; it doubles with each further one, up to `longest`.
    #[must_use]
    pub fn pauses(mut self, first: Duration, longest: Duration) -> Self {
        self.first_pause = first;
        self.longest_pause = longest.max(first);
        self
    }

    /// How long to pause after this many attempts, the last of which ended with `error`. `None` when the call
    /// is over. `chance` is between 0 and 1.
    pub(crate) fn pause(
        &self,
        attempts: u32,
        elapsed: Duration,
        error: &Error,
        chance: f64,
    ) -> Option<Duration> {
        if attempts >= self.max_attempts || !error.is_retryable() {
            return None;
        }
        let doubled = self.first_pause.saturating_mul(2_u32.saturating_pow(attempts.saturating_sub(1)));
        let drawn = doubled.min(self.longest_pause).mul_f64(chance.clamp(0.0, 1.0));
        let pause = error.retry_after().map_or(drawn, |asked| asked.saturating_add(drawn));
        (elapsed.saturating_add(pause) <= self.budget).then_some(pause)
    }
}

/// Tries until an attempt succeeds or `policy` gives up. `attempt` gets its number, from 1. The error is that of
/// the last attempt.
pub(crate) async fn repeat<T, F, A>(
    policy: &RetryPolicy,
    chance: impl Fn() -> f64,
    mut attempt: F,
) -> Result<T, Error>
where
    F: FnMut(u32) -> A,
    A: Future<Output = Result<T, Error>>,
{
    let started = Instant::now();
    let mut number = 1;
    loop {
        let error = match attempt(number).await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let Some(pause) = policy.pause(number, started.elapsed(), &error, chance()) else {
            return Err(error);
        };
        let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(attempt = number, pause_ms, %error, "will be tried again");
        sleep(pause).await;
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use reqwest::{Method, StatusCode};

    use super::*;
    use crate::ErrorKind;

    fn refused(status: u16, retry_after: Option<u64>) -> Error {
        Error::new(ErrorKind::Status, "get").with(|inner| {
            inner.method = Some(Method::GET);
            inner.repeatable = true;
            inner.status = StatusCode::from_u16(status).ok();
            inner.retry_after = retry_after.map(Duration::from_secs);
        })
    }

    /// Plays `answers` and gives the moments of the attempts in milliseconds, and how it ended.
    async fn played(policy: &RetryPolicy, chance: f64, answers: &[Result<(), (u16, Option<u64>)>]) -> String {
        let started = Instant::now();
        let moments = RefCell::new(Vec::new());
        let outcome = repeat(
            policy,
            || chance,
            |number| {
                moments.borrow_mut().push(started.elapsed().as_millis());
                let answer = answers[number as usize - 1].map_err(|(status, after)| refused(status, after));
                async move { answer }
            },
        )
        .await;
        let outcome = match outcome {
            Ok(()) => "ok".to_owned(),
            Err(error) => error.status().map(|status| status.as_str().to_owned()).unwrap_or_default(),
        };
        format!("{:?} {outcome}", moments.into_inner())
    }

    const BUSY: Result<(), (u16, Option<u64>)> = Err((503, None));

    #[tokio::test(start_paused = true)]
    async fn pauses_double_up_to_a_bound_and_end_with_the_attempts() {
        let policy = RetryPolicy::default()
            .max_attempts(6)
            .pauses(Duration::from_millis(100), Duration::from_millis(400));
        assert_eq!(played(&policy, 1.0, &[BUSY; 6]).await, "[0, 100, 300, 700, 1100, 1500] 503");
        assert_eq!(played(&policy, 0.5, &[BUSY; 6]).await, "[0, 50, 150, 350, 550, 750] 503");
        assert_eq!(played(&policy, 0.0, &[BUSY, BUSY, Ok(())]).await, "[0, 0, 0] ok");
    }

    #[tokio::test(start_paused = true)]
    async fn what_will_not_pass_is_not_tried_again() {
        let policy = RetryPolicy::default();
        assert_eq!(played(&policy, 1.0, &[Err((404, None))]).await, "[0] 404");
        assert_eq!(played(&policy, 1.0, &[BUSY, Err((400, None))]).await, "[0, 250] 400");
        assert_eq!(played(&RetryPolicy::never(), 1.0, &[BUSY]).await, "[0] 503");
    }

    #[tokio::test(start_paused = true)]
    async fn the_service_is_left_alone_for_as_long_as_it_asks() {
        let policy = RetryPolicy::default().budget(Duration::from_secs(10));
        let asks = |seconds| Err((429, Some(seconds)));
        assert_eq!(played(&policy, 0.0, &[asks(3), Ok(())]).await, "[0, 3000] ok");
        // On top of it comes the jitter, or all would be back in the same second.
        assert_eq!(played(&policy, 1.0, &[asks(3), Ok(())]).await, "[0, 3250] ok");
        assert_eq!(played(&policy, 0.0, &[asks(11), Ok(())]).await, "[0] 429");
    }

    #[tokio::test(start_paused = true)]
    async fn no_attempt_begins_after_the_budget() {
        let policy = RetryPolicy::default()
            .max_attempts(100)
            .budget(Duration::from_secs(2))
            .pauses(Duration::from_secs(1), Duration::from_secs(1));
        assert_eq!(played(&policy, 1.0, &[BUSY; 9]).await, "[0, 1000, 2000] 503");
    }

    #[test]
    fn numbers_out_of_all_proportion_are_bounded() {
        let policy = RetryPolicy::default().max_attempts(u32::MAX).budget(Duration::MAX);
        let pause = policy.pause(u32::MAX - 1, Duration::ZERO, &refused(503, None), 7.0);
        assert_eq!(pause, Some(Duration::from_secs(20)));
        // Nothing overflows, whatever the service asks for.
        assert!(policy.pause(1, Duration::MAX, &refused(503, Some(u64::MAX)), 1.0).is_some());
    }
}
