//! What the kernel asks of a mounted tree.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use engine::{Error, FilePath, Kind, Node, NodeContent, SnapshotTree};
use fuser::{
    Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags, Generation, INodeNo, KernelConfig,
    LockOwner, OpenAccMode, OpenFlags, ReplyAttr, ReplyData, ReplyDirectory, ReplyEmpty, ReplyEntry,
    ReplyOpen, ReplyStatfs, ReplyXattr, Request,
};

use crate::inodes::{Inodes, ROOT, number_of, number_of_path};

/// How long the kernel may rely on what it was told: nothing ever changes.
const FOREVER: Duration = Duration::from_secs(24 * 3_600);
/// How much the kernel may read ahead. Contents are cut into blocks of about a MiB.
const READ_AHEAD: u32 = 1 << 20;
/// What is told of the size of blocks, which means nothing here.
const BLOCK: u32 = 4096;
/// The longest name that a file of a source can have.
const LONGEST_NAME: u32 = 255;

/// A tree as the kernel sees it.
pub(crate) struct TreeFilesystem {
    tree: Arc<dyn SnapshotTree>,
    /// Who owns what no owner was kept of.
    owner: (u32, u32),
    inodes: Mutex<Inodes>,
    /// Folders that are open, with what they hold: a listing goes on over several questions.
    folders: Mutex<HashMap<u64, Arc<Vec<Entry>>>>,
    next_handle: AtomicU64,
}

/// An entry of a folder.
struct Entry {
    number: u64,
    kind: FileType,
    name: OsString,
}

impl TreeFilesystem {
    pub(crate) fn new(tree: Arc<dyn SnapshotTree>, owner: (u32, u32)) -> Self {
        Self {
            tree,
            owner,
            inodes: Mutex::new(Inodes::new()),
            folders: Mutex::default(),
            next_handle: AtomicU64::new(1),
        }
    }

    fn path(&self, number: INodeNo) -> Result<FilePath, Errno> {
        guard(&self.inodes).path(number.0).ok_or(Errno::ENOENT)
    }

    fn node(&self, number: INodeNo) -> Result<Node, Errno> {
        let path = self.path(number)?;
        self.tree.entry(&path).map_err(|error| told(&path, &error))?.ok_or(Errno::ENOENT)
    }

    fn attributes(&self, number: INodeNo) -> Result<FileAttr, Errno> {
        Ok(attributes(&self.node(number)?, number.0, self.owner))
    }

    fn find(&self, parent: INodeNo, name: &OsStr) -> Result<FileAttr, Errno> {
        let path = below(&self.path(parent)?, name);
        let node = self.tree.entry(&path).map_err(|error| told(&path, &error))?.ok_or(Errno::ENOENT)?;
        let number = guard(&self.inodes).look_up(&node);
        Ok(attributes(&node, number, self.owner))
    }

    fn open_folder(&self, number: INodeNo) -> Result<u64, Errno> {
        let path = self.path(number)?;
        let nodes = self.tree.list(&path).map_err(|error| told(&path, &error))?;
        let parent = path.as_path().parent().map_or(ROOT, |parent| number_of_path(&FilePath::from(parent)));
        let dot = |number, name: &str| Entry { number, kind: FileType::Directory, name: name.into() };
        let mut entries = Vec::with_capacity(nodes.len() + 2);
        entries.extend([dot(number.0, "."), dot(parent, "..")]);
        entries.extend(nodes.iter().filter_map(|node| {
            let name = node.path.as_path().file_name()?.to_owned();
            Some(Entry { number: number_of(node), kind: kind(&node.content), name })
        }));
        let handle = self.next_handle.fetch_add(1, Ordering::Relaxed);
        guard(&self.folders).insert(handle, Arc::new(entries));
        Ok(handle)
    }

    fn link_target(&self, number: INodeNo) -> Result<Vec<u8>, Errno> {
        match self.node(number)?.content {
            NodeContent::Symlink { target } => Ok(target),
            _ => Err(Errno::EINVAL),
        }
    }

