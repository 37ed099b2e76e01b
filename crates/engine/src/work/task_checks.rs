//! Tasks that look whether something is as it should be.

use tokio::sync::mpsc;

use super::task::count_objects;
use crate::{Engine, Error, FileEntry, Kind, ObjectId, ProbeTarget, Result, RunId, RunState, Task};

/// Sees that the snapshot of a backup stands in the vault, that what was protected is in it, and that all of
/// it can be listed.
pub(super) async fn confirm(engine: &Engine, task: &Task, run: RunId, object: ObjectId) -> Result<()> {
    let (tenant, vault) = (&task.tenant, &engine.shared.vault);
    let backup = engine.kept_backup(tenant, run, object).await?;
    let Some(snapshot) = backup.snapshot else {
        return Err(Error::conflict("the backup has no snapshot any more"));
    };
    let name = &snapshot.vault_snapshot;
    if !vault.snapshots(tenant).await?.iter().any(|standing| standing.name == *name) {
        return Err(Error::new(Kind::Internal, "the vault does not hold the snapshot of this backup"));
    }
    // A root that could not be read is among the warnings of its backup.
    let may_lack = backup.object.state == RunState::SucceededWithWarnings;
    for root in snapshot.roots.iter().filter(|_| !may_lack) {
        if vault.entry(tenant, name, root).await?.is_none() {
            return Err(Error::new(Kind::Internal, format!("the snapshot of this backup lacks {root}")));
        }
    }
    let (entries, mut batches) = mpsc::channel::<Vec<FileEntry>>(4);
    let counted = async {
        let mut count = 0_u64;
        while let Some(batch) = batches.recv().await {
            count += batch.len() as u64;
        }
        Ok::<_, Error>(count)
    };
    let ((), count) = tokio::try_join!(vault.list(tenant, name, entries), counted)?;
    count_objects(engine, task, count).await
}

/// Really tries whether something answers.
pub(super) async fn probe(engine: &Engine, task: &Task, target: ProbeTarget) -> Result<()> {
    let shared = &engine.shared;
    match target {
        ProbeTarget::Source(id) => {
            let source = shared.catalog.source(&task.tenant, id).await?;
            shared.hosts.probe(&source.endpoint).await.map(drop)
        }
        ProbeTarget::Vault => {
            let standing = shared.vault.snapshots(&task.tenant).await?;
            count_objects(engine, task, standing.len() as u64).await
        }
    }
}
