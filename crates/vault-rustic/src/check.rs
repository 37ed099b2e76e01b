//! Looking whether a repository is whole, and which snapshots miss something where it is not.
//!
//! The library has a check of its own. It gives up at the first torn index, panics on some damage, cannot be
//! cancelled and does not say which snapshots are touched; so this one goes its own way, with the library's parts:
//!
//! 1. Every index file is whole, and every pack that one names is there with its size.
//! 2. Where contents are asked for, packs are held against the checksum that they are named by. Of those that do
//!    not match, and of those with a wrong size, each block is read, so that it is known which ones are lost.
//! 3. Every folder of every snapshot is read, and every block of every file looked up: what it needs and is lost or
//!    unknown is what the snapshot misses. Folders that snapshots share are read once.
//!
//! The repository is shared with backups and reads, so that no prune comes between. Reading packs can take hours:
//! there the share is given back after each of them, and a pack that a prune took away meanwhile is passed over.

mod listing;
mod walk;

use std::collections::HashSet;
use std::sync::Arc;

use engine::{
    CheckDepth, CheckReport, CheckStats, Damage, DamagedThing, Error, Harm, JobControl, Kind, Progress,
    Result, VaultCheck,
};
use rustic_core::repofile::{IndexFile, SnapshotFile};
use rustic_core::{BlobId, FileType, Id, OpenStatus, Repository};

use crate::errors::{failed, io_failed};
use crate::repository::TenantRepository;
use listing::Sound;
use walk::Walk;

/// Checks a repository.
pub(crate) fn check(
    repository: &TenantRepository,
    depth: CheckDepth,
    control: &JobControl,
    progress: &dyn Progress<CheckStats>,
) -> Result<VaultCheck> {
    let Some(_turn) = repository.turn_to_check() else {
        return Err(Error::conflict("another check of this vault goes on"));
    };
    let share = repository.share_blocking();
    if !repository.exists()? {
        return Ok(VaultCheck::default());
    }
    let mut check =
        Check { repository, control, progress, stats: CheckStats::default(), found: VaultCheck::default() };
    check.tell();
    let snapshots = check.listed(FileType::Snapshot)?;
    check.found.snapshots = snapshots.iter().map(|(id, _)| name(id)).collect();
    check.stats.snapshots_total = snapshots.len() as u64;
    let survey = match check.survey()? {
        Some(survey) => survey,
        None => {
            // Nothing can be opened.
            check.found.harmed = check.found.snapshots.iter().map(Harm::whole).collect();
            return Ok(check.found);
        }
    };
    let rewritten = repository.rewritten();
    drop(share);

    let mut suspects = survey.torn.clone();
    if let CheckDepth::Contents { percent } = depth {
        suspects.extend(check.read_packs(&survey.packs, percent, rewritten)?);
    }

    let _share = repository.share_blocking();
    check.go_through_snapshots(&survey, suspects)?;
    Ok(check.found)
}

/// What is to be found out of indexes.
struct Survey {
    /// Index files that cannot be used.
    damaged: HashSet<Id>,
    /// Packs that are there with their size, sorted.
    packs: Vec<(Id, u64)>,
    /// Packs that are there with another size.
    torn: HashSet<Id>,
    /// Packs that are not there.
    missing: HashSet<Id>,
}

struct Check<'a> {
    repository: &'a TenantRepository,
    control: &'a JobControl,
    progress: &'a dyn Progress<CheckStats>,
    stats: CheckStats,
    found: VaultCheck,
}