    fn content(&self, number: INodeNo, offset: u64, size: u32) -> Result<Vec<u8>, Errno> {
        let path = self.path(number)?;
        self.tree.read(&path, offset, size.into()).map_err(|error| told(&path, &error))
    }

    fn xattr(&self, number: INodeNo, name: &OsStr) -> Result<Vec<u8>, Errno> {
        let xattrs = self.node(number)?.xattrs;
        let found = xattrs.into_iter().find(|(known, _)| known == name.as_bytes());
        found.map(|(_, value)| value).ok_or(Errno::NO_XATTR)
    }

    /// The names of all extended attributes, each with a zero behind it.
    fn xattr_names(&self, number: INodeNo) -> Result<Vec<u8>, Errno> {
        let xattrs = self.node(number)?.xattrs;
        Ok(xattrs.into_iter().flat_map(|(name, _)| name.into_iter().chain([0])).collect())
    }
}

impl Filesystem for TreeFilesystem {
    fn init(&mut self, _req: &Request, config: &mut KernelConfig) -> std::io::Result<()> {
        // Where the kernel allows less it says how much.
        if let Err(most) = config.set_max_readahead(READ_AHEAD) {
            let _ = config.set_max_readahead(most);
        }
        Ok(())
    }

    fn lookup(&self, _req: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        match self.find(parent, name) {
            Ok(attributes) => reply.entry(&FOREVER, &attributes, Generation(0)),
            Err(errno) => reply.error(errno),
        }
    }

    fn forget(&self, _req: &Request, ino: INodeNo, nlookup: u64) {
        guard(&self.inodes).forget(ino.0, nlookup);
    }

    fn getattr(&self, _req: &Request, ino: INodeNo, _fh: Option<FileHandle>, reply: ReplyAttr) {
        match self.attributes(ino) {
            Ok(attributes) => reply.attr(&FOREVER, &attributes),
            Err(errno) => reply.error(errno),
        }
    }

    fn readlink(&self, _req: &Request, ino: INodeNo, reply: ReplyData) {
        answer(reply, self.link_target(ino));
    }

    fn open(&self, _req: &Request, _ino: INodeNo, flags: OpenFlags, reply: ReplyOpen) {
        if flags.acc_mode() != OpenAccMode::O_RDONLY {
            return reply.error(Errno::EROFS);
        }
        reply.opened(FileHandle(0), FopenFlags::FOPEN_KEEP_CACHE);
    }

    fn read(
        &self,
        _req: &Request,
        ino: INodeNo,
        _fh: FileHandle,
        offset: u64,
        size: u32,
        _flags: OpenFlags,
        _lock_owner: Option<LockOwner>,
        reply: ReplyData,
    ) {
        answer(reply, self.content(ino, offset, size));
    }

    fn opendir(&self, _req: &Request, ino: INodeNo, _flags: OpenFlags, reply: ReplyOpen) {
        match self.open_folder(ino) {
            Ok(handle) => reply.opened(FileHandle(handle), FopenFlags::empty()),
            Err(errno) => reply.error(errno),
        }
    }

    fn readdir(&self, _req: &Request, _ino: INodeNo, fh: FileHandle, offset: u64, mut reply: ReplyDirectory) {
        let entries = guard(&self.folders).get(&fh.0).cloned();
        let Some(entries) = entries else { return reply.error(Errno::EBADF) };
        let begin = usize::try_from(offset).unwrap_or(usize::MAX);
        for (at, entry) in entries.iter().enumerate().skip(begin) {
            // An entry's offset is that of the one behind it.
            if reply.add(INodeNo(entry.number), at as u64 + 1, entry.kind, &entry.name) {
                break;
            }
        }
        reply.ok();
    }

    fn releasedir(
        &self,
        _req: &Request,
        _ino: INodeNo,
        fh: FileHandle,
        _flags: OpenFlags,
        reply: ReplyEmpty,
    ) {
        guard(&self.folders).remove(&fh.0);
        reply.ok();
    }

