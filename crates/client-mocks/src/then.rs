//! What calls are answered with.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};

use crate::reply::{Body, Fault, Reply};
use crate::rules::Step;
use crate::{Asked, Call, Content, MockService, Operation};

/// What the calls that were meant are answered with: one answer after the other. Each is given once unless
/// [`times`](Self::times) says otherwise, and the last for ever.
///
/// What is said here holds at once; a test keeps it only to look at the [`calls`](Self::calls).
pub struct Then<'m, O> {
    service: &'m MockService,
    rule: usize,
    operation: PhantomData<fn() -> O>,
}

impl<'m, O: Operation> Then<'m, O> {
    pub(crate) fn new(service: &'m MockService, rule: usize) -> Self {
        Self { service, rule, operation: PhantomData }
    }

    /// A success with what the document says it carries.
    pub fn answer(self, answer: impl Into<O::Answer>) -> Self {
        self.reply(O::STATUS, Body::Ready(O::write(answer.into())))
    }

    /// A success with what is made from the call.
    pub fn answer_with<A: Into<O::Answer>>(self, make: impl Fn(&O) -> A + Send + Sync + 'static) -> Self {
        let made = move |asked: &Asked| match O::read(asked) {
            Ok(call) => O::write(make(&call).into()),
            // It was read before, to see whether it is meant.
            Err(unreadable) => Content::of("text/plain", unreadable.to_string()),
        };
        self.reply(O::STATUS, Body::Made(Arc::new(made)))
    }

    /// Anything, whether it fits the document or not.
    ///
    /// # Panics
    /// When `status` is not between 100 and 999.
    #[track_caller]
    pub fn answer_raw(self, status: u16, media_type: &str, body: impl Into<Bytes>) -> Self {
        self.reply(valid(status), Body::Ready(Content::of(media_type, body)))
    }

    /// A failure with what the document says it carries.
    ///
    /// # Panics
    /// When `status` is not that of a failure, 400 to 599.
    #[track_caller]
    pub fn fail(self, status: u16, error: impl Into<O::Error>) -> Self {
        assert!((400..=599).contains(&status), "{status} is not the status of a failure");
        self.reply(status, Body::Ready(O::write_error(error.into())))
    }

    /// No answer: the connection ends.
    pub fn drop_connection(self) -> Self {
        let then = self.reply(O::STATUS, Body::Ready(Content::empty()));
        then.amend(|step| step.reply.fault = Fault::Dropped)
    }

    /// The latest answer is given this often. The mock expects that it is.
    pub fn times(self, times: u64) -> Self {
        self.amend(|step| step.times = Some(times))
    }

    /// The latest answer takes this long, in real time.
    pub fn after(self, delay: Duration) -> Self {
        self.amend(|step| step.reply.delay = delay)
    }

    /// The latest answer has this status in place of the documented one.
    ///
    /// # Panics
    /// When `status` is not between 100 and 999.
    #[track_caller]
    pub fn status(self, status: u16) -> Self {
        let status = valid(status);
        self.amend(|step| step.reply.status = status)
    }

    /// The latest answer has this header too.
    ///
    /// # Panics
    /// When it cannot be sent.
    #[track_caller]
    pub fn header(self, name: &str, value: &str) -> Self {
        let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) else {
            panic!("`{name}: {value}` cannot be sent as a header");
        };
        self.amend(|step| step.reply.headers.push((name, value)))
    }

    /// The connection ends after the first half of the body of the latest answer.
    pub fn truncated(self) -> Self {
        self.amend(|step| step.reply.fault = Fault::Truncated)
    }

    /// The calls that got one of these answers so far, in order.
    pub fn calls(&self) -> Vec<Call<O>> {
        let asked = self.service.rules().asked();
        let ours = asked.into_iter().filter(|(_, rule)| *rule == Some(self.rule));
        ours.filter_map(|(request, _)| O::read(&request).ok().map(|values| Call { values, request }))
            .collect()
    }

    fn reply(self, status: u16, body: Body) -> Self {
        self.service.rules().then(self.rule, Step::new(Reply::new(status, body)));
        self
    }

    fn amend(self, change: impl FnOnce(&mut Step)) -> Self {
        self.service.rules().amend(self.rule, change);
        self
    }
}

#[track_caller]
fn valid(status: u16) -> u16 {
    assert!(StatusCode::from_u16(status).is_ok(), "{status} is no status");
    status
}
