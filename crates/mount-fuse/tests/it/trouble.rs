//! Writing, damage, folders that cannot be mounted in, and unmounting what is in use.

use std::fs::{self, File, Permissions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use engine::{Kind, Mounts as _, Unmounting, Vault as _};

use crate::fixture::{Fixture, job, noise, tenant};

fn errno<T>(result: io::Result<T>) -> Option<i32> {
    result.err().and_then(|error| error.raw_os_error())
}

const EIO: i32 = 5;
const EROFS: i32 = 30;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_can_be_written() {
    let Some(fixture) = Fixture::new() else { return };
    fixture.write("file", "content");
    fixture.show().await;
    let (folder, file) = (fixture.mounted(), fixture.mounted().join("file"));
    for (doing, failed) in [
        ("write", errno(File::options().write(true).open(&file))),
        ("append", errno(File::options().append(true).open(&file))),
        ("create", errno(fs::write(folder.join("new"), "x"))),
        ("make a folder", errno(fs::create_dir(folder.join("new")))),
        ("remove", errno(fs::remove_file(&file))),
        ("rename", errno(fs::rename(&file, folder.join("other")))),
        ("link", errno(fs::hard_link(&file, folder.join("other")))),
        ("change the mode", errno(fs::set_permissions(&file, Permissions::from_mode(0o777)))),
        ("set an attribute", errno(xattr::set(&file, "user.x", b"1"))),
        ("set the time", errno(File::open(&file).unwrap().set_modified(std::time::SystemTime::now()))),
    ] {
        assert_eq!(failed, Some(EROFS), "{doing}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "content");
    assert_eq!(errno(fs::metadata(folder.join("nothing"))), Some(2));
    assert_eq!(xattr::get(&file, "user.x").unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_costs_the_file_it_lies_in() {
    let Some(fixture) = Fixture::new() else { return };
    for number in 0..6 {
        fixture.write(&number.to_string(), noise(number, 12_000_000));
    }
    let snapshot = fixture.back_up("t").await;
    let (repository, _) = fixture.vault.repository_hint(&tenant()).unwrap();
    let packs = fs::read_dir(repository.join("data")).unwrap().flat_map(|folder| {
        fs::read_dir(folder.unwrap().path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect::<Vec<PathBuf>>()
    });
    let largest = packs.max_by_key(|path| fs::metadata(path).unwrap().len()).unwrap();
    let mut pack = File::options().write(true).open(&largest).unwrap();
    let middle = pack.metadata().unwrap().len() / 2;
    pack.seek(SeekFrom::Start(middle)).unwrap();
    pack.write_all(&[0x55; 40]).unwrap();

    fixture.mount(&snapshot).await;
    let mut damaged = 0;
    for number in 0..6 {
        match fs::read(fixture.mounted().join(number.to_string())) {
            Ok(content) => assert!(content == noise(number, 12_000_000)),
            Err(error) => {
                assert_eq!(error.raw_os_error(), Some(EIO));
                damaged += 1;
            }
        }
    }
    assert!((1..=2).contains(&damaged), "{damaged}");
    assert_eq!(fs::read_dir(fixture.mounted()).unwrap().count(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_use_is_unmounted_too_and_told() {
    let Some(fixture) = Fixture::new() else { return };
    let content = noise(1, 8_000_000);
    fixture.write("file", &content);
    let snapshot = fixture.back_up("t").await;
    fixture.mount(&snapshot).await;
    let mut file = File::open(fixture.mounted().join("file")).unwrap();
    assert_eq!(fixture.mounts.unmount(&fixture.at()).unwrap(), Unmounting::StillOpen);
    assert_eq!(fs::read_dir(fixture.at()).unwrap().count(), 0, "the folder is as it was");
    let mut read = Vec::new();
    file.read_to_end(&mut read).unwrap();
    assert!(read == content);
    assert_eq!(
        fixture.mounts.unmount(&fixture.at()).unwrap(),
        Unmounting::Complete,
        "there is nothing any more"
    );

    // The folder can be used again, and what ends later takes nothing away.
    fixture.mount(&snapshot).await;
    drop(file);
    assert!(fs::read(fixture.mounted().join("file")).unwrap() == content);
    assert_eq!(fixture.mounts.unmount(&fixture.at()).unwrap(), Unmounting::Complete);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_empty_folder_is_mounted_in() {
    let Some(fixture) = Fixture::new() else { return };
    fixture.write("file", "x");
    let snapshot = fixture.back_up("t").await;
    let refused = |path: PathBuf| fixture.mounts.check(&path).unwrap_err();
    for (path, why) in [
        (PathBuf::from("at"), "absolute"),
        (fixture.dir.path().join("nowhere"), "No such file"),
        (fixture.files(), "not empty"),
        (fixture.files().join("file"), "Not a directory"),
    ] {
        let error = refused(path.clone());
        assert_eq!(error.kind(), Kind::Invalid);
        assert!(error.message().contains(why), "{error}");
        if path.is_absolute() {
            let error = fixture.mounts.mount(job(fixture.tree(&snapshot).await, &path)).unwrap_err();
            assert_eq!(error.kind(), Kind::Conflict);
        }
    }
    std::os::unix::fs::symlink("/etc", fixture.dir.path().join("settings")).unwrap();
    for path in [PathBuf::from("/etc"), "/usr/bin".into(), fixture.dir.path().join("settings")] {
        let error = refused(path);
        assert_eq!(error.kind(), Kind::Invalid);
        assert!(error.message().contains("belongs to the system"), "{error}");
    }
    std::os::unix::fs::symlink(fixture.at(), fixture.dir.path().join("link")).unwrap();
    assert_eq!(fixture.mounts.check(&fixture.dir.path().join("link")).unwrap(), fixture.at());
    fixture.mount(&snapshot).await;
    assert!(refused(fixture.at()).message().contains("mounted there already"));
    let error = fixture.mounts.mount(job(fixture.tree(&snapshot).await, &fixture.at())).unwrap_err();
    assert_eq!(error.kind(), Kind::Conflict, "{error}");
    assert_eq!(fixture.mounts.clean(fixture.dir.path()).unwrap(), Vec::<PathBuf>::new(), "it is alive");
    assert_eq!(fs::read_to_string(fixture.mounted().join("file")).unwrap(), "x");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_was_removed_cannot_be_opened() {
    let Some(fixture) = Fixture::new() else { return };
    fixture.write("file", "x");
    let snapshot = fixture.back_up("t").await;
    fixture.vault.forget(&tenant(), vec![snapshot.clone()]).await.unwrap();
    let error = fixture.vault.open_tree(&tenant(), &snapshot).await.err().unwrap();
    assert_eq!(error.kind(), Kind::NotFound);
}
