//! The data folder: what lies where, and that only one server uses it.
//!
//! ```text
//! lock            held by the running server
//! catalog.db      everything but file contents (SQLite)
//! vault/          one restic-format repository a tenant
//! secrets/        their passwords
//! downloads/      archives made for download
//! mounts/         where backups hang as folders, one a mount
//! restored/       the one folder below that restores may write into
//! ```

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use crate::Error;

const CATALOG: &str = "catalog.db";

/// An opened data folder. Dropping it lets another server have it.
#[derive(Debug)]
pub struct DataDir {
    root: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Opens the folder, making it when it is missing, and keeps every other server out.
    ///
    /// # Errors
    /// [`Error::InUse`] when another server has it, [`Error::DataDir`] when it cannot be used.
    pub fn open(root: &Path) -> Result<Self, Error> {
        make_private(root)?;
        let root = fs::canonicalize(root).map_err(|source| failed("use", root, source))?;
        let lock_path = root.join("lock");
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(|source| failed("write", &lock_path, source))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::InUse { path: root }),
            Err(TryLockError::Error(source)) => return Err(failed("lock", &lock_path, source)),
        }
        let dir = Self { root, _lock: lock };
        for folder in [dir.vault(), dir.secrets(), dir.downloads(), dir.mounts(), dir.restored()] {
            make_private(&folder)?;
        }
        Ok(dir)
    }

    /// Whether a server was ever started on this folder.
    pub fn is_used(root: &Path) -> bool {
        root.join(CATALOG).exists()
    }

    /// The folder itself, without symbolic links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The catalog's file.
    pub fn catalog(&self) -> PathBuf {
        self.root.join(CATALOG)
    }

    /// Where the repositories lie.
    pub fn vault(&self) -> PathBuf {
        self.root.join("vault")
    }

    /// Where their passwords lie.
    pub fn secrets(&self) -> PathBuf {
        self.root.join("secrets")
    }

    /// Where archives for download lie.
    pub fn downloads(&self) -> PathBuf {
        self.root.join("downloads")
    }

    /// Where backups are mounted.
    pub fn mounts(&self) -> PathBuf {
        self.root.join("mounts")
    }

    /// Where restores may write.
    pub fn restored(&self) -> PathBuf {
        self.root.join("restored")
    }
}

/// Makes a folder that only its owner can enter.
fn make_private(path: &Path) -> Result<(), Error> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|source| failed("make the folder", path, source))
}

fn failed(act: &'static str, path: &Path, source: io::Error) -> Error {
    Error::DataDir { act, path: path.to_owned(), source }
}
