//! `strongroom quickstart` as a newcomer calls it.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{odd_tree, tree_of};

fn quickstart(arguments: &[&Path]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_strongroom"));
    command.arg("quickstart").args(arguments).env_remove("RUST_LOG").output().unwrap()
}

fn told(output: &Output) -> String {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn the_story_is_told_and_the_folder_untouched() {
    let (dir, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    odd_tree(dir.path());
    let before = tree_of(dir.path());
    let data_dir = data.path().join("kept");
    let output = quickstart(&[dir.path(), Path::new("--data-dir"), &data_dir, Path::new("--keep")]);
    let text = told(&output);
    assert!(output.status.success(), "{text}");
    assert_eq!(tree_of(dir.path()), before, "the folder was touched");
    let restored = data_dir.join("restored").join(dir.path().file_name().unwrap());
    assert_eq!(tree_of(&restored), before, "{text}");
    for line in
        ["[10/10]", "second backup", "found in", "equal to the original", "Try next:", "Restored copy"]
    {
        assert!(text.contains(line), "{line:?} is missing in {text}");
    }
    // What was kept is a data folder that a server can go on with.
    let files: Vec<_> = fs::read_dir(&data_dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(files.contains(&"catalog.db".into()), "{files:?}");
}

#[test]
fn the_other_api_tells_the_same_story() {
    let (dir, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let odd = dir.path().join(std::ffi::OsStr::from_bytes(b"fol\xffder '\"$(x)"));
    fs::create_dir(&odd).unwrap();
    odd_tree(&odd);
    let before = tree_of(&odd);
    let data_dir = data.path().join("kept");
    let arguments = [&odd, Path::new("--api"), Path::new("storware"), Path::new("--data-dir"), &data_dir];
    let output = quickstart(&[&arguments[..], &[Path::new("--keep")]].concat());
    let text = told(&output);
    assert!(output.status.success(), "{text}");
    assert_eq!(tree_of(&odd), before, "the folder was touched");
    let restored = data_dir.join("restored").join(odd.file_name().unwrap());
    assert_eq!(tree_of(&restored), before, "{text}");
    for line in ["[10/10]", "INCREMENTAL SUCCESS", "second backup", "stays protected", "Restored copy"] {
        assert!(text.contains(line), "{line:?} is missing in {text}");
    }
    let mounted = text.matches("equal in content, mode").count() == 2;
    assert!(mounted || text.contains("left out: "), "either mounted or said why not: {text}");

    let data = tempfile::tempdir().unwrap();
    let arguments = [&odd, Path::new("--api"), Path::new("storware"), Path::new("--data-dir"), data.path()];
    let output = quickstart(&arguments);
    assert!(output.status.success(), "{}", told(&output));
    assert!(told(&output).contains("protected no longer"));
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
}

#[test]
fn without_keep_nothing_is_left() {
    let (dir, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(dir.path().join("file"), "x").unwrap();
    let output = quickstart(&[dir.path(), Path::new("--data-dir"), data.path()]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
}

#[test]
fn an_empty_folder_is_backed_up_too() {
    let dir = tempfile::tempdir().unwrap();
    let output = quickstart(&[dir.path()]);
    let text = told(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("no file to search for"), "{text}");
}

#[test]
fn a_folder_whose_name_is_no_text_is_backed_up_too() {
    let dir = tempfile::tempdir().unwrap();
    let odd = dir.path().join(std::ffi::OsStr::from_bytes(b"fol\xffder \n'\"$(x)"));
    fs::create_dir(&odd).unwrap();
    fs::write(odd.join("file"), "content").unwrap();
    let output = quickstart(&[&odd]);
    assert!(output.status.success(), "{}", told(&output));
}

#[test]
fn a_bad_folder_gets_a_clear_error() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "x").unwrap();
    let full = tempfile::tempdir().unwrap();
    fs::write(full.path().join("precious"), "x").unwrap();
    let (keep, data_dir) = (Path::new("--keep"), Path::new("--data-dir"));
    let cases: [(Vec<&Path>, &str); 4] = [
        (vec![Path::new("/no/such/folder")], "there is no folder /no/such/folder"),
        (vec![&file], "is not a folder"),
        (vec![dir.path(), data_dir, full.path(), keep], "is not empty"),
        (vec![dir.path(), data_dir, dir.path(), keep], "inside the folder that is backed up"),
    ];
    for (arguments, wanted) in cases {
        let output = quickstart(&arguments);
        let text = told(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(text.starts_with("error: ") && text.contains(wanted), "{arguments:?}: {text}");
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}
