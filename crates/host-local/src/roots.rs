//! Whether a root can be protected.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;

use engine::{Error, FilePath, Result};
use rustix::fs::OFlags;

/// Nothing for a root that is absolute, exists and can be read.
pub(crate) fn check(root: &FilePath) -> Result<()> {
    let path = root.as_path();
    if !path.is_absolute() {
        return Err(Error::invalid(format!("{root} is not an absolute path: it must begin with a slash")));
    }
    let unreadable = |reason: io::Error| {
        let what = match reason.kind() {
            io::ErrorKind::NotFound => format!("{root} does not exist on this machine"),
            io::ErrorKind::PermissionDenied => format!("the server may not read {root}: {reason}"),
            _ => format!("{root} cannot be read: {reason}"),
        };
        Error::invalid(what).with_source(reason)
    };
    let kind = fs::metadata(path).map_err(unreadable)?.file_type();
    if kind.is_dir() {
        // Opening is not enough: some file systems refuse only the reading.
        fs::read_dir(path).and_then(|mut entries| entries.next().transpose()).map_err(unreadable)?;
    } else if kind.is_file() {
        // Without waiting, should it have become a pipe since.
        let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
        OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(unreadable)?;
    } else {
        return Err(Error::invalid(format!("{root} is neither a folder nor a file")));
    }
    Ok(())
}
