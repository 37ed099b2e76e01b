//! The one error of the clients.
//!
//! Every public function of the clients returns [`Error`]; errors of the HTTP library never reach a caller
//! except as its `source`. Neither `Display` nor `Debug` shows a header, a body or a URL: an answer may echo
//! what was sent. Who wants to see the start of a body asks for it with [`Error::body_excerpt`].

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;

/// Whether `https` URLs can be called.
const HAS_TLS: bool = cfg!(any(feature = "native-tls", feature = "rustls", feature = "rustls-aws-lc"));

/// What a client without TLS says of an `https` URL.
pub(crate) const NO_TLS: &str =
    "https needs one of the features `rustls`, `rustls-aws-lc` and `native-tls`, and none is on";
use crate::Response;

/// Of a text that a service wrote no more than this is printed, in bytes.
const MOST_PRINTED_BYTES: usize = 1024;

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request or the client was not complete or not valid. Nothing was sent.
    Request,
    /// No connection could be made. Nothing reached the service.
    Connect,
    /// The service did not answer in time. It may have acted.
    Timeout,
    /// The exchange broke off. The service may have acted.
    Exchange,
    /// No token could be had: the token service refused the key or gave no usable answer.
    Token,
    /// No session could be had: the service refused the login or set no cookie.
    Login,
    /// The service answered with a status other than 2xx.
    Status,
    /// The service answered with a 2xx whose body is not what the document says. It has acted, and what it said
    /// can be had with [`Error::answer`].
    Decode,
}

/// What an error body says, in the words of no API in particular.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorDetails {
    /// A code for programs, such as `KNotFound`.
    pub code: Option<String>,
    /// A message for people.
    pub message: Option<String>,
    /// What to quote to the operator of the service, such as the id of a log entry.
    pub reference: Option<String>,
}

impl ErrorDetails {
    /// Details with a code and a message.
    #[must_use]
    pub fn new(code: Option<String>, message: Option<String>, reference: Option<String>) -> Self {
        Self { code, message, reference }
    }
}

/// The documented body of an error answer.
pub trait ErrorBody: DeserializeOwned {
    /// What the body says.
    fn into_details(self) -> ErrorDetails;
}

/// For operations that document no error body.
impl ErrorBody for () {
    fn into_details(self) -> ErrorDetails {
        ErrorDetails::default()
    }
}

/// Why an operation gave no result.
///
/// Small and cheap to pass on: the contents are boxed.
pub struct Error(Box<Inner>);

