//! Passwords that are made here: told once, or kept in a file for whoever is to use them.

use std::fs;
use std::io;
use std::path::Path;

use engine::{Secret, User};

use crate::Error;
use crate::first_key::write_private;

/// A user with a password that nobody has seen yet: this is the only time it can be seen.
#[derive(Clone, Debug)]
pub struct NewPassword {
    /// Whose it is.
    pub user: User,
    /// The password.
    pub password: Secret,
}

/// The password in a file. A missing file is written, for its owner alone, with a new one.
pub(crate) fn in_file(path: &Path) -> Result<Secret, Error> {
    let failed = |act| move |source| Error::PasswordFile { act, path: path.to_owned(), source };
    match fs::read_to_string(path) {
        // The end of the line is the editor's; blanks may be part of the password.
        Ok(password) => Ok(Secret::from(password.trim_end_matches(['\r', '\n']).to_owned())),
        Err(err) if err.kind() == io::ErrorKind::NotFound => {
            let password = Secret::random_password()?;
            write_private(path, password.expose()).map_err(failed("write"))?;
            Ok(password)
        }
        Err(source) => Err(failed("read")(source)),
    }
}