impl Check<'_> {
    fn tell(&self) {
        self.progress.update(&self.stats);
    }

    fn damage(&mut self, kind: DamagedThing, id: &Id, reason: impl Into<String>) {
        self.found.damages_total += 1;
        self.stats.damages += 1;
        if self.found.damages.len() < CheckReport::KEPT {
            self.found.damages.push(Damage { kind, name: name(id), reason: reason.into() });
        }
        self.tell();
    }

    fn listed(&self, kind: FileType) -> Result<Vec<(Id, u64)>> {
        let store = self.repository.store();
        store.list_strictly(kind).map_err(|error| io_failed("list", store.folder(), error))
    }

    /// The repository without the index files that cannot be used.
    fn open(&self, damaged: &HashSet<Id>) -> Result<Repository<OpenStatus>> {
        let sound = Sound::new(self.repository.store().clone(), damaged.clone());
        self.repository.open(Arc::new(sound))
    }

    /// Looks at the key, the indexes, and the sizes of packs. None when the repository cannot be opened.
    fn survey(&mut self) -> Result<Option<Survey>> {
        // By its password, as after a restart: what is in memory says nothing of what is on disk.
        match self.repository.open_by_password() {
            Err(error) if error.kind() == Kind::Internal => {
                self.damage(DamagedThing::Key, &Id::default(), error.message());
                return Ok(None);
            }
            opened => drop(opened?),
        }
        let mut survey = Survey {
            damaged: HashSet::new(),
            packs: Vec::new(),
            torn: HashSet::new(),
            missing: HashSet::new(),
        };
        for (id, _) in self.listed(FileType::Index)? {
            self.control.checkpoint()?;
            if !self.is_whole(FileType::Index, &id)? {
                self.damage(DamagedThing::Index, &id, "does not match its checksum");
                survey.damaged.insert(id);
            }
        }
        let library = self.open(&survey.damaged)?;
        let mut named: Vec<(Id, u64)> = Vec::new();
        for (id, _) in self.listed(FileType::Index)? {
            self.control.checkpoint()?;
            if survey.damaged.contains(&id) {
                continue;
            }
            let index: IndexFile = match library.get_file(&id.into()) {
                Ok(index) => index,
                Err(error) => {
                    let error = failed("read an index", error);
                    if error.kind() != Kind::Internal {
                        return Err(error);
                    }
                    self.damage(DamagedThing::Index, &id, "cannot be read");
                    survey.damaged.insert(id);
                    continue;
                }
            };
            named.extend(index.packs.iter().map(|pack| (*pack.id, u64::from(pack.pack_size()))));
        }
        named.sort_unstable();
        named.dedup();
        // Last: a backup writes packs first, so that every pack which an index names is listed.
        let mut there: Vec<(Id, u64)> = self.listed(FileType::Pack)?;
        there.sort_unstable();
        for (id, size) in named {
            match there.binary_search_by_key(&id, |(id, _)| *id) {
                Err(_) => {
                    self.damage(DamagedThing::Pack, &id, "is not there");
                    survey.missing.insert(id);
                }
                Ok(at) if there[at].1 != size => {
                    let reason = format!("has {} bytes, of {size}", there[at].1);
                    self.damage(DamagedThing::Pack, &id, reason);
                    survey.torn.insert(id);
                }
                Ok(_) => survey.packs.push((id, size)),
            }
        }
        let known = survey.packs.len() + survey.torn.len();
        self.found.unused_files = there.len().saturating_sub(known) as u64;
        self.found.packs = (known + survey.missing.len()) as u64;
        self.found.bytes = survey.packs.iter().map(|(_, size)| size).sum();
        Ok(Some(survey))
    }

    /// Reads a share of the packs. Gives those that do not match their checksum.
    fn read_packs(&mut self, packs: &[(Id, u64)], percent: u8, rewritten: u64) -> Result<Vec<Id>> {
        let chosen = choose(packs, percent, Id::random());
        self.stats.bytes_total = chosen.iter().map(|(_, size)| size).sum();
        let mut suspects = Vec::new();
        for (id, size) in chosen {
            self.control.checkpoint()?;
            let repository = self.repository;
            let _share = repository.share_blocking();
            let was_pruned = repository.rewritten() != rewritten;
            let path = repository.store().path(FileType::Pack, &id);
            if was_pruned && !path.try_exists().map_err(|error| io_failed("look at", &path, error))? {
                self.stats.bytes_total -= size;
                continue;
            }
            if !self.is_whole(FileType::Pack, &id)? {
                self.damage(DamagedThing::Pack, &id, "does not match its checksum");
                suspects.push(id);
            }
            self.stats.bytes_done += size;
            self.found.bytes_read = self.stats.bytes_done;
            self.tell();
        }
        Ok(suspects)
    }

    /// Whether a file is there and matches its checksum. One on a part of the disk that cannot be read does not.
    fn is_whole(&self, kind: FileType, id: &Id) -> Result<bool> {
        let store = self.repository.store();
        match store.is_whole(kind, id) {
            Ok(whole) => Ok(whole),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(io_failed("read", &store.path(kind, id), error)),
        }
    }

    /// Finds out which blocks are lost, and goes through every snapshot.
    fn go_through_snapshots(&mut self, survey: &Survey, suspects: HashSet<Id>) -> Result<()> {
        let library = self.open(&survey.damaged)?;
        let lost = self.lost_blocks(&library, survey, &suspects)?;
        let library =
            library.to_indexed().map_err(|error| failed("load the index of the repository", error))?;
        let mut walk = Walk::new(&library, self.control, survey.missing.clone(), suspects, lost);
        for (id, _) in self.listed(FileType::Snapshot)? {
            self.control.checkpoint()?;
            let name = name(&id);
            if !self.is_whole(FileType::Snapshot, &id)? {
                // Somebody may have removed it this moment.
                let path = self.repository.store().path(FileType::Snapshot, &id);
                if path.try_exists().map_err(|error| io_failed("look at", &path, error))? {
                    self.damage(DamagedThing::Snapshot, &id, "does not match its checksum");
                    self.found.harmed.push(Harm::whole(name));
                }
            } else {
                let snapshot: SnapshotFile =
                    library.get_file(&id.into()).map_err(|error| failed("read a snapshot", error))?;
                let harm = walk.harm_of(snapshot.tree)?;
                self.found.harmed.extend(harm.map(|harm| Harm { vault_snapshot: name, ..harm }));
            }
            self.stats.snapshots_done += 1;
            self.tell();
        }
        self.stats.snapshots_total = self.stats.snapshots_done;
        self.tell();
        Ok(())
    }

    /// The blocks of packs that do not hold what they should, as far as they cannot be read.
    fn lost_blocks(
        &self,
        library: &Repository<OpenStatus>,
        survey: &Survey,
        suspects: &HashSet<Id>,
    ) -> Result<HashSet<BlobId>> {
        let mut lost = HashSet::new();
        if suspects.is_empty() {
            return Ok(lost);
        }
        // One of its own: it is used up, and keeps what it reads.
        let reading = self.open(&survey.damaged)?;
        let reading =
            reading.to_indexed().map_err(|error| failed("load the index of the repository", error))?;
        for (id, _) in self.listed(FileType::Index)? {
            if survey.damaged.contains(&id) {
                continue;
            }
            let index: IndexFile =
                library.get_file(&id.into()).map_err(|error| failed("read an index", error))?;
            for pack in index.packs.iter().filter(|pack| suspects.contains(&*pack.id)) {
                for block in &pack.blobs {
                    self.control.checkpoint()?;
                    if reading.get_blob_cached(&block.id, block.tpe).is_err() {
                        lost.insert(block.id);
                    }
                }
            }
        }
        Ok(lost)
    }
}

