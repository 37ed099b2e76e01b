//! Giving space back: what is forgotten goes, what is kept stays, and nothing is risked.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::{Kind, TenantId, Vault};

use crate::fixture::{Fixture, files_in, job, noise, open, packs};
use crate::restic::{is_there, restic};

/// Set for the process that is to die: the fixture's folder.
const VICTIM: &str = "VAULT_TEST_PRUNE";
/// Set for it too: the snapshot that is known.
const KNOWN: &str = "VAULT_TEST_PRUNE_KNOWN";

fn size(repository: &Path) -> u64 {
    packs(repository).iter().map(|pack| fs::metadata(pack).unwrap().len()).sum()
}

/// Two snapshots: one of files that are gone by now, one of files that are left.
async fn gone_and_kept(fixture: &Fixture) -> (String, String) {
    for number in 0..4 {
        fixture.write(&format!("gone-{number}"), noise(number, 5_000_000));
        fixture.write(&format!("kept-{number}"), noise(100 + number, 5_000_000));
    }
    let gone = fixture.back_up(fixture.job("gone")).await.unwrap().vault_snapshot;
    for number in 0..4 {
        fs::remove_file(fixture.file(&format!("gone-{number}"))).unwrap();
    }
    let kept = fixture.back_up(fixture.job("kept")).await.unwrap().vault_snapshot;
    (gone, kept)
}

async fn assert_kept(fixture: &Fixture, snapshot: &str) {
    let (extracted, result) = fixture.extract(snapshot, &[&fixture.files()]).await;
    result.unwrap();
    for number in 0..4 {
        let file = fixture.file(&format!("kept-{number}"));
        assert!(extracted.content(&file) == noise(100 + number, 5_000_000), "{} differs", file.display());
    }
}

#[tokio::test]
async fn what_was_forgotten_gives_its_space_back_and_the_rest_stays() {
    let fixture = Fixture::new();
    let (gone, kept) = gone_and_kept(&fixture).await;
    let before = size(&fixture.repository());
    let known = || vec![kept.clone()];

    // Nothing was forgotten yet, so there is nothing to do.
    let report = fixture.vault.prune(&fixture.tenant, known()).await.unwrap();
    assert_eq!((report.bytes_freed, size(&fixture.repository())), (0, before));

    fixture.vault.forget(&fixture.tenant, vec![gone.clone()]).await.unwrap();
    assert_eq!(size(&fixture.repository()), before, "forgetting alone gives nothing back");
    let report = fixture.vault.prune(&fixture.tenant, known()).await.unwrap();
    let after = size(&fixture.repository());
    assert!(after < before - 19_000_000, "{before} bytes became {after}");
    assert!(report.bytes_freed.abs_diff(before - after) < 100_000, "{report:?}");
    assert_kept(&fixture, &kept).await;
    let names: Vec<_> = fixture.vault.snapshots(&fixture.tenant).await.unwrap();
    assert_eq!(names.len(), 1);
    assert_eq!((names[0].name.as_str(), names[0].tags.as_slice()), (kept.as_str(), &["kept".to_owned()][..]));
    assert_eq!(fixture.vault.prune(&fixture.tenant, known()).await.unwrap().bytes_freed, 0);
    if is_there() {
        restic(&fixture, &["check", "--read-data"]);
    }
    fixture.back_up(fixture.job("next")).await.unwrap();
}

#[tokio::test]
async fn a_vault_is_not_pruned_while_a_known_snapshot_is_missing_or_damaged() {
    let fixture = Fixture::new();
    let (gone, kept) = gone_and_kept(&fixture).await;
    fixture.vault.forget(&fixture.tenant, vec![gone.clone()]).await.unwrap();
    let before = size(&fixture.repository());
    let refused = async |known: Vec<String>, words: &str| {
        let error = fixture.vault.prune(&fixture.tenant, known).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Internal);
        assert!(error.message().contains(words), "{error}");
        assert_eq!(size(&fixture.repository()), before);
    };
    refused(vec![kept.clone(), gone.clone()], "is not there").await;
    let file = fixture.repository().join("snapshots").join(&kept);
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    refused(vec![], "is damaged").await;
    fs::write(&file, &whole).unwrap();
    // A listing that fails is no shorter listing.
    let (folder, away) = (file.parent().unwrap().to_owned(), fixture.repository().join("away"));
    fs::rename(&folder, &away).unwrap();
    assert!(fixture.vault.prune(&fixture.tenant, vec![]).await.is_err());
    assert_eq!(size(&fixture.repository()), before);
    fs::rename(&away, &folder).unwrap();

    // Another tool works on it.
    let lock = fixture.repository().join("locks").join("0".repeat(64));
    fs::write(&lock, "").unwrap();
    let error = fixture.vault.prune(&fixture.tenant, vec![kept.clone()]).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unavailable);
    assert_eq!(size(&fixture.repository()), before);
    fs::remove_file(&lock).unwrap();
    fixture.vault.prune(&fixture.tenant, vec![kept.clone()]).await.unwrap();
    assert!(size(&fixture.repository()) < before);
    assert_kept(&fixture, &kept).await;
}

