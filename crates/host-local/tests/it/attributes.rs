//! Mode, owner, times and extended attributes.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use engine::{NodeContent, RestoreOptions};
use jiff::Timestamp;

use crate::support::{EVERYTHING, Entry, Scene, counts, file, folder, is_root, symlink, time};

const MODIFIED: &str = "2019-03-04T05:06:07.123456789Z";
const ACCESSED: &str = "2020-01-02T03:04:05.987654321Z";
/// Before 1970, with a fraction.
const EARLY: &str = "1969-12-31T23:59:58.250000001Z";

const PLAIN: RestoreOptions = RestoreOptions { preserve_attributes: false, ..EVERYTHING };

fn modified(path: &Path) -> Timestamp {
    let found = fs::symlink_metadata(path).unwrap();
    Timestamp::from_nanosecond(i128::from(found.mtime()) * 1_000_000_000 + i128::from(found.mtime_nsec()))
        .unwrap()
}

fn accessed(path: &Path) -> Timestamp {
    let found = fs::symlink_metadata(path).unwrap();
    Timestamp::from_nanosecond(i128::from(found.atime()) * 1_000_000_000 + i128::from(found.atime_nsec()))
        .unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o7777
}

fn xattr(path: &Path, name: &str) -> Option<Vec<u8>> {
    let mut value = vec![0; 100];
    let length = rustix::fs::lgetxattr(path, name, value.as_mut_slice()).ok()?;
    value.truncate(length);
    Some(value)
}

#[test]
fn times_are_kept_to_the_nanosecond() {
    let scene = Scene::new(EVERYTHING);
    scene.write(&[
        folder("/item").times(MODIFIED, ACCESSED),
        folder("/item/sub").times(EARLY, ACCESSED),
        file("/item/sub/file", "x").times(MODIFIED, ACCESSED),
        symlink("/item/sub/link", "file").times(EARLY, MODIFIED),
        Entry::new("/item/sub/pipe", NodeContent::Fifo).times(EARLY, MODIFIED),
        file("/item/early", "x").times(EARLY, EARLY),
        // Written to after its folders were announced.
        file("/item/sub/late", "x"),
    ]);
    for (name, expected) in [
        ("target", (MODIFIED, ACCESSED)),
        ("target/sub", (EARLY, ACCESSED)),
        ("target/sub/file", (MODIFIED, ACCESSED)),
        ("target/sub/link", (EARLY, MODIFIED)),
        ("target/sub/pipe", (EARLY, MODIFIED)),
        ("target/early", (EARLY, EARLY)),
    ] {
        let path = scene.path(name);
        assert_eq!((modified(&path), accessed(&path)), (time(expected.0), time(expected.1)), "{name}");
    }
}

#[test]
fn a_time_that_is_not_known_is_not_set() {
    let scene = Scene::new(EVERYTHING);
    let before = Timestamp::now();
    let mut entry = file("/item", "x").times(MODIFIED, ACCESSED);
    entry.node.accessed_at = None;
    scene.write(&[entry]);
    assert_eq!(modified(&scene.path("target")), time(MODIFIED));
    // File systems stamp with a clock that is up to a tick behind.
    assert!(accessed(&scene.path("target")) > before - jiff::SignedDuration::from_secs(1));
}

#[test]
fn modes_are_kept_and_folders_that_may_not_be_entered_are_filled_first() {
    let scene = Scene::new(EVERYTHING);
    let report = scene.write(&[
        folder("/item").mode(0o1777),
        folder("/item/closed").mode(0o000),
        folder("/item/closed/inner").mode(0o500),
        file("/item/closed/inner/program", "x").mode(0o755),
        file("/item/private", "x").mode(0o400),
        file("/item/none", "x").mode(0),
    ]);
    assert_eq!(counts(&report), (6, 0, 0), "{report:?}");
    assert_eq!(mode(&scene.path("target")), 0o1777);
    assert_eq!(mode(&scene.path("target/private")), 0o400);
    assert_eq!(mode(&scene.path("target/none")), 0);
    assert_eq!(mode(&scene.path("target/closed")), 0);
    rustix::fs::chmod(scene.path("target/closed"), 0o700.into()).unwrap();
    assert_eq!(mode(&scene.path("target/closed/inner")), 0o500);
    assert_eq!(mode(&scene.path("target/closed/inner/program")), 0o755);
    // So that the folder of the test can be removed by anybody.
    rustix::fs::chmod(scene.path("target/closed/inner"), 0o700.into()).unwrap();
}

