//! Checks: of what is whole, and of what was damaged in every way that a disk has.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use engine::{
    CheckDepth, CheckStats, DamagedThing, Error, JobControl, Kind, NoProgress, Progress, Vault, VaultCheck,
};

use crate::fixture::{Fixture, files_in, noise, packs};

const ALL: CheckDepth = CheckDepth::Contents { percent: 100 };

async fn check(fixture: &Fixture, depth: CheckDepth) -> VaultCheck {
    fixture.vault.check(&fixture.tenant, depth, Arc::default(), Arc::new(NoProgress)).await.unwrap()
}

/// Two snapshots that share a file; `new` is only in the second.
async fn two_snapshots(fixture: &Fixture) -> (String, String) {
    fixture.write("both", noise(1, 3_000_000));
    let first = fixture.back_up(fixture.job("1")).await.unwrap().vault_snapshot;
    fixture.write("folder/new", noise(2, 4_000_000));
    let second = fixture.back_up(fixture.job("2")).await.unwrap().vault_snapshot;
    (first, second)
}

/// Turns one byte in the middle of a file.
fn flip(path: &Path) {
    let mut content = fs::read(path).unwrap();
    let middle = content.len() / 2;
    content[middle] ^= 1;
    let mut file = File::options().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    file.write_all(&content).unwrap();
}

/// The pack with the file that only the second snapshot has.
fn pack_of_new(fixture: &Fixture) -> PathBuf {
    let size = |path: &PathBuf| fs::metadata(path).unwrap().len();
    packs(&fixture.repository()).into_iter().max_by_key(size).unwrap()
}

fn harmed(found: &VaultCheck) -> Vec<(&str, u64, u64, Vec<String>)> {
    let told = found.harmed.iter().map(|harm| {
        let paths = harm.paths.iter().map(ToString::to_string).collect();
        (harm.vault_snapshot.as_str(), harm.files, harm.folders, paths)
    });
    told.collect()
}

fn kinds(found: &VaultCheck) -> Vec<DamagedThing> {
    assert_eq!(found.damages_total, found.damages.len() as u64);
    found.damages.iter().map(|damage| damage.kind).collect()
}

#[tokio::test]
async fn nothing_is_found_where_nothing_is_wrong() {
    let fixture = Fixture::new();
    assert_eq!(check(&fixture, ALL).await, VaultCheck::default(), "there is no repository yet");
    let (first, second) = two_snapshots(&fixture).await;
    let found = check(&fixture, CheckDepth::Structure).await;
    assert_eq!((kinds(&found), harmed(&found)), (vec![], vec![]));
    assert_eq!(found.snapshots.len(), 2);
    assert!(found.snapshots.contains(&first) && found.snapshots.contains(&second));
    assert_eq!((found.bytes_read, found.unused_files), (0, 0));
    assert_eq!(found.packs, packs(&fixture.repository()).len() as u64);

    let read = check(&fixture, ALL).await;
    assert_eq!(read, VaultCheck { bytes_read: found.bytes, ..found.clone() });
    assert!(found.bytes > 7_000_000);
    let part = check(&fixture, CheckDepth::Contents { percent: 1 }).await;
    assert!(part.bytes_read > 0 && part.bytes_read < found.bytes, "{part:?}");
}

#[tokio::test]
async fn a_flipped_bit_is_found_by_reading_with_the_file_that_has_it() {
    let mut fixture = Fixture::new();
    let (_, second) = two_snapshots(&fixture).await;
    flip(&pack_of_new(&fixture));
    fixture.reopen();
    let found = check(&fixture, CheckDepth::Structure).await;
    assert_eq!((kinds(&found), harmed(&found)), (vec![], vec![]), "nobody has read it");
    let found = check(&fixture, ALL).await;
    assert_eq!(kinds(&found), [DamagedThing::Pack]);
    assert_eq!(found.damages[0].reason, "does not match its checksum");
    let path = fixture.file("folder/new").display().to_string();
    assert_eq!(harmed(&found), [(second.as_str(), 1, 0, vec![path])]);
}

