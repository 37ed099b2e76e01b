//! What goes in comes out: names, contents and metadata of every kind.

use std::ffi::OsStr;
use std::fs::{self, File, FileTimes};
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::time::{Duration, UNIX_EPOCH};

use engine::{FileKind, FilePath, Kind, NodeContent, Vault};

use crate::fixture::{Fixture, job, noise};

#[tokio::test]
async fn contents_and_odd_names_survive() {
    let fixture = Fixture::new();
    let names: [&[u8]; 9] = [
        b"plain",
        b"sp ace",
        b"new\nline",
        b"quote\"back\\slash",
        b"latin-\xe9",
        b"\xff\xfe",
        b"\xce\xb1\xce\xb2",
        b"-dash",
        b"tab\tbell\x07",
    ];
    for (number, name) in names.iter().enumerate() {
        let folder = fixture.files().join(OsStr::from_bytes(name));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join(OsStr::from_bytes(name)), noise(number as u64, 1000 + number)).unwrap();
    }
    fs::write(fixture.file("empty"), b"").unwrap();
    fs::create_dir(fixture.file("empty folder")).unwrap();
    let large = noise(77, 12_345_678);
    fs::write(fixture.file("large"), &large).unwrap();

    let outcome = fixture.back_up(fixture.job("t")).await.unwrap();
    assert_eq!(outcome.warnings, Vec::<String>::new());
    let (kept, result) = fixture.extract(&outcome.vault_snapshot, &[&fixture.files()]).await;
    result.unwrap();
    for (number, name) in names.iter().enumerate() {
        let name = OsStr::from_bytes(name);
        assert_eq!(kept.content(&fixture.files().join(name).join(name)), noise(number as u64, 1000 + number));
    }
    assert_eq!(kept.content(&fixture.file("empty")), b"");
    assert_eq!(kept.content(&fixture.file("large")), large);
    assert_eq!(kept.node(&fixture.file("empty folder")).content, NodeContent::Folder);
    assert_eq!(kept.expected.0, kept.nodes.len() as u64);
    assert_eq!(kept.expected.1, kept.contents.values().map(|it| it.len() as u64).sum::<u64>());

    // The list names the same, folders before what they hold.
    let entries = fixture.list(&outcome.vault_snapshot).await.unwrap();
    let within: Vec<_> =
        entries.iter().map(|it| &it.path).filter(|it| it.as_path().starts_with(fixture.files())).collect();
    assert_eq!(within, kept.nodes.iter().map(|node| &node.path).collect::<Vec<_>>());
    for (at, entry) in entries.iter().enumerate() {
        let parent = entry.path.as_path().parent().unwrap();
        let before = entries[..at].iter().any(|it| it.path.as_path() == parent);
        assert!(before || parent.as_os_str() == "/", "{} comes before its folder", entry.path);
    }
}

