//! The body of an answer.

use bytes::Bytes;
use serde::Serialize;

/// The body of an answer, and what it is.
#[derive(Clone, Debug, Default)]
pub struct Content {
    pub(crate) media: Option<String>,
    pub(crate) bytes: Bytes,
}

impl Content {
    /// No body.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// A value as JSON.
    ///
    /// # Panics
    /// When the value cannot be written as JSON.
    #[must_use]
    pub fn json<T: Serialize>(value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(bytes) => Self::of("application/json", bytes),
            Err(error) => panic!("an answer cannot be written as JSON: {error}"),
        }
    }

    /// Bytes of a file.
    #[must_use]
    pub fn bytes(bytes: Bytes) -> Self {
        Self::of("application/octet-stream", bytes)
    }

    /// A body of any kind.
    #[must_use]
    pub fn of(media: &str, bytes: impl Into<Bytes>) -> Self {
        Self { media: Some(media.to_owned()), bytes: bytes.into() }
    }
}
