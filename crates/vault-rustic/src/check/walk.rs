//! Going through snapshots for what they miss. A folder that several of them share is read once.

use std::collections::{HashMap, HashSet};
use std::os::unix::ffi::OsStrExt;
use std::rc::Rc;
use std::vec;

use engine::{CheckReport, FilePath, Harm, JobControl, Result};
use rustic_core::repofile::{Node, NodeType};
use rustic_core::{BlobId, DataId, Id, IndexedFullStatus, Repository, TreeId};

/// What a folder misses, with everything below it; none when nothing.
type Missed = Option<Rc<Loss>>;

/// Files and folders that are lost.
#[derive(Debug, Default)]
struct Loss {
    files: u64,
    folders: u64,
    /// The first of them, each by its path from here.
    paths: Vec<Vec<u8>>,
}

/// Goes through snapshots of one repository.
pub(super) struct Walk<'a> {
    library: &'a Repository<IndexedFullStatus>,
    control: &'a JobControl,
    /// Packs that are not there.
    missing: HashSet<Id>,
    /// Packs of which some blocks cannot be read.
    suspects: HashSet<Id>,
    /// These blocks.
    lost: HashSet<BlobId>,
    known: HashMap<TreeId, Missed>,
}

/// A folder that is being gone through.
struct Open {
    tree: TreeId,
    name: Vec<u8>,
    left: vec::IntoIter<Node>,
    loss: Loss,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        library: &'a Repository<IndexedFullStatus>,
        control: &'a JobControl,
        missing: HashSet<Id>,
        suspects: HashSet<Id>,
        lost: HashSet<BlobId>,
    ) -> Self {
        Self { library, control, missing, suspects, lost, known: HashMap::new() }
    }

    /// What the snapshot with this root misses; none when nothing.
    pub(super) fn harm_of(&mut self, root: TreeId) -> Result<Option<Harm>> {
        let missed = self.missed(root)?;
        Ok(missed.map(|loss| Harm {
            vault_snapshot: String::new(),
            files: loss.files,
            folders: loss.folders,
            paths: loss
                .paths
                .iter()
                .map(|path| FilePath::from_bytes([b"/", path.as_slice()].concat()))
                .collect(),
        }))
    }

    fn missed(&mut self, root: TreeId) -> Result<Missed> {
        if let Some(missed) = self.known.get(&root) {
            return Ok(missed.clone());
        }
        // By hand and not by recursion: a snapshot may be deeper than a stack.
        let mut open = vec![self.open(root, Vec::new())];
        loop {
            self.control.checkpoint()?;
            let Some(top) = open.last_mut() else { return Ok(None) };
            let Some(node) = top.left.next() else {
                let Some(Open { tree, name, loss, .. }) = open.pop() else { return Ok(None) };
                let missed = (loss.files + loss.folders > 0).then(|| Rc::new(loss));
                self.known.insert(tree, missed.clone());
                match open.last_mut() {
                    Some(above) => above.loss.add(&name, missed.as_deref()),
                    None => return Ok(missed),
                }
                continue;
            };
            let name = node.name().as_bytes().to_vec();
            match (&node.node_type, node.subtree) {
                (NodeType::Dir, None) => top.loss.folder(name),
                (NodeType::Dir, Some(tree)) => match self.known.get(&tree) {
                    Some(missed) => top.loss.add(&name, missed.as_deref()),
                    None => open.push(self.open(tree, name)),
                },
                (NodeType::File, _) => {
                    let content = node.content.as_deref();
                    let is_whole = content.is_some_and(|blocks| blocks.iter().all(|block| self.has(block)));
                    if !is_whole {
                        top.loss.file(name);
                    }
                }
                _ => {}
            }
        }
    }

    fn open(&self, tree: TreeId, name: Vec<u8>) -> Open {
        // That it can be read and deciphered shows that it is whole.
        let (left, loss) = match self.library.get_tree(&tree) {
            Ok(tree) => (tree.nodes.into_iter(), Loss::default()),
            Err(_) => (Vec::new().into_iter(), Loss { folders: 1, paths: vec![Vec::new()], files: 0 }),
        };
        Open { tree, name, left, loss }
    }

    /// Whether a block is known and its pack there. Whether its content is right is only known of what was read.
    fn has(&self, block: &DataId) -> bool {
        let Ok(entry) = self.library.get_index_entry(block) else { return false };
        if self.missing.contains(&*entry.pack) {
            return false;
        }
        !(self.suspects.contains(&*entry.pack) && self.lost.contains(&BlobId::from(*block)))
    }
}

impl Loss {
    fn file(&mut self, name: Vec<u8>) {
        self.files += 1;
        self.keep(name);
    }

    fn folder(&mut self, name: Vec<u8>) {
        self.folders += 1;
        self.keep(name);
    }

    /// What a folder of this name in this one misses.
    fn add(&mut self, name: &[u8], missed: Option<&Self>) {
        let Some(missed) = missed else { return };
        self.files += missed.files;
        self.folders += missed.folders;
        for path in &missed.paths {
            let slash: &[u8] = if path.is_empty() { b"" } else { b"/" };
            self.keep([name, slash, path].concat());
        }
    }

    fn keep(&mut self, path: Vec<u8>) {
        if self.paths.len() < CheckReport::PATHS_KEPT {
            self.paths.push(path);
        }
    }
}
