//! Attacks: by what the snapshot says and by what lies on the disk. The victim must not notice any.

use std::fs;
use std::os::unix::fs::symlink as make_link;

use engine::{FilePath, Hosts, Kind, NoProgress, Node, Wanted};
use host_local::LocalHost;

use crate::support::{CAREFUL, EVERYTHING, Entry, Scene, Victim, counts, file, folder, names, symlink};

/// An entry with every attribute that could be set on the wrong thing.
fn armed(entry: Entry) -> Entry {
    entry
        .mode(0o777)
        .owner(12345, 12345)
        .times("2001-01-01T00:00:00Z", "2001-01-01T00:00:00Z")
        .xattr("user.attack", b"1")
}

#[test]
fn a_link_of_the_snapshot_is_not_followed_by_what_comes_after() {
    for options in [EVERYTHING, CAREFUL] {
        let victim = Victim::new();
        let scene = Scene::new(options);
        let outside = victim.path().to_str().unwrap();
        let report = scene.write(&[
            armed(folder("/item")),
            symlink("/item/a", outside),
            armed(file("/item/a/passwd", "owned")),
            armed(file("/item/a/new", "owned")),
            armed(folder("/item/a")),
            armed(folder("/item/a/etc")),
            armed(file("/item/a/etc/new", "owned")),
            symlink("/item/a/etc/link", "x"),
            symlink("/item/dots", "../../.."),
            armed(file(format!("/item/dots{outside}/new"), "owned")),
        ]);
        victim.assert_untouched();
        assert_eq!(counts(&report), (3, 0, 7), "{:#?}", report.warnings);
        assert!(
            report.warnings[0].starts_with("/item/a/passwd: a symbolic link is in the place"),
            "{report:?}"
        );
    }
}

#[test]
fn a_link_in_place_of_the_item_itself_is_not_followed() {
    let victim = Victim::new();
    let scene = Scene::new(EVERYTHING);
    let report = scene.write(&[
        symlink("/item", victim.path().to_str().unwrap()),
        armed(folder("/item")),
        armed(file("/item/passwd", "owned")),
    ]);
    victim.assert_untouched();
    assert_eq!(counts(&report), (1, 0, 2));
}

#[test]
fn a_link_to_a_file_is_replaced_and_not_written_through() {
    let victim = Victim::new();
    let scene = Scene::new(EVERYTHING);
    scene.write(&[
        folder("/item"),
        symlink("/item/a", victim.file().to_str().unwrap()),
        armed(file("/item/a", "mine")),
    ]);
    victim.assert_untouched();
    assert_eq!(fs::read_to_string(scene.path("target/a")).unwrap(), "mine");
    assert!(!fs::symlink_metadata(scene.path("target/a")).unwrap().is_symlink());
}

#[test]
fn attributes_of_a_link_stay_on_the_link() {
    let victim = Victim::new();
    let scene = Scene::new(EVERYTHING);
    scene.write(&[folder("/item"), armed(symlink("/item/a", victim.file().to_str().unwrap()))]);
    victim.assert_untouched();
    assert!(fs::symlink_metadata(scene.path("target/a")).unwrap().is_symlink());
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let hostile: [&[u8]; 13] = [
        b"/item/../escaped",
        b"/item/..",
        b"/item/a/../../escaped",
        b"/item/./escaped",
        b"/item//escaped",
        b"/item/",
        b"/../item/escaped",
        b"item/escaped",
        b"../escaped",
        b"",
        b"/item/a\0b",
        b"/escaped",
        b"/itemescaped",
    ];
    for path in hostile {
        for make in
            [|path: &[u8]| file(path, "owned"), |path: &[u8]| folder(path), |path: &[u8]| symlink(path, "/")]
        {
            let scene = Scene::new(EVERYTHING);
            let report = scene.write(&[folder("/item"), armed(make(path))]);
            let shown = path.escape_ascii();
            assert_eq!(counts(&report), (1, 0, 1), "{shown}: {:?}", report.warnings);
            assert_eq!(names(scene.root.path()), ["target"], "{shown}");
            assert_eq!(names(&scene.path("target")), [""; 0], "{shown}");
        }
    }
}

#[test]
fn a_link_that_holds_a_nul_byte_is_refused() {
    let scene = Scene::new(EVERYTHING);
    let report = scene.write(&[folder("/item"), symlink("/item/a", b"x\0y")]);
    assert_eq!(counts(&report), (1, 0, 1));
    assert_eq!(names(&scene.path("target")), [""; 0]);
}

