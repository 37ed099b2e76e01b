//! What a server does that does not run as root. Where the tests do, this binary runs itself as somebody
//! else.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::Arc;

use engine::{FilePath, Hosts, Kind, NoProgress, NodeContent};
use host_local::LocalHost;

use crate::support::{EVERYTHING, Entry, Scene, counts, file, folder, is_root};

const NOBODY: u32 = 65534;

#[test]
fn a_server_without_privileges_keeps_what_it_may() {
    if !is_root() {
        return as_nobody();
    }
    // The binary may lie where only root may read.
    let place = tempfile::TempDir::new().unwrap();
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let binary = place.path().join("it");
    fs::copy(std::env::current_exe().unwrap(), &binary).unwrap();
    let output = Command::new(binary)
        .args(["--exact", "unprivileged::a_server_without_privileges_keeps_what_it_may", "--nocapture"])
        .current_dir("/")
        .uid(NOBODY)
        .gid(NOBODY)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

fn as_nobody() {
    let scene = Scene::new(EVERYTHING);
    let number = rustix::fs::makedev(1, 3);
    let report = scene.write(&[
        folder("/item").mode(0o755).owner(0, 0),
        file("/item/setuid-root", "x").mode(0o4755).owner(0, 0),
        folder("/item/closed").mode(0o000),
        // Out of reach as soon as the one above is closed.
        folder("/item/closed/inner").mode(0o500),
        file("/item/closed/file", "x").mode(0o444).xattr("user.k", b"v"),
        Entry::new("/item/null", NodeContent::Device { character: true, number }),
    ]);
    assert_eq!(counts(&report), (5, 0, 1), "{report:?}");
    assert_eq!(report.warnings, ["/item/null: only a server that runs as root may make devices"]);
    let own = fs::metadata("/proc/self").unwrap().uid();
    let found = fs::metadata(scene.path("target/setuid-root")).unwrap();
    assert_eq!(found.uid(), own);
    // A program of root's must not come back as one that runs as this user.
    assert_eq!(found.mode() & 0o7777, 0o755);
    assert_eq!(fs::metadata(scene.path("target/closed")).unwrap().mode() & 0o7777, 0);

    // Folders that may be passed but not read lead on; those that may not be written are refused at once.
    fs::create_dir_all(scene.path("passing/inner")).unwrap();
    fs::set_permissions(scene.path("passing"), fs::Permissions::from_mode(0o311)).unwrap();
    let mut job = scene.job.clone();
    job.placements = vec![(FilePath::from_bytes("/item"), scene.path("passing/inner/target"))];
    let writer = |job| LocalHost::new().writer(job, Arc::new(NoProgress));
    let mut sink = writer(job.clone()).unwrap();
    crate::support::feed(&mut sink, &[file("/item", "x")]).unwrap();
    assert_eq!(counts(&sink.complete().unwrap()), (1, 0, 0));
    fs::set_permissions(scene.path("passing/inner"), fs::Permissions::from_mode(0o555)).unwrap();
    job.placements[0].1 = scene.path("passing/inner/second");
    let error = writer(job).err().unwrap();
    assert_eq!(error.kind(), Kind::Invalid);
    assert!(error.message().contains("passing/inner/second: nothing can be written there"), "{error}");
    for name in ["target/closed", "passing", "passing/inner"] {
        fs::set_permissions(scene.path(name), fs::Permissions::from_mode(0o700)).unwrap();
    }
}
