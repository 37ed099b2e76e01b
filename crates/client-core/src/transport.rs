//! The way of a request: headers of the client, token, exchange, reading of the answer.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, Request, StatusCode};
use serde::de::DeserializeOwned;
use tracing::Instrument as _;

use crate::response::Head;
use crate::{ByteStream, Credentials, Error, ErrorBody, ErrorKind, Response};

/// Of an error body no more than this is read.
pub(crate) const MOST_ERROR_BYTES: usize = 64 * 1024;
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

    /// Sends `request` and reads a JSON body of type `T`. An empty body is read as `null`.
    ///
    /// # Errors
    ///
    /// When there is no answer, or one other than 2xx, or one that is no `T`.
    pub async fn json<T, E>(
        &self,
        operation: &'static str,
        request: reqwest::Result<Request>,
    ) -> Result<Response<T>, Error>
    where
        T: DeserializeOwned,
        E: ErrorBody,
    {
        let (meta, response) = self.exchange::<E>(operation, request).await?;
        let head = meta.head(&response);
        let body = response.bytes().await.map_err(|error| meta.complete(Error::http(operation, error)))?;
        let text: &[u8] = if body.is_empty() { b"null" } else { &body };
        match serde_json::from_slice(text) {
            Ok(value) => Ok(Response::new(value, head)),
            Err(error) => {
                let message = unreadable(&error);
                Err(meta.complete(Error::new(ErrorKind::Decode, operation)).with(|inner| {
                    inner.excerpt = Some(excerpt(&body));
                    inner.details.message = Some(message);
                }))
            }
        }
    }

    /// Sends `request` and drops the body of the answer.
    ///
    /// # Errors
    ///
    /// When there is no answer, or one other than 2xx.
    pub async fn empty<E: ErrorBody>(
        &self,
        operation: &'static str,
        request: reqwest::Result<Request>,
    ) -> Result<Response<()>, Error> {
        let (meta, response) = self.exchange::<E>(operation, request).await?;
        Ok(Response::new((), meta.head(&response)))
    }

    /// Sends `request` and gives the body as it arrives.
    ///
    /// # Errors
    ///
    /// When there is no answer, or one other than 2xx.
    pub async fn bytes<E: ErrorBody>(
        &self,
        operation: &'static str,
        request: reqwest::Result<Request>,
    ) -> Result<Response<ByteStream>, Error> {
        let (meta, response) = self.exchange::<E>(operation, request).await?;
        let head = meta.head(&response);
        Ok(Response::new(ByteStream::new(operation, response), head))
    }

    /// The part that is the same for every kind of body.
    async fn exchange<E: ErrorBody>(
        &self,
        operation: &'static str,
        request: reqwest::Result<Request>,
    ) -> Result<(Meta, reqwest::Response), Error> {
        let mut request = request.map_err(|error| Error::http(operation, error))?;
        request.headers_mut().extend(self.0.headers.clone());
        let method = request.method().clone();
        let span = tracing::debug_span!("request", operation, %method);
        let started = Instant::now();
        let result = self.send(operation, request).instrument(span.clone()).await;
        let response = result.map_err(|error| {
            span.in_scope(|| tracing::debug!(kind = ?error.kind(), "no answer"));
            // A failure to get a token has its own.
            error.with(|inner| _ = inner.method.get_or_insert_with(|| method.clone()))
        })?;
        let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let meta = self.meta(method, &response);
        span.in_scope(|| tracing::debug!(status = meta.status.as_u16(), elapsed_ms, "answer"));
        if meta.status.is_success() {
            Ok((meta, response))
        } else {
            Err(refused::<E>(operation, meta, response).await)
        }
    }

    /// Sends with a proof, and once more with another if the service refuses that one.
    async fn send(&self, operation: &'static str, mut request: Request) -> Result<reqwest::Response, Error> {
        let Some(proof) = self.0.credentials.proof().await? else {
            return self.execute(operation, request).await;
        };
        proof.apply(operation, request.headers_mut())?;
        // A body that streams cannot be sent twice.
        let again = request.try_clone();
        let response = self.execute(operation, request).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            self.0.credentials.answered(&proof, response.headers()).await;
            return Ok(response);
        }
        let Some(mut again) = again else { return Ok(response) };
        let Some(proof) = self.0.credentials.replacement(&proof).await? else { return Ok(response) };
        tracing::debug!(operation, "not authenticated, trying once more");
        proof.apply(operation, again.headers_mut())?;
        let response = self.execute(operation, again).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            self.0.credentials.answered(&proof, response.headers()).await;
        }
        Ok(response)
    }

    async fn execute(&self, operation: &'static str, request: Request) -> Result<reqwest::Response, Error> {
        self.0.http.execute(request).await.map_err(|error| Error::http(operation, error))
    }

    fn meta(&self, method: Method, response: &reqwest::Response) -> Meta {
        let header = |name: &HeaderName| response.headers().get(name)?.to_str().ok().map(str::to_owned);
        Meta {
            method,
            status: response.status(),
            request_id: self.0.request_id_headers.iter().find_map(header),
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
}

impl Meta {
    /// What a caller gets to see of it with the body.
    fn head(&self, response: &reqwest::Response) -> Head {
        Head {
            status: self.status,
            headers: response.headers().clone(),
            request_id: self.request_id.clone(),
            content_length: response.content_length(),
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

/// Reads what can be read of an answer that is no success. Whatever the body is, the status is kept.
async fn refused<E: ErrorBody>(
    operation: &'static str,
    meta: Meta,
    mut response: reqwest::Response,
) -> Error {
    let mut body = Vec::new();
    while body.len() < MOST_ERROR_BYTES {
        // A body that breaks off is read as far as it came: the status says more than the break.
        let Ok(Some(chunk)) = response.chunk().await else { break };
        body.extend_from_slice(&chunk);
    }
    let details = serde_json::from_slice::<E>(&body).map(E::into_details).unwrap_or_default();
    meta.complete(Error::new(ErrorKind::Status, operation)).with(|inner| {
        inner.details = details;
        inner.excerpt = (!body.is_empty()).then(|| excerpt(&body));
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
