//! `kill -9` in the middle of a run: the catalog tells the truth afterwards.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use ibm_backup_recovery::types::{BackupRunType, RunStatus};

use crate::support::{Fixture, ServerProcess};

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_tells_the_truth_afterwards() {
    let (data, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let key = data.path().join("api.key");
    let data_dir = data.path().join("data");
    let endless = dir.path().join("endless");
    fs::write(dir.path().join("small"), "small").unwrap();
    let mut server = ServerProcess::start(&data_dir, &key);
    let mut fixture = Fixture::new(server.client(&key), dir.path()).await;
    fixture.back_up().await;

    for round in 1..=3 {
        // Zeros that were never written take long to read and no space.
        File::create(&endless).unwrap().set_len(1 << 40).unwrap();
        fixture.start_run(BackupRunType::Regular).await;
        let killed = fixture.wait_for_run(&[RunStatus::Running]).await.id;
        server.kill();

        server = ServerProcess::start(&data_dir, &key);
        fixture.client = server.client(&key);
        let run = fixture.wait_until_ended().await;
        assert_eq!(run.id, killed, "in round {round}");
        let info = run.local_backup_info.unwrap();
        assert_eq!(info.status, Some(RunStatus::Failed), "in round {round}");
        let message = info.messages.unwrap().remove(0);
        assert!(message.contains("the server stopped"), "{message}");
        assert_eq!(fixture.snapshots().await.len(), round, "nothing is half visible");
        assert_eq!(fixture.search("endless").await, [""; 0]);

        fs::remove_file(&endless).unwrap();
        let run = fixture.back_up().await;
        assert_ne!(run.id, killed);
        assert_eq!(fixture.search("small").await.len(), 1);
    }
    server.kill();
    check_with_restic(&data_dir);
}

/// An independent reader of the format has a look, where there is one.
fn check_with_restic(data_dir: &Path) {
    if Command::new("restic").arg("version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "restic is missing, and CI must have it");
        eprintln!("skipped the check by restic: it is not installed");
        return;
    }
    let repository = fs::read_dir(data_dir.join("vault")).unwrap().next().unwrap().unwrap();
    let mut password = data_dir.join("secrets").join(repository.file_name()).into_os_string();
    password.push(".password");
    let check = Command::new("restic")
        .args(["check", "--no-cache", "--read-data", "--repo"])
        .arg(repository.path())
        .arg("--password-file")
        .arg(password)
        .output()
        .unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
}
