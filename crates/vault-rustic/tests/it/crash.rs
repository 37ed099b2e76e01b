//! A process that dies in the middle of a backup.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::{BackupStats, JobControl, Progress, TenantId, Vault};

use crate::fixture::{Fixture, files_in, job, noise, open, packs};

/// Set for the process that is to die: the fixture's folder.
const VICTIM: &str = "VAULT_TEST_CRASH";

/// Says that packs were written, and then holds the work for ever.
struct Announce {
    control: Arc<JobControl>,
    said: AtomicBool,
}

impl Progress<BackupStats> for Announce {
    fn update(&self, stats: &BackupStats) {
        if stats.bytes_stored > 0 && !self.said.swap(true, Ordering::SeqCst) {
            self.control.pause();
            eprintln!("STORED");
        }
    }
}

/// Not a test but the process that is to die; does nothing in an ordinary run.
#[tokio::test]
async fn victim() {
    let Some(dir) = std::env::var_os(VICTIM) else { return };
    let dir = Path::new(&dir);
    let control = Arc::new(JobControl::default());
    let progress = Arc::new(Announce { control: control.clone(), said: AtomicBool::new(false) });
    let job = job(&[&dir.join("files")], "killed");
    let tenant = TenantId("acme".to_owned());
    open(dir).back_up(&tenant, job, control, progress).await.unwrap();
}

#[tokio::test]
async fn a_backup_that_was_killed_leaves_no_snapshot_and_its_blocks_are_found_again() {
    let fixture = Fixture::new();
    for number in 0..12 {
        fixture.write(&format!("{number:02}"), noise(number, 10_000_000));
    }
    // Made before, so that nothing of the victim's time goes into making keys.
    fixture.back_up(job(&[&fixture.write("small", "x")], "before")).await.unwrap();
    let before = packs(&fixture.repository()).len();

    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::victim", "--nocapture"])
        .env(VICTIM, fixture.dir.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("STORED")), "the victim died by itself");
    child.kill().unwrap();
    child.wait().unwrap();
    // What a write that was cut off leaves behind.
    let partial = fixture.repository().join("index").join("0123.0.partial");
    std::fs::write(&partial, "half").unwrap();

    assert!(packs(&fixture.repository()).len() > before, "the victim had stored nothing");
    assert_eq!(files_in(&fixture.repository().join("snapshots")).len(), 1);
    assert_eq!(fixture.vault.find(&fixture.tenant, "killed").await.unwrap(), None);

    fixture.vault.recover(&fixture.tenant).await.unwrap();
    assert!(!partial.exists());
    assert!(fixture.vault.find(&fixture.tenant, "before").await.unwrap().is_some());
    let outcome = fixture.back_up(fixture.job("killed")).await.unwrap();
    assert!(outcome.stats.bytes_stored < 100_000_000, "nothing was found again: {:?}", outcome.stats);
    let found = fixture.vault.find(&fixture.tenant, "killed").await.unwrap();
    assert_eq!(found.as_ref(), Some(&outcome.vault_snapshot));
    let (kept, result) = fixture.extract(&outcome.vault_snapshot, &[&fixture.files()]).await;
    result.unwrap();
    for number in 0..12 {
        assert_eq!(kept.content(&fixture.file(&format!("{number:02}"))), noise(number, 10_000_000));
    }
}

#[tokio::test]
async fn a_repository_that_was_never_finished_is_made_anew() {
    let fixture = Fixture::new();
    let unfinished = fixture.repository().with_extension("unfinished");
    std::fs::create_dir_all(unfinished.join("keys")).unwrap();
    std::fs::write(unfinished.join("keys").join("0".repeat(64)), "no key").unwrap();
    fixture.write("file", "content");
    fixture.vault.recover(&fixture.tenant).await.unwrap();
    fixture.back_up(fixture.job("t")).await.unwrap();
    assert!(!unfinished.exists());
    assert_eq!(files_in(&fixture.repository().join("keys")).len(), 1);
}
