//! Content of files and what becomes of names.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};

use engine::{NodeContent, Wanted};

use crate::support::{EVERYTHING, Entry, Scene, counts, file, folder, is_root, name_of_many, names, symlink};

#[test]
fn long_runs_of_zeros_become_holes() {
    const MEBIBYTE: usize = 1 << 20;
    let hole = vec![0; 8 * MEBIBYTE];
    // Odd lengths, so that holes and pieces do not meet at the boundaries of blocks.
    let cases = [
        ("all", hole.clone()),
        ("begin", [hole.as_slice(), b"end"].concat()),
        ("end", [b"begin", hole.as_slice()].concat()),
        ("middle", [&[7; 100_001], hole.as_slice(), &[9; 70_003]].concat()),
    ];
    for (name, bytes) in cases {
        for piece in [4097, 1 << 16, MEBIBYTE, bytes.len()] {
            let scene = Scene::new(EVERYTHING);
            let mut sink = scene.sink();
            sink.begin(&file("/item", &bytes).node).unwrap();
            for piece in bytes.chunks(piece) {
                sink.write(piece).unwrap();
            }
            sink.finish().unwrap();
            let report = sink.complete().unwrap();
            assert_eq!(report.stats.bytes_done, bytes.len() as u64);
            let found = fs::metadata(scene.path("target")).unwrap();
            assert!(fs::read(scene.path("target")).unwrap() == bytes, "{name} in pieces of {piece}");
            // Pieces smaller than a block are written as they are: nobody sends such.
            if piece >= 1 << 16 {
                let on_disk = found.blocks() * 512;
                assert!(
                    on_disk < MEBIBYTE as u64,
                    "{name} in pieces of {piece}: {on_disk} of {}",
                    found.len()
                );
            }
        }
    }
}

#[test]
fn content_of_every_length_is_whole() {
    for length in [0, 1, 4095, 32 * 1024 - 1, 32 * 1024, 32 * 1024 + 1, 3 * 32 * 1024 + 5] {
        let scene = Scene::new(EVERYTHING);
        let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        let report = scene.write(&[file("/item", &bytes)]);
        assert!(fs::read(scene.path("target")).unwrap() == bytes, "{length}");
        assert_eq!(report.stats.bytes_done, length as u64);
    }
}

#[test]
fn every_name_a_unix_file_may_have_is_kept() {
    let odd: [&[u8]; 7] =
        [b"latin1-\xe9", b"\xff\xfe", b"new\nline", b"-rf *", b"\\x41", b"...", &[b'n'; 255]];
    let scene = Scene::new(EVERYTHING);
    let mut entries = vec![folder("/item")];
    for name in odd {
        let path = [b"/item/", name].concat();
        entries.push(folder(&path));
        entries.push(file([&path, b"/".as_slice(), name].concat(), name));
        entries.push(symlink([&path, b"/link".as_slice()].concat(), name));
    }
    let report = scene.write(&entries);
    assert_eq!(counts(&report), (22, 0, 0), "{report:?}");
    for name in odd {
        let folder = scene.path("target").join(OsStr::from_bytes(name));
        assert_eq!(fs::read(folder.join(OsStr::from_bytes(name))).unwrap(), name);
        assert_eq!(fs::read_link(folder.join("link")).unwrap().as_os_str().as_bytes(), name);
    }
    let too_long = scene.write(&[file([b"/item/".as_slice(), &[b'n'; 256]].concat(), "")]);
    assert_eq!(counts(&too_long), (0, 0, 1));
}

#[test]
fn an_interrupted_file_leaves_nothing_behind() {
    for end in ["dropped", "completed", "failed", "followed by the next"] {
        let scene = Scene::new(EVERYTHING);
        let mut sink = scene.sink();
        sink.begin(&folder("/item").node).unwrap();
        assert_eq!(sink.begin(&file("/item/half", "content").node).unwrap(), Wanted::Content);
        sink.write(b"con").unwrap();
        let target = scene.path("target");
        let under_way = names(&target);
        assert!(under_way.len() == 1 && under_way[0].starts_with(".strongroom-"), "{under_way:?}");
        match end {
            "dropped" => drop(sink),
            "completed" => drop(sink.complete().unwrap()),
            "failed" => {
                sink.fail("a block is damaged").unwrap();
                let report = sink.complete().unwrap();
                assert_eq!(counts(&report), (1, 0, 1));
                assert_eq!(report.warnings, ["/item/half: a block is damaged"]);
            }
            _ => {
                sink.begin(&symlink("/item/next", "x").node).unwrap();
                assert_eq!(counts(&sink.complete().unwrap()), (2, 0, 1));
            }
        }
        let left = if end == "followed by the next" { vec!["next"] } else { Vec::new() };
        assert_eq!(names(&target), left, "{end}");
    }
}

