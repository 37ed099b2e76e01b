//! Mode, owner, times and extended attributes.

use std::fmt;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

use engine::{Node, NodeContent};
use jiff::Timestamp;
use rustix::fs::{self, AtFlags, CWD, Gid, Mode, Timespec, Timestamps, UTIME_OMIT, Uid, XattrFlags};
use rustix::io::Errno;

/// What an entry is to have.
#[derive(Clone, Debug, Default)]
pub(super) struct Attributes {
    /// None leaves it as it is: symbolic links have none.
    mode: Option<u32>,
    uid: Option<u32>,
    gid: Option<u32>,
    times: Option<Timestamps>,
    xattrs: Vec<(Vec<u8>, Vec<u8>)>,
}

/// An attribute that could not be set.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Unset {
    what: String,
    cause: Errno,
}

impl fmt::Display for Unset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} could not be set: {}", self.what, io::Error::from(self.cause))
    }
}

/// A handle on what was made.
#[derive(Clone, Copy, Debug)]
pub(super) enum Handle<'a> {
    /// Open for reading or writing.
    Open(BorrowedFd<'a>),
    /// Only names it (`O_PATH`): things that must not be opened, such as pipes, devices and links.
    Named(BorrowedFd<'a>),
}

/// The bits a mode has besides the plain permissions.
const SETUID_SETGID: u32 = 0o6000;
const PLAIN: u32 = 0o777;

impl Attributes {
    /// What `node` is to have; `umask` decides where the source had no mode.
    pub(super) fn of(node: &Node, preserve: bool, umask: u32) -> Self {
        let mode = match node.content {
            NodeContent::Symlink { .. } => None,
            NodeContent::Folder => Some(node.mode.unwrap_or(0o777 & !umask)),
            _ => Some(node.mode.unwrap_or(0o666 & !umask)),
        };
        if !preserve {
            return Self { mode: mode.map(|mode| mode & PLAIN), ..Self::default() };
        }
        let times = (node.modified_at.is_some() || node.accessed_at.is_some()).then(|| Timestamps {
            last_access: timespec(node.accessed_at),
            last_modification: timespec(node.modified_at),
        });
        Self { mode, uid: node.uid, gid: node.gid, times, xattrs: node.xattrs.clone() }
    }

    /// Gives them to what the handle holds. The order matters: a change of owner takes setuid and
    /// capabilities away, a mode without write permission forbids extended attributes, and everything
    /// may touch the times.
    pub(super) fn apply(&self, handle: Handle<'_>) -> Vec<Unset> {
        let mut unset = Vec::new();
        let owner_is_right = self.set_owner(handle, &mut unset);
        for (name, value) in &self.xattrs {
            let result = handle.set_xattr(name, value);
            note(&mut unset, || format!("the extended attribute {}", name.escape_ascii()), result);
        }
        if let Some(mode) = self.mode {
            // A program that runs as its owner must not do so under somebody else's name.
            let mode = if owner_is_right { mode } else { mode & !SETUID_SETGID };
            note(&mut unset, || "the mode".to_owned(), handle.set_mode(mode));
        }
        if let Some(times) = &self.times {
            note(&mut unset, || "the times".to_owned(), handle.set_times(times));
        }
        unset
    }

    /// Whether the owner is now as it should be. That a process may not give files away is no news to
    /// whoever runs it so.
    fn set_owner(&self, handle: Handle<'_>, unset: &mut Vec<Unset>) -> bool {
        let (uid, gid) = (self.uid.and_then(uid), self.gid.and_then(gid));
        if uid.is_none() && gid.is_none() {
            return self.mode.is_none_or(|mode| mode & SETUID_SETGID == 0);
        }
        match handle.set_owner(uid, gid) {
            Ok(()) => true,
            // Not allowed, or a number that this user name space does not know.
            Err(Errno::PERM | Errno::INVAL) => {
                // The group alone is allowed to its members.
                let _ = handle.set_owner(None, gid);
                false
            }
            Err(cause) => {
                note(unset, || "the owner".to_owned(), Err(cause));
                false
            }
        }
    }
}

impl Handle<'_> {
    fn set_owner(self, uid: Option<Uid>, gid: Option<Gid>) -> rustix::io::Result<()> {
        match self {
            Self::Open(handle) => fs::fchown(handle, uid, gid),
            Self::Named(handle) => fs::chownat(handle, "", uid, gid, AtFlags::EMPTY_PATH),
        }
    }

    fn set_mode(self, mode: u32) -> rustix::io::Result<()> {
        let mode = Mode::from_raw_mode(mode & (PLAIN | 0o7000));
        match self {
            Self::Open(handle) => fs::fchmod(handle, mode),
            Self::Named(handle) => fs::chmod(name_of(handle), mode),
        }
    }

    fn set_times(self, times: &Timestamps) -> rustix::io::Result<()> {
        match self {
            Self::Open(handle) => fs::futimens(handle, times),
            Self::Named(handle) => fs::utimensat(CWD, name_of(handle), times, AtFlags::empty()),
        }
    }

    fn set_xattr(self, name: &[u8], value: &[u8]) -> rustix::io::Result<()> {
        match self {
            Self::Open(handle) => fs::fsetxattr(handle, name, value, XattrFlags::empty()),
            Self::Named(handle) => fs::setxattr(name_of(handle), name, value, XattrFlags::empty()),
        }
    }
}

/// A path that leads to exactly what the handle names, even if that is a symbolic link; the kernel has no
/// call that would do the same with the handle itself.
fn name_of(handle: BorrowedFd<'_>) -> String {
    format!("/proc/self/fd/{}", handle.as_fd().as_raw_fd())
}

fn note(unset: &mut Vec<Unset>, what: impl FnOnce() -> String, result: rustix::io::Result<()>) {
    if let Err(cause) = result {
        unset.push(Unset { what: what(), cause });
    }
}

/// The highest number means "leave it" to the kernel and is nobody's.
fn uid(number: u32) -> Option<Uid> {
    (number != u32::MAX).then(|| Uid::from_raw(number))
}

fn gid(number: u32) -> Option<Gid> {
    (number != u32::MAX).then(|| Gid::from_raw(number))
}

fn timespec(time: Option<Timestamp>) -> Timespec {
    const NANOS: i128 = 1_000_000_000;
    let Some(time) = time else { return Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT } };
    // Before 1970 the fraction still counts upwards.
    let nanos = time.as_nanosecond();
    let seconds = i64::try_from(nanos.div_euclid(NANOS)).unwrap_or_default();
    Timespec { tv_sec: seconds, tv_nsec: i32::try_from(nanos.rem_euclid(NANOS)).unwrap_or_default().into() }
}

/// The bits that this process takes from the mode of new files.
pub(super) fn umask() -> u32 {
    const USUAL: u32 = 0o022;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| u32::from_str_radix(line.strip_prefix("Umask:")?.trim(), 8).ok())
        .unwrap_or(USUAL)
}
