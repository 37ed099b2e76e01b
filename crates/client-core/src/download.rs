//! A file of any size, fetched in ranges.
//!
//! Services bound how much one call gives. A [`Download`] asks for range after range, several at a time, and hands
//! the bytes on in order. What it holds in memory is bounded by the ranges under way. A range that breaks off is
//! asked for again from where it broke; a download that failed as a whole can go on from
//! [`DownloadError::written`], today or after a restart.

mod piece;

use std::fmt;
use std::future::Future;
use std::io;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt as _};
use futures_util::stream::{self, StreamExt as _};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::time::sleep;

use self::piece::Piece;
use crate::{ByteStream, Error, Response, RetryPolicy};

/// How much a range asks for, and the most that the APIs of this project give: 8 MiB.
pub const LARGEST_RANGE: u64 = 8 * 1024 * 1024;

/// A download about to begin.
#[must_use = "nothing is fetched before `write_to`"]
pub struct Download<'a> {
    fetch: Fetch<'a>,
    offset: u64,
    size: Option<u64>,
    range: u64,
    parallel: usize,
    retry: RetryPolicy,
    progress: Option<Box<dyn FnMut(u64) + Send>>,
}

type Fetch<'a> =
    Box<dyn Fn(u64, u64) -> BoxFuture<'a, Result<Response<ByteStream>, Error>> + Send + Sync + 'a>;

/// Why a download ended too soon.
#[derive(Debug)]
#[non_exhaustive]
pub enum DownloadError {
    /// A range could not be had.
    Call {
        /// The offset up to which everything was written.
        written: u64,
        /// Why.
        error: Error,
    },
    /// The bytes could not be written.
    Write {
        /// The offset up to which everything was written.
        written: u64,
        /// Why.
        error: io::Error,
    },
    /// The service gave fewer or more bytes than the file has. It may have changed meanwhile.
    Length {
        /// The offset up to which everything was written.
        written: u64,
        /// How long the file should be.
        expected: u64,
    },
}

impl DownloadError {
    /// The offset up to which everything was written. [`Download::from_offset`] goes on there.
    #[must_use]
    pub fn written(&self) -> u64 {
        match self {
            Self::Call { written, .. } | Self::Write { written, .. } | Self::Length { written, .. } => {
                *written
            }
        }
    }
}

impl fmt::Display for DownloadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call { written, .. } => write!(formatter, "the download broke off after {written} bytes"),
            Self::Write { written, .. } => {
                write!(formatter, "what was downloaded could not be written after {written} bytes")
            }
            Self::Length { written, expected } => {
                write!(formatter, "the service gave {written} bytes of a file that should have {expected}")
            }
        }
    }
}

impl std::error::Error for DownloadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Call { error, .. } => Some(error),
            Self::Write { error, .. } => Some(error),
            Self::Length { .. } => None,
        }
    }
}

impl<'a> Download<'a> {
    /// A download of everything from the first byte on, four ranges of [`LARGEST_RANGE`] at a time.
    ///
    /// `fetch` gets the offset and the length of a range, both in bytes. It may give fewer bytes than asked for
    /// only at the end of the file.
    pub fn new<F, A>(fetch: F) -> Self
    where
        F: Fn(u64, u64) -> A + Send + Sync + 'a,
        A: Future<Output = Result<Response<ByteStream>, Error>> + Send + 'a,
    {
        let fetch: Fetch<'a> = Box::new(move |offset, length| fetch(offset, length).boxed());
        Self {
            fetch,
            offset: 0,
            size: None,
            range: LARGEST_RANGE,
            parallel: 4,
            retry: RetryPolicy::default(),
            progress: None,
        }
    }

    /// How long the file is, in bytes, where it is known. The download then asks for no more, and fails if the
    /// service gives less. Without it the first range that is not full is the last.
    pub fn size(mut self, bytes: u64) -> Self {
        self.size = Some(bytes);
        self
    }

    /// Leaves out what comes before this offset, in bytes: what an earlier download has written.
    pub fn from_offset(mut self, bytes: u64) -> Self {
        self.offset = bytes;
        self
    }