    fn statfs(&self, _req: &Request, _ino: INodeNo, reply: ReplyStatfs) {
        // Nothing is free, and how much there is would take looking at all of it.
        reply.statfs(0, 0, 0, 0, 0, BLOCK, LONGEST_NAME, BLOCK);
    }

    fn getxattr(&self, _req: &Request, ino: INodeNo, name: &OsStr, size: u32, reply: ReplyXattr) {
        answer_xattr(reply, size, self.xattr(ino, name));
    }

    fn listxattr(&self, _req: &Request, ino: INodeNo, size: u32, reply: ReplyXattr) {
        answer_xattr(reply, size, self.xattr_names(ino));
    }
}

fn answer(reply: ReplyData, content: Result<Vec<u8>, Errno>) {
    match content {
        Ok(bytes) => reply.data(&bytes),
        Err(errno) => reply.error(errno),
    }
}

/// A size of 0 asks for the size.
fn answer_xattr(reply: ReplyXattr, size: u32, value: Result<Vec<u8>, Errno>) {
    match value.map(|value| (u32::try_from(value.len()), value)) {
        Err(errno) => reply.error(errno),
        Ok((Err(_), _)) => reply.error(Errno::E2BIG),
        Ok((Ok(length), _)) if size == 0 => reply.size(length),
        Ok((Ok(length), _)) if length > size => reply.error(Errno::ERANGE),
        Ok((Ok(_), value)) => reply.data(&value),
    }
}

/// What is told of an error, which the log has in full. The tree said before that the path is there: that it is
/// not any more means that the snapshot was removed by another tool.
fn told(path: &FilePath, error: &Error) -> Errno {
    if error.kind() == Kind::Invalid {
        return Errno::EINVAL;
    }
    tracing::warn!(%path, error = %error, cause = ?error, "a mounted file cannot be read");
    Errno::EIO
}

fn attributes(node: &Node, number: u64, owner: (u32, u32)) -> FileAttr {
    let size = match node.content {
        NodeContent::File { size_bytes, .. } => size_bytes,
        NodeContent::Symlink { ref target } => target.len() as u64,
        _ => 0,
    };
    let (nlink, usual_mode) = match node.content {
        // How many names it had is not kept, and some of them may lie outside the snapshot.
        NodeContent::File { hard_link: Some(_), .. } => (2, 0o644),
        NodeContent::Folder => (2, 0o755),
        NodeContent::Symlink { .. } => (1, 0o777),
        _ => (1, 0o644),
    };
    let rdev = match node.content {
        NodeContent::Device { number, .. } => u32::try_from(number).unwrap_or(0),
        _ => 0,
    };
    let modified = node.modified_at.map_or(SystemTime::UNIX_EPOCH, SystemTime::from);
    FileAttr {
        ino: INodeNo(number),
        size,
        blocks: size.div_ceil(512),
        atime: node.accessed_at.map_or(modified, SystemTime::from),
        mtime: modified,
        ctime: modified,
        crtime: modified,
        kind: kind(&node.content),
        perm: node.mode.map_or(usual_mode, |mode| (mode & 0o7777) as u16),
        nlink,
        uid: node.uid.unwrap_or(owner.0),
        gid: node.gid.unwrap_or(owner.1),
        rdev,
        blksize: BLOCK,
        flags: 0,
    }
}

fn kind(content: &NodeContent) -> FileType {
    match content {
        NodeContent::File { .. } => FileType::RegularFile,
        NodeContent::Folder => FileType::Directory,
        NodeContent::Symlink { .. } => FileType::Symlink,
        NodeContent::Fifo => FileType::NamedPipe,
        NodeContent::Socket => FileType::Socket,
        NodeContent::Device { character: true, .. } => FileType::CharDevice,
        NodeContent::Device { character: false, .. } => FileType::BlockDevice,
    }
}

fn below(folder: &FilePath, name: &OsStr) -> FilePath {
    let mut path = folder.as_bytes().to_vec();
    if path.last() != Some(&b'/') {
        path.push(b'/');
    }
    path.extend_from_slice(name.as_bytes());
    FilePath::from_bytes(path)
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
