//! A hook for metrics.

use std::time::Duration;

use reqwest::{Method, StatusCode};

use crate::ErrorKind;

/// Is told of every call when it has ended. For counters and histograms; [`tracing`] is there for the rest.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use client_core::{CallReport, Observer};
///
/// #[derive(Default)]
/// struct Failures(AtomicU64);
///
/// impl Observer for Failures {
///     fn call_ended(&self, call: &CallReport) {
///         self.0.fetch_add(u64::from(call.failure.is_some()), Ordering::Relaxed);
///     }
/// }
/// ```
pub trait Observer: Send + Sync {
    /// A call has ended, or a download has begun to arrive. Called on the task of the caller, so it must not
    /// block. A call whose future is dropped is not told of.
    fn call_ended(&self, call: &CallReport);
}

/// How a call went. It holds nothing of what was sent or received.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallReport {
    /// The `operationId`.
    pub operation: &'static str,
    /// The method.
    pub method: Method,
    /// How often it was sent, at least once unless it failed before.
    pub attempts: u32,
    /// The status of the last answer, if there was one.
    pub status: Option<StatusCode>,
    /// What kind of thing went wrong, if the call failed.
    pub failure: Option<ErrorKind>,
    /// From the call to its end, pauses included.
    pub duration: Duration,
}