pub(crate) struct Inner {
    pub(crate) kind: ErrorKind,
    pub(crate) operation: &'static str,
    pub(crate) method: Option<Method>,
    /// Whether the service may get the request twice without harm.
    pub(crate) repeatable: bool,
    /// Whether repeating would end in the same way: a certificate that is not accepted does not mend itself.
    pub(crate) hopeless: bool,
    pub(crate) attempts: u32,
    pub(crate) status: Option<StatusCode>,
    pub(crate) details: ErrorDetails,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) excerpt: Option<String>,
    pub(crate) answer: Option<Response<Bytes>>,
    pub(crate) source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, operation: &'static str) -> Self {
        Self(Box::new(Inner {
            kind,
            operation,
            method: None,
            repeatable: false,
            hopeless: false,
            attempts: 0,
            status: None,
            details: ErrorDetails::default(),
            request_id: None,
            retry_after: None,
            excerpt: None,
            answer: None,
            source: None,
        }))
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(&mut self.0);
        self
    }

    /// A client or request that cannot be used as it is.
    #[must_use]
    pub fn invalid(operation: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::new(ErrorKind::Request, operation).with(|inner| inner.details.message = Some(message))
    }

    /// A required parameter that was not set.
    #[must_use]
    pub fn missing(operation: &'static str, parameter: &'static str) -> Self {
        Self::invalid(operation, format!("`{parameter}` is required and was not set"))
    }

    /// An error of the HTTP library. Its URL is dropped, as it may hold what should not be printed.
    pub(crate) fn http(operation: &'static str, error: reqwest::Error) -> Self {
        if !HAS_TLS && error.is_connect() && error.url().is_some_and(|url| url.scheme() == "https") {
            return Self::invalid(operation, NO_TLS);
        }
        let kind = if error.is_builder() {
            ErrorKind::Request
        } else if error.is_connect() {
            ErrorKind::Connect
        } else if error.is_timeout() {
            ErrorKind::Timeout
        } else {
            ErrorKind::Exchange
        };
        let meaning = crate::certificates::meaning(&error);
        Self::new(kind, operation).with(|inner| {
            inner.hopeless = meaning.is_some();
            inner.details.message = meaning.map(str::to_owned);
            inner.source = Some(Box::new(error.without_url()));
        })
    }

    /// What kind of thing went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The `operationId` of the operation.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The error code in the body of the answer.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.details.code.as_deref()
    }

    /// The message in the body of the answer, or what is wrong with the request.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.details.message.as_deref()
    }

    /// What to quote to the operator of the service: the reference in the body of the answer.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        self.0.details.reference.as_deref()
    }

    /// The id that the service or a proxy gave to the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How long the service asks to wait before another attempt. Only seconds are read, not dates.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The start of the answer's body as text, at most 2 KiB. It may hold whatever the service put there, so
    /// it is in no message; show it by choice.
    #[must_use]
    pub fn body_excerpt(&self) -> Option<&str> {
        self.0.excerpt.as_deref()
    }

    /// The answer itself, where it was a success that could not be read ([`ErrorKind::Decode`]): with its status,
    /// its headers, and the whole body, which may be empty. Nothing of it is in what the error prints.
    #[must_use]
    pub fn answer(&self) -> Option<&Response<Bytes>> {
        self.0.answer.as_ref()
    }

    /// Whether the service has no such thing (404).
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// How often the request was sent, 0 if it was not.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The method of the request, if there was one.
    #[must_use]
    pub fn method(&self) -> Option<&Method> {
        self.0.method.as_ref()
    }

    /// Whether the cause is likely to pass and the same request is safe to repeat.
    ///
    /// A request that cannot have had an effect (no connection, 429) may be repeated whatever it does. After a
    /// lost connection, a timeout or a 408, 500, 502, 503 or 504 the service may have acted, so only operations
    /// may that the API's document knows to be repeatable.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        let repeatable = self.0.repeatable;
        match (self.0.kind, self.0.status.map(|status| status.as_u16())) {
            _ if self.0.hopeless => false,
            (ErrorKind::Connect, _) | (ErrorKind::Status, Some(429)) => true,
            (ErrorKind::Token | ErrorKind::Login, Some(408 | 429 | 500..=599)) => true,
            (ErrorKind::Timeout | ErrorKind::Exchange, _)
            | (ErrorKind::Status, Some(408 | 500 | 502..=504)) => repeatable,
            _ => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        write!(formatter, "{}: ", inner.operation)?;
        formatter.write_str(match inner.kind {
            ErrorKind::Request => "the request is not valid",
            ErrorKind::Connect => "no connection to the service",
            ErrorKind::Timeout => "the service did not answer in time",
            ErrorKind::Exchange => "the exchange with the service broke off",
            ErrorKind::Token => "no token could be had",
            ErrorKind::Login => "no session could be had",
            ErrorKind::Status => "the service refused",
            ErrorKind::Decode => "the answer cannot be read",
        })?;
        if let Some(status) = inner.status {
            write!(formatter, " ({status})")?;
        }
        if let Some(message) = &inner.details.message {
            write!(formatter, ": {}", printed(message))?;
        }
        if let Some(code) = &inner.details.code {
            write!(formatter, " [{}]", printed(code))?;
        }
        if let Some(reference) = &inner.details.reference {
            write!(formatter, ", reference {}", printed(reference))?;
        }
        if let Some(id) = &inner.request_id {
            write!(formatter, ", request {}", printed(id))?;
        }
        Ok(())
    }
}

/// The text as it is printed: its start, if a service wrote a book.
fn printed(text: &str) -> String {
    if text.len() <= MOST_PRINTED_BYTES {
        return text.to_owned();
    }
    let start = (0..=MOST_PRINTED_BYTES).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    format!("{}…", &text[..start])
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        let text = |text: &Option<String>| text.as_deref().map(printed);
        formatter
            .debug_struct("Error")
            .field("kind", &inner.kind)
            .field("operation", &inner.operation)
            .field("status", &inner.status)
            .field("code", &text(&inner.details.code))
            .field("message", &text(&inner.details.message))
            .field("reference", &text(&inner.details.reference))
            .field("request_id", &text(&inner.request_id))
            .field("source", &inner.source)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}
