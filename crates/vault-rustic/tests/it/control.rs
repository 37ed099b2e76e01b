//! Pausing, resuming and cancelling.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use engine::{
    BackupStats, FilePath, FileSink, JobControl, Kind, Node, Progress, Result, SinkReport, Vault, Wanted,
};
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::fixture::{Fixture, files_in, noise};

/// How long a backup is watched to hold: longer than what is left of it would take.
const HELD: Duration = Duration::from_millis(500);

/// Does something to a job when the first bytes were read.
struct OnFirstRead {
    done: AtomicBool,
    act: Box<dyn Fn() + Send + Sync>,
    /// Told when it was done.
    acted: Notify,
}

impl OnFirstRead {
    fn new(act: impl Fn() + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { done: AtomicBool::new(false), act: Box::new(act), acted: Notify::new() })
    }
}

impl Progress<BackupStats> for OnFirstRead {
    fn update(&self, stats: &BackupStats) {
        if stats.bytes_read > 0 && !self.done.swap(true, Ordering::SeqCst) {
            (self.act)();
            self.acted.notify_one();
        }
    }
}

fn many_files() -> Fixture {
    let fixture = Fixture::new();
    for number in 0..40 {
        fixture.write(&format!("{number:02}"), noise(number, 1_000_000));
    }
    fixture
}

#[tokio::test]
async fn a_cancelled_backup_leaves_no_snapshot() {
    let fixture = many_files();
    let control = Arc::new(JobControl::default());
    let lever = control.clone();
    let progress = OnFirstRead::new(move || lever.cancel());
    let error = fixture.back_up_with(fixture.job("t"), control, progress).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Cancelled);
    assert_eq!(fixture.vault.find(&fixture.tenant, "t").await.unwrap(), None);
    assert!(files_in(&fixture.repository().join("snapshots")).is_empty());

    let outcome = fixture.back_up(fixture.job("t")).await.unwrap();
    let found = fixture.vault.find(&fixture.tenant, "t").await.unwrap();
    assert_eq!(found, Some(outcome.vault_snapshot));
}

#[tokio::test]
async fn what_was_cancelled_before_it_began_does_nothing() {
    let fixture = many_files();
    let control = Arc::new(JobControl::default());
    control.cancel();
    let progress = Arc::new(engine::NoProgress);
    let error = fixture.back_up_with(fixture.job("t"), control, progress).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Cancelled);
    assert!(!fixture.repository().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_backup_holds_and_goes_on() {
    let fixture = Arc::new(many_files());
    let control = Arc::new(JobControl::default());
    let lever = control.clone();
    let progress = OnFirstRead::new(move || lever.pause());
    let work = tokio::spawn({
        let (fixture, control, progress) = (fixture.clone(), control.clone(), progress.clone());
        async move { fixture.back_up_with(fixture.job("t"), control, progress).await }
    });
    tokio::pin!(work);
    progress.acted.notified().await;
    assert!(timeout(HELD, &mut work).await.is_err(), "the backup did not hold");
    assert_eq!(fixture.vault.find(&fixture.tenant, "t").await.unwrap(), None);
    control.resume();
    let outcome = work.await.unwrap().unwrap();
    assert_eq!(outcome.stats.files_done, 40);
    let (kept, result) = fixture.extract(&outcome.vault_snapshot, &[&fixture.files()]).await;
    result.unwrap();
    for number in 0..40 {
        assert_eq!(kept.content(&fixture.file(&format!("{number:02}"))), noise(number, 1_000_000));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_backup_can_be_cancelled() {
    let fixture = Arc::new(many_files());
    let control = Arc::new(JobControl::default());
    let lever = control.clone();
    let progress = OnFirstRead::new(move || lever.pause());
    let work = tokio::spawn({
        let (fixture, control, progress) = (fixture.clone(), control.clone(), progress.clone());
        async move { fixture.back_up_with(fixture.job("t"), control, progress).await }
    });
    tokio::pin!(work);
    progress.acted.notified().await;
    assert!(timeout(HELD, &mut work).await.is_err(), "the backup did not hold");
    control.cancel();
    assert_eq!(work.await.unwrap().unwrap_err().kind(), Kind::Cancelled);
    assert_eq!(fixture.vault.find(&fixture.tenant, "t").await.unwrap(), None);
}

/// A sink that cancels the job at its first bytes, or refuses them.
struct Stopping {
    control: Option<Arc<JobControl>>,
    writes: usize,
}

impl FileSink for Stopping {
    fn expect(&mut self, _entries: u64, _bytes: u64) {}

    fn begin(&mut self, _node: &Node) -> Result<Wanted> {
        Ok(Wanted::Content)
    }

    fn write(&mut self, _bytes: &[u8]) -> Result<()> {
        self.writes += 1;
        assert_eq!(self.writes, 1, "bytes came after the work was stopped");
        match &self.control {
            Some(control) => {
                control.cancel();
                Ok(())
            }
            None => Err(engine::Error::conflict("the place is full")),
        }
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }

    fn fail(&mut self, reason: &str) -> Result<()> {
        panic!("the file is whole: {reason}")
    }

    fn complete(self: Box<Self>) -> Result<SinkReport> {
        Ok(SinkReport::default())
    }
}

#[tokio::test]
async fn an_extraction_ends_when_cancelled_or_when_the_sink_fails() {
    let fixture = Fixture::new();
    fixture.write("large", noise(1, 20_000_000));
    let snapshot = fixture.back_up(fixture.job("t")).await.unwrap().vault_snapshot;
    for cancel in [true, false] {
        let control = Arc::new(JobControl::default());
        let sink = Box::new(Stopping { control: cancel.then(|| control.clone()), writes: 0 });
        let items = vec![FilePath::from(fixture.files())];
        let (_sink, result) =
            fixture.vault.extract(&fixture.tenant, &snapshot, items, sink, control.clone()).await;
        let error = result.unwrap_err();
        assert_eq!(error.kind(), if cancel { Kind::Cancelled } else { Kind::Conflict }, "{error}");
    }
}
