//! Snapshots, the files in them, and reading a file without restoring it.

use crate::{
    Engine, Error, FileEntry, FilePage, FilePath, FileQuery, Result, Run, RunId, Snapshot, SnapshotChange,
    SnapshotFilter, SnapshotId, TenantId,
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

    /// Changes what keeps the snapshots of a run, all of them or none.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound) for the run, [`Kind::Conflict`](crate::Kind::Conflict) while it
    /// is going on, when it has no snapshot, and where a hold, a lock or a mount does not allow the change;
    /// [`Kind::Invalid`](crate::Kind::Invalid) for a change that contradicts itself.
    pub async fn change_snapshots(
        &self,
        tenant: &TenantId,
        run: RunId,
        change: &SnapshotChange,
    ) -> Result<()> {
        let _keeping = self.shared.keeping.write().await;
        let run = self.shared.catalog.run(tenant, run).await?;
        if !run.state.is_final() {
            return Err(Error::conflict(format!(
                "run {} has not ended; its snapshots can be changed when it has",
                run.id
            )));
        }
        let filter = SnapshotFilter { run: Some(run.id), ..SnapshotFilter::default() };
        let snapshots = self.shared.catalog.snapshots(tenant, &filter).await?;
        if snapshots.is_empty() {
            return Err(Error::conflict(format!("run {} has no local snapshot", run.id)));
        }
        let now = self.shared.clock.now();
        let (mut changed, mut gone) = (Vec::new(), Vec::new());
        for snapshot in snapshots {
            match change.apply(&snapshot, now)? {
                Some(snapshot) => changed.push(snapshot),
                None => gone.push(snapshot.id),
            }
        }
        self.refuse_mounted(&gone).await?;
        self.shared.catalog.update_snapshots(&changed).await?;
        if gone.is_empty() { Ok(()) } else { self.delete_snapshots(run, &gone).await }
    }

    /// What is mounted must stay.
    async fn refuse_mounted(&self, snapshots: &[SnapshotId]) -> Result<()> {
        if snapshots.is_empty() {
            return Ok(());
        }
        let mounts = self.shared.catalog.mounts_in_use().await?;
        match mounts.into_iter().find(|mount| snapshots.contains(&mount.snapshot)) {
            None => Ok(()),
            Some(mount) => Err(Error::conflict(format!(
                "the snapshot cannot be deleted: mount {} uses it; unmount it first",
                mount.id
            ))),
        }
    }

    async fn delete_snapshots(&self, mut run: Run, ids: &[SnapshotId]) -> Result<()> {
        let now = self.shared.clock.now();
        // Said before it is done: what is gone must not look as if its time had been over.
        for object in
            run.objects.iter_mut().filter(|object| object.snapshot.is_some_and(|id| ids.contains(&id)))
        {
            object.deleted_at = Some(now);
        }
        self.shared.catalog.update_run(&run).await?;
        let names = self.shared.catalog.forget_snapshots(&run.tenant, ids).await?;
        if let Err(err) = self.shared.vault.forget(&run.tenant, names).await {
            // The catalog has already forgotten them: what is left in the vault costs space and nothing else.
            tracing::warn!(run = run.id.0, error = %err, "deleted snapshots are left in the vault");
        }
        self.shared.urgent.prune_soon(&run.tenant);
        Ok(())
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
    /// [`Kind::NotFound`](crate::Kind::NotFound) for the snapshot or the file,
    /// [`Kind::Invalid`](crate::Kind::Invalid) for a path that is not [plain](FilePath::is_plain).
    pub async fn file(&self, tenant: &TenantId, id: SnapshotId, path: &FilePath) -> Result<FileEntry> {
        if !path.is_plain() {
            return Err(Error::invalid(format!("{path} is not how a snapshot calls a file")));
        }
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
