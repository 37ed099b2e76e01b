//! What a process that was killed leaves mounted, and that it is put away.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use engine::Mounts as _;
use mount_fuse::{Access, FuseMounts};
use vault_rustic::RusticVault;

use crate::fixture::{Fixture, job, tenant};

/// Set for the process that is to die: the fixture's folder.
const VICTIM: &str = "MOUNT_TEST_VICTIM";
/// Set for it too: the snapshot to mount.
const SNAPSHOT: &str = "MOUNT_TEST_SNAPSHOT";

const ENOTCONN: i32 = 107;

/// Not a test but the process that is to die; does nothing in an ordinary run.
#[tokio::test(flavor = "multi_thread")]
async fn victim() {
    use engine::Vault as _;
    let Some(dir) = std::env::var_os(VICTIM) else { return };
    let dir = Path::new(&dir);
    let vault = RusticVault::open(dir.join("vault"), dir.join("secrets")).unwrap();
    let tree = vault.open_tree(&tenant(), &std::env::var(SNAPSHOT).unwrap()).await.unwrap();
    let mounts = FuseMounts::new(Access::Server);
    mounts.mount(job(tree, &dir.join("at"))).unwrap();
    println!("mounted");
    std::future::pending::<()>().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_process_left_is_put_away_and_mounted_again() {
    let Some(fixture) = Fixture::new() else { return };
    fixture.write("file", "content");
    let snapshot = fixture.back_up("t").await;
    for by_mounting in [false, true] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "dead::victim", "--nocapture"])
            .env(VICTIM, fixture.dir.path())
            .env(SNAPSHOT, &snapshot)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("mounted")), "the victim has ended");
        assert_eq!(fs::read_to_string(fixture.mounted().join("file")).unwrap(), "content");
        let none: Vec<PathBuf> = Vec::new();
        assert_eq!(fixture.mounts.clean(fixture.dir.path()).unwrap(), none, "it is alive");
        child.kill().unwrap();
        child.wait().unwrap();

        let dead = fs::read_dir(fixture.at()).unwrap_err();
        assert_eq!(dead.raw_os_error(), Some(ENOTCONN), "{dead}");
        if by_mounting {
            fixture.mount(&snapshot).await;
            assert_eq!(fs::read_to_string(fixture.mounted().join("file")).unwrap(), "content");
        } else {
            let elsewhere = fixture.dir.path().join("files");
            assert_eq!(fixture.mounts.clean(&elsewhere).unwrap(), none);
            assert_eq!(fixture.mounts.clean(fixture.dir.path()).unwrap(), [fixture.at()]);
            assert_eq!(fs::read_dir(fixture.at()).unwrap().count(), 0);
        }
    }
}
