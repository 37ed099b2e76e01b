//! The repositories are restic's: its own tool reads them, and the vault reads what it adds.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use engine::Vault;

use crate::fixture::{Fixture, noise};

/// Runs restic on the fixture's repository.
pub(crate) fn restic(fixture: &Fixture, arguments: &[&str]) -> Output {
    let (repository, password) = fixture.vault.repository_hint(&fixture.tenant).unwrap();
    let output = Command::new("restic")
        .arg("--no-cache")
        .arg("-r")
        .arg(repository)
        .arg("--password-file")
        .arg(password)
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Whether restic is installed; in CI it must be.
pub(crate) fn is_there() -> bool {
    let there = Command::new("restic").arg("version").output().is_ok();
    if !there {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "restic must be installed in CI");
        println!("SKIPPED: restic is not installed");
    }
    there
}

fn same(one: &Path, other: &Path) {
    let output = Command::new("diff").arg("-r").arg(one).arg(other).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[tokio::test]
async fn restic_checks_and_restores_what_the_vault_wrote() {
    if !is_there() {
        return;
    }
    let fixture = Fixture::new();
    for number in 0..5 {
        fixture.write(&format!("folder/{number}"), noise(number, 3_000_000));
    }
    fixture.write("folder/text", "the same again and again\n".repeat(10_000));
    fixture.write("empty", "");
    let outcome = fixture.back_up(fixture.job("run-1")).await.unwrap();
    restic(&fixture, &["check", "--read-data"]);

    let listed = restic(&fixture, &["snapshots", "--json", "--tag", "run-1"]);
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.contains(&outcome.vault_snapshot), "{listed}");
    assert!(listed.contains("2026-03-29T00:30:00"), "{listed}");
    assert!(listed.contains("host.example"), "{listed}");

    let target = fixture.dir.path().join("restored");
    restic(&fixture, &["restore", &outcome.vault_snapshot, "--target", target.to_str().unwrap()]);
    same(&fixture.files(), &target.join(fixture.files().strip_prefix("/").unwrap()));
}

#[tokio::test]
async fn the_vault_reads_and_continues_what_restic_wrote() {
    if !is_there() {
        return;
    }
    let fixture = Fixture::new();
    let path = fixture.write("file", noise(1, 5_000_000));
    fixture.back_up(fixture.job("ours")).await.unwrap();
    fs::write(fixture.file("added"), noise(2, 100_000)).unwrap();
    restic(&fixture, &["backup", "--tag", "theirs", fixture.files().to_str().unwrap()]);

    let theirs = fixture.vault.find(&fixture.tenant, "theirs").await.unwrap().unwrap();
    assert_eq!(fixture.read(&theirs, &path, 0, 6_000_000).await.unwrap(), noise(1, 5_000_000));
    assert_eq!(fixture.read(&theirs, &fixture.file("added"), 0, 6_000_000).await.unwrap(), noise(2, 100_000));
    let mut job = fixture.job("next");
    job.parent = Some(theirs);
    let next = fixture.back_up(job).await.unwrap();
    assert!(next.stats.bytes_stored < 50_000, "blocks were not shared: {:?}", next.stats);
    restic(&fixture, &["check", "--read-data"]);
}
