//! Making one entry: under a temporary name first, then under its own.

use std::hash::{BuildHasher, RandomState};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{self, AtFlags, Dev, FileType, Mode, OFlags, RenameFlags};
use rustix::io::{Errno, Result};

use super::guards::FolderId;

/// Names for entries that are not complete. They are hidden, and recognisable should a crash leave one
/// behind.
#[derive(Debug)]
pub(super) struct TemporaryNames {
    random: u64,
    next: u64,
}

impl TemporaryNames {
    pub(super) fn new() -> Self {
        // The one source of chance in the standard library.
        Self { random: RandomState::new().hash_one(0_u8), next: 0 }
    }

    /// Makes something under a name that is free.
    pub(super) fn make<T>(&mut self, make: impl Fn(&[u8]) -> Result<T>) -> Result<(Vec<u8>, T)> {
        loop {
            let name = format!(".strongroom-{:016x}-{:x}.part", self.random, self.next).into_bytes();
            self.next += 1;
            match make(&name) {
                Err(Errno::EXIST) => {}
                result => return result.map(|made| (name, made)),
            }
        }
    }
}

/// What an entry other than a file or folder is made of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Special<'a> {
    Symlink { target: &'a [u8] },
    Fifo,
    Device { character: bool, number: Dev },
}

impl Special<'_> {
    pub(super) fn make(self, folder: BorrowedFd<'_>, name: &[u8]) -> Result<()> {
        match self {
            Self::Symlink { target } => fs::symlinkat(target, folder, name),
            Self::Fifo => fs::mknodat(folder, name, FileType::Fifo, PRIVATE, 0),
            Self::Device { number, .. } => fs::mknodat(folder, name, self.kind(), PRIVATE, number),
        }
    }

    /// Names what was just made, if it still is what was made: somebody else who may write to the folder
    /// could have put a second name of a foreign file there, to have its owner or mode changed.
    pub(super) fn named(self, folder: BorrowedFd<'_>, name: &[u8]) -> Result<OwnedFd> {
        let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let handle = fs::openat(folder, name, flags, Mode::empty())?;
        let found = fs::fstat(&handle)?;
        if FileType::from_raw_mode(found.st_mode) != self.kind() || found.st_nlink != 1 {
            return Err(Errno::STALE);
        }
        Ok(handle)
    }

    fn kind(self) -> FileType {
        match self {
            Self::Symlink { .. } => FileType::Symlink,
            Self::Fifo => FileType::Fifo,
            Self::Device { character: true, .. } => FileType::CharacterDevice,
            Self::Device { character: false, .. } => FileType::BlockDevice,
        }
    }
}

/// Nobody else sees an entry before it is complete.
const PRIVATE: Mode = Mode::RUSR.union(Mode::WUSR);

/// Makes an empty file to write to.
pub(super) fn make_file(folder: BorrowedFd<'_>, name: &[u8]) -> Result<OwnedFd> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    fs::openat(folder, name, flags, PRIVATE)
}

/// What stands under a name, not looking through symbolic links.
pub(super) fn existing(folder: BorrowedFd<'_>, name: &[u8]) -> Result<Option<(FileType, FolderId)>> {
    match fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(found) => Ok(Some((FileType::from_raw_mode(found.st_mode), (found.st_dev, found.st_ino)))),
        Err(Errno::NOENT) => Ok(None),
        Err(cause) => Err(cause),
    }
}

/// By what a file is known again. Its number alone is given to another file once it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Trace {
    id: FolderId,
    size: i64,
    modified: (i64, i64),
}

impl Trace {
    pub(super) fn of(file: BorrowedFd<'_>) -> Result<Self> {
        Ok(Self::from(fs::fstat(file)?))
    }

    pub(super) fn under(folder: BorrowedFd<'_>, name: &[u8]) -> Result<Self> {
        Ok(Self::from(fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?))
    }

    fn from(found: fs::Stat) -> Self {
        // The type of the nanoseconds differs between processors.
        let modified = (found.st_mtime, found.st_mtime_nsec as i64);
        Self { id: (found.st_dev, found.st_ino), size: found.st_size, modified }
    }
}

/// Gives a complete entry its own name; false where something has it and is to be left alone. The temporary
/// name is gone afterwards in any case.
pub(super) fn commit(folder: BorrowedFd<'_>, temporary: &[u8], name: &[u8], replace: bool) -> Result<bool> {
    let renamed = if replace {
        fs::renameat(folder, temporary, folder, name)
    } else {
        rename_to_free_name(folder, temporary, name)
    };
    match renamed {
        Ok(()) => Ok(true),
        Err(cause) => {
            remove(folder, temporary);
            if cause == Errno::EXIST && !replace { Ok(false) } else { Err(cause) }
        }
    }
}

fn rename_to_free_name(folder: BorrowedFd<'_>, temporary: &[u8], name: &[u8]) -> Result<()> {
    match fs::renameat_with(folder, temporary, folder, name, RenameFlags::NOREPLACE) {
        // Network file systems do not know this flag. A second name is refused just the same where the name
        // is taken, and where second names do not exist either, nothing but looking first is left.
        Err(Errno::INVAL | Errno::NOSYS) => {}
        result => return result,
    }
    match fs::linkat(folder, temporary, folder, name, AtFlags::empty()) {
        Ok(()) => fs::unlinkat(folder, temporary, AtFlags::empty()),
        Err(Errno::EXIST) => Err(Errno::EXIST),
        Err(_) if existing(folder, name)?.is_some() => Err(Errno::EXIST),
        Err(_) => fs::renameat(folder, temporary, folder, name),
    }
}

/// Removes a temporary name. When that fails there is nothing better to do: its name says what it is.
pub(super) fn remove(folder: BorrowedFd<'_>, temporary: &[u8]) {
    let _ = fs::unlinkat(folder.as_fd(), temporary, AtFlags::empty());
}
