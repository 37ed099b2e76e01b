//! Going from folder to folder without ever following a symbolic link.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{self, AtFlags, CWD, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::guards::{FolderId, Guards};
use super::refusal::Refusal;

/// How many folders above the present one keep their handle. Deeper trees than this are opened again from
/// the root once in so many folders on the way back up.
const HANDLES: usize = 32;

/// The mode of a folder while it is filled.
const UNFINISHED: Mode = Mode::RWXU;

/// A place in the tree of folders, reached from the root name by name.
pub(super) struct Folders {
    guards: Guards,
    root: OwnedFd,
    root_device: u64,
    root_forbidden: bool,
    /// The present folder.
    here: OwnedFd,
    /// Its path.
    path: Vec<u8>,
    /// The folders from the root (not among them) to the present one.
    levels: Vec<Level>,
    /// A handle on every file system that was written to; none where none could be had.
    written: HashMap<u64, Option<OwnedFd>>,
    last_written: Option<u64>,
}

struct Level {
    /// Where its path ends within the present one.
    end: usize,
    /// The folder that holds it; none when too far up.
    above: Option<OwnedFd>,
    device: u64,
    forbidden: bool,
}

/// What is done about folders that are not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    Make,
    Refuse,
}

impl Folders {
    pub(super) fn new(guards: Guards) -> io::Result<Self> {
        let root = open(CWD, b"/")?;
        let (device, inode) = id_of(root.as_fd())?;
        let root_forbidden = guards.below(false, b"/", Some((device, inode)));
        Ok(Self {
            guards,
            here: root.try_clone()?,
            root,
            root_device: device,
            root_forbidden,
            path: b"/".to_vec(),
            levels: Vec::new(),
            written: HashMap::new(),
            last_written: None,
        })
    }

    /// The folders that must not be written into.
    pub(super) fn guards(&self) -> &Guards {
        &self.guards
    }

