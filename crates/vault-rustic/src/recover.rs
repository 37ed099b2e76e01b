//! Making a repository whole again: after a crash blocks may lie in packs that no index names, and a file
//! that the disk lost part of makes every reader of its kind give up.

use engine::Result;
use rustic_core::{FileType, RepairIndexOptions};

use crate::errors::{failed, io_failed};
use crate::repository::TenantRepository;

/// Kinds of which one damaged file would make the whole repository unreadable.
const CRITICAL: [FileType; 2] = [FileType::Index, FileType::Snapshot];

/// Repairs a repository that nobody else uses. Quick when nothing is wrong.
pub(crate) fn recover(repository: &TenantRepository) -> Result<()> {
    if !repository.exists()? {
        return Ok(());
    }
    let store = repository.store();
    let at = |error| io_failed("repair", store.folder(), error);
    store.remove_partial_files().map_err(at)?;
    for kind in CRITICAL {
        for (id, _) in store.list_strictly(kind).map_err(at)? {
            if !store.is_whole(kind, &id).map_err(at)? {
                let kept = store.quarantine(kind, &id).map_err(at)?;
                tracing::warn!(file = %kept.display(), "moved a damaged file out of the repository");
            }
        }
    }
    // Looks at every pack's name and size, and reads only those that no index knows.
    repository
        .open(store.clone())?
        .repair_index(&RepairIndexOptions::default(), false)
        .map_err(|error| failed("repair the index", error))?;
    repository.forget_readers();
    Ok(())
}

/// Whether an index or snapshot file is damaged, which [`recover`] mends.
pub(crate) fn is_damaged(repository: &TenantRepository) -> Result<bool> {
    let store = repository.store();
    let at = |error| io_failed("look at", store.folder(), error);
    for kind in CRITICAL {
        for (id, _) in store.list_strictly(kind).map_err(at)? {
            if !store.is_whole(kind, &id).map_err(at)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