    /// How much a range asks for, in bytes: at least one and at most [`LARGEST_RANGE`].
    pub fn range(mut self, bytes: u64) -> Self {
        self.range = bytes.clamp(1, LARGEST_RANGE);
        self
    }

    /// How many ranges are under way at a time, at least one. Each may be held in memory until those before it
    /// are written.
    pub fn parallel(mut self, ranges: usize) -> Self {
        self.parallel = ranges.max(1);
        self
    }

    /// How often a range may break off without having brought a byte, and the pauses after which it is asked for
    /// again. The budget of the policy is for each pause alone.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Called with the offset up to which everything is written, after each range.
    pub fn on_progress(mut self, report: impl FnMut(u64) + Send + 'static) -> Self {
        self.progress = Some(Box::new(report));
        self
    }

    /// Fetches everything and writes it to `writer`, which is flushed at the end. Gives the length of the file in
    /// bytes, or what is known of it: the offset after the last byte.
    ///
    /// # Errors
    ///
    /// See [`DownloadError`]. What is written then is whole up to [`DownloadError::written`], unless `writer`
    /// itself failed in the middle.
    pub async fn write_to<W: AsyncWrite + Unpin>(self, writer: &mut W) -> Result<u64, DownloadError> {
        let Self { fetch, offset, size, range, parallel, retry, mut progress } = self;
        let (fetch, retry) = (&fetch, &retry);
        let starts = (0..).map(|number: u64| offset.saturating_add(number.saturating_mul(range)));
        let ranges = starts
            .map(|start| (start, size.map_or(range, |size| range.min(size.saturating_sub(start)))))
            .take_while(|(_, length)| *length > 0);
        let mut pieces = stream::iter(ranges)
            .map(|(start, length)| async move { (length, piece(fetch, retry, start, length).await) })
            .buffered(parallel);
        let mut written = offset;
        while let Some((length, piece)) = pieces.next().await {
            let mut piece = piece.map_err(|error| DownloadError::Call { written, error })?;
            let got = piece.length();
            if got > length {
                return Err(DownloadError::Length { written, expected: written.saturating_add(length) });
            }
            writer
                .write_all_buf(&mut piece)
                .await
                .map_err(|error| DownloadError::Write { written, error })?;
            written += got;
            if let Some(report) = &mut progress {
                report(written);
            }
            if got < length {
                break;
            }
        }
        writer.flush().await.map_err(|error| DownloadError::Write { written, error })?;
        match size {
            Some(expected) if written != expected => Err(DownloadError::Length { written, expected }),
            _ => Ok(written),
        }
    }
}

impl fmt::Debug for Download<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Download")
            .field("offset", &self.offset)
            .field("size", &self.size)
            .field("range", &self.range)
            .field("parallel", &self.parallel)
            .finish_non_exhaustive()
    }
}

/// One range, whole. Where it breaks off, what is missing is asked for again.
async fn piece(fetch: &Fetch<'_>, policy: &RetryPolicy, offset: u64, length: u64) -> Result<Piece, Error> {
    let mut held = Piece::default();
    let mut in_vain = 0;
    loop {
        let before = held.length();
        let Err(error) = more(fetch, offset + before, length - before, &mut held).await else {
            return Ok(held);
        };
        if held.length() >= length {
            return Ok(held);
        }
        in_vain = if held.length() > before { 1 } else { in_vain + 1 };
        let Some(pause) = policy.pause(in_vain, Duration::ZERO, &error, fastrand::f64()) else {
            return Err(error);
        };
        tracing::debug!(offset, have = held.length(), %error, "a range broke off and will be asked for again");
        sleep(pause).await;
    }
}

/// Adds to `held` what the service gives of a range, until it ends or breaks off.
async fn more(fetch: &Fetch<'_>, offset: u64, length: u64, held: &mut Piece) -> Result<(), Error> {
    let mut body = fetch(offset, length).await?;
    let most = held.length() + length;
    while let Some(chunk) = body.next_chunk().await? {
        held.push(chunk);
        // A service that ignores the range would fill the memory; what is too much is found by the caller.
        if held.length() > most {
            break;
        }
    }
    Ok(())
}
