//! Looking into snapshots: what a folder holds, what lies below it, and how two snapshots differ.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::blocking;
use crate::compare::compare;
use crate::{
    Change, Engine, Error, FileHistory, FilePath, FileQuery, FileVersion, HistoryPage, Node, NodeContent,
    Result, SnapshotFilter, SnapshotId, SnapshotTree, TenantId,
};

/// How many entries are sent at a time.
const BATCH: usize = 256;

/// What is at a path, and a page of what it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct FolderPage {
    /// What is at the path.
    pub entry: Node,
    /// What it holds, by name; empty for what is no folder.
    pub entries: Vec<Node>,
    /// Whether more comes after the last of them.
    pub more: bool,
}

impl Engine {
    /// What a snapshot has at a path, and at most `limit` of what that holds, those whose path comes after `after`.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound) for the snapshot or the path,
    /// [`Kind::Invalid`](crate::Kind::Invalid) for a path that is not [plain](FilePath::is_plain).
    pub async fn folder(
        &self,
        tenant: &TenantId,
        id: SnapshotId,
        path: &FilePath,
        after: Option<&FilePath>,
        limit: usize,
    ) -> Result<FolderPage> {
        let tree = self.tree(tenant, id, path).await?;
        let (path, after) = (path.clone(), after.cloned());
        blocking(move || {
            let entry = entry(&*tree, &path)?;
            if entry.content != NodeContent::Folder {
                return Ok(FolderPage { entry, entries: Vec::new(), more: false });
            }
            let mut entries = tree.list(&path)?;
            entries.retain(|node| after.as_ref().is_none_or(|after| node.path > *after));
            let more = entries.len() > limit;
            entries.truncate(limit);
            Ok(FolderPage { entry, entries, more })
        })
        .await
    }

    /// Sends what a snapshot has at and below a path, folders before what they hold and by name. Ends early without
    /// an error when the receiver is gone.
    ///
    /// # Errors
    /// Those of [`Engine::folder`], and [`Kind::Internal`](crate::Kind::Internal) after a part of it when a folder is
    /// damaged.
    pub async fn folder_tree(
        &self,
        tenant: &TenantId,
        id: SnapshotId,
        path: &FilePath,
        entries: mpsc::Sender<Vec<Node>>,
    ) -> Result<()> {
        let tree = self.tree(tenant, id, path).await?;
        let path = path.clone();
        blocking(move || {
            let mut batches = Batches::new(entries);
            let mut open = vec![vec![entry(&*tree, &path)?].into_iter()];
            while let Some(nodes) = open.last_mut() {
                let Some(node) = nodes.next() else {
                    open.pop();
                    continue;
                };
                if node.content == NodeContent::Folder {
                    open.push(tree.list(&node.path)?.into_iter());
                }
                if batches.put(node).is_break() {
                    return Ok(());
                }
            }
            batches.finish();
            Ok(())
        })
        .await
    }

    /// Sends how what lies at and below a path differs between two snapshots. What is equal on both sides is not
    /// looked into. Ends early without an error when the receiver is gone.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound) for the snapshots, and for a path that neither has;
    /// [`Kind::Invalid`](crate::Kind::Invalid) for a path that is not [plain](FilePath::is_plain).
    pub async fn compare_snapshots(
        &self,
        tenant: &TenantId,
        before: SnapshotId,
        after: SnapshotId,
        path: &FilePath,
        changes: mpsc::Sender<Vec<Change>>,
    ) -> Result<()> {
        let before = self.tree(tenant, before, path).await?;
        let after = self.tree(tenant, after, path).await?;
        let path = path.clone();
        blocking(move || {
            let mut batches = Batches::new(changes);
            compare(&*before, &*after, &path, |change| batches.put(change))?;
            batches.finish();
            Ok(())
        })
        .await
    }

    /// A page of the files that a query finds, each with what it was in which snapshots.
    ///
    /// # Errors
    /// Those of [`Engine::files`].
    pub async fn file_histories(&self, tenant: &TenantId, query: &FileQuery) -> Result<HistoryPage> {
        let page = self.files(tenant, query).await?;
        let wanted: Vec<_> = page.hits.into_iter().map(|hit| (hit.object, hit.entry.path)).collect();
        let found = self.shared.catalog.file_versions(tenant, &query.groups, &wanted).await?;
        let named: HashSet<_> = found.iter().flat_map(|version| version.snapshots.iter().copied()).collect();
        let filter = SnapshotFilter { groups: query.groups.clone(), ..SnapshotFilter::default() };
        let mut snapshots = self.shared.catalog.snapshots(tenant, &filter).await?;
        snapshots.retain(|snapshot| named.contains(&snapshot.id));
        let mut versions: HashMap<_, Vec<FileVersion>> = HashMap::new();
        for version in found {
            versions.entry((version.object, version.entry.path.clone())).or_default().push(version);
        }
        // What was forgotten between the questions is in no snapshot any more.
        let files = wanted.into_iter().filter_map(|(object, path)| {
            let (_, versions) = versions.remove_entry(&(object, path.clone()))?;
            Some(FileHistory { object, path, versions })
        });
        Ok(HistoryPage { files: files.collect(), snapshots, total: page.total, next: page.next })
    }

    /// A snapshot, opened to look at a path.
    async fn tree(
        &self,
        tenant: &TenantId,
        id: SnapshotId,
        path: &FilePath,
    ) -> Result<Arc<dyn SnapshotTree>> {
        if !path.is_plain() {
            return Err(Error::invalid(format!("{path} is not how a snapshot calls a file")));
        }
        let snapshot = self.shared.catalog.snapshot(tenant, id).await?;
        self.shared.vault.open_tree(tenant, &snapshot.vault_snapshot).await
    }
}

fn entry(tree: &dyn SnapshotTree, path: &FilePath) -> Result<Node> {
    tree.entry(path)?.ok_or_else(|| Error::not_found("file in this snapshot:", path))
}

/// Sends things some at a time.
struct Batches<T> {
    sender: mpsc::Sender<Vec<T>>,
    batch: Vec<T>,
}

impl<T> Batches<T> {
    fn new(sender: mpsc::Sender<Vec<T>>) -> Self {
        Self { sender, batch: Vec::with_capacity(BATCH) }
    }

    /// Breaks when nobody wants more.
    fn put(&mut self, thing: T) -> ControlFlow<()> {
        self.batch.push(thing);
        if self.batch.len() < BATCH { ControlFlow::Continue(()) } else { self.flush() }
    }

    fn finish(mut self) {
        let _ = self.flush();
    }

    fn flush(&mut self) -> ControlFlow<()> {
        let batch = std::mem::take(&mut self.batch);
        if batch.is_empty() || self.sender.blocking_send(batch).is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }
}
