//! What a successful operation gives.

use std::fmt;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::Error;

/// A result with the head of the answer it came with. Dereferences to the result.
#[derive(Clone)]
pub struct Response<T> {
    value: T,
    head: Head,
}

/// What is kept of an answer besides its body.
#[derive(Clone)]
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) request_id: Option<String>,
    pub(crate) content_length: Option<u64>,
    /// The body, where the document says that there is none.
    pub(crate) undocumented: Bytes,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, head: Head) -> Self {
        Self { value, head }
    }

    /// The result alone.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The status of the answer: any 2xx, whichever the document lists.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// The headers of the answer. They may hold what should not be printed, so `Debug` leaves them out.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// The id that the service or a proxy gave to the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.head.request_id.as_deref()
    }

    /// What came where the document says that nothing comes: the first 64 KiB of the body of an operation without a
    /// result. Empty as long as the service keeps to the document.
    #[must_use]
    pub fn undocumented_body(&self) -> &Bytes {
        &self.head.undocumented
    }

    /// The size of the body in bytes, where the service said it beforehand.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.head.content_length
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Response")
            .field("status", &self.head.status)
            .field("request_id", &self.head.request_id)
            .field("value", &self.value)
            .finish()
    }
}

/// A body that arrives piece by piece. Nothing of it is kept.
///
/// Read it with [`ByteStream::next_chunk`], or as a [`Stream`]. Dropping it ends the transfer.
pub struct ByteStream {
    operation: &'static str,
    repeatable: bool,
    inner: Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>,
}

impl ByteStream {
    pub(crate) fn new(operation: &'static str, repeatable: bool, response: reqwest::Response) -> Self {
        Self { operation, repeatable, inner: Box::pin(response.bytes_stream()) }
    }

    /// The next piece, or `None` at the end.
    ///
    /// # Errors
    ///
    /// When the transfer breaks off, or no byte arrives for longer than the read timeout.
    pub async fn next_chunk(&mut self) -> Result<Option<Bytes>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// Everything to the end, in memory. For bodies known to be small.
    ///
    /// # Errors
    ///
    /// As [`ByteStream::next_chunk`].
    pub async fn collect(mut self) -> Result<Vec<u8>, Error> {
        let mut whole = Vec::new();
        while let Some(chunk) = self.next_chunk().await? {
            whole.extend_from_slice(&chunk);
        }
        Ok(whole)
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { operation, repeatable, .. } = *self;
        let failed = |error| Error::http(operation, error).with(|inner| inner.repeatable = repeatable);
        self.inner.as_mut().poll_next(context).map(|item| item.map(|chunk| chunk.map_err(failed)))
    }
}

impl Response<ByteStream> {
    /// The next piece of the body, or `None` at the end.
    ///
    /// # Errors
    ///
    /// As [`ByteStream::next_chunk`].
    pub async fn next_chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.value.next_chunk().await
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ByteStream(..)")
    }
}
