//! Why an entry was not written.

use std::io;

use engine::{Error, FilePath, Kind};
use rustix::fs::FileType;
use rustix::io::Errno;

/// The reason for which one entry is not written.
#[derive(Debug)]
pub(super) struct Refusal {
    kind: Kind,
    reason: String,
    source: Option<io::Error>,
}

impl Refusal {
    /// An entry that nothing could write.
    pub(super) fn invalid(reason: impl Into<String>) -> Self {
        Self { kind: Kind::Invalid, reason: reason.into(), source: None }
    }

    /// An entry whose content did not come.
    pub(super) fn broken(reason: impl Into<String>) -> Self {
        Self { kind: Kind::Internal, reason: reason.into(), source: None }
    }

    /// An entry that this installation may not make.
    pub(super) fn unsupported(reason: impl Into<String>) -> Self {
        Self { kind: Kind::Unsupported, reason: reason.into(), source: None }
    }

    /// Something else stands where the entry belongs.
    pub(super) fn in_the_way(what: FileType) -> Self {
        let what = match what {
            FileType::Directory => "a folder is in its place and is not removed",
            FileType::Symlink => "a symbolic link is in the place of a folder and is not followed",
            _ => "something that is not a folder is in the place of a folder",
        };
        Self { kind: Kind::Conflict, reason: what.to_owned(), source: None }
    }

    /// The operating system would not; `what` is what was being done.
    pub(super) fn system(what: &str, cause: impl Into<io::Error>) -> Self {
        let cause = cause.into();
        let kind = match Errno::from_io_error(&cause) {
            Some(Errno::NOSPC | Errno::DQUOT | Errno::IO | Errno::ROFS) => Kind::Unavailable,
            Some(Errno::ACCESS | Errno::PERM | Errno::NOTDIR | Errno::LOOP | Errno::NAMETOOLONG) => {
                Kind::Invalid
            }
            _ => Kind::Internal,
        };
        Self { kind, reason: format!("{what}: {cause}"), source: Some(cause) }
    }

    /// As a line of the warnings.
    pub(super) fn line(&self, path: &FilePath) -> String {
        format!("{path}: {}", self.reason)
    }

    /// As the error that ends the work.
    pub(super) fn into_error(self, path: &FilePath) -> Error {
        let error = Error::new(self.kind, self.line(path));
        match self.source {
            Some(source) => error.with_source(source),
            None => error,
        }
    }
}
