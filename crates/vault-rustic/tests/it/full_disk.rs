//! A store that cannot take what is written to it.

use std::process::Command;
use std::sync::{Arc, Mutex};

use engine::{BackupStats, Kind, NoProgress, Progress, TenantId, Vault};

use crate::fixture::{Fixture, files_in, job, noise, open};

/// Set for the process whose files may not grow: the fixture's folder.
const LIMITED: &str = "VAULT_TEST_LIMITED";

const FILES: u64 = 30;
const FILE_SIZE: usize = 10_000_000;

#[derive(Default)]
struct Last(Mutex<BackupStats>);

impl Progress<BackupStats> for Last {
    fn update(&self, stats: &BackupStats) {
        *self.0.lock().unwrap() = *stats;
    }
}

/// Not a test but the process whose files may not grow; does nothing in an ordinary run.
#[tokio::test]
async fn limited() {
    let Some(dir) = std::env::var_os(LIMITED) else { return };
    let dir = std::path::Path::new(&dir);
    let (vault, tenant) = (open(dir), TenantId("acme".to_owned()));
    let last = Arc::new(Last::default());
    let result =
        vault.back_up(&tenant, job(&[&dir.join("files")], "full"), Arc::default(), last.clone()).await;
    let error = result.expect_err("nothing may be acknowledged");
    assert_eq!(error.kind(), Kind::Unavailable, "{error}");
    let stats = *last.0.lock().unwrap();
    assert!(stats.bytes_read < FILES * FILE_SIZE as u64, "noticed only at the end: {stats:?}");
    assert_eq!(vault.find(&tenant, "full").await.unwrap(), None);
    // A small backup still has room, and the vault is none the worse.
    let outcome = vault
        .back_up(&tenant, job(&[&dir.join("small")], "small"), Arc::default(), Arc::new(NoProgress))
        .await
        .unwrap();
    assert_eq!(vault.find(&tenant, "small").await.unwrap(), Some(outcome.vault_snapshot));
}

#[tokio::test]
async fn a_full_store_ends_the_backup_at_once_and_nothing_is_acknowledged() {
    let fixture = Fixture::new();
    for number in 0..FILES {
        fixture.write(&format!("{number:02}"), noise(number, FILE_SIZE));
    }
    std::fs::write(fixture.dir.path().join("small"), "small").unwrap();
    // The limit on the size of files stands in for a full disk: packs are larger, all else is smaller.
    // Without the trap the process would be killed instead of being refused.
    let run = Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 4096; exec \"$0\" --exact full_disk::limited --nocapture"])
        .arg(std::env::current_exe().unwrap())
        .env(LIMITED, fixture.dir.path())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(String::from_utf8_lossy(&run.stdout).contains("1 passed"));

    // With room again, the same backup succeeds.
    assert_eq!(files_in(&fixture.repository().join("snapshots")).len(), 1);
    fixture.vault.recover(&fixture.tenant).await.unwrap();
    let outcome = fixture.back_up(fixture.job("full")).await.unwrap();
    assert_eq!(outcome.stats.files_done, FILES);
    let (kept, result) = fixture.extract(&outcome.vault_snapshot, &[&fixture.files()]).await;
    result.unwrap();
    assert_eq!(kept.contents.len() as u64, FILES);
    assert_eq!(kept.failures, []);
}
