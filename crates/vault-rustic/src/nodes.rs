//! From the library's nodes to the engine's.

use std::os::unix::ffi::OsStrExt;

use engine::{ContentMark, FileEntry, FileKind, FilePath, Node, NodeContent};
use rustic_core::repofile::{Node as StoredNode, NodeType};
use sha2::{Digest as _, Sha256};

/// Where the format, which is Go's, keeps setuid, setgid and sticky.
const SPECIAL_BITS: [(u32, u32); 3] = [(1 << 23, 0o4000), (1 << 22, 0o2000), (1 << 20, 0o1000)];

/// A node as the engine knows it.
pub(crate) fn node(path: FilePath, stored: &StoredNode) -> Node {
    let meta = &stored.meta;
    Node {
        path,
        content: content(stored),
        mode: meta.mode.map(permissions),
        uid: meta.uid,
        gid: meta.gid,
        modified_at: meta.mtime,
        accessed_at: meta.atime,
        xattrs: meta
            .extended_attributes
            .iter()
            .filter_map(|it| Some((it.name.as_bytes().to_vec(), it.value.clone()?)))
            .collect(),
    }
}

/// A node as searches and lists know it.
pub(crate) fn entry(path: FilePath, stored: &StoredNode) -> FileEntry {
    let kind = match stored.node_type {
        NodeType::File => FileKind::File,
        NodeType::Dir => FileKind::Folder,
        NodeType::Symlink { .. } => FileKind::Symlink,
        _ => FileKind::Other,
    };
    FileEntry { path, kind, size_bytes: size(stored), modified_at: stored.meta.mtime }
}

/// A mark of what a node holds. The format names content by what it is: a folder by one id, a file by those of its
/// parts, and the parts are cut by the content alone.
pub(crate) fn mark(stored: &StoredNode) -> ContentMark {
    let mut hasher = Sha256::new();
    if let Some(tree) = &stored.subtree {
        hasher.update(tree.to_hex().as_str());
    }
    for part in stored.content.iter().flatten() {
        hasher.update(part.to_hex().as_str());
    }
    ContentMark(hasher.finalize().into())
}

/// The size of a regular file; 0 for what is none.
pub(crate) fn size(stored: &StoredNode) -> u64 {
    if stored.node_type == NodeType::File { stored.meta.size } else { 0 }
}

fn content(stored: &StoredNode) -> NodeContent {
    let meta = &stored.meta;
    match &stored.node_type {
        NodeType::File => NodeContent::File {
            size_bytes: meta.size,
            hard_link: (meta.links > 1).then_some((meta.device_id, meta.inode)),
        },
        NodeType::Dir => NodeContent::Folder,
        link @ NodeType::Symlink { .. } => {
            NodeContent::Symlink { target: link.to_link().as_os_str().as_bytes().to_vec() }
        }
        NodeType::Fifo => NodeContent::Fifo,
        NodeType::Socket => NodeContent::Socket,
        NodeType::Dev { device } => NodeContent::Device { character: false, number: *device },
        NodeType::Chardev { device } => NodeContent::Device { character: true, number: *device },
    }
}

fn permissions(mode: u32) -> u32 {
    let special = SPECIAL_BITS.iter().filter(|(stored, _)| mode & stored != 0).map(|(_, bit)| bit);
    special.fold(mode & 0o777, |bits, bit| bits | bit)
}
