//! What happens where something is already: a table of what comes, what is there and the options.

use std::fs;
use std::path::Path;

use engine::{FilePath, NodeContent, RestoreOptions};

use crate::support::{CAREFUL, EVERYTHING, Entry, Scene, counts, file, folder, name_of_many, names, symlink};

const EXISTING: [&str; 5] = ["nothing", "file", "folder", "symlink", "fifo"];

fn put(what: &str, path: &Path) {
    match what {
        "file" => fs::write(path, "old").unwrap(),
        "folder" => {
            fs::create_dir(path).unwrap();
            fs::write(path.join("kept"), "").unwrap();
        }
        "symlink" => std::os::unix::fs::symlink("old-target", path).unwrap(),
        "fifo" => make_pipe(path),
        _ => {}
    }
}

fn make_pipe(path: &Path) {
    rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
}

fn incoming(what: &str) -> Entry {
    match what {
        "file" => file("/item/x", "new"),
        "folder" => folder("/item/x").mode(0o711),
        "symlink" => symlink("/item/x", "new-target"),
        _ => Entry::new("/item/x", NodeContent::Fifo),
    }
}

/// What there is now, in a word.
fn look(path: &Path) -> String {
    let Ok(found) = fs::symlink_metadata(path) else { return "nothing".to_owned() };
    if found.is_symlink() {
        fs::read_link(path).unwrap().display().to_string()
    } else if found.is_dir() {
        use std::os::unix::fs::PermissionsExt;
        format!("folder {:o} {:?}", found.permissions().mode() & 0o7777, names(path))
    } else if found.is_file() {
        format!("{} file", fs::read_to_string(path).unwrap())
    } else {
        "fifo".to_owned()
    }
}

fn table(options: RestoreOptions) -> Vec<String> {
    let mut lines = Vec::new();
    for comes in ["file", "folder", "symlink", "fifo"] {
        for there in EXISTING {
            let scene = Scene::new(options);
            fs::create_dir(scene.path("target")).unwrap();
            put(there, &scene.path("target/x"));
            let report = scene.write(&[incoming(comes)]);
            let verdict = match counts(&report) {
                (1, 0, 0) => "done",
                (0, 1, 0) => "skipped",
                (0, 0, 1) => "failed",
                other => panic!("{other:?}"),
            };
            let leftovers: Vec<_> =
                names(&scene.path("target")).into_iter().filter(|name| name != "x").collect();
            assert_eq!(leftovers, [""; 0], "{comes} on {there}");
            lines.push(format!("{comes} on {there}: {verdict}, {}", look(&scene.path("target/x"))));
        }
    }
    lines
}

#[test]
fn with_overwrite_everything_but_folders_is_replaced() {
    assert_eq!(
        table(EVERYTHING),
        [
            "file on nothing: done, new file",
            "file on file: done, new file",
            "file on folder: failed, folder 755 [\"kept\"]",
            "file on symlink: done, new file",
            "file on fifo: done, new file",
            "folder on nothing: done, folder 711 []",
            "folder on file: failed, old file",
            "folder on folder: done, folder 711 [\"kept\"]",
            "folder on symlink: failed, old-target",
            "folder on fifo: failed, fifo",
            "symlink on nothing: done, new-target",
            "symlink on file: done, new-target",
            "symlink on folder: failed, folder 755 [\"kept\"]",
            "symlink on symlink: done, new-target",
            "symlink on fifo: done, new-target",
            "fifo on nothing: done, fifo",
            "fifo on file: done, fifo",
            "fifo on folder: failed, folder 755 [\"kept\"]",
            "fifo on symlink: done, fifo",
            "fifo on fifo: done, fifo",
        ]
    );
}

#[test]
fn without_overwrite_nothing_that_is_there_changes() {
    assert_eq!(
        table(CAREFUL),
        [
            "file on nothing: done, new file",
            "file on file: skipped, old file",
            "file on folder: failed, folder 755 [\"kept\"]",
            "file on symlink: skipped, old-target",
            "file on fifo: skipped, fifo",
            "folder on nothing: done, folder 711 []",
            "folder on file: failed, old file",
            "folder on folder: skipped, folder 755 [\"kept\"]",
            "folder on symlink: failed, old-target",
            "folder on fifo: failed, fifo",
            "symlink on nothing: done, new-target",
            "symlink on file: skipped, old file",
            "symlink on folder: failed, folder 755 [\"kept\"]",
            "symlink on symlink: skipped, old-target",
            "symlink on fifo: skipped, fifo",
            "fifo on nothing: done, fifo",
            "fifo on file: skipped, old file",
            "fifo on folder: failed, folder 755 [\"kept\"]",
            "fifo on symlink: skipped, old-target",
            "fifo on fifo: skipped, fifo",
        ]
    );
}

