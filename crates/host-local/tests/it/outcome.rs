//! What is counted, told and where it ends.

use std::fs;
use std::sync::Arc;

use engine::{BackupStats, Hosts, Kind, RestoreOptions};
use host_local::LocalHost;

use crate::support::{EVERYTHING, Recorder, Scene, counts, feed, file, folder, names, symlink};

const STRICT: RestoreOptions = RestoreOptions { continue_on_error: false, ..EVERYTHING };

#[test]
fn the_first_failure_ends_the_work_where_that_is_wanted() {
    let scene = Scene::new(STRICT);
    fs::create_dir_all(scene.path("target/b")).unwrap();
    let mut sink = scene.sink();
    let entries = [file("/item/a", "x"), file("/item/b", "x"), file("/item/c", "x")];
    let error = feed(&mut sink, &entries).unwrap_err();
    assert_eq!(error.kind(), Kind::Conflict);
    assert_eq!(error.message(), "/item/b: a folder is in its place and is not removed");
    let report = sink.complete().unwrap();
    assert_eq!(counts(&report), (1, 0, 1));
    assert_eq!(report.warnings, [error.message()]);
    assert_eq!(names(&scene.path("target")), ["a", "b"]);
}

#[test]
fn a_damaged_file_ends_the_work_where_that_is_wanted() {
    let scene = Scene::new(STRICT);
    let mut sink = scene.sink();
    sink.begin(&file("/item", "x").node).unwrap();
    let error = sink.fail("a block is damaged").unwrap_err();
    assert_eq!(error.message(), "/item: a block is damaged");
}

#[test]
fn every_failure_is_counted_and_the_first_hundred_are_named() {
    let scene = Scene::new(EVERYTHING);
    let entries: Vec<_> = (0..150).map(|at| file(format!("/elsewhere/{at}"), "")).collect();
    let report = scene.write(&entries);
    assert_eq!(counts(&report), (0, 0, 150));
    assert_eq!(report.warnings.len(), BackupStats::WARNINGS_KEPT);
}

#[test]
fn progress_only_grows_and_ends_with_what_is_reported() {
    let scene = Scene::new(EVERYTHING);
    fs::create_dir_all(scene.path("target/in-the-way")).unwrap();
    let progress = Arc::new(Recorder::default());
    let mut sink = LocalHost::new().writer(scene.job.clone(), progress.clone()).unwrap();
    let entries =
        [folder("/item"), file("/item/a", "12345"), symlink("/item/b", "a"), file("/item/in-the-way", "123")];
    feed(&mut sink, &entries).unwrap();
    let report = sink.complete().unwrap();
    let told = progress.0.lock().unwrap();
    assert_eq!(told.last(), Some(&report.stats));
    assert_eq!((report.stats.files_total, report.stats.bytes_total), (4, 8));
    assert_eq!((report.stats.files_done, report.stats.files_failed, report.stats.bytes_done), (3, 1, 5));
    for pair in told.windows(2) {
        let figures = |at: usize| [pair[at].files_done, pair[at].files_failed, pair[at].bytes_done];
        assert!(figures(0).iter().zip(figures(1)).all(|(before, after)| *before <= after), "{pair:?}");
    }
}

#[test]
fn another_machine_is_not_written_to() {
    let mut scene = Scene::new(EVERYTHING);
    scene.job.endpoint = "db.invalid".to_owned();
    let error = LocalHost::new().writer(scene.job.clone(), Arc::new(engine::NoProgress)).err().unwrap();
    assert_eq!(error.kind(), Kind::Unsupported);
    assert_eq!(names(scene.root.path()), [""; 0]);
}
