//! What is read and what is left out.

use std::fs;
use std::path::PathBuf;

use engine::{FilePath, Kind};

use crate::fixture::{Fixture, job};

#[tokio::test]
async fn paths_and_patterns_are_left_out() {
    let fixture = Fixture::new();
    for name in [
        "keep",
        "skip.tmp",
        "deep/skip.tmp",
        "deep/keep",
        "node_modules/x",
        "deep/node_modules/y",
        "cache/z",
        "deep/cache/keep",
        "!odd",
        ".hidden",
        ".gitignore",
    ] {
        fixture.write(name, "*");
    }
    let mut job = fixture.job("t");
    let absolute = format!("{}/deep/ke*", fixture.files().display());
    job.excluded_patterns =
        vec!["*.tmp".to_owned(), "**/node_modules".to_owned(), "!odd".to_owned(), absolute];
    job.roots[0].excluded = vec![FilePath::from(fixture.file("cache"))];
    let outcome = fixture.back_up(job).await.unwrap();
    assert_eq!(
        fixture.names(&outcome.vault_snapshot).await,
        [".gitignore", ".hidden", "deep", "deep/cache", "deep/cache/keep", "keep"]
    );
    assert_eq!(outcome.stats.files_total, 4);
}

#[tokio::test]
async fn a_pattern_that_is_none_is_refused() {
    let fixture = Fixture::new();
    let mut job = fixture.job("t");
    job.excluded_patterns = vec!["[".to_owned()];
    let error = fixture.back_up(job).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Invalid);
    assert!(error.message().contains("\"[\""), "{error}");
}

#[tokio::test]
async fn several_roots_also_inside_each_other() {
    let fixture = Fixture::new();
    for name in ["a/one", "a/b/two", "a/b/c/three", "a/d/four", "a-side/five", "z/six"] {
        fixture.write(name, name);
    }
    let roots = ["z", "a/b/c", "a", "a"].map(|name| fixture.file(name));
    let mut wanted = job(&roots.each_ref().map(PathBuf::as_path), "t");
    for root in wanted.roots.iter_mut().filter(|root| root.path.as_path().ends_with("a")) {
        root.excluded = vec![FilePath::from(fixture.file("a/b"))];
    }
    let outcome = fixture.back_up(wanted.clone()).await.unwrap();
    let expected = ["a", "a/b", "a/b/c", "a/b/c/three", "a/d", "a/d/four", "a/one", "z", "z/six"];
    assert_eq!(fixture.names(&outcome.vault_snapshot).await, expected);
    assert_eq!(outcome.stats.files_done, 4);

    wanted.parent = Some(outcome.vault_snapshot);
    wanted.tag = "again".to_owned();
    let again = fixture.back_up(wanted).await.unwrap();
    assert_eq!(again.stats.bytes_read, 0);
    assert_eq!(fixture.names(&again.vault_snapshot).await, expected);
}

#[tokio::test]
async fn forbidden_folders_are_never_read() {
    let fixture = Fixture::new();
    fixture.write("file", "content");
    // The whole fixture, with the vault in it, by way of a link.
    let linked = fixture.dir.path().join("linked");
    std::os::unix::fs::symlink(fixture.dir.path(), &linked).unwrap();
    let mut wanted = job(&[&linked], "t");
    wanted.forbidden = vec![fixture.dir.path().join("vault"), fixture.dir.path().join("secrets")];
    let outcome = fixture.back_up(wanted.clone()).await.unwrap();
    let entries = fixture.list(&outcome.vault_snapshot).await.unwrap();
    let below: Vec<String> = entries
        .iter()
        .filter_map(|entry| entry.path.as_path().strip_prefix(&linked).ok())
        .map(|path| path.display().to_string())
        .collect();
    assert_eq!(below, ["", "files", "files/file", "linked"]);

    for root in ["vault", "vault/acme/data"] {
        let mut inside = job(&[&linked.join(root)], "t2");
        inside.forbidden = wanted.forbidden.clone();
        assert_eq!(fixture.back_up(inside).await.unwrap_err().kind(), Kind::Invalid, "{root}");
    }
}

#[tokio::test]
async fn another_file_system_is_left_out_where_asked() {
    // `/dev` holds `/dev/shm` or `/dev/pts`, which are file systems of their own wherever Linux runs.
    let fixture = Fixture::new();
    let mut wanted = job(&[std::path::Path::new("/dev")], "t");
    wanted.roots[0].one_file_system = true;
    let inner = ["/dev/pts", "/dev/shm"].map(PathBuf::from);
    let device = |path: &std::path::Path| {
        use std::os::unix::fs::MetadataExt;
        fs::metadata(path).map(|it| it.dev()).ok()
    };
    let others: Vec<_> = inner
        .iter()
        .filter(|path| device(path).is_some_and(|it| Some(it) != device("/dev".as_ref())))
        .collect();
    if others.is_empty() {
        println!("SKIPPED: there is no other file system below /dev");
        return;
    }
    let outcome = fixture.back_up(wanted).await.unwrap();
    let entries = fixture.list(&outcome.vault_snapshot).await.unwrap();
    for other in others {
        assert!(!entries.iter().any(|it| it.path.as_path() != other && it.path.as_path().starts_with(other)));
    }
    assert!(entries.iter().any(|it| it.path.as_path() == std::path::Path::new("/dev/null")));
}

#[tokio::test]
async fn a_root_that_is_gone_is_named() {
    let fixture = Fixture::new();
    fixture.write("file", "content");
    let gone = fixture.file("gone");
    let error = fixture.back_up(job(&[&fixture.files(), &gone], "t")).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Invalid);
    assert!(error.message().contains(&gone.display().to_string()), "{error}");
    for bad in ["relative", "/tmp/../etc", ""] {
        let error = fixture.back_up(job(&[std::path::Path::new(bad)], "t")).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Invalid, "{bad:?}");
    }
    assert_eq!(fixture.back_up(job(&[], "t")).await.unwrap_err().kind(), Kind::Invalid);
}
