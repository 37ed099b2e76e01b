//! The numbers by which the kernel asks for files.
//!
//! A number is made from what a file is, so that it is the same every time a snapshot is mounted: from its path,
//! or, for a file with several names, from what its names have in common. The table knows those that the kernel
//! knows, and no others.

use std::collections::HashMap;

use engine::{FilePath, Node, NodeContent};
use sha2::{Digest as _, Sha256};

/// The number of the top folder, which the kernel knows from the start.
pub(crate) const ROOT: u64 = 1;

/// What makes two names the same file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Identity {
    Path,
    /// Its numbers on the machine it came from. Size and time are there because a number may have been given to
    /// another file while the snapshot was taken.
    Linked {
        device: u64,
        number: u64,
        size_bytes: u64,
        modified_ns: i128,
    },
}

/// A file that the kernel knows.
struct Known {
    path: FilePath,
    identity: Identity,
    /// How often the kernel was given the number.
    lookups: u64,
}

/// The files that the kernel knows.
pub(crate) struct Inodes(HashMap<u64, Known>);

impl Inodes {
    /// A table of the top folder.
    pub(crate) fn new() -> Self {
        let root = Known { path: top(), identity: Identity::Path, lookups: 1 };
        Self(HashMap::from([(ROOT, root)]))
    }

    /// One name of the file with a number.
    pub(crate) fn path(&self, number: u64) -> Option<FilePath> {
        self.0.get(&number).map(|known| known.path.clone())
    }

    /// The number of a file that the kernel is about to be told of.
    pub(crate) fn look_up(&mut self, node: &Node) -> u64 {
        let identity = identity(node);
        let mut number = number_of(node);
        loop {
            match self.0.get_mut(&number) {
                Some(known) if is_same(known, node, &identity) => {
                    known.lookups += 1;
                    return number;
                }
                // Two files whose numbers would be the same; there is no end of numbers.
                Some(_) => number = usable(number.wrapping_add(1)),
                None => {
                    self.0.insert(number, Known { path: node.path.clone(), identity, lookups: 1 });
                    return number;
                }
            }
        }
    }

    /// The kernel forgets a number that it was given so often.
    pub(crate) fn forget(&mut self, number: u64, lookups: u64) {
        if number == ROOT {
            return;
        }
        if let Some(known) = self.0.get_mut(&number) {
            known.lookups = known.lookups.saturating_sub(lookups);
            if known.lookups == 0 {
                self.0.remove(&number);
            }
        }
    }
}

/// The number that a file has unless another one that the kernel knows has it.
pub(crate) fn number_of(node: &Node) -> u64 {
    match identity(node) {
        Identity::Path => number_of_path(&node.path),
        Identity::Linked { device, number, size_bytes, modified_ns } => {
            let mut hash = Sha256::new_with_prefix(b"linked");
            hash.update(device.to_le_bytes());
            hash.update(number.to_le_bytes());
            hash.update(size_bytes.to_le_bytes());
            hash.update(modified_ns.to_le_bytes());
            shortened(hash)
        }
    }
}

/// The same for a folder.
pub(crate) fn number_of_path(path: &FilePath) -> u64 {
    if *path == top() {
        return ROOT;
    }
    shortened(Sha256::new_with_prefix(b"path").chain_update(path.as_bytes()))
}

/// The path of the top folder.
pub(crate) fn top() -> FilePath {
    FilePath::from_bytes(*b"/")
}

fn shortened(hash: Sha256) -> u64 {
    let digest = hash.finalize();
    usable(digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// 0 is no number, and 1 is taken.
fn usable(number: u64) -> u64 {
    if number <= ROOT { number + 2 } else { number }
}

fn is_same(known: &Known, node: &Node, identity: &Identity) -> bool {
    known.identity == *identity && (*identity != Identity::Path || known.path == node.path)
}

fn identity(node: &Node) -> Identity {
    match node.content {
        NodeContent::File { hard_link: Some((device, number)), size_bytes } => {
            let modified_ns = node.modified_at.map_or(0, |time| time.as_nanosecond());
            Identity::Linked { device, number, size_bytes, modified_ns }
        }
        _ => Identity::Path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, hard_link: Option<(u64, u64)>) -> Node {
        Node {
            path: FilePath::from_bytes(path),
            content: NodeContent::File { size_bytes: 3, hard_link },
            mode: None,
            uid: None,
            gid: None,
            modified_at: None,
            accessed_at: None,
            xattrs: Vec::new(),
        }
    }

    #[test]
    fn names_of_one_file_share_a_number_and_others_do_not() {
        let mut inodes = Inodes::new();
        let one = inodes.look_up(&file("/a", Some((1, 2))));
        assert_eq!(inodes.look_up(&file("/b", Some((1, 2)))), one);
        assert_ne!(inodes.look_up(&file("/c", Some((1, 3)))), one);
        assert_ne!(inodes.look_up(&file("/a", None)), one);
        assert_eq!(inodes.path(one), Some(FilePath::from_bytes(*b"/a")));
    }

    #[test]
    fn a_number_is_known_until_it_was_forgotten_as_often_as_given() {
        let mut inodes = Inodes::new();
        let node = file("/a", None);
        let number = inodes.look_up(&node);
        assert_eq!(inodes.look_up(&node), number);
        inodes.forget(number, 1);
        assert!(inodes.path(number).is_some());
        inodes.forget(number, 1);
        assert!(inodes.path(number).is_none());
        assert_eq!(inodes.look_up(&node), number, "and it is the same again");
        inodes.forget(ROOT, 1);
        assert!(inodes.path(ROOT).is_some());
    }

    #[test]
    fn a_number_that_is_taken_is_not_given_to_another_file() {
        let mut inodes = Inodes::new();
        let (one, other) = (file("/one", None), file("/other", None));
        let number = number_of(&one);
        inodes.0.insert(number, Known { path: other.path, identity: Identity::Path, lookups: 1 });
        assert_eq!(inodes.look_up(&one), number + 1);
        assert_eq!(inodes.look_up(&one), number + 1);
    }
}
