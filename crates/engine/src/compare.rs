//! How the files of two snapshots differ.
//!
//! Both trees are walked side by side, a folder before what it holds and by name. What has the same mark on both
//! sides is not looked into, so that comparing costs what has changed and not what there is.

use std::cmp::Ordering;
use std::ops::ControlFlow;
use std::vec;

use crate::{ContentMark, Error, FilePath, Kind, Node, NodeContent, Result, SnapshotTree};

/// A difference between an earlier and a later snapshot.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Only the later one has it.
    Added(Node),
    /// Only the earlier one has it.
    Removed(Node),
    /// Both have it, and it is not the same.
    Changed {
        /// What it was.
        before: Node,
        /// What it is.
        after: Node,
        /// What differs most.
        how: Difference,
    },
}

/// How two entries of one path differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// One is a file and the other a folder, or the like.
    Kind,
    /// The content of a file, the target of a link, the number of a device.
    Content,
    /// Mode, owner or extended attributes; of what is no folder also when it was modified.
    Attributes,
}

impl Change {
    /// Where it is.
    pub fn path(&self) -> &FilePath {
        match self {
            Self::Added(node) | Self::Removed(node) | Self::Changed { after: node, .. } => &node.path,
        }
    }
}

/// An entry with its mark; none for the root of a snapshot, which nothing marks.
type Marked = (Node, Option<ContentMark>);
/// What both sides have at a path.
type Pair = (Option<Marked>, Option<Marked>);

/// Compares what lies at and below a path. Blocks.
///
/// # Errors
/// [`Kind::NotFound`] when neither side has the path, or one of the snapshots is gone.
pub(crate) fn compare(
    before: &dyn SnapshotTree,
    after: &dyn SnapshotTree,
    path: &FilePath,
    mut found: impl FnMut(Change) -> ControlFlow<()>,
) -> Result<()> {
    let first = (at(before, path)?, at(after, path)?);
    if matches!(first, (None, None)) {
        return Err(Error::not_found("file in these snapshots:", path));
    }
    let mut open = vec![vec![first].into_iter()];
    while let Some(pairs) = open.last_mut() {
        let Some(pair) = pairs.next() else {
            open.pop();
            continue;
        };
        if let Some(change) = change(&pair)
            && found(change).is_break()
        {
            return Ok(());
        }
        if is_same_folder(&pair) {
            continue;
        }
        let inner = |tree: &dyn SnapshotTree, side: &Option<Marked>| match side {
            Some((node, _)) if node.content == NodeContent::Folder => list(tree, &node.path),
            _ => Ok(Vec::new()),
        };
        let (left, right) = (inner(before, &pair.0)?, inner(after, &pair.1)?);
        if !(left.is_empty() && right.is_empty()) {
            open.push(merged(left, right));
        }
    }
    Ok(())
}

fn list(tree: &dyn SnapshotTree, folder: &FilePath) -> Result<Vec<Marked>> {
    Ok(tree.list_marked(folder)?.into_iter().map(|(node, mark)| (node, Some(mark))).collect())
}

/// What a snapshot has at a path.
fn at(tree: &dyn SnapshotTree, path: &FilePath) -> Result<Option<Marked>> {
    let Some(parent) = path.as_path().parent() else {
        return Ok(tree.entry(path)?.map(|node| (node, None)));
    };
    let entries = match tree.list_marked(&FilePath::from(parent)) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), Kind::NotFound | Kind::Invalid) => {
            // A path that is not there is one thing, a snapshot that is not there another.
            tree.entry(&FilePath::from_bytes(*b"/"))?;
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let found = entries.into_iter().find(|(node, _)| node.path == *path);
    Ok(found.map(|(node, mark)| (node, Some(mark))))
}

/// Two lists in the same order, side by side.
fn merged(left: Vec<Marked>, right: Vec<Marked>) -> vec::IntoIter<Pair> {
    let mut pairs: Vec<Pair> = Vec::with_capacity(left.len().max(right.len()));
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((one, _)), Some((other, _))) => one.path.cmp(&other.path),
        };
        pairs.push(match order {
            Ordering::Less => (left.next(), None),
            Ordering::Greater => (None, right.next()),
            Ordering::Equal => (left.next(), right.next()),
        });
    }
    pairs.into_iter()
}

/// Whether both sides are a folder with the same things in it.
fn is_same_folder(pair: &Pair) -> bool {
    match pair {
        (Some((one, Some(old))), Some((other, Some(new)))) => {
            one.content == NodeContent::Folder && other.content == NodeContent::Folder && old == new
        }
        _ => false,
    }
}

fn same_kind(pair: &Pair) -> bool {
    match pair {
        (Some((one, _)), Some((other, _))) => {
            std::mem::discriminant(&one.content) == std::mem::discriminant(&other.content)
        }
        _ => false,
    }
}

fn change(pair: &Pair) -> Option<Change> {
    let ((before, old), (after, new)) = match pair {
        (None, None) => return None,
        (Some((node, _)), None) => return Some(Change::Removed(node.clone())),
        (None, Some((node, _))) => return Some(Change::Added(node.clone())),
        (Some(before), Some(after)) => (before, after),
    };
    let how = if !same_kind(pair) {
        Difference::Kind
    } else if before.content != NodeContent::Folder && !same_content((before, old), (after, new)) {
        Difference::Content
    } else if same_attributes(before, after) {
        return None;
    } else {
        Difference::Attributes
    };
    Some(Change::Changed { before: before.clone(), after: after.clone(), how })
}

fn same_content(
    (before, old): (&Node, &Option<ContentMark>),
    (after, new): (&Node, &Option<ContentMark>),
) -> bool {
    match (&before.content, &after.content) {
        (NodeContent::File { size_bytes: one, .. }, NodeContent::File { size_bytes: other, .. }) => {
            one == other && old == new
        }
        (one, other) => one == other,
    }
}

/// A folder's own time of modification says that something in it changed, which shows by itself.
fn same_attributes(before: &Node, after: &Node) -> bool {
    let is_folder = before.content == NodeContent::Folder;
    (before.mode, before.uid, before.gid) == (after.mode, after.uid, after.gid)
        && before.xattrs == after.xattrs
        && (is_folder || before.modified_at == after.modified_at)
}

#[cfg(test)]
mod tests;
