//! Files as a whole, one writer at a time, and places in their texts.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::Path;

use crate::Error;

/// The line and column of the start of a span, counted from 1.
pub(crate) fn place_of(text: &str, span: &Range<usize>) -> (usize, usize) {
    let before = text.get(..span.start).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// A message of the parser on one line.
pub(crate) fn one_line(message: &str) -> String {
    message.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(": ")
}

/// Keeps others of this crate from changing files in a folder, while the file that is given back is open.
pub(crate) fn lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join(".lock");
    let locked = File::create(&path).and_then(|file| {
        #[cfg(unix)]
        rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive)?;
        Ok(file)
    });
    locked.map_err(|source| Error::File { act: "lock", path, source })
}

/// Writes a file that is there as a whole or not at all, for its owner only when it is new. A link leads to the file
/// that is written.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let write = || -> io::Result<()> {
        // A file of this crate has mode 0600 from its beginning.
        let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|source| Error::File { act: "write", path: path.clone(), source })
}
