//! A snapshot that stays open: looked through and read here and there, as a mount does it.
//!
//! Each call takes its share of the repository and gives it back, so that a prune gets its turn however long the
//! tree is open; a call waits for a prune that goes on. A prune moves content and replaces the index, so that the
//! index is loaded anew after one. What was learned of folders and files stays good: it names content by what
//! it is and not by where it lies.

use std::os::unix::ffi::OsStrExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::{ContentMark, Error, FilePath, Node, Result, SnapshotTree};
use rustic_core::repofile::{Node as StoredNode, NodeType};
use rustic_core::vfs::OpenFile;

use crate::errors::{failed, panicked};
use crate::nodes;
use crate::reader::{Reader, child};
use crate::recent::Recent;
use crate::repository::TenantRepository;

/// What the folders that are remembered may take, in bytes, roughly.
const FOLDERS: usize = 32 << 20;
/// The same for the lists of content of files that are read.
const FILES: usize = 16 << 20;
/// What an entry of a folder takes beside what varies, in bytes, roughly.
const ENTRY: usize = 400;

/// An open snapshot.
pub(crate) struct Tree {
    repository: Arc<TenantRepository>,
    vault_snapshot: String,
    opened: Mutex<Opened>,
    folders: Mutex<Recent<Arc<Folder>>>,
    files: Mutex<Recent<Arc<File>>>,
}

/// A repository as it was when it was loaded.
struct Opened {
    reader: Arc<Reader>,
    /// How often the repository had been rewritten then.
    rewritten: u64,
}

/// What a folder holds, by name.
struct Folder(Vec<(FilePath, StoredNode)>);

/// A file whose content is known by its parts.
struct File {
    content: OpenFile,
    size_bytes: u64,
}

impl Tree {
    /// Opens a snapshot of a repository that the caller has a share of.
    pub(crate) fn open(repository: Arc<TenantRepository>, vault_snapshot: &str) -> Result<Self> {
        let rewritten = repository.rewritten();
        let reader = repository.reader(vault_snapshot)?;
        reader.root(vault_snapshot)?;
        Ok(Self {
            repository,
            vault_snapshot: vault_snapshot.to_owned(),
            opened: Mutex::new(Opened { reader, rewritten }),
            folders: Mutex::new(Recent::new(FOLDERS)),
            files: Mutex::new(Recent::new(FILES)),
        })
    }

    /// Does something with the repository while no prune can run. The library panics on some faults; that costs
    /// the call only.
    fn with_reader<T>(&self, work: impl FnOnce(&Reader) -> Result<T>) -> Result<T> {
        let _share = self.repository.share_blocking();
        catch_unwind(AssertUnwindSafe(|| work(&*self.reader()?)))
            .unwrap_or_else(|payload| Err(panicked(&*payload)))
    }

    fn reader(&self) -> Result<Arc<Reader>> {
        let mut opened = guard(&self.opened);
        let rewritten = self.repository.rewritten();
        if opened.rewritten != rewritten {
            let reader = self.repository.reader(&self.vault_snapshot)?;
            *opened = Opened { reader, rewritten };
        }
        Ok(opened.reader.clone())
    }

    /// What the folder at a path holds.
    fn folder(&self, reader: &Reader, path: &FilePath) -> Result<Arc<Folder>> {
        if let Some(known) = guard(&self.folders).get(path) {
            return Ok(known);
        }
        let node = self.find(reader, path)?.ok_or_else(|| Error::not_found("folder", path))?;
        if !node.is_dir() {
            return Err(Error::invalid(format!("{path} is not a folder")));
        }
        let tree =
            reader.tree(&node).map_err(|error| failed(&format!("list {path}: it is damaged"), error))?;
        let mut entries = Vec::with_capacity(tree.nodes.len());
        for node in tree.nodes {
            match child(path, &node) {
                Some(path) => entries.push((path, node)),
                None => tracing::warn!(%path, name = node.name, "an entry with a bad name was left out"),
            }
        }
        entries.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        entries.dedup_by(|(one, _), (other, _)| one == other);
        let weight = entries.iter().map(|(path, node)| weight(path, node)).sum();
        let folder = Arc::new(Folder(entries));
        guard(&self.folders).put(path, folder.clone(), weight);
        Ok(folder)
    }