#[tokio::test]
async fn a_missing_and_a_short_pack_are_found_without_reading() {
    for cut in [false, true] {
        let mut fixture = Fixture::new();
        let (_, second) = two_snapshots(&fixture).await;
        let pack = pack_of_new(&fixture);
        match cut {
            true => File::options().write(true).open(&pack).unwrap().set_len(100).unwrap(),
            false => fs::remove_file(&pack).unwrap(),
        }
        fixture.reopen();
        let found = check(&fixture, CheckDepth::Structure).await;
        assert_eq!(kinds(&found), [DamagedThing::Pack]);
        assert_eq!(found.damages[0].name, pack.file_name().unwrap().to_str().unwrap());
        let path = fixture.file("folder/new").display().to_string();
        assert_eq!(harmed(&found), [(second.as_str(), 1, 0, vec![path])]);

        if cut {
            continue;
        }
        // Once the indexes were made anew nothing names the pack, and the file is missed all the same.
        fixture.vault.recover(&fixture.tenant).await.unwrap();
        let found = check(&fixture, CheckDepth::Structure).await;
        assert_eq!(kinds(&found), []);
        assert_eq!(harmed(&found).len(), 1);
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_listed_is_found_without_reading() {
    let mut fixture = Fixture::new();
    two_snapshots(&fixture).await;
    let mut packs = packs(&fixture.repository());
    packs.sort_by_key(|path| fs::metadata(path).unwrap().len());
    // Small packs hold folders: one for each backup.
    for pack in &packs[..2] {
        flip(pack);
    }
    fixture.reopen();
    let found = check(&fixture, CheckDepth::Structure).await;
    assert_eq!(kinds(&found), []);
    let harmed = harmed(&found);
    assert_eq!(harmed.len(), 2);
    assert!(harmed.iter().all(|(_, files, folders, paths)| *files == 0 && *folders == 1 && paths.len() == 1));
    let found = check(&fixture, ALL).await;
    assert_eq!(kinds(&found), [DamagedThing::Pack, DamagedThing::Pack]);
}

#[tokio::test]
async fn a_torn_index_costs_what_only_it_knows_until_it_is_made_anew() {
    let mut fixture = Fixture::new();
    two_snapshots(&fixture).await;
    for index in files_in(&fixture.repository().join("index")) {
        let length = fs::metadata(&index).unwrap().len();
        File::options().write(true).open(&index).unwrap().set_len(length / 2).unwrap();
    }
    fixture.reopen();
    let found = check(&fixture, CheckDepth::Structure).await;
    assert_eq!(kinds(&found), [DamagedThing::Index, DamagedThing::Index]);
    assert_eq!(found.harmed.len(), 2);
    assert_eq!(found.unused_files, packs(&fixture.repository()).len() as u64);

    fixture.vault.recover(&fixture.tenant).await.unwrap();
    let found = check(&fixture, ALL).await;
    assert_eq!((kinds(&found), harmed(&found)), (vec![], vec![]));
}

#[tokio::test]
async fn a_damaged_snapshot_and_a_damaged_key_are_told() {
    let mut fixture = Fixture::new();
    let (first, second) = two_snapshots(&fixture).await;
    flip(&fixture.repository().join("snapshots").join(&first));
    fixture.reopen();
    let found = check(&fixture, CheckDepth::Structure).await;
    assert_eq!(kinds(&found), [DamagedThing::Snapshot]);
    assert!(found.harmed[0].is_whole());
    assert_eq!(harmed(&found), [(first.as_str(), 0, 0, vec![])]);

    // Whoever has the key in memory still reads; a restart would not.
    fixture.back_up(fixture.job("3")).await.unwrap();
    for key in files_in(&fixture.repository().join("keys")) {
        fs::write(key, "{}").unwrap();
    }
    let found = check(&fixture, CheckDepth::Structure).await;
    assert_eq!(kinds(&found), [DamagedThing::Key]);
    assert_eq!(found.harmed.len(), 3);
    assert!(found.harmed.iter().any(|harm| harm.vault_snapshot == second));
}

/// Holds the check as soon as it has read a pack.
struct Hold {
    control: Arc<JobControl>,
    held: Mutex<Option<tokio::sync::oneshot::Sender<()>>>,
}

impl Progress<CheckStats> for Hold {
    fn update(&self, stats: &CheckStats) {
        if stats.bytes_done > 0
            && let Some(held) = self.held.lock().unwrap().take()
        {
            self.control.pause();
            held.send(()).unwrap();
        }
    }
}

#[tokio::test]
async fn backups_and_prunes_come_between_packs_and_a_second_check_does_not() {
    let fixture = Fixture::new();
    let (first, second) = two_snapshots(&fixture).await;
    let control = Arc::<JobControl>::default();
    let (sender, held) = tokio::sync::oneshot::channel();
    let hold = Hold { control: control.clone(), held: Mutex::new(Some(sender)) };
    let (vault, tenant, lever) = (fixture.vault.clone(), fixture.tenant.clone(), control.clone());
    let going = tokio::spawn(async move { vault.check(&tenant, ALL, lever, Arc::new(hold)).await });
    held.await.unwrap();

    let refused = fixture.vault.check(&fixture.tenant, ALL, Arc::default(), Arc::new(NoProgress)).await;
    assert_eq!(refused.as_ref().map_err(Error::kind).unwrap_err(), Kind::Conflict);
    let third = fixture.back_up(fixture.job("3")).await.unwrap().vault_snapshot;
    fixture.vault.forget(&fixture.tenant, vec![second]).await.unwrap();
    let known = vec![first, third];
    fixture.vault.prune(&fixture.tenant, known).await.unwrap();

    control.resume();
    let found = going.await.unwrap().unwrap();
    assert_eq!((kinds(&found), harmed(&found)), (vec![], vec![]));
    check(&fixture, CheckDepth::Structure).await;
}

#[tokio::test]
async fn a_check_ends_when_it_is_cancelled() {
    let fixture = Fixture::new();
    two_snapshots(&fixture).await;
    let control = Arc::<JobControl>::default();
    control.cancel();
    let ended = fixture.vault.check(&fixture.tenant, ALL, control, Arc::new(NoProgress)).await;
    assert_eq!(ended.unwrap_err().kind(), Kind::Cancelled);
    check(&fixture, ALL).await;
}
