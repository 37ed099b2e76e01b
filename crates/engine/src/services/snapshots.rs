//! Snapshots, the files in them, and reading a file without restoring it.

use crate::{
    Engine, Error, FileEntry, FilePage, FilePath, FileQuery, Result, Snapshot, SnapshotFilter, SnapshotId,
    TenantId,
};

/// How many ids a filter may name.
const MOST_IDS: usize = 1000;

impl Engine {
    /// The snapshots that a filter lets through, the latest first.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn snapshots(&self, tenant: &TenantId, filter: &SnapshotFilter) -> Result<Vec<Snapshot>> {
        if filter.groups.len() > MOST_IDS {
            return Err(Error::invalid(format!(
                "snapshots are listed for at most {MOST_IDS} groups at a time"
            )));
        }
        self.shared.catalog.snapshots(tenant, filter).await
    }

    /// One snapshot.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound).
    pub async fn snapshot(&self, tenant: &TenantId, id: SnapshotId) -> Result<Snapshot> {
        self.shared.catalog.snapshot(tenant, id).await
    }

    /// A page of the files that a query finds.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn files(&self, tenant: &TenantId, query: &FileQuery) -> Result<FilePage> {
        if query.objects.len() > MOST_IDS || query.groups.len() > MOST_IDS {
            return Err(Error::invalid(format!("a search takes at most {MOST_IDS} objects or groups")));
        }
        // No file has such a name.
        if query.name.contains('\0') {
            return Ok(FilePage::default());
        }
        self.shared.catalog.files(tenant, query).await
    }

    /// One file of a snapshot.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound) for the snapshot or the file.
    pub async fn file(&self, tenant: &TenantId, id: SnapshotId, path: &FilePath) -> Result<FileEntry> {
        let snapshot = self.shared.catalog.snapshot(tenant, id).await?;
        self.shared
            .vault
            .entry(tenant, &snapshot.vault_snapshot, path)
            .await?
            .ok_or_else(|| Error::not_found("file in this snapshot:", path))
    }

    /// At most `length` bytes of a file from `offset` on; fewer at its end, none past it.
    ///
    /// # Errors
    /// Those of [`Engine::file`], and [`Kind::Invalid`](crate::Kind::Invalid) for what is not a regular file.
    pub async fn read_file(
        &self,
        tenant: &TenantId,
        id: SnapshotId,
        path: &FilePath,
        offset: u64,
        length: u64,
    ) -> Result<Vec<u8>> {
        let snapshot = self.shared.catalog.snapshot(tenant, id).await?;
        self.shared.vault.read(tenant, &snapshot.vault_snapshot, path, offset, length).await
    }
}
