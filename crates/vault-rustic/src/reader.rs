//! A repository with its index loaded: finding an entry, going through a tree, reading content. It never
//! writes.

use std::collections::{HashMap, HashSet};
use std::os::unix::ffi::OsStrExt;
use std::path::Component;
use std::sync::{Mutex, PoisonError};
use std::vec;

use engine::{Error, FileEntry, FilePath, Kind, Result};
use rustic_core::repofile::{Metadata, Node, NodeType, SnapshotFile, Tree};
use rustic_core::{FileType, Id, IndexedFullStatus, OpenStatus, Repository, TreeId};

use crate::errors::{failed, io_failed, no_snapshot};
use crate::nodes;
use crate::repository::snapshot_id;
use crate::store::Store;

/// A repository for reading.
#[derive(Debug)]
pub(crate) struct Reader {
    repository: Repository<IndexedFullStatus>,
    /// The snapshots whose content the index is sure to know.
    snapshots: HashSet<Id>,
    /// The trees of the snapshots that were asked for.
    trees: Mutex<HashMap<Id, TreeId>>,
}

impl Reader {
    pub(crate) fn load(store: &Store, repository: Repository<OpenStatus>) -> Result<Self> {
        // The list before the index: a backup writes them the other way round, so that the index knows
        // everything in the list.
        let list = store
            .list_strictly(FileType::Snapshot)
            .map_err(|error| io_failed("list the snapshots in", store.folder(), error))?;
        let repository =
            repository.to_indexed().map_err(|error| failed("load the index of the repository", error))?;
        let snapshots = list.into_iter().map(|(id, _)| id).collect();
        Ok(Self { repository, snapshots, trees: Mutex::default() })
    }

    pub(crate) fn knows(&self, snapshot: &Id) -> bool {
        self.snapshots.contains(snapshot)
    }

    pub(crate) fn repository(&self) -> &Repository<IndexedFullStatus> {
        &self.repository
    }

    /// The folder that holds everything of a snapshot.
    pub(crate) fn root(&self, vault_snapshot: &str) -> Result<Node> {
        let id = snapshot_id(vault_snapshot)?;
        let mut trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        let tree = match trees.get(&id) {
            Some(tree) => *tree,
            None if !self.knows(&id) => return Err(no_snapshot(vault_snapshot)),
            None => {
                let snapshot: SnapshotFile = self
                    .repository
                    .get_file(&id.into())
                    .map_err(|error| failed("read the snapshot", error))?;
                trees.insert(id, snapshot.tree);
                snapshot.tree
            }
        };
        let mut root = Node::new_node("".as_ref(), NodeType::Dir, Metadata::default());
        root.subtree = Some(tree);
        Ok(root)
    }

    /// The node at a path.
    pub(crate) fn node(&self, vault_snapshot: &str, path: &FilePath) -> Result<Option<Node>> {
        let mut node = self.root(vault_snapshot)?;
        for part in path.as_path().components() {
            let name = match part {
                Component::Normal(name) => name,
                Component::RootDir => continue,
                Component::CurDir | Component::ParentDir | Component::Prefix(_) => return Ok(None),
            };
            if node.subtree.is_none() {
                return Ok(None);
            }
            let tree = self.tree(&node).map_err(|error| failed("read a folder of the snapshot", error))?;
            match tree.nodes.into_iter().find(|node| node.name() == name) {
                Some(found) => node = found,
                None => return Ok(None),
            }
        }
        Ok(Some(node))
    }

    pub(crate) fn entry(&self, vault_snapshot: &str, path: &FilePath) -> Result<Option<FileEntry>> {
        let node = self.node(vault_snapshot, path)?;
        Ok(node.map(|node| nodes::entry(path.clone(), &node)))
    }

    /// A range of a file's content.
    pub(crate) fn read(
        &self,
        vault_snapshot: &str,
        path: &FilePath,
        offset: u64,
        length: u64,
    ) -> Result<Vec<u8>> {
        let node = self.node(vault_snapshot, path)?.ok_or_else(|| Error::not_found("file", path))?;
        if node.node_type != NodeType::File {
            return Err(Error::invalid(format!("{path} is not a regular file")));
        }
        // The library makes room for all that is asked for before it looks how much there is.
        let length = length.min(node.meta.size.saturating_sub(offset));
        if length == 0 {
            return Ok(Vec::new());
        }
        let (Ok(offset), Ok(length)) = (usize::try_from(offset), usize::try_from(length)) else {
            return Err(Error::invalid("the range is larger than this machine can hold"));
        };
        let damaged = |error| failed(&format!("read {path}: its content is damaged"), error);
        let file = self.repository.open_file(&node).map_err(damaged)?;
        let content = self.repository.read_file_at(&file, offset, length).map_err(damaged)?;
        Ok(content.into())
    }

    /// Goes through what lies at and below a node.
    pub(crate) fn walk(&self, path: FilePath, node: Node) -> Walk<'_> {
        Walk { reader: self, first: Some((path, node)), open: Vec::new() }
    }

    /// What a folder holds.
    pub(crate) fn tree(&self, folder: &Node) -> rustic_core::RusticResult<Tree> {
        match &folder.subtree {
            Some(tree) => self.repository.get_tree(tree),
            None => Ok(Tree::default()),
        }
    }
}

/// A walk through a snapshot: a folder before what it holds, by name.
pub(crate) struct Walk<'a> {
    reader: &'a Reader,
    first: Option<(FilePath, Node)>,
    open: Vec<(FilePath, vec::IntoIter<Node>)>,
}

/// One entry of a walk.
pub(crate) struct Step {
    pub(crate) path: FilePath,
    pub(crate) node: Node,
    /// Why what a folder holds is not known. The walk goes on beside it.
    pub(crate) damage: Option<Error>,
}

impl Iterator for Walk<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let (path, node) = match self.first.take() {
            Some(first) => first,
            None => self.next_child()?,
        };
        let mut damage = None;
        if node.is_dir() {
            match self.reader.tree(&node) {
                Ok(tree) => self.open.push((path.clone(), tree.nodes.into_iter())),
                Err(error) => {
                    let lost = failed(&format!("list {path}: it is damaged"), error);
                    damage = Some(lost);
                }
            }
        }
        Some(Step { path, node, damage })
    }
}

impl Walk<'_> {
    fn next_child(&mut self) -> Option<(FilePath, Node)> {
        loop {
            let (folder, children) = self.open.last_mut()?;
            match children.next() {
                None => {
                    self.open.pop();
                }
                Some(node) => {
                    // No backup makes names that lead elsewhere; a repository that does was tampered with.
                    match child(folder, &node) {
                        Some(path) => return Some((path, node)),
                        None => {
                            tracing::warn!(%folder, name = node.name, "an entry with a bad name was left out")
                        }
                    }
                }
            }
        }
    }
}

/// The path of an entry of a folder; none for a name that leads elsewhere.
pub(crate) fn child(folder: &FilePath, node: &Node) -> Option<FilePath> {
    let name = node.name();
    let name = name.as_bytes();
    if matches!(name, b"" | b"." | b"..") || name.contains(&b'/') || name.contains(&0) {
        return None;
    }
    let mut path = folder.as_bytes().to_vec();
    if path.last() != Some(&b'/') {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    Some(FilePath::from_bytes(path))
}

/// An error for entries that a list left out.
pub(crate) fn incomplete(damage: Error) -> Error {
    Error::new(Kind::Internal, format!("the snapshot is damaged and was given in part: {damage}"))
        .with_source(damage)
}
