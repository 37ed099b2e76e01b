//! What only shows with file systems of our own: a full one, and one folder at two places. This binary runs
//! itself where it may mount.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::support::{EVERYTHING, Scene, counts, file, folder, names};

const PLACE: &str = "HOST_LOCAL_TEST_PLACE";

/// Runs `test` again with `mount` done before, where `$PLACE` is an empty folder. False where that is not
/// possible: in a container, say.
fn mounted(test: &str, mount: &str) -> bool {
    let unshare = ["--mount", "--map-root-user"];
    let possible =
        Command::new("unshare").args(unshare).args(["sh", "-c", "mount -t tmpfs none /mnt"]).output();
    if !possible.is_ok_and(|output| output.status.success()) {
        return false;
    }
    let place = tempfile::TempDir::new().unwrap();
    let script = format!("PLACE=${PLACE}; {mount} && exec \"$0\" --exact {test} --nocapture");
    let output = Command::new("unshare")
        .args(unshare)
        .args(["sh", "-ec", &script])
        .arg(std::env::current_exe().unwrap())
        .env(PLACE, place.path())
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    true
}

fn scene_at(place: PathBuf) -> Scene {
    let mut scene = Scene::new(EVERYTHING);
    scene.job.placements[0].1 = place;
    scene
}

#[test]
fn a_full_disk_costs_only_what_does_not_fit() {
    let Some(place) = std::env::var_os(PLACE).map(PathBuf::from) else {
        mounted(
            "mounts::a_full_disk_costs_only_what_does_not_fit",
            "mount -t tmpfs -o size=128k none \"$PLACE\"",
        );
        return;
    };
    let large = vec![1; 1 << 20];
    let scene = scene_at(place.join("target"));
    let entries = [folder("/item"), file("/item/large", &large), file("/item/small", "fits")];
    let report = scene.write(&entries);
    assert_eq!(counts(&report), (2, 0, 1), "{report:?}");
    assert!(report.warnings[0].starts_with("/item/large: it cannot be written: No space left"), "{report:?}");
    assert_eq!(names(&place.join("target")), ["small"]);

    let mut strict = scene_at(place.join("strict"));
    strict.job.options.continue_on_error = false;
    let error = crate::support::feed(&mut strict.sink(), &entries).unwrap_err();
    assert_eq!(error.kind(), engine::Kind::Unavailable);
    assert_eq!(names(&place.join("strict")), [""; 0]);
}

#[test]
fn a_forbidden_folder_is_forbidden_wherever_it_is_mounted() {
    let Some(place) = std::env::var_os(PLACE).map(PathBuf::from) else {
        let mount = "mkdir -p \"$PLACE/ours/inner\" \"$PLACE/target/bound\" && \
             mount --bind \"$PLACE/ours\" \"$PLACE/target/bound\"";
        mounted("mounts::a_forbidden_folder_is_forbidden_wherever_it_is_mounted", mount);
        return;
    };
    let mut scene = scene_at(place.join("target"));
    scene.job.forbidden = vec![place.join("ours")];
    let report = scene.write(&[
        folder("/item"),
        folder("/item/bound").mode(0o777),
        file("/item/bound/x", ""),
        file("/item/bound/inner/x", ""),
    ]);
    assert_eq!(counts(&report), (1, 0, 3), "{report:?}");
    assert_eq!(names(&place.join("ours")), ["inner"]);
    assert_eq!(names(&place.join("ours/inner")), [""; 0]);

    scene.job.placements[0].1 = place.join("target/bound/inner/new");
    let refused = engine::Hosts::writer(
        &host_local::LocalHost::new(),
        scene.job.clone(),
        std::sync::Arc::new(engine::NoProgress),
    );
    assert!(refused.err().unwrap().message().contains("belongs to this server"));
    fs::remove_dir(place.join("ours/inner")).unwrap();
}
