//! The way of a request: headers of the client, token, exchange, reading of the answer.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, Request, StatusCode};
use serde::de::DeserializeOwned;
use tracing::{Instrument as _, field};

use crate::credentials::Proof;
use crate::response::Head;
use crate::retry::repeat;
use crate::{
    ByteStream, Call, CallReport, ConnectionOptions, Credentials, Error, ErrorBody, ErrorDetails, ErrorKind,
    Observer, Response, RetryPolicy,
};

/// Of a body of an error, or where there should be none, no more than this is read.
pub(crate) const MOST_ERROR_BYTES: usize = 64 * 1024;
/// For how long a body is read that should not be there.
const LONGEST_UNDOCUMENTED: Duration = Duration::from_secs(5);
/// Of an error body no more than this is kept.
const MOST_EXCERPT_BYTES: usize = 2 * 1024;

/// Sends requests and reads answers. Cheap to clone: clones share connections and tokens.
#[derive(Clone)]
pub struct Transport(Arc<Shared>);

struct Shared {
    http: reqwest::Client,
    base_url: String,
    headers: HeaderMap,
    request_id_headers: Vec<HeaderName>,
    credentials: Credentials,
    retry: RetryPolicy,
    timeout: Option<Duration>,
    observer: Option<Arc<dyn Observer>>,
    /// Drawn from 0 to 1, for the jitter.
    chance: Box<dyn Fn() -> f64 + Send + Sync>,
}

/// Settings of a [`Transport`].
#[derive(Debug)]
pub struct TransportBuilder(Shared);

impl Transport {
    /// A transport that calls below `base_url` with `http`.
    #[must_use]
    pub fn builder(http: reqwest::Client, base_url: &str) -> TransportBuilder {
        TransportBuilder(Shared {
            http,
            base_url: base_url.trim_end_matches('/').to_owned(),
            headers: HeaderMap::new(),
            request_id_headers: Vec::new(),
            credentials: Credentials::Anonymous,
            retry: RetryPolicy::default(),
            timeout: None,
            observer: None,
            chance: Box::new(fastrand::f64),
        })
    }

