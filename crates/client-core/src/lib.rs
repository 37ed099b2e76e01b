//! Authentication and transport shared by the generated clients.
//!
//! A generated operation builds a request and hands it to [`Transport`], which adds the headers of the
//! client as a whole, the token, and reads the answer. Everything a caller can meet on the way is one
//! [`Error`].
//!
//! Beside it stand what clients of such APIs share: lists in pages as streams ([`pages()`]), waiting for what a
//! service does in its own time ([`Waiter`]), and files in ranges ([`Download`]).
//!
//! This crate knows no API: not the name of a header, not the fields of an error body. What an API's error
//! body means is said by an [`ErrorBody`] implementation beside the generated types. Whether an operation may be
//! repeated is known to the API's document, and comes with each [`Call`].

#![cfg_attr(docsrs, feature(doc_cfg))]

mod call;
mod certificates;
mod comma;
mod connection;
mod credentials;
mod download;
mod error;
pub mod generated;
mod iam;
mod observe;
mod pages;
mod raw;
mod response;
mod retry;
mod secret;
mod session;
#[cfg(any(feature = "native-tls", feature = "rustls", feature = "rustls-aws-lc"))]
mod tls;
mod transport;
mod wait;

pub use call::{Call, CallOptions};
pub use comma::CommaSeparated;
pub use connection::ConnectionOptions;
pub use credentials::Credentials;
pub use download::{Download, DownloadError, LARGEST_RANGE};
pub use error::{Error, ErrorBody, ErrorDetails, ErrorKind};
pub use iam::IamTokens;
pub use observe::{CallReport, Observer};
pub use pages::{items, pages};
pub use raw::RawRequest;
/// The methods of requests.
pub use reqwest::Method;
pub use response::{ByteStream, Response};
pub use retry::RetryPolicy;
pub use secret::Secret;
pub use session::Session;
pub use transport::{Transport, TransportBuilder};
pub use wait::{Step, WaitError, Waiter};