    /// The node at a path.
    fn find(&self, reader: &Reader, path: &FilePath) -> Result<Option<StoredNode>> {
        let Some(parent) = path.as_path().parent() else {
            return reader.root(&self.vault_snapshot).map(Some);
        };
        let folder = match self.folder(reader, &FilePath::from(parent)) {
            Ok(folder) => folder,
            // Nothing lies below what is not there or is a file.
            Err(error) if matches!(error.kind(), engine::Kind::NotFound | engine::Kind::Invalid) => {
                // But a snapshot that is gone is another matter.
                reader.root(&self.vault_snapshot)?;
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let at = folder.0.binary_search_by(|(known, _)| known.cmp(path));
        Ok(at.ok().map(|at| folder.0[at].1.clone()))
    }

    fn file(&self, reader: &Reader, path: &FilePath) -> Result<Arc<File>> {
        if let Some(known) = guard(&self.files).get(path) {
            return Ok(known);
        }
        let node = self.find(reader, path)?.ok_or_else(|| Error::not_found("file", path))?;
        if node.node_type != NodeType::File {
            return Err(Error::invalid(format!("{path} is not a regular file")));
        }
        let content = reader.repository().open_file(&node).map_err(|error| damaged(path, error))?;
        let weight = weight(path, &node);
        let file = Arc::new(File { content, size_bytes: nodes::size(&node) });
        guard(&self.files).put(path, file.clone(), weight);
        Ok(file)
    }
}

impl SnapshotTree for Tree {
    fn entry(&self, path: &FilePath) -> Result<Option<Node>> {
        let node = self.with_reader(|reader| self.find(reader, path))?;
        Ok(node.map(|node| nodes::node(path.clone(), &node)))
    }

    fn list(&self, folder: &FilePath) -> Result<Vec<Node>> {
        let folder = self.with_reader(|reader| self.folder(reader, folder))?;
        Ok(folder.0.iter().map(|(path, node)| nodes::node(path.clone(), node)).collect())
    }

    fn list_marked(&self, folder: &FilePath) -> Result<Vec<(Node, ContentMark)>> {
        let folder = self.with_reader(|reader| self.folder(reader, folder))?;
        Ok(folder.0.iter().map(|(path, node)| (nodes::node(path.clone(), node), nodes::mark(node))).collect())
    }

    fn read(&self, path: &FilePath, offset: u64, length: u64) -> Result<Vec<u8>> {
        self.with_reader(|reader| {
            let file = self.file(reader, path)?;
            // The library makes room for all that is asked for before it looks how much there is.
            let length = length.min(file.size_bytes.saturating_sub(offset));
            if length == 0 {
                return Ok(Vec::new());
            }
            let (Ok(offset), Ok(length)) = (usize::try_from(offset), usize::try_from(length)) else {
                return Err(Error::invalid("the range is larger than this machine can hold"));
            };
            let bytes = reader.repository().read_file_at(&file.content, offset, length);
            bytes.map(Into::into).map_err(|error| damaged(path, error))
        })
    }
}

fn damaged(path: &FilePath, error: Box<rustic_core::RusticError>) -> Error {
    failed(&format!("read {path}: its content is damaged"), error)
}

/// What an entry takes, in bytes, roughly.
fn weight(path: &FilePath, node: &StoredNode) -> usize {
    let content = node.content.as_ref().map_or(0, |parts| parts.len() * 40);
    let xattrs: usize = node
        .meta
        .extended_attributes
        .iter()
        .map(|it| it.name.len() + it.value.as_ref().map_or(0, Vec::len))
        .sum();
    ENTRY + 2 * path.as_path().as_os_str().as_bytes().len() + content + xattrs
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
