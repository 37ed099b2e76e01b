//! What a second backup reads, and what the figures say.

use std::fs;
use std::sync::{Arc, Mutex};

use engine::{BackupStats, JobControl, Progress, Vault};

use crate::fixture::{Fixture, noise};

#[tokio::test]
async fn unchanged_files_are_not_read_again() {
    let fixture = Fixture::new();
    for number in 0..20 {
        fixture.write(&format!("folder {number}/file"), noise(number, 10_000));
    }
    let first = fixture.back_up(fixture.job("1")).await.unwrap();
    let mut expected = BackupStats {
        files_total: 20,
        files_done: 20,
        files_new: 20,
        bytes_total: 200_000,
        bytes_done: 200_000,
        bytes_read: 200_000,
        bytes_stored: first.stats.bytes_stored,
        all_found: true,
        ..BackupStats::default()
    };
    assert_eq!(first.stats, expected);
    assert!((200_000..300_000).contains(&first.stats.bytes_stored), "{:?}", first.stats);

    let mut job = fixture.job("2");
    job.parent = Some(first.vault_snapshot.clone());
    let second = fixture.back_up(job.clone()).await.unwrap();
    expected =
        BackupStats { files_new: 0, bytes_read: 0, bytes_stored: second.stats.bytes_stored, ..expected };
    assert_eq!(second.stats, expected);
    assert!(second.stats.bytes_stored < 5_000, "{:?}", second.stats);

    fixture.write("folder 3/file", noise(100, 12_000));
    fixture.write("folder 4/new", noise(101, 1_000));
    fs::remove_file(fixture.file("folder 5/file")).unwrap();
    job.tag = "3".to_owned();
    job.parent = Some(second.vault_snapshot.clone());
    let third = fixture.back_up(job).await.unwrap();
    let stats = third.stats;
    assert_eq!((stats.files_total, stats.files_new, stats.files_changed), (20, 1, 1));
    assert_eq!((stats.bytes_read, stats.bytes_done), (13_000, 193_000));

    // Each snapshot stands by itself.
    let read = |snapshot: String| {
        let (vault, tenant, path) =
            (fixture.vault.clone(), fixture.tenant.clone(), fixture.file("folder 3/file"));
        async move { vault.read(&tenant, &snapshot, &path.into(), 0, 20_000).await.unwrap() }
    };
    assert_eq!(read(first.vault_snapshot).await, noise(3, 10_000));
    assert_eq!(read(third.vault_snapshot).await, noise(100, 12_000));
}

#[tokio::test]
async fn a_full_backup_reads_everything_and_stores_nothing_twice() {
    let fixture = Fixture::new();
    fixture.write("one", noise(1, 3_000_000));
    fixture.write("copy of one", noise(1, 3_000_000));
    let first = fixture.back_up(fixture.job("1")).await.unwrap().stats;
    assert_eq!(first.bytes_read, 6_000_000);
    assert!(first.bytes_stored < 4_000_000, "{first:?}");
    let second = fixture.back_up(fixture.job("2")).await.unwrap().stats;
    assert_eq!(second.bytes_read, 6_000_000);
    assert!(second.bytes_stored < 10_000, "{second:?}");
}

#[tokio::test]
async fn a_parent_that_is_gone_costs_reading_only() {
    let fixture = Fixture::new();
    fixture.write("one", noise(1, 100_000));
    let mut job = fixture.job("1");
    job.parent = Some("0".repeat(64));
    let outcome = fixture.back_up(job).await.unwrap();
    assert_eq!(outcome.stats.bytes_read, 100_000);
}

#[tokio::test]
async fn a_change_that_keeps_size_and_time_is_seen() {
    let fixture = Fixture::new();
    let path = fixture.write("file", "before");
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    let first = fixture.back_up(fixture.job("1")).await.unwrap();
    fs::write(&path, "after!").unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    let mut job = fixture.job("2");
    job.parent = Some(first.vault_snapshot);
    let second = fixture.back_up(job).await.unwrap();
    assert_eq!(fixture.read(&second.vault_snapshot, &path, 0, 100).await.unwrap(), b"after!");
}

#[tokio::test]
async fn the_figures_only_grow_and_end_where_the_outcome_says() {
    #[derive(Default)]
    struct Record(Mutex<Vec<BackupStats>>);
    impl Progress<BackupStats> for Record {
        fn update(&self, stats: &BackupStats) {
            self.0.lock().unwrap().push(*stats);
        }
    }
    let fixture = Fixture::new();
    for number in 0..50 {
        fixture.write(&format!("{number}"), noise(number, 100_000));
    }
    let record = Arc::new(Record::default());
    let control = Arc::new(JobControl::default());
    let outcome = fixture.back_up_with(fixture.job("1"), control, record.clone()).await.unwrap();
    let told = record.0.lock().unwrap().clone();
    assert_eq!(told.last(), Some(&outcome.stats));
    let figures = |it: &BackupStats| {
        [
            it.files_total,
            it.files_done,
            it.files_new,
            it.bytes_total,
            it.bytes_done,
            it.bytes_read,
            it.bytes_stored,
        ]
    };
    for pair in told.windows(2) {
        let (before, after) = (figures(&pair[0]), figures(&pair[1]));
        assert!(before.iter().zip(after).all(|(before, after)| *before <= after), "{pair:?}");
        assert!(pair[1].bytes_done <= pair[1].bytes_total, "{pair:?}");
    }
}
