//! Giving back the space of what no snapshot holds any more.
//!
//! Pruning is the only work here that removes content, so it looks twice before it begins:
//!
//! - It has the repository to itself. Backups, reads and restores share it, and each holds its share from
//!   before it loads the index until it is done, so that no block that one of them counts on goes away.
//! - Every snapshot that the catalog knows stands in a strict listing, and every listed one is whole. What is
//!   reachable from the listing is kept, whether the catalog knows it (yet) or not: a backup that is complete
//!   here and is just about to be written to the catalog loses nothing.
//! - Nobody else works on the repository with restic: its lock files are respected while they are fresh.
//!
//! A process that dies in the middle leaves a whole repository, because of the order: what is kept is written
//! anew first, then the index that names it, then the old index files go, and only when that is durable the
//! packs that nothing names any more. What is left over then goes with the next prune.
//!
//! A repository from which no snapshot was removed since the last prune is left alone. A marker file, beside
//! the format's own files, says so and survives a restart.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use engine::{Error, Kind, PruneReport, Result};
use rustic_core::{FileType, LimitOption, PruneOptions};

use crate::errors::{failed, io_failed};
use crate::repository::{TenantRepository, snapshot_id};
use crate::store::{Store, sync_folder};

/// What says that snapshots were removed since the last prune.
const MARKER: &str = "strongroom-prune-due";
/// After this long restic itself takes a lock for left behind.
const LOCK_IS_STALE: Duration = Duration::from_secs(30 * 60);
/// How much unused data may stay, in per cent: the last of it costs the most to get out.
const UNUSED_PERCENT: u64 = 5;

/// Prunes a repository that nobody else uses. `known` are the snapshots that must be there.
pub(crate) fn prune(repository: &TenantRepository, known: &[String]) -> Result<PruneReport> {
    let store = repository.store();
    if !repository.exists()? || !is_due(store)? {
        return Ok(PruneReport::default());
    }
    refuse_foreign_work(store)?;
    refuse_incomplete_listing(store, known)?;
    let at = |error| io_failed("prune", store.folder(), error);
    store.remove_partial_files().map_err(at)?;
    let before = size(store).map_err(at)?;
    repository.forget_readers();
    let library = repository.open(store.clone())?;
    let options = PruneOptions::default()
        .instant_delete(true)
        .max_repack(LimitOption::Unlimited)
        .max_unused(LimitOption::Percentage(UNUSED_PERCENT));
    let plan = library.prune_plan(&options).map_err(|error| failed("plan a prune", error))?;
    library.prune(&options, plan).map_err(|error| failed("prune the repository", error))?;
    let after = size(store).map_err(at)?;
    unmark(store).map_err(at)?;
    Ok(PruneReport { bytes_freed: before.saturating_sub(after) })
}

/// Writes down that a prune has something to do.
pub(crate) fn mark(store: &Store) -> io::Result<()> {
    let marker = marker(store);
    if marker.try_exists()? {
        return Ok(());
    }
    File::create(&marker)?.sync_all()?;
    sync_folder(store.folder())
}

fn unmark(store: &Store) -> io::Result<()> {
    fs::remove_file(marker(store))
}

fn is_due(store: &Store) -> Result<bool> {
    let marker = marker(store);
    marker.try_exists().map_err(|error| io_failed("look at", &marker, error))
}

fn marker(store: &Store) -> PathBuf {
    store.folder().join(MARKER)
}

/// Every snapshot that is known must be listed, and every listed one whole: else what is reachable cannot be
/// told, and all of it would be taken for unused.
fn refuse_incomplete_listing(store: &Store, known: &[String]) -> Result<()> {
    let at = |error| io_failed("list the snapshots in", store.folder(), error);
    let listed = store.list_strictly(FileType::Snapshot).map_err(at)?;
    for (id, _) in &listed {
        if !store.is_whole(FileType::Snapshot, id).map_err(at)? {
            return Err(refused(format!("the snapshot {} is damaged", id.to_hex().as_str())));
        }
    }
    let listed: HashSet<_> = listed.into_iter().map(|(id, _)| id).collect();
    for name in known {
        let there = snapshot_id(name).is_ok_and(|id| listed.contains(&id));
        if !there {
            return Err(refused(format!("the snapshot {name}, which the catalog knows, is not there")));
        }
    }
    Ok(())
}

fn refused(reason: String) -> Error {
    Error::new(Kind::Internal, format!("the vault was not pruned: {reason}"))
}

/// Somebody who works on the repository with restic counts on what is there.
fn refuse_foreign_work(store: &Store) -> Result<()> {
    let folder = store.folder().join("locks");
    let fresh = has_fresh_file(&folder).map_err(|error| io_failed("look at", &folder, error))?;
    if fresh {
        return Err(Error::new(
            Kind::Unavailable,
            "the vault was not pruned: another tool has locked the repository",
        ));
    }
    Ok(())
}

fn has_fresh_file(folder: &Path) -> io::Result<bool> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        entries => entries?,
    };
    let now = SystemTime::now();
    for entry in entries {
        // A time in the future is taken for fresh.
        let age = now.duration_since(entry?.metadata()?.modified()?).unwrap_or_default();
        if age < LOCK_IS_STALE {
            return Ok(true);
        }
    }
    Ok(false)
}

fn size(store: &Store) -> io::Result<u64> {
    let mut size = 0;
    for kind in [FileType::Pack, FileType::Index] {
        size += store.list_strictly(kind)?.iter().map(|(_, bytes)| bytes).sum::<u64>();
    }
    Ok(size)
}
