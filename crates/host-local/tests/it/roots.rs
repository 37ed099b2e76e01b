//! Which roots can be protected.

use std::fs;

use engine::{FilePath, Hosts, Kind};
use host_local::LocalHost;
use tempfile::TempDir;

async fn refusal(root: FilePath) -> Option<String> {
    let error = LocalHost::new().check_root("localhost", &root).await.err()?;
    assert_eq!(error.kind(), Kind::Invalid);
    Some(error.message().to_owned())
}

#[tokio::test]
async fn folders_files_and_links_to_them_will_do() {
    let scene = TempDir::new().unwrap();
    let path = |name: &str| scene.path().join(name);
    fs::create_dir(path("empty")).unwrap();
    fs::write(path("file"), "x").unwrap();
    std::os::unix::fs::symlink(path("empty"), path("link")).unwrap();
    for name in ["", "empty", "file", "link"] {
        assert_eq!(refusal(path(name).into()).await, None, "{name:?}");
    }
}

#[tokio::test]
async fn the_path_and_the_reason_are_named() {
    let scene = TempDir::new().unwrap();
    let missing = FilePath::from(scene.path().join("missing"));
    assert_eq!(refusal(missing.clone()).await.unwrap(), format!("{missing} does not exist on this machine"));
    let relative = refusal(FilePath::from_bytes("etc")).await.unwrap();
    assert_eq!(relative, "etc is not an absolute path: it must begin with a slash");
    // A pipe without a writer would hold an open forever.
    let pipe = scene.path().join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    assert_eq!(
        refusal(pipe.clone().into()).await.unwrap(),
        format!("{} is neither a folder nor a file", pipe.display())
    );
}

#[tokio::test]
async fn another_machine_has_no_roots_here() {
    let error = LocalHost::new().check_root("db.invalid", &FilePath::from_bytes("/etc")).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unsupported);
}
