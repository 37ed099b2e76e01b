//! Folders with everything that a file system can hold, and what they hold.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// What a tree holds: by path, everything that a restore must bring back.
pub(crate) type Tree = BTreeMap<String, String>;

/// What the folder holds, itself included under the name `.`.
pub(crate) fn tree_of(root: &Path) -> Tree {
    let mut tree = Tree::new();
    visit(root, root, &mut tree);
    tree
}

fn visit(root: &Path, path: &Path, tree: &mut Tree) {
    let metadata = fs::symlink_metadata(path).unwrap();
    let name = path.strip_prefix(root).unwrap();
    let name = if name.as_os_str().is_empty() { Path::new(".") } else { name };
    let content = if metadata.is_symlink() {
        format!("link to {:?}", fs::read_link(path).unwrap())
    } else if metadata.is_file() {
        format!("file {:?} links {}", fs::read(path).unwrap().escape_ascii().to_string(), metadata.nlink())
    } else if metadata.is_dir() {
        "folder".to_owned()
    } else {
        "special".to_owned()
    };
    let (mode, seconds, nanos) = (metadata.mode(), metadata.mtime(), metadata.mtime_nsec());
    tree.insert(format!("{name:?}"), format!("{mode:o} {seconds}.{nanos:09} {content}"));
    if metadata.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            visit(root, &entry.unwrap().path(), tree);
        }
    }
}

/// Fills a folder with names, kinds and attributes that lesser tools lose.
pub(crate) fn odd_tree(root: &Path) {
    let names: &[&[u8]] = &[
        b"plain.txt",
        b"with space",
        b"with 'single' and \"double\" quotes",
        b"new\nline",
        b"latin1-\xe9",
        b"looks like \\xe9",
        "gr\u{fc}\u{df}e-\u{1f512}.txt".as_bytes(),
        b"-starts-with-dash",
        b"100%_of [it]*?",
        b".hidden",
    ];
    for (at, name) in names.iter().enumerate() {
        fs::write(root.join(OsStr::from_bytes(name)), format!("content of number {at}")).unwrap();
    }
    fs::create_dir_all(root.join("deep/er/and/deeper")).unwrap();
    fs::write(root.join("deep/er/and/deeper/leaf"), vec![0xA5; 300_000]).unwrap();
    fs::write(root.join("empty-file"), "").unwrap();
    fs::create_dir(root.join("empty-folder")).unwrap();
    fs::write(root.join("script.sh"), "#!/bin/sh\n").unwrap();
    fs::set_permissions(root.join("script.sh"), Permissions::from_mode(0o751)).unwrap();
    fs::write(root.join("read-only"), "do not touch").unwrap();
    fs::set_permissions(root.join("read-only"), Permissions::from_mode(0o400)).unwrap();
    fs::hard_link(root.join("plain.txt"), root.join("second-name-of-plain")).unwrap();
    symlink("plain.txt", root.join("link")).unwrap();
    symlink("/nowhere/at/all", root.join("dangling")).unwrap();
    symlink("..", root.join("deep/up")).unwrap();
    let old = SystemTime::UNIX_EPOCH + Duration::new(981_173_106, 987_654_321);
    for path in ["plain.txt", "empty-folder", "deep/er"] {
        File::open(root.join(path)).unwrap().set_modified(old).unwrap();
    }
}
