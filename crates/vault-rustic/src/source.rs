//! What the library reads when it backs up: entries and file contents, through a gate that pauses and
//! cancels, counts, and remembers every file that could not be read. It decides nothing about the
//! repository.
//!
//! The library drops a file it cannot read and says nothing, and keeps the size that a file had when it was
//! found; both are noticed here.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use engine::FilePath;
use jiff::Timestamp;
use rustic_core::repofile::{Node, NodeType};
use rustic_core::{
    ErrorKind, LocalSourceSaveOptions, ReadSource, ReadSourceEntry, ReadSourceOpen, RusticError, RusticResult,
};

use crate::walk::{Missed, Plan, Steps};
use crate::watch::Watch;

/// How coarse the clock of a file system may be. A file that changed so shortly before it was looked at can
/// change again without its times telling.
pub(crate) const CLOCK_GRAIN: Duration = Duration::from_millis(20);

/// How much is read at once.
const READ_SIZE: usize = 256 * 1024;

/// The files of this host, as a source of the library.
#[derive(Debug)]
pub(crate) struct HostSource {
    plan: Plan,
    watch: Arc<Watch>,
}

impl HostSource {
    pub(crate) fn new(plan: Plan, watch: Arc<Watch>) -> Self {
        Self { plan, watch }
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Counts ahead of the backup, so that there are totals before everything was read.
    pub(crate) fn count(&self) {
        for found in self.plan.walk() {
            if self.watch.checkpoint().is_err() {
                return;
            }
            // What cannot be looked at is told when the backup comes to it.
            let Ok(metadata) = found.map_err(|_| ()).and_then(|entry| entry.metadata().map_err(|_| ()))
            else {
                continue;
            };
            if !metadata.is_dir() {
                self.watch.found(if metadata.is_file() { metadata.len() } else { 0 });
            }
        }
        self.watch.found_all();
    }
}

impl ReadSource for HostSource {
    type Open = Pending;
    type Iter = Entries;

    fn size(&self) -> RusticResult<Option<u64>> {
        Ok(None)
    }

    fn entries(&self) -> Entries {
        Entries { steps: self.plan.walk(), watch: self.watch.clone() }
    }
}

/// The entries to back up, as long as nothing stops the work.
pub(crate) struct Entries {
    steps: Steps,
    watch: Arc<Watch>,
}

impl Iterator for Entries {
    type Item = RusticResult<ReadSourceEntry<Pending>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.watch.checkpoint().ok()?;
            let entry = match self.steps.next()? {
                Ok(entry) => entry,
                Err(missed) => {
                    self.miss(&missed);
                    continue;
                }
            };
            // The library makes the folders above a root itself, and those of a root that is a link to a
            // folder; the root of the file system has no name to keep it under.
            let is_root_link = entry.depth() == 0 && entry.path_is_symlink() && entry.path().is_dir();
            if is_root_link || entry.path().parent().is_none() {
                continue;
            }
            let path = entry.path().to_path_buf();
            let is_root = entry.depth() == 0;
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            match LocalSourceSaveOptions::default().map_entry(entry) {
                Ok(found) => return Some(Ok(self.wrap(found.path, found.node))),
                Err(error) => {
                    let path = Some(FilePath::from(path));
                    self.miss(&Missed { path, reason: error.to_string(), root: is_root });
                    if !is_folder {
                        self.watch.done(0, false);
                    }
                }
            }
        }
    }
}

impl Entries {
    fn miss(&self, missed: &Missed) {
        if missed.root {
            let path = missed.path.as_ref().map(ToString::to_string).unwrap_or_default();
            self.watch.root_failed(format!("the root {path} cannot be read: {}", missed.reason));
        } else {
            self.watch.unreadable(missed.path.as_ref(), &missed.reason);
        }
    }

    fn wrap(&self, path: PathBuf, mut node: Node) -> ReadSourceEntry<Pending> {
        if node.is_dir() {
            return ReadSourceEntry { path, node, open: None };
        }
        let size = if node.node_type == NodeType::File { node.meta.size } else { 0 };
        if let Some(changed) = node.meta.ctime
            && is_fresh(changed)
        {
            // Kept as changed a little earlier, so that the next backup reads the file again.
            node.meta.ctime = changed.checked_sub(Duration::from_nanos(1)).ok();
        }
        let open =
            Pending { path: path.clone(), size, modified: node.meta.mtime, watch: Some(self.watch.clone()) };
        ReadSourceEntry { path, node, open: Some(open) }
    }
}

