//! Authentication and transport shared by the generated clients.
//!
//! A generated operation builds a request and hands it to [`Transport`], which adds the headers of the
//! client as a whole, the token, and reads the answer. Everything a caller can meet on the way is one
//! [`Error`].
//!
//! This crate knows no API: not the name of a header, not the fields of an error body. What an API's error
//! body means is said by an [`ErrorBody`] implementation beside the generated types. It repeats no request
//! but one: after a 401, once, with a fresh token or session. Whether another repetition is safe is said by
//! [`Error::is_retryable`] and decided by the caller.

mod comma;
mod credentials;
mod error;
pub mod generated;
mod http;
mod iam;
mod response;
mod secret;
mod session;
mod transport;

pub use comma::CommaSeparated;
pub use credentials::Credentials;
pub use error::{Error, ErrorBody, ErrorDetails, ErrorKind};
pub use http::{HttpOptions, http_client};
pub use iam::IamTokens;
pub use response::{ByteStream, Response};
pub use secret::Secret;
pub use session::Session;
pub use transport::{Transport, TransportBuilder};
