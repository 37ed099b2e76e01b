//! What the clients do beyond single calls, against the server: waits, long lists, and large files.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _};
use ibm_backup_recovery::{Client, DownloadError, Step, WaitError, types};

use crate::support::{Fixture, TestServer};

/// Quick, since the runs of tests are.
const FIRST: Duration = Duration::from_millis(20);
const LONGEST: Duration = Duration::from_millis(200);

fn incremental() -> types::StartRunRequest {
    types::StartRunRequest::new(types::BackupRunType::Regular)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_started_watched_and_waited_for() {
    let server = TestServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "text").unwrap();
    let fixture = Fixture::unscheduled(server.client(), folder.path()).await;

    let started = fixture.client.start_run(&fixture.group, incremental()).await.unwrap();
    let run = started.pauses(FIRST, LONGEST).wait().await.unwrap();
    let first = run.id.clone().unwrap();
    assert_eq!(run.local_backup_info.unwrap().status, Some(types::RunStatus::Succeeded));

    // The second run is found although the first is listed too.
    let started = fixture.client.start_run(&fixture.group, incremental()).await.unwrap();
    let steps: Vec<_> = started.pauses(FIRST, LONGEST).watch().map(Result::unwrap).collect().await;
    let Some(Step::Done(last)) = steps.last() else { panic!("{steps:?}") };
    assert_ne!(last.id.as_deref(), Some(first.as_str()));

    // What has ended long ago is seen at once.
    let mut waiter = fixture.client.wait_for_run(&fixture.group, &first);
    assert!(waiter.poll().await.unwrap().is_final());
    let missing = fixture.client.wait_for_run(&fixture.group, "1:1").wait().await.unwrap_err();
    assert!(matches!(missing, WaitError::Call(error) if error.is_not_found()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_fails_is_told_apart_from_one_that_takes_long() {
    let server = TestServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let fixture = Fixture::unscheduled(server.client(), folder.path()).await;
    drop(folder);
    let started = fixture.client.start_run(&fixture.group, incremental()).await.unwrap();
    let failed = started.pauses(FIRST, LONGEST).wait().await.unwrap_err();
    let WaitError::Failed(run) = failed else { panic!("{failed:?}") };
    assert_eq!(run.local_backup_info.unwrap().status, Some(types::RunStatus::Failed));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_is_waited_for() {
    let server = TestServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "text").unwrap();
    let fixture = Fixture::unscheduled(server.client(), folder.path()).await;
    fixture.back_up().await;
    let snapshot = fixture.snapshots().await.remove(0);
    let target = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let request = fixture.restore_request(&snapshot, &[path.to_str().unwrap()], fixture.below(target.path()));
    let started = fixture.client.start_recovery(request).await.unwrap();
    let recovery = started.pauses(FIRST, LONGEST).wait().await.unwrap();
    assert_eq!(recovery.status, Some(types::RunStatus::Succeeded));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_runs_of_a_group_are_walked_backwards() {
    let server = TestServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "text").unwrap();
    let fixture = Fixture::unscheduled(server.client(), folder.path()).await;
    let mut made = Vec::new();
    for _ in 0..7 {
        let started = fixture.client.start_run(&fixture.group, incremental()).await.unwrap();
        made.push(started.pauses(FIRST, LONGEST).wait().await.unwrap().id.unwrap());
    }
    made.reverse();
    for at_a_time in [1, 2, 3, 7, 100] {
        let runs = fixture.client.get_protection_group_runs().id(&fixture.group).num_runs(at_a_time);
        let walked: Vec<_> = runs.items().map_ok(|run| run.id.unwrap()).try_collect().await.unwrap();
        assert_eq!(walked, made, "{at_a_time}");
    }
    // Pages are fetched when they are wanted.
    let runs = fixture.client.get_protection_group_runs().id(&fixture.group).num_runs(2);
    let mut pages = std::pin::pin!(runs.pages());
    assert_eq!(pages.try_next().await.unwrap().unwrap().len(), 2);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_go_on_from_page_to_page() {
    let server = TestServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    for number in 0..23 {
        fs::write(folder.path().join(format!("found-{number:02}")), "text").unwrap();
    }
    let fixture = Fixture::unscheduled(server.client(), folder.path()).await;
    fixture.back_up().await;
    let files = types::FileSearchParams::default().with_search_string("found-*");
    for count in [1, 5, 23, 100] {
        let request = types::IndexedSearchRequest::new(types::IndexedObjectType::Files)
            .with_file_params(files.clone())
            .with_count(count);
        let search = fixture.client.search_indexed_objects().body(request);
        let mut names: Vec<_> = search.files().map_ok(|file| file.name.unwrap()).try_collect().await.unwrap();
        names.sort();
        let expected: Vec<_> = (0..23).map(|number| format!("found-{number:02}")).collect();
        assert_eq!(names, expected, "{count}");
    }
    let objects: Vec<_> =
        fixture.client.search_objects().count(1).items().try_collect::<Vec<_>>().await.unwrap();
    assert!(!objects.is_empty());
    server.stop().await;
}

/// Bytes that do not repeat from range to range.
fn bytes(length: usize) -> Vec<u8> {
    (0..length as u64).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

/// A file of this many bytes in a snapshot.
async fn file_in_snapshot(client: Client, length: usize) -> (Fixture, String, String, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large");
    let bytes = bytes(length);
    fs::write(&path, &bytes).unwrap();
    let fixture = Fixture::unscheduled(client, folder.path()).await;
    fixture.back_up().await;
    let snapshot = fixture.snapshots().await.remove(0);
    (fixture, snapshot, path.to_str().unwrap().to_owned(), bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_any_size_is_downloaded() {
    // More than two ranges, exactly one, less than one, and none.
    for length in [20 * 1024 * 1024 + 7, 8 * 1024 * 1024, 5, 0] {
        let server = TestServer::start().await;
        let (fixture, snapshot, path, bytes) = file_in_snapshot(server.client(), length).await;
        for size in [None, Some(length as u64)] {
            let mut download = fixture.client.download_file(&snapshot, &path);
            if let Some(size) = size {
                download = download.size(size);
            }
            let mut written = Vec::new();
            assert_eq!(download.write_to(&mut written).await.unwrap(), length as u64, "{size:?}");
            assert!(written == bytes, "{length} {size:?}");
        }
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_goes_on_where_another_ended_and_tells_how_far_it_is() {
    let server = TestServer::start().await;
    let (fixture, snapshot, path, bytes) = file_in_snapshot(server.client(), 300_000).await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let teller = Arc::clone(&told);
    let mut rest = Vec::new();
    let download = fixture
        .client
        .download_file(&snapshot, &path)
        .range(100_000)
        .from_offset(150_000)
        .on_progress(move |offset| teller.lock().unwrap().push(offset));
    assert_eq!(download.write_to(&mut rest).await.unwrap(), 300_000);
    assert!(rest == bytes[150_000..]);
    assert_eq!(*told.lock().unwrap(), [250_000, 300_000]);

    let nowhere = fixture.client.download_file(&snapshot, "/not/there").write_to(&mut Vec::new()).await;
    assert!(matches!(nowhere, Err(DownloadError::Call { written: 0, error }) if error.is_not_found()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_waited_for() {
    let server = TestServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "text").unwrap();
    let entity = server.protect("documents", folder.path(), &[]).await;
    let client = server.storware();
    use storware_backup_recovery::types as storware;
    let request = storware::ExportTaskRequest::default()
        .with_protected_entities([storware::NameAndGuid::new(entity)])
        .with_backup_type(storware::BackupTypeName::Full);
    let tasks = client.create_export_tasks().body(request).send().await.unwrap();
    let done = client.wait_for_task(&tasks[0].guid).pauses(FIRST, LONGEST).wait().await.unwrap();
    assert_eq!(done.state.name, storware::TaskStateName::Finished);
    let missing = client.wait_for_task("nothing").wait().await.unwrap_err();
    assert!(matches!(missing, storware_backup_recovery::WaitError::Call(_)));
    server.stop().await;
}
