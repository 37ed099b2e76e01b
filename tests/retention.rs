//! Snapshots past their time, and the space that they held.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use ibm_backup_recovery::types;
use serde_json::json;
use server::Config;

use crate::support::{Fixture, TestClock, TestServer, wait_for_recovery};

/// Nothing here takes longer than this, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Bytes that neither compress nor repeat.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed | 1;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// How much the files below a folder hold.
fn size(folder: &Path) -> u64 {
    let mut size = 0;
    for entry in fs::read_dir(folder).unwrap() {
        // What is gone by now has no size.
        let Ok(entry) = entry else { continue };
        match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size += self::size(&entry.path()),
            Ok(metadata) => size += metadata.len(),
            Err(_) => {}
        }
    }
    size
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < PATIENCE, "still not: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_past_its_time_goes_and_its_space_comes_back() {
    let clock = TestClock::at("2026-03-02T08:00:00Z");
    let server = TestServer::start_with_clock(clock.clone()).await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("old"), noise(1, 5_000_000)).unwrap();
    // A policy of three weeks that starts nothing meanwhile.
    let fixture = Fixture::unscheduled(server.client(), dir.path()).await;
    fixture.back_up().await;
    let vault = server.data_dir().join("vault");
    let full = size(&vault);
    assert!(full > 5_000_000);

    fs::remove_file(dir.path().join("old")).unwrap();
    fs::write(dir.path().join("new"), "new").unwrap();
    clock.forward_hours(7 * 24);
    fixture.back_up().await;
    assert_eq!(fixture.snapshots().await.len(), 2);

    clock.forward_hours(14 * 24);
    until("the first snapshot is gone", async || fixture.snapshots().await.len() == 1).await;
    assert_eq!(fixture.search("old").await, [""; 0]);
    assert_eq!(fixture.search("new").await.len(), 1);
    clock.forward_hours(1);
    until("its space is back", async || size(&vault) < full - 4_900_000).await;

    let snapshot = fixture.snapshots().await.remove(0);
    let path = dir.path().join("new");
    let call =
        fixture.client.download_indexed_file().snapshots_id(&snapshot).file_path(path.to_str().unwrap());
    assert_eq!(call.send().await.unwrap().into_inner().collect().await.unwrap(), b"new".as_slice());
    // The run is still told of, without its snapshot.
    let call = fixture.client.get_protection_group_runs().id(&fixture.group);
    let runs = call.start_time_usecs(0).include_object_details(true).send().await.unwrap().into_inner();
    let first = runs.runs.unwrap().pop().unwrap();
    assert_eq!((first.has_local_snapshot, first.is_local_snapshots_deleted), (Some(false), Some(true)));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_a_recovery_waits_for_outlives_its_time() {
    let clock = TestClock::at("2026-03-02T08:00:00Z");
    let data = tempfile::tempdir().unwrap();
    let config = Config {
        check_answers: true,
        jobs_at_once: 1,
        clock: clock.clone(),
        ..Config::on_loopback(data.path())
    };
    let server = TestServer::start_as(config, None).await;
    let (dir, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(dir.path().join("file"), "content").unwrap();
    let fixture = Fixture::unscheduled(server.client(), dir.path()).await;
    fixture.back_up().await;
    fixture.back_up().await;
    let [latest, wanted] = <[String; 2]>::try_from(fixture.snapshots().await).unwrap();

    // A recovery that takes long has the only place there is.
    let (large, client) = (tempfile::tempdir().unwrap(), server.client());
    fs::File::create(large.path().join("large")).unwrap().set_len(1 << 30).unwrap();
    let group = Fixture::create_group(&client, "large", &fixture.policy, fixture.object, large.path()).await;
    let other = Fixture { client, object: fixture.object, policy: fixture.policy.clone(), group };
    other.back_up().await;
    let long = fixture.snapshots().await.into_iter().find(|id| *id != latest && *id != wanted).unwrap();
    let path = types::DownloadPath::new(large.path().join("large").to_str().unwrap());
    let object = types::RecoverSnapshotParams::new(&long);
    let body = types::DownloadRecoveryRequest::new([path], "at work", object);
    let at_work = fixture.client.create_download_files_and_folders_recovery().body(body).send().await;
    let at_work = at_work.unwrap().id.clone().unwrap();

    let file = dir.path().join("file");
    let body = fixture.restore_request(&wanted, &[file.to_str().unwrap()], fixture.below(target.path()));
    let recovery = fixture.client.create_recovery().body(body).send().await.unwrap().id.clone().unwrap();
    clock.forward_hours(22 * 24);
    until("the one that nobody waits for is gone", async || !fixture.snapshots().await.contains(&latest))
        .await;
    assert!(fixture.snapshots().await.contains(&wanted));

    fixture.client.cancel_recovery_by_id().id(&at_work).send().await.unwrap();
    let ended = wait_for_recovery(&fixture.client, &recovery).await;
    assert_eq!(ended.status, Some(types::RunStatus::Succeeded), "{ended:#?}");
    assert_eq!(fs::read_to_string(target.path().join("file")).unwrap(), "content");
    until("and then it goes", async || fixture.snapshots().await.is_empty()).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_a_crash_left_in_the_vault_alone_is_removed() {
    let (data, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(dir.path().join("file"), "content").unwrap();
    let server = TestServer::start_in(data.path(), None).await;
    let known = (server.tenant.clone(), server.api_key.clone());
    let fixture = Fixture::unscheduled(server.client(), dir.path()).await;
    let run = fixture.back_up().await.id.unwrap();
    let vault = server.data_dir().join("vault");
    let tenant = fs::read_dir(&vault).unwrap().next().unwrap().unwrap().path();
    let snapshots = tenant.join("snapshots");
    let names = || {
        let entries = fs::read_dir(&snapshots).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let orphan = names().remove(0);
    let content = fs::read(snapshots.join(&orphan)).unwrap();
    fs::write(dir.path().join("file"), "other content").unwrap();
    fixture.back_up().await;
    let update = types::RunUpdate::new(&run)
        .with_local_snapshot_config(types::LocalSnapshotUpdate::new().with_delete_snapshot(true));
    let call = fixture.client.update_protection_group_run().id(&fixture.group);
    call.body(types::UpdateRunsRequest::new([update])).send().await.unwrap();
    until("it is gone", async || !names().contains(&orphan)).await;
    server.stop().await;

    // As if the server had died between forgetting it in the catalog and removing it from the vault.
    fs::write(snapshots.join(&orphan), content).unwrap();
    let server = TestServer::start_in(data.path(), Some((&known.0, &known.1))).await;
    until("it is removed", async || !names().contains(&orphan)).await;
    let fixture = Fixture { client: server.client(), ..fixture };
    assert_eq!((names().len(), fixture.snapshots().await.len()), (1, 1), "the other one stays");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_deleted_with_its_snapshots_gives_their_space_back_at_once() {
    let clock = TestClock::at("2026-03-02T08:00:00Z");
    let server = TestServer::start_with_clock(clock.clone()).await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("large"), noise(2, 3_000_000)).unwrap();
    let fixture = Fixture::unscheduled(server.client(), dir.path()).await;
    fixture.back_up().await;
    let call = fixture.client.delete_protection_group().id(&fixture.group);
    call.delete_snapshots(true).send().await.unwrap();
    let vault = server.data_dir().join("vault");
    // The clock stands still: nobody waits for the next round.
    until("its space is back", async || size(&vault) < 100_000).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_keeps_snapshots_until_it_ends_and_some_are_kept_longer() {
    let clock = TestClock::at("2026-03-02T08:00:00Z");
    let server = TestServer::start_with_clock(clock.clone()).await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "content").unwrap();
    let policy = serde_json::from_value(json!({
        "name": "locked",
        "backupPolicy": { "regular": { "retention": {
            "unit": "Days",
            "duration": 7,
            "dataLockConfig": { "mode": "Compliance", "unit": "Days", "duration": 3 },
        } } },
        "extendedRetention": [{
            "schedule": { "unit": "Weeks", "frequency": 1 },
            "retention": { "unit": "Months", "duration": 1 },
        }],
    }));
    let fixture = Fixture::under(server.client(), policy.unwrap(), dir.path()).await;
    let call = fixture.client.get_protection_policy_by_id().id(&fixture.policy);
    let shown = call.send().await.unwrap().into_inner();
    let lock = shown.backup_policy.regular.retention.unwrap().data_lock_config.unwrap();
    assert_eq!((lock.mode, lock.duration), (types::DataLockMode::Compliance, 3));
    assert_eq!(shown.extended_retention.unwrap().len(), 1);

    let run = fixture.back_up().await;
    let info = run.objects.unwrap().remove(0).local_snapshot_info.unwrap().snapshot_info.unwrap();
    let day_usecs = 86_400_000_000;
    let constraints = info.data_lock_constraints.unwrap();
    assert_eq!(constraints.mode, Some(types::DataLockMode::Compliance));
    assert_eq!(constraints.expiry_time_usecs, Some((clock.usecs() + 3 * day_usecs).into()));
    assert_eq!(
        info.expiry_time_usecs,
        Some((clock.usecs() + 30 * day_usecs).into()),
        "the first of its week"
    );
    clock.forward_hours(24);
    let run = fixture.back_up().await;
    let info = run.objects.unwrap().remove(0).local_snapshot_info.unwrap().snapshot_info.unwrap();
    assert_eq!(info.expiry_time_usecs, Some((clock.usecs() + 7 * day_usecs).into()), "the second of it");
    let call = fixture.client.get_object_snapshots().id(fixture.object);
    let snapshots = call.send().await.unwrap().into_inner().snapshots.unwrap();
    assert!(snapshots.iter().all(|snapshot| snapshot.has_data_lock == Some(true)));

    let delete = async || {
        let call = fixture.client.delete_protection_group().id(&fixture.group);
        call.delete_snapshots(true).send().await
    };
    let refused = delete().await.unwrap_err();
    assert_eq!(refused.status().unwrap().as_u16(), 409);
    assert!(refused.message().unwrap().contains("locked until"), "{refused:?}");
    assert_eq!(fixture.snapshots().await.len(), 2, "nothing of it was done");
    clock.forward_hours(3 * 24);
    delete().await.unwrap();
    assert_eq!(fixture.snapshots().await, [""; 0]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_form_of_a_lock_locks_for_as_long_as_it_keeps() {
    let clock = TestClock::at("2026-03-02T08:00:00Z");
    let server = TestServer::start_with_clock(clock.clone()).await;
    let dir = tempfile::tempdir().unwrap();
    let policy = serde_json::from_value(json!({
        "name": "locked",
        "dataLock": "Administrative",
        "backupPolicy": { "regular": { "retention": { "unit": "Weeks", "duration": 1 } } },
    }));
    let fixture = Fixture::under(server.client(), policy.unwrap(), dir.path()).await;
    let run = fixture.back_up().await;
    let info = run.objects.unwrap().remove(0).local_snapshot_info.unwrap().snapshot_info.unwrap();
    let constraints = info.data_lock_constraints.unwrap();
    assert_eq!(constraints.mode, Some(types::DataLockMode::Administrative));
    assert_eq!(constraints.expiry_time_usecs, info.expiry_time_usecs);
    clock.forward_hours(7 * 24);
    until("it is gone when both are over", async || fixture.snapshots().await.is_empty()).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_for_download_is_kept_for_a_day() {
    let clock = TestClock::at("2026-03-02T08:00:00Z");
    let server = TestServer::start_with_clock(clock.clone()).await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "in the clear").unwrap();
    let fixture = Fixture::unscheduled(server.client(), dir.path()).await;
    fixture.back_up().await;
    let object = types::RecoverSnapshotParams::new(&fixture.snapshots().await[0]);
    let path = types::DownloadPath::new(dir.path().to_str().unwrap());
    let body = types::DownloadRecoveryRequest::new([path], "archive", object);
    let create = fixture.client.create_download_files_and_folders_recovery();
    let id = create.body(body).send().await.unwrap().id.clone().unwrap();
    let recovery = wait_for_recovery(&fixture.client, &id).await;
    let params = recovery.physical_params.unwrap().download_file_and_folder_params.unwrap();
    assert_eq!(params.expiry_time_usecs, Some((clock.usecs() + 24 * 3_600_000_000).into()));

    // Of these none can be removed, and none keeps the archive.
    let downloads = server.data_dir().join("downloads");
    for number in 0..8 {
        let stray = downloads.join(format!("stray-{number}"));
        fs::create_dir(&stray).unwrap();
        fs::File::open(&stray).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
    }

    let download = async || fixture.client.download_files_from_recovery().id(&id).send().await;
    clock.forward_hours(23);
    assert!(download().await.is_ok());
    clock.forward_hours(1);
    assert_eq!(download().await.unwrap_err().status().unwrap().as_u16(), 409);
    until("the archive is gone", async || fs::read_dir(&downloads).unwrap().count() == 8).await;
    server.stop().await;
}
