//! The folders of ours that must not be written into, and the exceptions below them.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use engine::{Error, FilePath, Result};

use super::placements::resolved;

/// What a folder is known by, whatever path leads to it: device and inode.
pub(super) type FolderId = (u64, u64);

/// Marks on the tree of folders: from here down forbidden, from here down allowed again.
#[derive(Debug, Default)]
pub(super) struct Guards {
    marks: Vec<Mark>,
}

#[derive(Debug)]
struct Mark {
    path: Vec<u8>,
    /// Finds the folder through bind mounts as well; none while it does not exist.
    id: Option<FolderId>,
    forbids: bool,
}

impl Guards {
    pub(super) fn new(forbidden: &[PathBuf], allowed: &[PathBuf]) -> Result<Self> {
        // Exceptions come last and so win over a prohibition of the same folder.
        let marks = [(forbidden, true), (allowed, false)]
            .into_iter()
            .flat_map(|(folders, forbids)| folders.iter().map(move |folder| (folder, forbids)))
            .map(|(folder, forbids)| {
                let path = resolved(folder).map_err(|reason| {
                    Error::internal(
                        format!("{} cannot be kept from harm: {reason}", folder.display()),
                        reason,
                    )
                })?;
                Ok(Mark { path, id: id_of(folder), forbids })
            })
            .collect::<Result<_>>()?;
        Ok(Self { marks })
    }

    /// Whether writing is forbidden in what lies at `path`, given whether it is in the folder that holds it.
    pub(super) fn below(&self, forbidden: bool, path: &[u8], id: Option<FolderId>) -> bool {
        self.marks
            .iter()
            .filter(|mark| mark.path == path || (id.is_some() && mark.id == id))
            .fold(forbidden, |_, mark| mark.forbids)
    }

    /// Whether writing is forbidden at a path without symbolic links.
    pub(super) fn forbid(&self, path: &[u8]) -> bool {
        if self.marks.is_empty() {
            return false;
        }
        let inner = path.iter().enumerate().skip(1).filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
        let whole = (path.len() > 1).then_some(path.len());
        std::iter::once(1).chain(inner).chain(whole).fold(false, |forbidden, end| {
            let prefix = FilePath::from_bytes(&path[..end]);
            self.below(forbidden, prefix.as_bytes(), id_of(prefix.as_path()))
        })
    }
}

fn id_of(folder: &Path) -> Option<FolderId> {
    fs::metadata(folder).ok().map(|found| (found.dev(), found.ino()))
}
