//! Calls of whatever the service has, with or without a place in the document.

use std::fmt;
use std::marker::PhantomData;

use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, Request};
use serde_json::Value;

use crate::{ByteStream, Call, CallOptions, Error, ErrorBody, Response, Transport};

/// What an error calls a request that has no name.
const UNNAMED: &str = "request";

/// A request by method and path, made with [`Transport::request`].
///
/// It goes the way of every other call: with the headers and the credentials of the client, repeated when that is
/// safe, watched, and with the same [`Error`]. What comes back is JSON with all that the service sent, or bytes.
///
/// A GET, HEAD, PUT, DELETE or OPTIONS may be repeated after a lost answer, as HTTP has it, any other method not;
/// [`RawRequest::repeatable`] says otherwise where the service is known to be different.
#[must_use = "a request does nothing until it is sent"]
pub struct RawRequest<E> {
    transport: Transport,
    operation: &'static str,
    method: Method,
    url: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Body,
    repeatable: bool,
    options: CallOptions,
    error: PhantomData<fn() -> E>,
}

#[derive(Clone)]
enum Body {
    None,
    Json(Value),
    Form(Vec<(String, String)>),
}

impl Transport {
    /// A request to `path`, which is added to the base URL as it is: parameters in it are already encoded. `E` is what
    /// the service says when it refuses.
    pub fn request<E: ErrorBody>(&self, method: Method, path: &str) -> RawRequest<E> {
        let slash = if path.starts_with('/') { "" } else { "/" };
        let repeatable =
            matches!(method, Method::GET | Method::HEAD | Method::PUT | Method::DELETE | Method::OPTIONS);
        RawRequest {
            operation: UNNAMED,
            url: format!("{}{slash}{path}", self.base_url()),
            transport: self.clone(),
            method,
            query: Vec::new(),
            headers: Vec::new(),
            body: Body::None,
            repeatable,
            options: CallOptions::default(),
            error: PhantomData,
        }
    }
}

impl<E: ErrorBody> RawRequest<E> {
    /// Adds a parameter to the query. One that is added twice is sent twice.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sends this header. Headers of the client win over one of the same name.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends this as JSON.
    pub fn body(mut self, body: impl Into<Value>) -> Self {
        self.body = Body::Json(body.into());
        self
    }

    /// Sends these pairs as a form.
    pub fn form(mut self, pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        self.body = Body::Form(pairs.into_iter().collect());
        self
    }

    /// Whether the service may get the request twice without harm.
    pub fn repeatable(mut self, repeatable: bool) -> Self {
        self.repeatable = repeatable;
        self
    }

    /// What errors, spans and observers call it, `request` unless set.
    pub fn operation(mut self, operation: &'static str) -> Self {
        self.operation = operation;
        self
    }

    /// What this call does differently from the settings of the client.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Sends the request and reads JSON. An empty body is read as `null`.
    ///
    /// # Errors
    ///
    /// When there is no answer, or one other than 2xx, or one that is no JSON.
    pub async fn send(self) -> Result<Response<Value>, Error> {
        let request = self.built()?;
        let call = Call::new(self.operation, self.repeatable, self.options);
        self.transport.json::<Value, E>(call, Ok(request)).await
    }

    /// Sends the request and gives the body as it arrives, whatever it is.
    ///
    /// # Errors
    ///
    /// When there is no answer, or one other than 2xx.
    pub async fn send_for_bytes(self) -> Result<Response<ByteStream>, Error> {
        let request = self.built()?;
        let call = Call::new(self.operation, self.repeatable, self.options);
        self.transport.bytes::<E>(call, Ok(request)).await
    }

    /// The request as it would be sent, with the headers of the client and without anything that proves who calls.
    /// To be shown: sending it by hand goes past all that the client does.
    ///
    /// # Errors
    ///
    /// When a part of it cannot be sent.
    pub fn prepared(&self) -> Result<Request, Error> {
        let mut request = self.built()?;
        request.headers_mut().extend(self.transport.headers().clone());
        Ok(request)
    }

    fn built(&self) -> Result<Request, Error> {
        let mut builder = self.transport.http().request(self.method.clone(), &self.url);
        if !self.query.is_empty() {
            builder = builder.query(&self.query);
        }
        for (name, value) in &self.headers {
            let invalid = || Error::invalid(self.operation, format!("the header `{name}` cannot be sent"));
            let name = HeaderName::try_from(name.as_str()).map_err(|_| invalid())?;
            builder = builder.header(name, HeaderValue::from_str(value).map_err(|_| invalid())?);
        }
        builder = match &self.body {
            Body::None => builder,
            Body::Json(body) => builder.json(body),
            Body::Form(pairs) => builder.form(pairs),
        };
        builder.build().map_err(|error| Error::http(self.operation, error))
    }
}

impl<E> Clone for RawRequest<E> {
    fn clone(&self) -> Self {
        Self {
            transport: self.transport.clone(),
            operation: self.operation,
            method: self.method.clone(),
            url: self.url.clone(),
            query: self.query.clone(),
            headers: self.headers.clone(),
            body: self.body.clone(),
            repeatable: self.repeatable,
            options: self.options.clone(),
            error: PhantomData,
        }
    }
}

/// Shows neither the URL nor the body, which may hold what should not be printed.
impl<E> fmt::Debug for RawRequest<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RawRequest")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("repeatable", &self.repeatable)
            .finish_non_exhaustive()
    }
}
