//! What the vault answers when something fails. It turns the library's errors into the engine's and keeps
//! the library's own words for the log; it knows nothing of what was being done beyond a few words given
//! to it.

use std::any::Any;
use std::io;
use std::path::Path;

use engine::{Error, Kind};
use rustic_core::{ErrorKind, RusticError};

/// Marks the library errors that began as an I/O error of our store, other than a missing file.
const STORE_CODE: &str = "VAULT-IO";

/// An I/O error of the store, in the library's form. A missing file is told apart: it is damage, while any
/// other error says that the store cannot be reached.
pub(crate) fn store_error(doing: &str, path: &Path, error: io::Error) -> Box<RusticError> {
    let missing = error.kind() == io::ErrorKind::NotFound;
    let told =
        RusticError::with_source(ErrorKind::Backend, format!("cannot {doing} {}", path.display()), error);
    if missing { told } else { told.attach_error_code(STORE_CODE) }
}

/// A refusal of our store, in the library's form.
pub(crate) fn refusal(reason: &str) -> Box<RusticError> {
    RusticError::new(ErrorKind::Backend, reason)
}

/// A failure of the library while `doing`, as in "the vault cannot {doing}".
#[expect(clippy::boxed_local, reason = "the library hands its errors out in boxes")]
pub(crate) fn failed(doing: &str, error: Box<RusticError>) -> Error {
    let kind = if error.is_code(STORE_CODE) { Kind::Unavailable } else { Kind::Internal };
    Error::new(kind, format!("the vault cannot {doing}")).with_source(error.display_log())
}

/// An I/O error outside the library.
pub(crate) fn io_failed(doing: &str, path: &Path, error: io::Error) -> Error {
    Error::new(Kind::Unavailable, format!("the vault cannot {doing} {}: {error}", path.display()))
        .with_source(error)
}

/// The library panicked; `payload` is what it said.
pub(crate) fn panicked(payload: &(dyn Any + Send)) -> Error {
    let words = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no reason given");
    Error::internal("the vault broke off its work", words.to_owned())
}

/// There is no such snapshot.
pub(crate) fn no_snapshot(name: &str) -> Error {
    Error::not_found("snapshot in the vault", name)
}
