//! A mounted snapshot holds what the folder held, to the last attribute.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::fixture::{Fixture, noise};

/// Everything about a file that a snapshot keeps.
#[derive(Debug, PartialEq)]
struct Seen {
    mode: u32,
    owner: (u32, u32),
    size: u64,
    modified: (i64, i64),
    content: Vec<u8>,
    xattrs: BTreeMap<Vec<u8>, Vec<u8>>,
    /// All names of the same file, for those with several.
    names: Vec<PathBuf>,
}

/// A folder with all that lies below it, by path.
fn seen(root: &Path) -> BTreeMap<PathBuf, Seen> {
    let mut paths = vec![root.to_owned()];
    let mut at = 0;
    while let Some(path) = paths.get(at).cloned() {
        at += 1;
        if fs::symlink_metadata(&path).unwrap().is_dir() {
            paths.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    let mut names: BTreeMap<u64, Vec<PathBuf>> = BTreeMap::new();
    let below = |path: &Path| path.strip_prefix(root).unwrap().to_owned();
    let metadata: Vec<_> = paths.iter().map(|path| fs::symlink_metadata(path).unwrap()).collect();
    for (path, metadata) in paths.iter().zip(&metadata) {
        if metadata.is_file() && metadata.nlink() > 1 {
            names.entry(metadata.ino()).or_default().push(below(path));
        }
    }
    names.values_mut().for_each(|names| names.sort());
    let look = |(path, metadata): (&PathBuf, &fs::Metadata)| {
        let content = if metadata.is_symlink() {
            fs::read_link(path).unwrap().as_os_str().as_bytes().to_vec()
        } else if metadata.is_file() {
            fs::read(path).unwrap()
        } else {
            Vec::new()
        };
        let xattrs = if metadata.is_symlink() { None } else { Some(xattr::list(path).unwrap()) };
        let xattrs = xattrs.into_iter().flatten().map(|name| {
            let value = xattr::get(path, &name).unwrap().unwrap();
            (name.as_bytes().to_vec(), value)
        });
        let seen = Seen {
            mode: metadata.mode(),
            owner: (metadata.uid(), metadata.gid()),
            size: if metadata.is_dir() { 0 } else { metadata.size() },
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            content,
            xattrs: xattrs.collect(),
            names: names.get(&metadata.ino()).cloned().unwrap_or_default(),
        };
        (below(path), seen)
    };
    paths.iter().zip(&metadata).map(look).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mounted_tree_is_the_tree_that_was_backed_up() {
    let Some(fixture) = Fixture::new() else { return };
    let root = fixture.files();
    let names: [&[u8]; 7] =
        [b"plain", b"with space", b"new\nline", b"latin1-\xe9", b"looks like \\xe9", b"'\"*?[", b".hidden"];
    for (at, name) in names.iter().enumerate() {
        fs::write(root.join(OsStr::from_bytes(name)), format!("content of number {at}")).unwrap();
    }
    fixture.write("large", noise(1, 5_000_000));
    fixture.write("zeros", vec![0; 3_000_000]);
    fixture.write("empty", "");
    fs::create_dir_all(root.join("deep/er/still")).unwrap();
    fixture.write("deep/er/still/leaf", "leaf");
    fs::create_dir(root.join("empty folder")).unwrap();
    fs::hard_link(root.join("large"), root.join("deep/second name of large")).unwrap();
    symlink("plain", root.join("link")).unwrap();
    symlink(OsStr::from_bytes(b"/nowhere/\xff\n"), root.join("dangling")).unwrap();
    mknodat(CWD, root.join("pipe"), FileType::Fifo, Mode::from_raw_mode(0o640), 0).unwrap();
    for (name, mode) in [("plain", 0o4751), ("empty", 0o000), ("deep/er", 0o1700), ("zeros", 0o604)] {
        fs::set_permissions(root.join(name), Permissions::from_mode(mode)).unwrap();
    }
    std::os::unix::fs::lchown(root.join("with space"), Some(1234), Some(4321)).unwrap();
    xattr::set(root.join("large"), "user.one", b"1\0two\xff").unwrap();
    xattr::set(root.join("large"), "user.empty", b"").unwrap();
    xattr::set(root.join("deep"), "user.folder", &noise(2, 1_000)).unwrap();
    let old = SystemTime::UNIX_EPOCH - Duration::new(981_173_106, 987_654_321);
    for path in ["plain", "empty folder", "deep/er"] {
        File::open(root.join(path)).unwrap().set_modified(old).unwrap();
    }
    let before = seen(&root);
    assert_eq!(before.values().filter(|seen| seen.names.len() == 2).count(), 2);

    fixture.show().await;
    let after = seen(&fixture.mounted());
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (path, wanted) in before {
        let found = &after[&path];
        assert!(wanted == *found, "{path:?}: {:?}", Seen { content: Vec::new(), ..wanted });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_the_same_after_mounting_again() {
    let Some(fixture) = Fixture::new() else { return };
    fs::create_dir(fixture.files().join("folder")).unwrap();
    fixture.write("folder/file", "content");
    let snapshot = fixture.back_up("t").await;
    let mut numbers = Vec::new();
    for _ in 0..2 {
        fixture.mount(&snapshot).await;
        let number = |name: &str| fs::metadata(fixture.mounted().join(name)).unwrap().ino();
        numbers.push((number("folder"), number("folder/file"), fs::metadata(fixture.at()).unwrap().ino()));
        use engine::Mounts as _;
        fixture.mounts.unmount(&fixture.at()).unwrap();
    }
    assert_eq!(numbers[0], numbers[1]);
    assert_ne!(numbers[0].0, numbers[0].1);
    assert_eq!(numbers[0].2, 1);
}