#[test]
fn a_file_that_fails_leaves_the_old_one_as_it_was() {
    let scene = Scene::new(EVERYTHING);
    fs::write(scene.path("target"), "old").unwrap();
    let mut sink = scene.sink();
    sink.begin(&file("/item", "content").node).unwrap();
    sink.write(b"con").unwrap();
    sink.fail("a block is damaged").unwrap();
    assert_eq!(fs::read_to_string(scene.path("target")).unwrap(), "old");
}

#[test]
fn what_still_comes_of_a_failed_file_is_ignored() {
    let scene = Scene::new(EVERYTHING);
    let mut sink = scene.sink();
    sink.begin(&folder("/item").node).unwrap();
    sink.begin(&file("/item/damaged", "").node).unwrap();
    sink.write(b"x").unwrap();
    sink.fail("a block is damaged").unwrap();
    sink.write(b"rest").unwrap();
    sink.finish().unwrap();
    sink.fail("again").unwrap();
    assert_eq!(counts(&sink.complete().unwrap()), (1, 0, 1));
    assert_eq!(names(&scene.path("target")), [""; 0]);
}

#[test]
fn names_of_one_file_stay_names_of_one_file() {
    let scene = Scene::new(EVERYTHING);
    let key = (64, 4711);
    let report = scene.write(&[
        folder("/item"),
        folder("/item/a"),
        name_of_many("/item/a/first", "shared", key).mode(0o640).xattr("user.k", b"v"),
        folder("/item/b"),
        name_of_many("/item/b/second", "shared", key).mode(0o640),
        name_of_many("/item/b/third", "shared", key).mode(0o640),
        name_of_many("/item/b/other", "alone", (64, 4712)),
    ]);
    assert_eq!(counts(&report), (7, 0, 0), "{report:?}");
    // The content came once.
    assert_eq!(report.stats.bytes_done, ("shared".len() + "alone".len()) as u64);
    let found = |name: &str| fs::metadata(scene.path("target").join(name)).unwrap();
    assert_eq!(found("a/first").nlink(), 3);
    assert_eq!(found("a/first").ino(), found("b/second").ino());
    assert_eq!(found("a/first").ino(), found("b/third").ino());
    assert_eq!(found("b/other").nlink(), 1);
}

#[test]
fn another_name_of_a_file_that_was_not_written_is_a_file_of_its_own() {
    let scene = Scene::new(EVERYTHING);
    let mut sink = scene.sink();
    sink.begin(&folder("/item").node).unwrap();
    sink.begin(&name_of_many("/item/first", "x", (1, 1)).node).unwrap();
    sink.fail("a block is damaged").unwrap();
    assert_eq!(sink.begin(&name_of_many("/item/second", "x", (1, 1)).node).unwrap(), Wanted::Content);
    sink.write(b"x").unwrap();
    sink.finish().unwrap();
    // Somebody put something else where the first name was.
    fs::remove_file(scene.path("target/second")).unwrap();
    fs::write(scene.path("target/second"), "foreign").unwrap();
    assert_eq!(sink.begin(&name_of_many("/item/third", "x", (1, 1)).node).unwrap(), Wanted::Content);
    sink.write(b"x").unwrap();
    sink.finish().unwrap();
    sink.complete().unwrap();
    assert_eq!(fs::read_to_string(scene.path("target/third")).unwrap(), "x");
    assert_eq!(names(&scene.path("target")), ["second", "third"]);
}

#[test]
fn pipes_are_made_and_sockets_are_left_out() {
    let scene = Scene::new(EVERYTHING);
    let report = scene.write(&[
        folder("/item"),
        Entry::new("/item/pipe", NodeContent::Fifo).mode(0o622),
        Entry::new("/item/socket", NodeContent::Socket),
    ]);
    assert_eq!(counts(&report), (2, 1, 0));
    assert!(report.warnings[0].starts_with("/item/socket: a socket"), "{report:?}");
    let pipe = fs::symlink_metadata(scene.path("target/pipe")).unwrap();
    assert!(pipe.file_type().is_fifo());
    assert_eq!(pipe.mode() & 0o7777, 0o622);
}

#[test]
fn devices_are_made_by_those_who_may() {
    let scene = Scene::new(EVERYTHING);
    // A large minor number, which is stored in two parts.
    let number = rustix::fs::makedev(259, 0x12345);
    let device = |path, character| Entry::new(path, NodeContent::Device { character, number }).mode(0o660);
    let report = scene.write(&[folder("/item"), device("/item/char", true), device("/item/block", false)]);
    if !is_root() {
        assert_eq!(counts(&report), (1, 0, 2));
        assert!(report.warnings[0].contains("only a server that runs as root"), "{report:?}");
        return;
    }
    assert_eq!(counts(&report), (3, 0, 0), "{report:?}");
    let (character, block) =
        (["char", "block"]).map(|name| fs::metadata(scene.path("target").join(name)).unwrap()).into();
    assert!(character.file_type().is_char_device() && block.file_type().is_block_device());
    assert_eq!((character.rdev(), block.rdev()), (number, number));
    assert_eq!(character.mode() & 0o7777, 0o660);
}
