//! Serves an API from its document.
//!
//! A face hands over its contract, a table of handlers by operation id, and how its API says that something
//! went wrong; it gets the routes. Before a handler sees a request it is known who sends it, the body has been
//! read within its bounds, and parameters and body have been held against the document. In tests every answer
//! is held against it too. A handler that panics costs its request and nothing else.
//!
//! This crate knows the web framework and documents. It knows no API, no engine and no authentication.

mod call;
mod known;
mod refusal;
mod request;
mod routes;

#[cfg(test)]
mod tests;

pub use call::Call;
pub use known::known;
pub use refusal::Refusal;
pub use request::read;
pub use routes::{Answering, Api, Handler, Routes};