    /// The HTTP client, to make requests with.
    #[must_use]
    pub fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    /// The base URL, without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.0.base_url
    }

    /// The headers that every request has.
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Sends `request` and reads a JSON body of type `T`. An empty body is read as `null`.
    ///
    /// # Errors
    ///
    /// When there is no answer, or one other than 2xx, or one that is no `T`; the last has the answer with it.
    pub async fn json<T, E>(
        &self,
        call: Call,
        request: reqwest::Result<Request>,
    ) -> Result<Response<T>, Error>
    where
        T: DeserializeOwned,
        E: ErrorBody,
    {
        let operation = call.operation;
        let (meta, head, body) = self.exchange(call, request, Reading::Whole, details::<E>).await?;
        let Body::Whole(body) = body else { return Err(Error::new(ErrorKind::Decode, operation)) };
        let text = without_mark(&body);
        match serde_json::from_slice(if text.is_empty() { b"null" } else { text }) {
            Ok(value) => Ok(Response::new(value, head)),
            Err(error) => {
                let message =
                    if text.is_empty() { "the body is empty".to_owned() } else { unreadable(&error) };
                Err(meta.complete(Error::new(ErrorKind::Decode, operation)).with(|inner| {
                    inner.excerpt = (!body.is_empty()).then(|| meta.hide(excerpt(&body)));
                    inner.details.message = Some(message);
                    inner.answer = Some(Response::new(body, head));
                }))
            }
        }
    }

    /// Sends `request`, whose answer should have no body. One that has is kept in part:
    /// [`Response::undocumented_body`].
    ///
    /// # Errors
    ///
    /// When there is no answer, or one other than 2xx.
    pub async fn empty<E: ErrorBody>(
        &self,
        call: Call,
        request: reqwest::Result<Request>,
    ) -> Result<Response<()>, Error> {
        let (_, head, _) = self.exchange(call, request, Reading::Start, details::<E>).await?;
        Ok(Response::new((), head))
    }

    /// Sends `request` and gives the body as it arrives. What breaks off while it arrives is not repeated.
    ///
    /// # Errors
    ///
    /// When there is no answer, or one other than 2xx.
    pub async fn bytes<E: ErrorBody>(
        &self,
        call: Call,
        request: reqwest::Result<Request>,
    ) -> Result<Response<ByteStream>, Error> {
        let (operation, repeatable) = (call.operation, call.repeatable);
        let (_, head, body) = self.exchange(call, request, Reading::Stream, details::<E>).await?;
        let Body::Stream(response) = body else { return Err(Error::new(ErrorKind::Decode, operation)) };
        Ok(Response::new(ByteStream::new(operation, repeatable, response), head))
    }

    /// The part that is the same for every kind of body: attempts, until one succeeds or there are enough.
    async fn exchange(
        &self,
        call: Call,
        request: reqwest::Result<Request>,
        reading: Reading,
        details: fn(&[u8]) -> ErrorDetails,
    ) -> Result<(Meta, Head, Body), Error> {
        let Call { operation, repeatable, options } = call;
        let mut request = request.map_err(|error| Error::http(operation, error))?;
        request.headers_mut().extend(self.0.headers.clone());
        let method = request.method().clone();
        let span = tracing::debug_span!(
            "call",
            operation,
            %method,
            status = field::Empty,
            attempts = field::Empty,
            duration_ms = field::Empty,
        );
        let started = Instant::now();
        let policy = options.retry.as_ref().unwrap_or(&self.0.retry);
        let attempts = AtomicU32::new(0);
        let repeated = async {
            // A body that streams cannot be sent twice.
            let whole = request.try_clone();
            let once = RetryPolicy::never();
            let policy = if whole.is_some() { policy } else { &once };
            let mut first = Some(request);
            repeat(policy, &*self.0.chance, |number| {
                attempts.store(number, Ordering::Relaxed);
                let request = first.take().or_else(|| whole.as_ref().and_then(Request::try_clone));
                async move {
                    let Some(request) = request else {
                        return Err(Error::invalid(operation, "the request cannot be sent a second time"));
                    };
                    self.attempt(operation, request, reading, details)
                        .await
                        .map_err(|error| error.with(|inner| inner.repeatable |= repeatable))
                }
            })
            .await
        };
        let outcome = match options.timeout.or(self.0.timeout) {
            Some(limit) => tokio::time::timeout(limit, repeated.instrument(span.clone()))
                .await
                .unwrap_or_else(|_| Err(out_of_time(operation, limit, repeatable))),
            None => repeated.instrument(span.clone()).await,
        };
        let outcome = outcome.map_err(|error| {
            error.with(|inner| {
                inner.method = Some(method.clone());
                inner.attempts = attempts.load(Ordering::Relaxed);
            })
        });
        self.report(&span, operation, method, attempts.into_inner(), started.elapsed(), &outcome);
        outcome
    }

    /// One attempt, from the proof of who calls to the end of the answer.
    async fn attempt(
        &self,
        operation: &'static str,
        request: Request,
        reading: Reading,
        details: fn(&[u8]) -> ErrorDetails,
    ) -> Result<(Meta, Head, Body), Error> {
        let method = request.method().clone();
        let (response, proof) = self.send(operation, request).await?;
        let meta = self.meta(method, &response, proof);
        if !meta.status.is_success() {
            return Err(refused(operation, meta, response, details).await);
        }
        let mut head = meta.head(&response);
        let body = match reading {
            Reading::Start => {
                // The operation is done, whatever becomes of a body that nobody expects.
                let start = tokio::time::timeout(LONGEST_UNDOCUMENTED, start(response)).await;
                head.undocumented = start.unwrap_or_default().into();
                Body::Dropped
            }
            Reading::Stream => Body::Stream(response),
            Reading::Whole => Body::Whole(
                response.bytes().await.map_err(|error| meta.complete(Error::http(operation, error)))?,
            ),
        };
        Ok((meta, head, body))
    }

    /// Tells those who watch how a call went.
    fn report(
        &self,
        span: &tracing::Span,
        operation: &'static str,
        method: Method,
        attempts: u32,
        duration: Duration,
        outcome: &Result<(Meta, Head, Body), Error>,
    ) {
        let (status, failure) = match outcome {
            Ok((meta, ..)) => (Some(meta.status), None),
            Err(error) => (error.status(), Some(error.kind())),
        };
        span.record("attempts", attempts);
        span.record("duration_ms", u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
        if let Some(status) = status {
            span.record("status", status.as_u16());
        }
        span.in_scope(|| match failure {
            Some(kind) => tracing::debug!(?kind, "failed"),
            None => tracing::debug!("answered"),
        });
        if let Some(observer) = &self.0.observer {
            observer.call_ended(&CallReport { operation, method, attempts, status, failure, duration });
        }
    }

    /// Sends with a proof, and once more with another if the service refuses that one. Gives the proof that the
    /// answer is an answer to.
    async fn send(
        &self,
        operation: &'static str,
        mut request: Request,
    ) -> Result<(reqwest::Response, Option<Proof>), Error> {
        let Some(proof) = self.0.credentials.proof().await? else {
            return Ok((self.execute(operation, request).await?, None));
        };
        proof.apply(operation, request.headers_mut())?;
        // A body that streams cannot be sent twice.
        let again = request.try_clone();
        let response = self.execute(operation, request).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            self.0.credentials.answered(&proof, response.headers()).await;
            return Ok((response, Some(proof)));
        }
        let Some(mut again) = again else { return Ok((response, Some(proof))) };
        let Some(fresh) = self.0.credentials.replacement(&proof).await? else {
            return Ok((response, Some(proof)));
        };
        tracing::debug!(operation, "not authenticated, trying once more");
        fresh.apply(operation, again.headers_mut())?;
        let response = self.execute(operation, again).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            self.0.credentials.answered(&fresh, response.headers()).await;
        }
        Ok((response, Some(fresh)))
    }

    async fn execute(&self, operation: &'static str, request: Request) -> Result<reqwest::Response, Error> {
        self.0.http.execute(request).await.map_err(|error| Error::http(operation, error))
    }

    fn meta(&self, method: Method, response: &reqwest::Response, proof: Option<Proof>) -> Meta {
        let header = |name: &HeaderName| response.headers().get(name)?.to_str().ok().map(str::to_owned);
        let request_id = self.0.request_id_headers.iter().find_map(header);
        Meta {
            method,
            status: response.status(),
            request_id: request_id.map(|id| hidden(proof.as_ref(), id)),
            proof,
            retry_after: header(&RETRY_AFTER)
                .and_then(|text| text.trim().parse().ok())
                .map(Duration::from_secs),
        }
    }
}

