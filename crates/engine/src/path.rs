//! Paths of files inside snapshots, as bytes, with a text form that loses nothing.
//!
//! [`path_text`] defines the text form; what stores or shows a path as text goes through it.

use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An absolute path inside a snapshot, as the bytes the file system gave.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePath(Vec<u8>);

impl FilePath {
    /// The path made of these bytes.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As a path of this machine.
    pub fn as_path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.0))
    }

    /// The last component in text form; the whole path where there is none (`/`).
    pub fn name(&self) -> String {
        match self.as_path().file_name() {
            Some(name) => path_text::to_text(name.as_bytes()),
            None => self.to_string(),
        }
    }

    /// Whether this is how a snapshot calls a file: absolute, of plain names, without a slash at its end.
    pub fn is_plain(&self) -> bool {
        let is_name = |name: &[u8]| !matches!(name, b"" | b"." | b"..") && !name.contains(&0);
        match self.0.strip_prefix(b"/") {
            None => false,
            Some(names) => names.is_empty() || names.split(|byte| *byte == b'/').all(is_name),
        }
    }

    /// Whether this is `other` or lies below it.
    pub fn is_within(&self, other: &FilePath) -> bool {
        self.as_path().starts_with(other.as_path())
    }
}

impl From<&Path> for FilePath {
    fn from(path: &Path) -> Self {
        Self(path.as_os_str().as_bytes().to_vec())
    }
}

impl From<PathBuf> for FilePath {
    fn from(path: PathBuf) -> Self {
        Self::from(path.as_path())
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&path_text::to_text(&self.0))
    }
}

impl fmt::Debug for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", path_text::to_text(&self.0))
    }
}

impl FromStr for FilePath {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(path_text::from_text(text)))
    }
}

impl Serialize for FilePath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FilePath {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let Ok(path) = text.parse();
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_plain_or_not() {
        for path in ["/", "/a", "/a/b", "/...", "/a b/ü", "/.a"] {
            assert!(FilePath::from_bytes(path).is_plain(), "{path:?}");
        }
        for path in ["", "a", "//", "/a/", "//a", "/a//b", "/./a", "/a/.", "/a/../b", "/..", "/a\0"] {
            assert!(!FilePath::from_bytes(path).is_plain(), "{path:?}");
        }
    }
}
