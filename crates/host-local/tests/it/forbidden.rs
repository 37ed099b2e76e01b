//! Folders of the server's own.

use std::fs;
use std::sync::Arc;

use engine::{FilePath, Hosts, Kind, NoProgress};
use host_local::LocalHost;

use crate::support::{EVERYTHING, Scene, counts, file, folder, names, symlink};

/// A folder of ours with an exception in it.
fn scene() -> Scene {
    let mut scene = Scene::new(EVERYTHING);
    fs::create_dir_all(scene.path("target/ours/vault")).unwrap();
    fs::create_dir_all(scene.path("target/ours/open")).unwrap();
    fs::write(scene.path("target/ours/vault/key"), "secret").unwrap();
    scene.job.forbidden = vec![scene.path("target/ours")];
    scene.job.allowed = vec![scene.path("target/ours/open")];
    scene
}

fn opens(scene: &Scene, place: &str) -> bool {
    let mut job = scene.job.clone();
    job.placements = vec![(FilePath::from_bytes("/item"), scene.path(place))];
    match LocalHost::new().writer(job, Arc::new(NoProgress)) {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.kind(), Kind::Invalid);
            assert!(error.message().contains("belongs to this server"), "{error}");
            false
        }
    }
}

#[test]
fn a_place_inside_is_refused_when_it_is_opened() {
    let scene = scene();
    std::os::unix::fs::symlink(scene.path("target/ours"), scene.path("link")).unwrap();
    assert!(!opens(&scene, "target/ours"));
    assert!(!opens(&scene, "target/ours/new/deep"));
    assert!(!opens(&scene, "target/ours/vault"));
    assert!(!opens(&scene, "link/vault"));
    assert!(opens(&scene, "target/ours/open"));
    assert!(opens(&scene, "target/ours/open/new"));
    assert!(opens(&scene, "target/ours2/x"));
    assert!(opens(&scene, "target"));
    // Nothing was made for those that were refused.
    assert_eq!(names(&scene.path("target/ours")), ["open", "vault"]);
}

#[test]
fn entries_that_reach_inside_fail_and_the_exception_is_written() {
    let scene = scene();
    let report = scene.write(&[
        folder("/item").mode(0o755),
        folder("/item/ours").mode(0o777),
        folder("/item/ours/vault").mode(0o777),
        file("/item/ours/vault/key", "stolen"),
        symlink("/item/ours/new", "x"),
        file("/item/ours/made/file", "x"),
        folder("/item/ours/open").mode(0o711),
        file("/item/ours/open/file", "x"),
        file("/item/beside", "x"),
    ]);
    assert_eq!(counts(&report), (4, 0, 5), "{:#?}", report.warnings);
    assert!(report.warnings.iter().all(|line| line.contains("belongs to this server")), "{report:?}");
    assert_eq!(fs::read_to_string(scene.path("target/ours/vault/key")).unwrap(), "secret");
    assert_eq!(names(&scene.path("target/ours")), ["open", "vault"]);
    assert_eq!(names(&scene.path("target/ours/open")), ["file"]);
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(fs::metadata(scene.path("target/ours")).unwrap().permissions().mode() & 0o777, 0o755);
}

#[test]
fn what_does_not_exist_yet_is_forbidden_as_well() {
    let mut scene = Scene::new(EVERYTHING);
    scene.job.forbidden = vec![scene.path("target/later")];
    let report = scene.write(&[
        folder("/item"),
        folder("/item/later"),
        file("/item/later/x", ""),
        file("/item/x", ""),
    ]);
    assert_eq!(counts(&report), (2, 0, 2));
    assert_eq!(names(&scene.path("target")), ["x"]);
}

#[test]
fn a_folder_named_through_a_link_is_forbidden_where_it_really_is() {
    let mut scene = Scene::new(EVERYTHING);
    fs::create_dir_all(scene.path("target/real")).unwrap();
    std::os::unix::fs::symlink(scene.path("target/real"), scene.path("alias")).unwrap();
    scene.job.forbidden = vec![scene.path("alias")];
    let report = scene.write(&[file("/item/real/x", "")]);
    assert_eq!(counts(&report), (0, 0, 1));
    assert_eq!(names(&scene.path("target/real")), [""; 0]);
}

#[test]
fn a_folder_is_known_by_what_it_is_and_not_only_by_its_path() {
    let mut scene = Scene::new(EVERYTHING);
    fs::create_dir_all(scene.path("target/ours/inner")).unwrap();
    scene.job.forbidden = vec![scene.path("target/ours")];
    let mut sink = scene.sink();
    // As a bind mount would show it: the same folder by another path.
    fs::rename(scene.path("target/ours"), scene.path("target/elsewhere")).unwrap();
    crate::support::feed(
        &mut sink,
        &[folder("/item/elsewhere"), file("/item/elsewhere/x", ""), file("/item/elsewhere/inner/x", "")],
    )
    .unwrap();
    assert_eq!(counts(&sink.complete().unwrap()), (0, 0, 3));
    assert_eq!(names(&scene.path("target/elsewhere")), ["inner"]);
}
