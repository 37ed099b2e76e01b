//! Secrets in a file that only its owner can read.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use client_core::Secret;
use toml_edit::{Document, DocumentMut, value};

use super::SecretStore;
use crate::Error;
use crate::disk::{place_of, write_atomically};

/// What a new file begins with.
const HEAD: &str = "# Secrets of `strongroom login`, for the owner of this file alone.\n";

/// Secrets in a file that only its owner can read: names and values in TOML.
///
/// It is written as a whole with mode 0600, and not read when others can read it.
#[derive(Clone, Debug)]
pub struct FileStore {
    path: PathBuf,
}

impl FileStore {
    /// Those in this file, which need not be there.
    #[must_use]
    pub const fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Where the file is, or would be.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn read(&self) -> Result<DocumentMut, Error> {
        let failed = |source| Error::File { act: "read", path: self.path.clone(), source };
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(DocumentMut::new()),
            Err(source) => return Err(failed(source)),
        };
        // Of the open file, so that it is the one that is read.
        self.check(&file.metadata().map_err(failed)?)?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(failed)?;
        Document::parse(text.clone()).map(Document::into_mut).map_err(|error| {
            // What the parser says would quote the line.
            let (line, column) = error.span().map_or((1, 1), |span| place_of(&text, &span));
            let message = "this is no TOML of names and texts".to_owned();
            Error::Invalid { path: self.path.clone(), line, column, message }
        })
    }

    #[cfg(unix)]
    fn check(&self, metadata: &fs::Metadata) -> Result<(), Error> {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 == 0 { Ok(()) } else { Err(Error::OpenToOthers { path: self.path.clone(), mode }) }
    }

    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "there are modes elsewhere")]
    fn check(&self, _: &fs::Metadata) -> Result<(), Error> {
        Ok(())
    }

    /// Writes the secrets; a file without any goes.
    fn write(&self, document: &DocumentMut) -> Result<(), Error> {
        if document.is_empty() {
            return match fs::remove_file(&self.path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    Err(Error::File { act: "remove", path: self.path.clone(), source })
                }
                _ => Ok(()),
            };
        }
        let text = document.to_string();
        let head = if text.starts_with('#') { "" } else { HEAD };
        write_atomically(&self.path, format!("{head}{text}").as_bytes())
    }
}

impl SecretStore for FileStore {
    fn get(&self, name: &str) -> Result<Option<Secret>, Error> {
        Ok(self.read()?.get(name).and_then(|item| item.as_str()).map(Secret::new))
    }

    fn put(&self, name: &str, secret: &Secret) -> Result<(), Error> {
        let mut document = self.read()?;
        document.insert(name, value(secret.expose()));
        self.write(&document)
    }

    fn remove(&self, name: &str) -> Result<bool, Error> {
        let mut document = self.read()?;
        let was = document.remove(name).is_some();
        if was {
            self.write(&document)?;
        }
        Ok(was)
    }
}