impl TransportBuilder {
    /// Sends this header with every request.
    ///
    /// # Errors
    ///
    /// When `value` cannot be a header, for example because of a line break.
    pub fn header(mut self, name: HeaderName, value: &str) -> Result<Self, Error> {
        let value = HeaderValue::from_str(value)
            .map_err(|_| Error::invalid("client", format!("the value of header `{name}` is not valid")))?;
        self.0.headers.insert(name, value);
        Ok(self)
    }

    /// Looks for the id of a request in these headers of an answer, the first first.
    #[must_use]
    pub fn request_id_headers(mut self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        self.0.request_id_headers = names.into_iter().collect();
        self
    }

    /// How requests prove who sends them.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.0.credentials = credentials;
        self
    }

    /// What the user of a client has set: when calls are repeated, how long they may take, who watches.
    #[must_use]
    pub fn options(mut self, options: &ConnectionOptions) -> Self {
        self.0.retry = options.retry.clone();
        self.0.timeout = options.timeout;
        self.0.observer = options.observer.clone();
        self
    }

    /// Draws the jitter of pauses from `chance`, which gives numbers from 0 to 1, instead of at random.
    #[must_use]
    pub fn chance(mut self, chance: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.0.chance = Box::new(chance);
        self
    }

    /// The transport.
    #[must_use]
    pub fn build(self) -> Transport {
        Transport(Arc::new(self.0))
    }
}

