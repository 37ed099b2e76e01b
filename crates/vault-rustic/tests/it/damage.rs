//! Damage to the repository's files.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use engine::{Kind, Vault};

use crate::fixture::{Fixture, files_in, noise, packs};

/// Turns some bytes in the middle of a file.
fn damage(path: &Path) {
    let length = fs::metadata(path).unwrap().len();
    let mut file = File::options().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(length / 2)).unwrap();
    file.write_all(&[0x55; 40]).unwrap();
}

/// Cuts a file in half, as a disk does that lost its cache.
fn tear(path: &Path) {
    let length = fs::metadata(path).unwrap().len();
    File::options().write(true).open(path).unwrap().set_len(length / 2).unwrap();
}

#[tokio::test]
async fn a_damaged_pack_costs_only_the_files_in_it() {
    for cut in [false, true] {
        let mut fixture = Fixture::new();
        for number in 0..8 {
            fixture.write(&format!("{number}"), noise(number, 12_000_000));
        }
        let snapshot = fixture.back_up(fixture.job("t")).await.unwrap().vault_snapshot;
        let packs = packs(&fixture.repository());
        let largest = packs.iter().max_by_key(|path| fs::metadata(path).unwrap().len()).unwrap();
        assert!(fs::metadata(largest).unwrap().len() > 20_000_000, "the files lie in several packs");
        if cut {
            fs::remove_file(largest).unwrap()
        } else {
            damage(largest)
        }
        fixture.reopen();

        let (kept, result) = fixture.extract(&snapshot, &[&fixture.files()]).await;
        result.unwrap();
        let failed: Vec<&str> = kept
            .failures
            .iter()
            .map(|(path, _)| path.as_path().file_name().unwrap().to_str().unwrap())
            .collect();
        // Files are read side by side, so that a pack holds parts of several; forty bytes lie in at most
        // two blocks.
        let bound = if cut { 7 } else { 2 };
        assert!((1..=bound).contains(&failed.len()), "{failed:?}");
        for number in (0..8).filter(|number| !failed.contains(&number.to_string().as_str())) {
            assert_eq!(kept.content(&fixture.file(&number.to_string())), noise(number, 12_000_000));
        }
        let lost = fixture.file(failed[0]);
        let error = fixture.read(&snapshot, &lost, 0, u64::MAX).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Internal);
        assert!(error.message().contains(&lost.display().to_string()), "{error}");

        // Once the index no longer promises what is not there, a backup from that parent heals it.
        if cut {
            fixture.vault.recover(&fixture.tenant).await.unwrap();
            let mut job = fixture.job("u");
            job.parent = Some(snapshot);
            let healed = fixture.back_up(job).await.unwrap();
            assert!(healed.stats.bytes_read >= 12_000_000, "{:?}", healed.stats);
            let (kept, result) = fixture.extract(&healed.vault_snapshot, &[&fixture.files()]).await;
            result.unwrap();
            assert_eq!(kept.failures, []);
        }
    }
}

#[tokio::test]
async fn torn_index_files_are_set_aside_and_made_anew() {
    for explicit in [true, false] {
        let mut fixture = Fixture::new();
        let path = fixture.write("file", noise(1, 3_000_000));
        let snapshot = fixture.back_up(fixture.job("t")).await.unwrap().vault_snapshot;
        for file in files_in(&fixture.repository().join("index")) {
            tear(&file);
        }
        fixture.reopen();
        if explicit {
            fixture.vault.recover(&fixture.tenant).await.unwrap();
        }
        assert_eq!(fixture.read(&snapshot, &path, 0, 4_000_000).await.unwrap(), noise(1, 3_000_000));
        assert_eq!(files_in(&fixture.repository().join("quarantine/index")).len(), 1);
        let mut job = fixture.job("u");
        job.parent = Some(snapshot);
        assert_eq!(fixture.back_up(job).await.unwrap().stats.bytes_read, 0);
    }
}

#[tokio::test]
async fn a_torn_snapshot_file_costs_only_that_snapshot() {
    let mut fixture = Fixture::new();
    let path = fixture.write("file", "content");
    let first = fixture.back_up(fixture.job("1")).await.unwrap().vault_snapshot;
    let second = fixture.back_up(fixture.job("2")).await.unwrap().vault_snapshot;
    tear(&fixture.repository().join("snapshots").join(&first));
    fixture.reopen();
    assert_eq!(fixture.vault.find(&fixture.tenant, "1").await.unwrap(), None);
    assert_eq!(fixture.vault.find(&fixture.tenant, "2").await.unwrap(), Some(second.clone()));
    assert_eq!(fixture.read(&first, &path, 0, 9).await.unwrap_err().kind(), Kind::Internal);
    assert_eq!(fixture.read(&second, &path, 0, 9).await.unwrap(), b"content");

    fixture.vault.recover(&fixture.tenant).await.unwrap();
    assert_eq!(fixture.read(&first, &path, 0, 9).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(fixture.read(&second, &path, 0, 9).await.unwrap(), b"content");
    let third = fixture.back_up(fixture.job("1")).await.unwrap().vault_snapshot;
    assert_eq!(fixture.vault.find(&fixture.tenant, "1").await.unwrap(), Some(third));
}

#[tokio::test]
async fn a_listing_that_fails_is_an_error_and_not_an_empty_list() {
    let mut fixture = Fixture::new();
    fixture.write("file", "content");
    fixture.back_up(fixture.job("t")).await.unwrap();
    let snapshots = fixture.repository().join("snapshots");
    // For root nothing is unreadable, so that the folder is replaced by what cannot be listed.
    let aside = fixture.repository().join("aside");
    fs::rename(&snapshots, &aside).unwrap();
    fs::write(&snapshots, "").unwrap();
    fixture.reopen();
    let error = fixture.vault.find(&fixture.tenant, "t").await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unavailable);
    assert!(fixture.vault.recover(&fixture.tenant).await.is_err());
    fs::remove_file(&snapshots).unwrap();
    fs::rename(&aside, &snapshots).unwrap();
    assert!(fixture.vault.find(&fixture.tenant, "t").await.unwrap().is_some());
}

#[tokio::test]
async fn recovering_a_whole_repository_changes_nothing() {
    let fixture = Fixture::new();
    fixture.write("file", noise(1, 100_000));
    fixture.back_up(fixture.job("t")).await.unwrap();
    let state = || {
        let mut files = packs(&fixture.repository());
        files.extend(files_in(&fixture.repository().join("index")));
        files.extend(files_in(&fixture.repository().join("snapshots")));
        files.sort();
        files
    };
    let before = state();
    fixture.vault.recover(&fixture.tenant).await.unwrap();
    fixture.vault.recover(&fixture.tenant).await.unwrap();
    assert_eq!(state(), before);
    assert!(!fixture.repository().join("quarantine").exists());
}
