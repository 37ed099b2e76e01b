//! Paths of files inside snapshots, as bytes, with a text form that loses nothing.
//!
//! A Unix file name is any bytes but `/` and NUL, while JSON and URLs carry Unicode. [`FilePath`] keeps the
//! bytes. Its text form is the path itself where that is valid UTF-8; a byte that is not is written `\xNN`,
//! and a backslash that would read as the start of such an escape is written `\x5c`. Parsing reverses both,
//! so every path has exactly one text form and every text is some path.

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
            Some(name) => text_of(name.as_bytes()),
            None => self.to_string(),
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
        f.write_str(&text_of(&self.0))
    }
}

impl fmt::Debug for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", text_of(&self.0))
    }
}

impl FromStr for FilePath {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.as_bytes();
        let mut out = Vec::with_capacity(bytes.len());
        let mut at = 0;
        while at < bytes.len() {
            if let Some(byte) = escape_at(bytes, at) {
                out.push(byte);
                at += 4;
            } else {
                out.push(bytes[at]);
                at += 1;
            }
        }
        Ok(Self(out))
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

/// The text form of some bytes of a path.
fn text_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid().as_bytes();
        for (at, part) in chunk.valid().char_indices() {
            if part == '\\' && escape_at(valid, at).is_some() {
                text.push_str("\\x5c");
            } else {
                text.push(part);
            }
        }
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

/// The byte that the four bytes at `at` escape, if they are an escape.
fn escape_at(bytes: &[u8], at: usize) -> Option<u8> {
    let digits = match bytes.get(at..at + 4)? {
        [b'\\', b'x', high, low] => [*high, *low],
        _ => return None,
    };
    let mut value = 0;
    for digit in digits {
        value = value * 16 + char::from(digit).to_digit(16)?;
    }
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_has_a_text_form_that_leads_back_to_it() {
        for bytes in [
            b"/plain/name".as_slice(),
            b"/sp ace/\"quote\"/new\nline",
            b"/latin1-\xe9",
            b"/\xff\xfe",
            b"/looks-like-\\xff-but-is-text",
            b"/ends-with-\\x",
            b"/\\\\x41",
            b"/half-\xc3",
            b"/\\x5",
            b"",
        ] {
            let path = FilePath::from_bytes(bytes);
            let text = path.to_string();
            let back: FilePath = text.parse().unwrap();
            assert_eq!(back.as_bytes(), bytes, "through {text:?}");
        }
    }

    #[test]
    fn only_what_needs_it_is_escaped() {
        assert_eq!(FilePath::from_bytes(*b"/a\\b/\xe9").to_string(), "/a\\b/\\xe9");
        assert_eq!(FilePath::from_bytes(*b"/a\\x41").to_string(), "/a\\x5cx41");
    }
}