#[test]
fn folders_that_exist_are_filled_either_way() {
    for options in [EVERYTHING, CAREFUL] {
        let scene = Scene::new(options);
        fs::create_dir_all(scene.path("target/sub")).unwrap();
        fs::write(scene.path("target/sub/old"), "old").unwrap();
        scene.write(&[folder("/item"), folder("/item/sub"), file("/item/sub/new", "new")]);
        assert_eq!(names(&scene.path("target/sub")), ["new", "old"]);
    }
}

#[test]
fn a_file_that_comes_up_while_it_is_written_is_left_alone_without_overwrite() {
    let scene = Scene::new(CAREFUL);
    let mut sink = scene.sink();
    sink.begin(&file("/item", "new").node).unwrap();
    sink.write(b"new").unwrap();
    fs::write(scene.path("target"), "came up").unwrap();
    sink.finish().unwrap();
    assert_eq!(counts(&sink.complete().unwrap()), (0, 1, 0));
    assert_eq!(fs::read_to_string(scene.path("target")).unwrap(), "came up");
    assert_eq!(names(scene.root.path()), ["target"]);
}

#[test]
fn what_stands_in_the_way_is_said() {
    let scene = Scene::new(EVERYTHING);
    fs::create_dir_all(scene.path("target/x")).unwrap();
    fs::write(scene.path("target/y"), "").unwrap();
    let report = scene.write(&[file("/item/x", ""), folder("/item/y"), file("/item/y/z", "")]);
    assert_eq!(
        report.warnings,
        [
            "/item/x: a folder is in its place and is not removed",
            "/item/y: something that is not a folder is in the place of a folder",
            "/item/y/z: something that is not a folder is in the place of a folder",
        ]
    );
}

#[test]
fn names_of_one_file_replace_names_of_one_file() {
    use std::os::unix::fs::MetadataExt;
    let scene = Scene::new(EVERYTHING);
    let entries =
        [folder("/item"), name_of_many("/item/a", "x", (1, 2)), name_of_many("/item/b", "x", (1, 2))];
    scene.write(&entries);
    let report = scene.write(&entries);
    assert_eq!(counts(&report), (3, 0, 0));
    assert_eq!(names(&scene.path("target")), ["a", "b"]);
    assert_eq!(fs::metadata(scene.path("target/a")).unwrap().nlink(), 2);
    // The same pair of names twice in one job: both are already names of that file.
    let report = scene.write(&[entries[1].clone(), entries[2].clone(), entries[2].clone()]);
    assert_eq!(counts(&report), (3, 0, 0));
    assert_eq!(names(&scene.path("target")), ["a", "b"]);
}

#[test]
fn several_items_go_each_to_its_own_place() {
    let mut scene = Scene::new(EVERYTHING);
    scene.job.placements = vec![
        (FilePath::from_bytes("/home/a/notes"), scene.path("out/notes")),
        (FilePath::from_bytes("/etc/hosts"), scene.path("out/renamed")),
        (FilePath::from_bytes("/srv"), scene.path("out/srv")),
    ];
    let report = scene.write(&[
        file("/etc/hosts", "hosts"),
        folder("/home/a/notes"),
        file("/home/a/notes/one", "1"),
        folder("/srv"),
        file("/srv/deep/er/file", "its folders were never announced"),
        file("/home/a/other", "belongs to no item"),
    ]);
    assert_eq!(counts(&report), (5, 0, 1), "{report:?}");
    assert_eq!(names(&scene.path("out")), ["notes", "renamed", "srv"]);
    assert_eq!(fs::read_to_string(scene.path("out/renamed")).unwrap(), "hosts");
    assert_eq!(fs::read_to_string(scene.path("out/notes/one")).unwrap(), "1");
    assert!(scene.path("out/srv/deep/er/file").is_file());
}