#[test]
fn links_that_lie_on_the_disk_are_not_followed() {
    for options in [EVERYTHING, CAREFUL] {
        let victim = Victim::new();
        let scene = Scene::new(options);
        fs::create_dir(scene.path("target")).unwrap();
        make_link(victim.path(), scene.path("target/folder")).unwrap();
        make_link(victim.file(), scene.path("target/file")).unwrap();
        make_link(victim.path().join("new"), scene.path("target/dangling")).unwrap();
        scene.write(&[
            armed(folder("/item")),
            armed(folder("/item/folder")),
            armed(file("/item/folder/passwd", "owned")),
            armed(folder("/item/folder/etc")),
            armed(file("/item/dangling", "mine")),
            armed(file("/item/file", "mine")),
        ]);
        victim.assert_untouched();
        assert!(!victim.path().join("new").exists());
    }
}

#[test]
fn a_second_name_of_a_foreign_file_is_replaced_and_not_written_through() {
    let victim = Victim::new();
    let scene = Scene::new(EVERYTHING);
    fs::create_dir(scene.path("target")).unwrap();
    fs::hard_link(victim.file(), scene.path("target/a")).unwrap();
    let report = scene.write(&[armed(folder("/item")), armed(file("/item/a", "mine"))]);
    assert_eq!(counts(&report), (2, 0, 0));
    assert_eq!(fs::read_to_string(scene.path("target/a")).unwrap(), "mine");
    // Its number of names changed, and with it the time of change; all else is what it was.
    victim.assert_untouched_but_for_its_names();
}

#[test]
fn a_folder_that_becomes_a_link_meanwhile_is_not_followed() {
    let victim = Victim::new();
    let scene = Scene::new(EVERYTHING);
    let mut sink = scene.sink();
    let mut begin = |node: &Node| sink.begin(node).unwrap();
    begin(&armed(folder("/item")).node);
    begin(&armed(folder("/item/a")).node);
    fs::rename(scene.path("target/a"), scene.path("target/moved")).unwrap();
    make_link(victim.path(), scene.path("target/a")).unwrap();
    assert_eq!(begin(&armed(file("/item/a/passwd", "owned")).node), Wanted::Nothing);
    begin(&armed(folder("/item/b")).node);
    assert_eq!(begin(&file("/item/b/entered", "").node), Wanted::Content);
    sink.finish().unwrap();
    fs::rename(scene.path("target/b"), scene.path("target/moved-too")).unwrap();
    make_link(victim.path(), scene.path("target/b")).unwrap();
    let report = sink.complete().unwrap();
    victim.assert_untouched();
    // The file, and the first folder when its attributes were to be set. Of the second the handle was still
    // held, so that it got its own wherever it is now.
    let unset = report.warnings.iter().filter(|line| line.contains("a symbolic link is in the place"));
    assert_eq!(unset.count(), 2, "{:#?}", report.warnings);
}

#[test]
fn a_file_goes_to_where_its_folder_was_when_it_began() {
    let victim = Victim::new();
    let scene = Scene::new(EVERYTHING);
    let mut sink = scene.sink();
    sink.begin(&folder("/item").node).unwrap();
    assert_eq!(sink.begin(&armed(file("/item/passwd", "owned")).node).unwrap(), Wanted::Content);
    fs::rename(scene.path("target"), scene.path("moved")).unwrap();
    make_link(victim.path(), scene.path("target")).unwrap();
    sink.write(b"owned").unwrap();
    sink.finish().unwrap();
    sink.complete().unwrap();
    victim.assert_untouched();
    assert_eq!(names(&scene.path("moved")), ["passwd"]);
}

#[test]
fn links_above_the_place_are_the_operators_and_are_followed() {
    let scene = Scene::new(EVERYTHING);
    fs::create_dir(scene.path("real")).unwrap();
    make_link(scene.path("real"), scene.path("link")).unwrap();
    let mut scene = scene;
    scene.job.placements = vec![(FilePath::from_bytes("/item"), scene.path("link/new/target"))];
    let report = scene.write(&[folder("/item"), file("/item/a", "x")]);
    assert_eq!(counts(&report), (2, 0, 0), "{report:?}");
    assert_eq!(fs::read_to_string(scene.path("real/new/target/a")).unwrap(), "x");
}

#[test]
fn a_place_that_cannot_be_is_refused_at_once() {
    let scene = Scene::new(EVERYTHING);
    fs::write(scene.path("file"), "").unwrap();
    make_link(scene.path("nowhere"), scene.path("dangling")).unwrap();
    for place in ["file/target", "dangling/target", "missing/../../target"] {
        let mut job = scene.job.clone();
        job.placements[0].1 = scene.path(place);
        let error = LocalHost::new().writer(job, std::sync::Arc::new(NoProgress)).err().unwrap();
        assert!(matches!(error.kind(), Kind::Invalid | Kind::Conflict), "{place}: {error}");
        assert!(error.message().contains(scene.root.path().to_str().unwrap()), "{place}: {error}");
    }
    assert_eq!(names(scene.root.path()), ["dangling", "file"]);
}