#[tokio::test]
async fn a_snapshot_that_the_catalog_does_not_know_yet_is_kept() {
    let fixture = Fixture::new();
    let (gone, kept) = gone_and_kept(&fixture).await;
    fixture.vault.forget(&fixture.tenant, vec![gone]).await.unwrap();
    fixture.vault.prune(&fixture.tenant, vec![]).await.unwrap();
    assert_kept(&fixture, &kept).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_and_prunes_side_by_side_harm_nothing() {
    let fixture = Arc::new(Fixture::new());
    for number in 0..20 {
        fixture.write(&format!("{number}"), noise(number, 50_000));
    }
    let first = fixture.back_up(fixture.job("first")).await.unwrap().vault_snapshot;
    let backups = {
        let fixture = Arc::clone(&fixture);
        tokio::spawn(async move {
            let mut last = None;
            for round in 0..15 {
                fixture.write("changing", noise(1_000 + round, 300_000));
                let made = fixture.back_up(fixture.job(&format!("round-{round}"))).await.unwrap();
                if let Some(old) = last.replace(made.vault_snapshot) {
                    fixture.vault.forget(&fixture.tenant, vec![old]).await.unwrap();
                }
            }
            last.unwrap()
        })
    };
    let mut prunes = 0;
    while !backups.is_finished() {
        match fixture.vault.prune(&fixture.tenant, vec![first.clone()]).await {
            Ok(report) => prunes += u32::from(report.bytes_freed > 0),
            Err(error) => assert_eq!(error.kind(), Kind::Conflict, "{error}"),
        }
        tokio::task::yield_now().await;
    }
    let last = backups.await.unwrap();
    assert!(prunes > 0, "no prune came in between");
    for snapshot in [&first, &last] {
        let (kept, result) = fixture.extract(snapshot, &[&fixture.files()]).await;
        result.unwrap();
        assert_eq!(kept.failures, []);
    }
    if is_there() {
        restic(&fixture, &["check", "--read-data"]);
    }
}

/// Not a test but the process that is to die; does nothing in an ordinary run.
#[tokio::test]
async fn victim() {
    let Some(dir) = std::env::var_os(VICTIM) else { return };
    let known = std::env::var(KNOWN).unwrap();
    let tenant = TenantId("acme".to_owned());
    open(Path::new(&dir)).prune(&tenant, vec![known]).await.unwrap();
}

/// What the repository holds that a prune changes.
fn files(repository: &Path) -> HashSet<PathBuf> {
    packs(repository).into_iter().chain(files_in(&repository.join("index"))).collect()
}

#[tokio::test]
async fn a_prune_that_was_killed_leaves_a_whole_repository() {
    let base = Fixture::new();
    let (gone, kept) = gone_and_kept(&base).await;
    base.vault.forget(&base.tenant, vec![gone]).await.unwrap();
    let mut interrupted = 0;
    // Killed at the first, second, … change that is seen on disk.
    for changes in [1, 2, 3, 5] {
        let mut fixture = Fixture::new();
        for folder in ["vault", "secrets", "files"] {
            fs::remove_dir_all(fixture.dir.path().join(folder)).unwrap();
            let from = base.dir.path().join(folder);
            let copied = Command::new("cp").arg("-a").arg(from).arg(fixture.dir.path()).status().unwrap();
            assert!(copied.success());
        }
        fixture.reopen();
        let repository = fixture.repository();
        let mut seen = files(&repository);
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "prune::victim", "--nocapture"])
            .env(VICTIM, fixture.dir.path())
            .env(KNOWN, &kept)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (begun, mut left) = (Instant::now(), changes);
        while left > 0 && child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < Duration::from_secs(60), "the prune does not end");
            let now = files(&repository);
            if now != seen {
                (seen, left) = (now, left - 1);
            }
        }
        interrupted += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();

        if is_there() {
            restic(&fixture, &["check"]);
        }
        fixture.vault.recover(&fixture.tenant).await.unwrap();
        fixture.vault.prune(&fixture.tenant, vec![kept.clone()]).await.unwrap();
        let (extracted, result) = fixture.extract_from(&base, &kept).await;
        result.unwrap();
        assert_eq!((extracted.failures.len(), extracted.contents.len()), (0, 4), "after {changes} changes");
        assert!(size(&repository) < 22_000_000, "the next prune finishes what was begun");
        if is_there() {
            restic(&fixture, &["check", "--read-data"]);
        }
        fixture.back_up(job(&[&fixture.files()], "after")).await.unwrap();
    }
    assert!(interrupted > 0, "the prunes were too quick to be killed");
}
