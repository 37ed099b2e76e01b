//! Files that cannot be read, or change while they are.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::{BackupStats, Kind, Progress, Vault};

use crate::fixture::{Fixture, job, noise};

/// Does something once, when the first bytes of a backup were read.
struct Once(AtomicBool, Box<dyn Fn() + Send + Sync>);

impl Once {
    fn new(act: impl Fn() + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self(AtomicBool::new(false), Box::new(act)))
    }
}

impl Progress<BackupStats> for Once {
    fn update(&self, stats: &BackupStats) {
        if stats.bytes_read > 0 && !self.0.swap(true, Ordering::SeqCst) {
            (self.1)();
        }
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_a_warning() {
    // Not by its permissions, which mean nothing to root: the last of many is removed when the first was
    // read.
    let fixture = Fixture::new();
    for number in 0..30 {
        fixture.write(&format!("{number:02}"), noise(number, 2_000_000));
    }
    let last = fixture.file("29");
    let gone = last.clone();
    let progress = Once::new(move || fs::remove_file(&gone).unwrap());
    let outcome = fixture.back_up_with(fixture.job("t"), Arc::default(), progress).await.unwrap();
    assert_eq!(outcome.stats.files_unreadable, 1);
    assert_eq!(outcome.stats.files_done, 30);
    assert_eq!(outcome.stats.files_new, 29);
    let [warning] = &outcome.warnings[..] else { panic!("{:?}", outcome.warnings) };
    assert!(warning.starts_with(&format!("{}: ", last.display())), "{warning}");
    assert!(!fixture.names(&outcome.vault_snapshot).await.contains(&"29".to_owned()));
}

#[tokio::test]
async fn warnings_are_counted_beyond_those_that_are_kept() {
    let fixture = Fixture::new();
    for number in 0..500 {
        fixture.write(&format!("a-{number}"), noise(number, 1000));
    }
    // The walk has the names of a whole folder before anything in it is read.
    let gone: Vec<PathBuf> =
        (0..150).map(|number| fixture.write(&format!("b-{number}"), "content")).collect();
    let progress = Once::new(move || gone.iter().for_each(|path| fs::remove_file(path).unwrap()));
    let outcome = fixture.back_up_with(fixture.job("t"), Arc::default(), progress).await.unwrap();
    assert_eq!(outcome.stats.files_unreadable, 150);
    assert_eq!(outcome.warnings.len(), BackupStats::WARNINGS_KEPT);
    assert_eq!((outcome.stats.files_new, outcome.stats.files_done), (500, 650));
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_read_is_kept_as_found_and_told() {
    for grow in [true, false] {
        let fixture = Fixture::new();
        let content = noise(1, 30_000_000);
        let path = fixture.write("busy", &content);
        let busy = path.clone();
        let progress = Once::new(move || change(&busy, grow));
        let outcome = fixture.back_up_with(fixture.job("t"), Arc::default(), progress).await.unwrap();
        let expected = format!("{}: the file changed while it was read", path.display());
        assert_eq!(outcome.warnings, [expected], "grow: {grow}");
        assert_eq!(outcome.stats.files_unreadable, 0);
        let (kept, result) = fixture.extract(&outcome.vault_snapshot, &[&path]).await;
        result.unwrap();
        let kept = kept.content(&path);
        if grow {
            assert_eq!(kept, content, "a file that grew is kept as long as it was");
        } else {
            assert!(kept.len() < content.len() && kept == &content[..kept.len()]);
        }
        // The next backup reads it again.
        let mut job = fixture.job("u");
        job.parent = Some(outcome.vault_snapshot);
        let again = fixture.back_up(job).await.unwrap();
        assert_eq!(again.warnings, Vec::<String>::new());
        let read = fixture.read(&again.vault_snapshot, &path, 0, u64::MAX).await.unwrap();
        assert!(read == fs::read(&path).unwrap());
    }
}

fn change(path: &Path, grow: bool) {
    if grow {
        File::options().append(true).open(path).unwrap().write_all(b"more").unwrap();
    } else {
        File::options().write(true).open(path).unwrap().set_len(12_000_000).unwrap();
    }
}

#[tokio::test]
async fn a_root_that_vanishes_during_the_backup_leaves_no_snapshot() {
    let fixture = Fixture::new();
    // Enough that reading begins long before the walk comes to the second root.
    for number in 0..500 {
        fixture.write(&format!("a/{number}"), noise(number, 1000));
    }
    let second = fixture.write("b/file", "content").parent().unwrap().to_owned();
    let removed = second.clone();
    let progress = Once::new(move || fs::remove_dir_all(&removed).unwrap());
    let wanted = job(&[&fixture.file("a"), &second], "t");
    let error = fixture.back_up_with(wanted, Arc::default(), progress).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Invalid, "{error}");
    assert!(error.message().contains(&second.display().to_string()), "{error}");
    assert_eq!(fixture.vault.find(&fixture.tenant, "t").await.unwrap(), None);
}