#[tokio::test]
async fn metadata_survives() {
    let fixture = Fixture::new();
    let file = fixture.write("file", "content");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o4751)).unwrap();
    let modified = UNIX_EPOCH + Duration::new(1_234_567_890, 123_456_789);
    File::open(&file).unwrap().set_times(FileTimes::new().set_modified(modified)).unwrap();
    fs::hard_link(&file, fixture.file("second name")).unwrap();
    symlink("../some/where", fixture.file("link")).unwrap();
    symlink(OsStr::from_bytes(b"latin-\xe9"), fixture.file("odd link")).unwrap();
    let _socket = UnixListener::bind(fixture.file("socket")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(fixture.file("fifo")).status().unwrap();
    assert!(made.success());
    fs::create_dir(fixture.file("shared")).unwrap();
    fs::set_permissions(fixture.file("shared"), fs::Permissions::from_mode(0o1777)).unwrap();
    let with_xattrs = fixture.write("with xattrs", "x");
    let xattrs = xattr::set(&with_xattrs, "user.colour", b"blue\xff").is_ok();
    if !xattrs {
        println!("SKIPPED in part: this file system has no extended attributes");
    }

    let outcome = fixture.back_up(fixture.job("t")).await.unwrap();
    assert_eq!(outcome.warnings, Vec::<String>::new());
    let (kept, result) = fixture.extract(&outcome.vault_snapshot, &[&fixture.files()]).await;
    result.unwrap();

    let node = kept.node(&file);
    let real = fs::metadata(&file).unwrap();
    assert_eq!(node.mode, Some(0o4751));
    assert_eq!((node.uid, node.gid), (Some(real.uid()), Some(real.gid())));
    assert_eq!(node.modified_at.unwrap().as_nanosecond(), 1_234_567_890_123_456_789);
    let NodeContent::File { size_bytes: 7, hard_link: Some(link) } = node.content else {
        panic!("{:?}", node.content)
    };
    assert_eq!(link, (real.dev(), real.ino()));
    assert_eq!(kept.node(&fixture.file("second name")).content, node.content);
    assert_eq!(kept.content(&fixture.file("second name")), b"content");
    let target = |name| match &kept.node(&fixture.file(name)).content {
        NodeContent::Symlink { target } => target.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(target("link"), b"../some/where");
    assert_eq!(target("odd link"), b"latin-\xe9");
    assert_eq!(kept.node(&fixture.file("fifo")).content, NodeContent::Fifo);
    assert_eq!(kept.node(&fixture.file("socket")).content, NodeContent::Socket);
    assert_eq!(kept.node(&fixture.file("shared")).mode, Some(0o1777));
    assert!(kept.node(&fixture.files()).modified_at.is_some(), "a root keeps its own metadata");
    if xattrs {
        let expected = vec![(b"user.colour".to_vec(), b"blue\xff".to_vec())];
        assert_eq!(kept.node(&with_xattrs).xattrs, expected);
    }
}

#[tokio::test]
async fn a_sparse_file_comes_back_whole() {
    let fixture = Fixture::new();
    let path = fixture.file("sparse");
    let mut file = File::create(&path).unwrap();
    file.seek(SeekFrom::Start(30_000_000)).unwrap();
    file.write_all(b"end").unwrap();
    drop(file);
    let outcome = fixture.back_up(fixture.job("t")).await.unwrap();
    let (kept, result) = fixture.extract(&outcome.vault_snapshot, &[&path]).await;
    result.unwrap();
    assert_eq!(kept.content(&path).len(), 30_000_003);
    assert_eq!(kept.content(&path), fs::read(&path).unwrap());
    assert!(outcome.stats.bytes_stored < 1_000_000, "{:?}", outcome.stats);
}

#[tokio::test]
async fn a_root_may_be_a_file_a_link_to_a_folder_or_empty() {
    let fixture = Fixture::new();
    let file = fixture.write("a/file", "one");
    fixture.write("target/below", "two");
    let link = fixture.file("link");
    symlink(fixture.file("target"), &link).unwrap();
    let empty = fixture.file("z-empty");
    fs::create_dir(&empty).unwrap();
    let outcome = fixture.back_up(job(&[&empty, &link, &file], "t")).await.unwrap();
    assert_eq!(
        fixture.names(&outcome.vault_snapshot).await,
        ["a", "a/file", "link", "link/below", "z-empty"]
    );
    assert_eq!(fixture.read(&outcome.vault_snapshot, &link.join("below"), 0, 10).await.unwrap(), b"two");
}

#[tokio::test]
async fn a_root_whose_name_is_not_unicode() {
    let fixture = Fixture::new();
    let root = fixture.files().join(OsStr::from_bytes(b"latin-\xe9"));
    fs::create_dir(&root).unwrap();
    fs::write(root.join("file"), "content").unwrap();
    let outcome = fixture.back_up(job(&[&root], "t")).await.unwrap();
    let read = fixture.read(&outcome.vault_snapshot, &root.join("file"), 0, 100).await.unwrap();
    assert_eq!(read, b"content");
}

#[tokio::test]
async fn ranges_and_entries_are_read() {
    let mut fixture = Fixture::new();
    let content = noise(5, 9_000_000);
    let path = fixture.write("folder/large", &content);
    let snapshot = fixture.back_up(fixture.job("t")).await.unwrap().vault_snapshot;
    fixture.reopen();

    for (offset, length) in
        [(0, 0), (0, 1), (0, 9_000_000), (4_999_999, 100_000), (8_999_990, 100), (9_000_000, 5)]
    {
        let read = fixture.read(&snapshot, &path, offset as u64, length as u64).await.unwrap();
        let end = (offset + length).min(content.len());
        assert_eq!(read, &content[offset..end], "{length} from {offset}");
    }
    assert_eq!(fixture.read(&snapshot, &path, 8_999_999, u64::MAX).await.unwrap().len(), 1);
    assert_eq!(fixture.read(&snapshot, &path, u64::MAX, u64::MAX).await.unwrap(), b"");

    let kind = |result: engine::Result<Vec<u8>>| result.unwrap_err().kind();
    assert_eq!(kind(fixture.read(&snapshot, &fixture.file("none"), 0, 1).await), Kind::NotFound);
    assert_eq!(kind(fixture.read(&snapshot, &path.join("below a file"), 0, 1).await), Kind::NotFound);
    assert_eq!(kind(fixture.read(&snapshot, &fixture.file("folder"), 0, 1).await), Kind::Invalid);
    assert_eq!(kind(fixture.read(&"0".repeat(64), &path, 0, 1).await), Kind::NotFound);
    assert_eq!(kind(fixture.read("latest", &path, 0, 1).await), Kind::NotFound);
    assert_eq!(kind(fixture.read(&snapshot[..8], &path, 0, 1).await), Kind::NotFound);

    let entry = |path: &std::path::Path| {
        let path = FilePath::from(path);
        let (vault, tenant, snapshot) = (fixture.vault.clone(), fixture.tenant.clone(), snapshot.clone());
        async move { vault.entry(&tenant, &snapshot, &path).await.unwrap() }
    };
    let found = entry(&path).await.unwrap();
    assert_eq!((found.kind, found.size_bytes), (FileKind::File, 9_000_000));
    assert!(found.modified_at.is_some());
    assert_eq!(entry(&fixture.file("folder")).await.unwrap().kind, FileKind::Folder);
    assert_eq!(entry(std::path::Path::new("/")).await.unwrap().kind, FileKind::Folder);
    assert_eq!(entry(&fixture.file("none")).await, None);
}

#[tokio::test]
async fn extracting_gives_items_once_and_names_one_that_is_missing() {
    let fixture = Fixture::new();
    fixture.write("a/b/one", "1");
    fixture.write("a/two", "2");
    fixture.write("c/three", "3");
    let snapshot = fixture.back_up(fixture.job("t")).await.unwrap().vault_snapshot;
    let items = [fixture.file("a/b"), fixture.file("c/three"), fixture.file("a")];
    let (kept, result) = fixture.extract(&snapshot, &items.each_ref().map(|it| it.as_path())).await;
    result.unwrap();
    let names: Vec<String> = kept.nodes.iter().map(|node| node.path.name()).collect();
    assert_eq!(names, ["a", "b", "one", "two", "three"]);

    let (kept, result) = fixture.extract(&snapshot, &[&fixture.file("a"), &fixture.file("missing")]).await;
    let error = result.unwrap_err();
    assert_eq!(error.kind(), Kind::NotFound);
    assert!(error.message().contains("missing"), "{error}");
    assert!(kept.nodes.is_empty(), "nothing is written before all items are found");
}

#[tokio::test]
async fn a_list_ends_when_nobody_listens() {
    let fixture = Fixture::new();
    for number in 0..3000 {
        fixture.write(&format!("{number}"), "");
    }
    let snapshot = fixture.back_up(fixture.job("t")).await.unwrap().vault_snapshot;
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    drop(receiver);
    fixture.vault.list(&fixture.tenant, &snapshot, sender).await.unwrap();
}
