//! The password of a repository: made once, kept in a private file, and durable before anything is
//! encrypted with it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use engine::{Error, Result};
use rustic_core::Id;

use crate::errors::io_failed;
use crate::store::sync_folder;

/// Reads the password of a repository that exists.
pub(crate) fn load(file: &Path) -> Result<String> {
    match read(file)? {
        Some(password) => Ok(password),
        None => Err(Error::internal(
            format!("the password file {} is gone; without it the vault cannot be read", file.display()),
            "restore the file from a copy",
        )),
    }
}

/// Reads the password of a repository that is about to be made, or makes one.
pub(crate) fn load_or_make(file: &Path) -> Result<String> {
    if let Some(password) = read(file)? {
        return Ok(password);
    }
    // 256 bits from the operating system's generator, by way of the library.
    let password = Id::random().to_hex().as_str().to_owned();
    write(file, &password).map_err(|error| io_failed("write the password file", file, error))?;
    Ok(password)
}

fn read(file: &Path) -> Result<Option<String>> {
    match fs::read_to_string(file) {
        Ok(text) if text.trim().is_empty() => Err(Error::internal(
            format!("the password file {} is empty; without it the vault cannot be read", file.display()),
            "restore the file from a copy",
        )),
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_failed("read the password file", file, error)),
    }
}

fn write(file: &Path, password: &str) -> io::Result<()> {
    let partial = file.with_extension("password.partial");
    let mut content: File =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
    content.write_all(format!("{password}\n").as_bytes())?;
    content.sync_all()?;
    fs::rename(&partial, file)?;
    file.parent().map_or(Ok(()), sync_folder)
}
