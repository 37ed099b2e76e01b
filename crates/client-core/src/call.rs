//! One call: which operation it is, and what its caller wants done differently from the client's settings.

use std::time::Duration;

use crate::RetryPolicy;

/// What one call does differently from the settings of its client.
///
/// ```
/// use std::time::Duration;
/// use client_core::{CallOptions, RetryPolicy};
///
/// let hasty = CallOptions::default().timeout(Duration::from_secs(2)).retry(RetryPolicy::never());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
}

impl CallOptions {
    /// How long the call may take as a whole: all attempts, the pauses between them, and the reading of the
    /// answer. Of a download it bounds the time until the answer begins.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// When the call is repeated.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }
}

/// An operation about to be called. Made by generated code.
#[derive(Clone, Debug)]
pub struct Call {
    pub(crate) operation: &'static str,
    pub(crate) repeatable: bool,
    pub(crate) options: CallOptions,
}

impl Call {
    /// A call of the operation with this `operationId`. `repeatable` says that the service may get the request
    /// twice without harm, which the API's document knows.
    #[must_use]
    pub fn new(operation: &'static str, repeatable: bool, options: CallOptions) -> Self {
        Self { operation, repeatable, options }
    }
}