/// What is kept of an answer's head.
struct Meta {
    method: Method,
    status: StatusCode,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    /// What the request was sent with, and no answer may bring into a message.
    proof: Option<Proof>,
}

impl Meta {
    fn hide(&self, text: String) -> String {
        hidden(self.proof.as_ref(), text)
    }

    /// What a caller gets to see of it with the body.
    fn head(&self, response: &reqwest::Response) -> Head {
        Head {
            status: self.status,
            headers: response.headers().clone(),
            request_id: self.request_id.clone(),
            content_length: response.content_length(),
            undocumented: Bytes::new(),
        }
    }

    /// Adds the head of the answer to an error about its body.
    fn complete(&self, error: Error) -> Error {
        error.with(|inner| {
            inner.method = Some(self.method.clone());
            inner.status = Some(self.status);
            inner.request_id.clone_from(&self.request_id);
            inner.retry_after = self.retry_after;
        })
    }
}

/// How much of an answer is read before a call has ended.
#[derive(Clone, Copy)]
enum Reading {
    Start,
    Whole,
    Stream,
}

/// What was read of an answer, or is there to be read.
enum Body {
    Dropped,
    Whole(Bytes),
    Stream(reqwest::Response),
}

/// The first bytes of a body. One that breaks off is read as far as it came: the status says more than the break.
async fn start(mut response: reqwest::Response) -> Vec<u8> {
    let mut body = Vec::new();
    while body.len() < MOST_ERROR_BYTES {
        let Ok(Some(chunk)) = response.chunk().await else { break };
        body.extend_from_slice(&chunk);
    }
    body.truncate(MOST_ERROR_BYTES);
    body
}

/// The text without what proves who calls.
fn hidden(proof: Option<&Proof>, text: String) -> String {
    match proof {
        Some(proof) => proof.hidden_in(&text),
        None => text,
    }
}

/// The body without the mark that some programs put before UTF-8.
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// What an error body says to an API; nothing if it is none of its own.
fn details<E: ErrorBody>(body: &[u8]) -> ErrorDetails {
    serde_json::from_slice::<E>(without_mark(body)).map(E::into_details).unwrap_or_default()
}

fn out_of_time(operation: &'static str, limit: Duration, repeatable: bool) -> Error {
    Error::new(ErrorKind::Timeout, operation).with(|inner| {
        inner.repeatable = repeatable;
        inner.details.message = Some(format!("the call was given {} s", limit.as_secs_f64()));
    })
}

/// Reads what can be read of an answer that is no success. Whatever the body is, the status is kept.
async fn refused(
    operation: &'static str,
    meta: Meta,
    response: reqwest::Response,
    details: fn(&[u8]) -> ErrorDetails,
) -> Error {
    let body = start(response).await;
    let details = details(&body);
    // A proxy's error page may repeat the request.
    let hide = |text: String| meta.hide(text);
    meta.complete(Error::new(ErrorKind::Status, operation)).with(|inner| {
        inner.details = ErrorDetails {
            code: details.code.map(hide),
            message: details.message.map(hide),
            reference: details.reference.map(hide),
        };
        inner.excerpt = (!body.is_empty()).then(|| hide(excerpt(&body)));
    })
}

/// Where the body stops being what it should be, without quoting it.
fn unreadable(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Data => "the body is JSON of another shape",
        serde_json::error::Category::Eof => "the body ends too soon",
        _ => "the body is no JSON",
    };
    format!("{what} at line {}, column {}", error.line(), error.column())
}

fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(body.get(..MOST_EXCERPT_BYTES).unwrap_or(body)).into_owned()
}

impl fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Header values are left out: an API may keep secrets there.
impl fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Transport")
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}