/// Whether a file that last changed then may change again within the same tick of its clock.
fn is_fresh(changed: Timestamp) -> bool {
    let Ok(now) = SystemTime::now().duration_since(UNIX_EPOCH) else { return false };
    let Ok(changed) = u128::try_from(changed.as_nanosecond()) else { return false };
    now.as_nanos().saturating_sub(changed) < CLOCK_GRAIN.as_nanos()
}

/// A file that may be read. One that the library never opens is unchanged, and done with when it is
/// dropped.
#[derive(Debug)]
pub(crate) struct Pending {
    path: PathBuf,
    size: u64,
    modified: Option<Timestamp>,
    /// Gone once the file was opened.
    watch: Option<Arc<Watch>>,
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(watch) = self.watch.take() {
            watch.done(self.size, true);
        }
    }
}

impl ReadSourceOpen for Pending {
    type Reader = Content;

    fn open(mut self) -> RusticResult<Content> {
        let path = std::mem::take(&mut self.path);
        let Some(watch) = self.watch.take() else {
            return Err(unreadable("the file was opened before"));
        };
        if watch.checkpoint().is_err() {
            return Err(unreadable("the work was stopped"));
        }
        // The file may have become something else since it was found: a pipe would block for ever.
        let file = OpenOptions::new()
            .read(true)
            .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
            .open(&path)
            .and_then(|file| match file.metadata()?.is_file() {
                true => Ok(file),
                false => Err(io::Error::other("is no longer a regular file")),
            });
        match file {
            Ok(file) => Ok(Content {
                file,
                path: FilePath::from(path),
                size: self.size,
                left: self.size,
                modified: self.modified,
                watch,
                buffer: Vec::new(),
                at: 0,
                state: Reading::Open,
            }),
            Err(error) => {
                watch.unreadable(Some(&FilePath::from(path)), &error);
                watch.done(self.size, false);
                Err(unreadable("the file cannot be opened"))
            }
        }
    }
}

/// The library only passes this on to its log; what matters was told to the watch.
fn unreadable(reason: &str) -> Box<RusticError> {
    RusticError::new(ErrorKind::InputOutput, reason)
}

/// The content of a file: as much as it had when it was found, so that the size it is kept with is that of
/// its content also when it grows.
///
/// Reads fill the buffer they are given unless the file ends. The library's chunker counts on it: after a
/// short read it goes on with a buffer of that size.
#[derive(Debug)]
pub(crate) struct Content {
    file: File,
    path: FilePath,
    size: u64,
    /// How much of `size` was not yet read.
    left: u64,
    modified: Option<Timestamp>,
    watch: Arc<Watch>,
    buffer: Vec<u8>,
    /// How much of `buffer` was given out.
    at: usize,
    state: Reading,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    Open,
    Ended,
    Failed,
}

impl Read for Content {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < out.len() {
            if self.at == self.buffer.len() && !self.fill()? {
                break;
            }
            let rest = &self.buffer[self.at..];
            let count = rest.len().min(out.len() - filled);
            out[filled..filled + count].copy_from_slice(&rest[..count]);
            self.at += count;
            filled += count;
        }
        Ok(filled)
    }
}

impl Content {
    /// Reads on; whether there was anything.
    fn fill(&mut self) -> io::Result<bool> {
        if self.state == Reading::Ended {
            return Ok(false);
        }
        self.watch.checkpoint().map_err(|stop| {
            self.state = Reading::Failed;
            io::Error::other(stop.to_string())
        })?;
        let wanted = self.left.min(READ_SIZE as u64);
        self.buffer.clear();
        self.buffer.reserve(usize::try_from(wanted).unwrap_or(READ_SIZE));
        self.at = 0;
        let read = (&self.file).take(wanted).read_to_end(&mut self.buffer).inspect_err(|error| {
            self.state = Reading::Failed;
            self.watch.unreadable(Some(&self.path), error);
        })?;
        self.left -= read as u64;
        if read > 0 {
            self.watch.read(read as u64);
        } else {
            self.state = Reading::Ended;
            if self.file.metadata().is_ok_and(|now| self.has_changed(&now)) {
                self.watch.warn(format!("{}: the file changed while it was read", self.path));
            }
        }
        Ok(read > 0)
    }

    fn has_changed(&self, now: &Metadata) -> bool {
        let modified = Timestamp::new(now.mtime(), i32::try_from(now.mtime_nsec()).unwrap_or(0)).ok();
        self.left > 0 || now.len() != self.size || modified != self.modified
    }
}

impl Drop for Content {
    fn drop(&mut self) {
        self.watch.done(self.left, self.state != Reading::Failed);
    }
}