/// So many of the packs that they have this share of the bytes, but at least one: those that come after a place,
/// and from the start again. Names are as good as random, so that packs beside each other have nothing in common.
fn choose(packs: &[(Id, u64)], percent: u8, place: Id) -> Vec<(Id, u64)> {
    let total: u64 = packs.iter().map(|(_, size)| size).sum();
    let wanted = u64::try_from(u128::from(total) * u128::from(percent) / 100).unwrap_or(total);
    let start = packs.partition_point(|(id, _)| *id < place);
    let mut taken = 0;
    let (before, after) = packs.split_at(start);
    let enough = |(_, size): &(Id, u64)| {
        let goes_on = taken < wanted || (taken == 0 && wanted == 0);
        taken += size;
        goes_on
    };
    after.iter().chain(before).copied().take_while(enough).collect()
}

fn name(id: &Id) -> String {
    id.to_hex().as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packs(sizes: &[u64]) -> Vec<(Id, u64)> {
        let id = |number: usize| format!("{number:064x}").parse().unwrap();
        sizes.iter().enumerate().map(|(number, size)| (id(number + 1), *size)).collect()
    }

    #[test]
    fn a_share_begins_anywhere_and_is_as_large_as_was_asked_for() {
        let packs = packs(&[10, 20, 30, 40]);
        let sizes = |percent, place: u64| -> Vec<u64> {
            let place = format!("{place:064x}").parse().unwrap();
            choose(&packs, percent, place).into_iter().map(|(_, size)| size).collect()
        };
        assert_eq!(sizes(100, 0), [10, 20, 30, 40]);
        assert_eq!(sizes(100, 3), [30, 40, 10, 20]);
        assert_eq!(sizes(50, 4), [40, 10]);
        assert_eq!(sizes(1, 2), [20]);
        assert_eq!(sizes(1, 99), [10]);
        assert_eq!(choose(&[], 100, Id::default()), []);
        assert_eq!(choose(&packs[..1], 1, Id::default()).len(), 1, "never nothing");
    }
}