#[test]
fn owners_and_the_bits_that_depend_on_them_are_kept_by_root() {
    if !is_root() {
        return;
    }
    let scene = Scene::new(EVERYTHING);
    scene.write(&[
        folder("/item").mode(0o2775).owner(1234, 5678),
        file("/item/setuid", "x").mode(0o4755).owner(1234, 5678),
        file("/item/setuid-of-nobody", "x").mode(0o4755),
        symlink("/item/link", "/").owner(1234, 5678),
        Entry::new("/item/pipe", NodeContent::Fifo).mode(0o640).owner(1234, 5678),
    ]);
    for name in ["target", "target/setuid", "target/link", "target/pipe"] {
        let found = fs::symlink_metadata(scene.path(name)).unwrap();
        assert_eq!((found.uid(), found.gid()), (1234, 5678), "{name}");
    }
    assert_eq!(mode(&scene.path("target")), 0o2775);
    assert_eq!(mode(&scene.path("target/setuid")), 0o4755);
    // Whose program it was is not known, so it is nobody's to run as.
    assert_eq!(mode(&scene.path("target/setuid-of-nobody")), 0o755);
}

#[test]
fn extended_attributes_are_kept_even_on_files_that_may_not_be_written() {
    let scene = Scene::new(EVERYTHING);
    let report = scene.write(&[
        folder("/item").mode(0o555).xattr("user.folder", b"f"),
        file("/item/file", "x").mode(0o444).xattr("user.text", b"value").xattr("user.binary", b"\0\xff\n"),
    ]);
    assert_eq!(report.warnings, [""; 0]);
    assert_eq!(xattr(&scene.path("target"), "user.folder").unwrap(), b"f");
    assert_eq!(xattr(&scene.path("target/file"), "user.text").unwrap(), b"value");
    assert_eq!(xattr(&scene.path("target/file"), "user.binary").unwrap(), b"\0\xff\n");
    rustix::fs::chmod(scene.path("target"), 0o755.into()).unwrap();
}

#[test]
fn an_attribute_that_cannot_be_set_is_a_warning_of_its_own_once() {
    let scene = Scene::new(EVERYTHING);
    let mut entries = vec![folder("/item")];
    entries.extend((0..200).map(|at| file(format!("/item/{at}"), "x").xattr("no-such-space.a", b"1")));
    entries.push(file("/item/last", "x").xattr("no-such-space.b", b"1"));
    let report = scene.write(&entries);
    assert_eq!(counts(&report), (202, 0, 0));
    assert_eq!(report.warnings.len(), 2, "{report:?}");
    assert!(
        report.warnings[0].starts_with("/item/0: the extended attribute no-such-space.a could not be set: ")
    );
    assert!(report.warnings[1].starts_with("/item/last: the extended attribute no-such-space.b "));
}

#[test]
fn without_preserving_only_plain_permissions_are_kept() {
    let scene = Scene::new(PLAIN);
    let before = Timestamp::now() - jiff::SignedDuration::from_secs(1);
    let everything = |entry: Entry| entry.owner(1234, 5678).times(EARLY, EARLY).xattr("user.k", b"v");
    scene.write(&[
        everything(folder("/item").mode(0o3755)),
        everything(file("/item/program", "x").mode(0o6711)),
        everything(symlink("/item/link", "x")),
    ]);
    assert_eq!(mode(&scene.path("target")), 0o755);
    assert_eq!(mode(&scene.path("target/program")), 0o711);
    let own = fs::metadata("/proc/self").unwrap();
    for name in ["target", "target/program", "target/link"] {
        let path = scene.path(name);
        let found = fs::symlink_metadata(&path).unwrap();
        assert_eq!((found.uid(), found.gid()), (own.uid(), own.gid()), "{name}");
        assert!(modified(&path) > before, "{name}");
        assert_eq!(xattr(&path, "user.k"), None, "{name}");
    }
}

#[test]
fn without_any_mode_the_umask_decides() {
    let scene = Scene::new(EVERYTHING);
    scene.write(&[folder("/item"), file("/item/file", "x"), Entry::new("/item/pipe", NodeContent::Fifo)]);
    fs::create_dir(scene.path("usual")).unwrap();
    fs::write(scene.path("usual/file"), "").unwrap();
    assert_eq!(mode(&scene.path("target")), mode(&scene.path("usual")));
    assert_eq!(mode(&scene.path("target/file")), mode(&scene.path("usual/file")));
    assert_eq!(mode(&scene.path("target/pipe")), mode(&scene.path("usual/file")));
}

#[test]
fn folders_that_were_there_keep_their_attributes_without_overwrite() {
    let scene = Scene::new(crate::support::CAREFUL);
    fs::create_dir(scene.path("target")).unwrap();
    let before = mode(&scene.path("target"));
    scene.write(&[folder("/item").mode(0o700).times(EARLY, EARLY)]);
    assert_eq!(mode(&scene.path("target")), before);
    assert_ne!(modified(&scene.path("target")), time(EARLY));
}

#[test]
fn folders_are_closed_to_others_until_they_are_complete() {
    let scene = Scene::new(EVERYTHING);
    let mut sink = scene.sink();
    sink.begin(&folder("/item").mode(0o755).node).unwrap();
    sink.begin(&file("/item/secret", "x").mode(0o644).node).unwrap();
    assert_eq!(mode(&scene.path("target")), 0o700);
    sink.finish().unwrap();
    sink.complete().unwrap();
    assert_eq!(mode(&scene.path("target")), 0o755);
}