    /// The handle of the present folder.
    pub(super) fn here(&self) -> BorrowedFd<'_> {
        self.here.as_fd()
    }

    /// Whether an entry called `name` must not be made or changed in the present folder; `id` is that of the
    /// folder which has the name.
    pub(super) fn forbid(&self, name: &[u8], id: Option<FolderId>) -> bool {
        self.guards.below(self.forbidden(), &self.path_of(name), id)
    }

    /// Whether the present folder itself must not be changed.
    pub(super) fn forbidden(&self) -> bool {
        self.levels.last().map_or(self.root_forbidden, |level| level.forbidden)
    }

    /// Goes to a folder.
    pub(super) fn enter(&mut self, folder: &[u8], missing: Missing) -> Result<(), Refusal> {
        if self.path == folder {
            return Ok(());
        }
        let kept = self.levels.iter().take_while(|level| self.leads_to(level, folder)).count();
        self.leave(kept)?;
        let end = self.levels.last().map_or(1, |level| level.end);
        let below = folder.get(end..).unwrap_or_default();
        for name in below.split(|byte| *byte == b'/').filter(|name| !name.is_empty()) {
            self.step(name, missing)?;
        }
        Ok(())
    }

    /// A handle on another folder; the present one stays where it is.
    pub(super) fn handle(&self, folder: &[u8]) -> Result<OwnedFd, Refusal> {
        let mut handle =
            self.root.try_clone().map_err(|cause| Refusal::system("its folder is lost", cause))?;
        for name in folder.split(|byte| *byte == b'/').filter(|name| !name.is_empty()) {
            handle = open(handle.as_fd(), name).map_err(|cause| unreachable(handle.as_fd(), name, cause))?;
        }
        Ok(handle)
    }

    /// Makes a folder in the present one; whether it is new.
    pub(super) fn make(&mut self, name: &[u8]) -> rustix::io::Result<bool> {
        match fs::mkdirat(self.here(), name, UNFINISHED) {
            Ok(()) => {
                self.note_write();
                Ok(true)
            }
            Err(Errno::EXIST) => Ok(false),
            Err(cause) => Err(cause),
        }
    }

    /// Remembers that the present folder was written to.
    pub(super) fn note_write(&mut self) {
        let device = self.levels.last().map_or(self.root_device, |level| level.device);
        if self.last_written == Some(device) {
            return;
        }
        self.last_written = Some(device);
        if !self.written.contains_key(&device) {
            let handle = fs::openat(self.here(), ".", readable(), Mode::empty()).ok();
            self.written.insert(device, handle);
        }
    }

    /// Waits until everything that was written is on disk for good.
    pub(super) fn sync(&mut self) -> rustix::io::Result<()> {
        let mut result = Ok(());
        for handle in self.written.values() {
            match handle {
                Some(handle) => result = result.and(fs::syncfs(handle)),
                None => fs::sync(),
            }
        }
        result
    }

    fn leads_to(&self, level: &Level, folder: &[u8]) -> bool {
        let ends = matches!(folder.get(level.end), None | Some(b'/'));
        ends && self.path.get(..level.end) == folder.get(..level.end)
    }

    fn path_of(&self, name: &[u8]) -> Vec<u8> {
        let mut path = Vec::with_capacity(self.path.len() + 1 + name.len());
        path.extend_from_slice(&self.path);
        if !self.levels.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(name);
        path
    }

    /// Goes one folder further down.
    fn step(&mut self, name: &[u8], missing: Missing) -> Result<(), Refusal> {
        let handle = match open(self.here(), name) {
            Err(Errno::NOENT) if missing == Missing::Make => {
                if self.forbid(name, None) {
                    return Err(reserved());
                }
                self.make(name).map_err(|cause| Refusal::system("its folder cannot be made", cause))?;
                open(self.here(), name)
            }
            result => result,
        };
        let handle = handle.map_err(|cause| unreachable(self.here(), name, cause))?;
        let id = id_of(handle.as_fd()).map_err(|cause| Refusal::system("its folder is lost", cause))?;
        let path = self.path_of(name);
        let forbidden = self.guards.below(self.forbidden(), &path, Some(id));
        let above = Some(std::mem::replace(&mut self.here, handle));
        self.path = path;
        self.levels.push(Level { end: self.path.len(), above, device: id.0, forbidden });
        if let Some(far) = self.levels.len().checked_sub(HANDLES + 1) {
            self.levels[far].above = None;
        }
        Ok(())
    }

    /// Goes up until only `kept` levels are left. Stays where it is when it fails.
    fn leave(&mut self, kept: usize) -> Result<(), Refusal> {
        let Some(level) = self.levels.get_mut(kept) else { return Ok(()) };
        match level.above.take() {
            Some(handle) => self.here = handle,
            None => self.reopen(kept)?,
        }
        self.levels.truncate(kept);
        self.path.truncate(self.levels.last().map_or(1, |level| level.end));
        Ok(())
    }

    /// Opens the folder of the last of `kept` levels again, from the root on.
    fn reopen(&mut self, kept: usize) -> Result<(), Refusal> {
        let mut here = self.root.try_clone().map_err(|cause| Refusal::system("its folder is lost", cause))?;
        let mut above = VecDeque::with_capacity(HANDLES + 1);
        let mut begin = 1;
        for level in &self.levels[..kept] {
            let name = &self.path[begin..level.end];
            let next = open(here.as_fd(), name).map_err(|cause| unreachable(here.as_fd(), name, cause))?;
            above.push_back(std::mem::replace(&mut here, next));
            if above.len() > HANDLES {
                above.pop_front();
            }
            begin = level.end + 1;
        }
        self.here = here;
        for (level, handle) in self.levels[..kept].iter_mut().rev().zip(above.into_iter().rev()) {
            level.above = Some(handle);
        }
        Ok(())
    }
}

/// The refusal of an entry in a folder of ours.
pub(super) fn reserved() -> Refusal {
    Refusal::invalid("its place belongs to this server and is never written by a recovery")
}

fn readable() -> OFlags {
    OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC
}

/// Opens a folder that is no symbolic link. Folders that may be passed but not read give a handle that does
/// for passing; it is not the first choice because it does not bring up what an automounter keeps there.
fn open(parent: BorrowedFd<'_>, name: &[u8]) -> rustix::io::Result<OwnedFd> {
    match fs::openat(parent, name, readable(), Mode::empty()) {
        Err(Errno::ACCESS) => {
            let passing = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            fs::openat(parent, name, passing, Mode::empty())
        }
        result => result,
    }
}

fn unreachable(parent: BorrowedFd<'_>, name: &[u8], cause: Errno) -> Refusal {
    if matches!(cause, Errno::NOTDIR | Errno::LOOP)
        && let Ok(found) = fs::statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)
    {
        let found = FileType::from_raw_mode(found.st_mode);
        if found != FileType::Directory {
            return Refusal::in_the_way(found);
        }
    }
    Refusal::system("its folder cannot be entered", cause)
}

fn id_of(folder: BorrowedFd<'_>) -> rustix::io::Result<FolderId> {
    let found = fs::fstat(folder)?;
    Ok((found.st_dev, found.st_ino))
}
