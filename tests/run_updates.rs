//! Changing what runs have left behind: holds, locks, expiry, deletion.

use std::fs;

use ibm_backup_recovery::types;

use crate::support::{Fixture, TestServer};

const DAY_USECS: i64 = 24 * 3_600 * 1_000_000;

async fn update(fixture: &Fixture, updates: &[types::RunUpdate]) -> types::UpdateRunsResponse {
    let body = types::UpdateRunsRequest::new(updates.to_vec());
    let call = fixture.client.update_protection_group_run().id(&fixture.group).body(body);
    call.send().await.unwrap().into_inner()
}

/// Changes one run; the answer is why it was not changed, if it was not.
async fn change(fixture: &Fixture, run: &str, local: types::LocalSnapshotUpdate) -> Option<String> {
    let update = update(fixture, &[types::RunUpdate::new(run).with_local_snapshot_config(local)]).await;
    let mut failed = update.failed_runs.unwrap();
    match failed.pop() {
        None => {
            assert_eq!(update.successful_run_ids.unwrap(), [run]);
            None
        }
        Some(failure) => {
            assert_eq!(update.successful_run_ids.unwrap(), [""; 0]);
            assert_eq!(failure.run_id.as_deref(), Some(run));
            failure.error_message
        }
    }
}

fn local() -> types::LocalSnapshotUpdate {
    types::LocalSnapshotUpdate::new()
}

async fn info(fixture: &Fixture) -> types::SnapshotInfo {
    let object = fixture.latest_run().await.objects.unwrap().remove(0);
    object.local_snapshot_info.unwrap().snapshot_info.unwrap()
}

async fn listed(fixture: &Fixture) -> types::ObjectSnapshot {
    let list = fixture.client.get_object_snapshots().id(fixture.object).send().await.unwrap().into_inner();
    list.snapshots.unwrap().remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_held_and_let_go() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "x").unwrap();
    let fixture = Fixture::new(server.client(), dir.path()).await;
    let run = fixture.back_up().await;
    assert_eq!(run.on_legal_hold, Some(false));
    let id = run.id.unwrap();
    assert_eq!(change(&fixture, &id, local().with_enable_legal_hold(true)).await, None);
    let run = fixture.latest_run().await;
    assert_eq!(run.on_legal_hold, Some(true));
    assert_eq!(run.objects.unwrap()[0].on_legal_hold, Some(true));
    assert_eq!(listed(&fixture).await.on_legal_hold, Some(true));

    let refused = change(&fixture, &id, local().with_delete_snapshot(true)).await.unwrap();
    assert!(refused.contains("legal hold"), "{refused}");
    let both = local().with_delete_snapshot(true).with_enable_legal_hold(false);
    assert!(change(&fixture, &id, both).await.is_some(), "deleting leaves the rest aside");
    let over = change(&fixture, &id, local().with_days_to_keep(-1000)).await.unwrap();
    assert!(over.contains("legal hold"), "{over}");
    assert_eq!(fixture.snapshots().await.len(), 1);

    assert_eq!(change(&fixture, &id, local().with_enable_legal_hold(false)).await, None);
    assert_eq!(fixture.latest_run().await.on_legal_hold, Some(false));
    assert_eq!(change(&fixture, &id, local().with_delete_snapshot(true)).await, None);
    assert_eq!(fixture.snapshots().await, [""; 0]);
    assert_eq!(fixture.search("file").await, [""; 0]);
    let run = fixture.latest_run().await;
    assert_eq!(run.is_local_snapshots_deleted, Some(true));
    assert_eq!(run.has_local_snapshot, Some(false));
    assert_eq!(info(&fixture).await.is_manually_deleted, Some(true));
    let again = change(&fixture, &id, local().with_delete_snapshot(true)).await.unwrap();
    assert!(again.contains("no local snapshot"), "{again}");

    let snapshots = std::path::Path::new("snapshots");
    let vault = server.data_dir().join("vault");
    let left = walk(&vault).into_iter().filter(|path| path.parent().unwrap().ends_with(snapshots)).count();
    assert_eq!(left, 0, "the vault has forgotten it too");
    fixture.back_up().await;
    assert_eq!(fixture.search("file").await.len(), 1, "the next run stands by itself");
    server.stop().await;
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn the_expiry_moves_and_a_lock_stands_in_its_way() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    let fixture = Fixture::new(server.client(), dir.path()).await;
    let id = fixture.back_up().await.id.unwrap();
    let expiry = info(&fixture).await.expiry_time_usecs.unwrap().get();
    assert_eq!(change(&fixture, &id, local().with_days_to_keep(30)).await, None);
    assert_eq!(info(&fixture).await.expiry_time_usecs, Some((expiry + 30 * DAY_USECS).into()));
    assert_eq!(change(&fixture, &id, local().with_days_to_keep(-40)).await, None);
    assert_eq!(listed(&fixture).await.expiry_time_usecs, Some((expiry - 10 * DAY_USECS).into()));
    assert!(change(&fixture, &id, local().with_days_to_keep(i64::MAX)).await.is_some());
    assert_eq!(listed(&fixture).await.has_data_lock, Some(false));

    let administrative = local().with_data_lock(types::DataLockMode::Administrative);
    assert_eq!(change(&fixture, &id, administrative.clone().with_days_to_keep(1)).await, None);
    let expiry = expiry - 9 * DAY_USECS;
    let lock = info(&fixture).await.data_lock_constraints.unwrap();
    assert_eq!(lock.mode, Some(types::DataLockMode::Administrative));
    assert_eq!(lock.expiry_time_usecs, Some(expiry.into()));
    assert_eq!(listed(&fixture).await.has_data_lock, Some(true));
    let compliance = local().with_data_lock(types::DataLockMode::Compliance);
    assert_eq!(change(&fixture, &id, compliance).await, None);
    let run = fixture.latest_run().await.local_backup_info.unwrap();
    assert_eq!(run.data_lock_constraints.unwrap().mode, Some(types::DataLockMode::Compliance));
    for refused in [
        administrative,
        local().with_days_to_keep(-1),
        local().with_days_to_keep(-100),
        local().with_delete_snapshot(true),
    ] {
        let why = change(&fixture, &id, refused.clone()).await;
        assert!(why.as_ref().is_some_and(|why| why.contains("lock")), "{refused:?}: {why:?}");
    }
    assert_eq!(change(&fixture, &id, local().with_days_to_keep(1)).await, None, "longer is no harm");
    assert_eq!(listed(&fixture).await.expiry_time_usecs, Some((expiry + DAY_USECS).into()));

    let second = fixture.back_up().await.id.unwrap();
    assert_eq!(change(&fixture, &second, local().with_days_to_keep(-21)).await, None);
    assert_eq!(fixture.snapshots().await.len(), 1, "what is over is deleted at once");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_run_succeeds_or_fails_by_itself() {
    let (server, stranger) = TestServer::start_with_stranger().await;
    let dir = tempfile::tempdir().unwrap();
    let fixture = Fixture::new(server.client(), dir.path()).await;
    let first = fixture.back_up().await.id.unwrap();
    let second = fixture.back_up().await.id.unwrap();
    let hold = || local().with_enable_legal_hold(true);
    let retention = types::Retention::new(1, types::RetentionUnit::Days);
    let replicas = types::ReplicationSnapshotUpdate::new()
        .with_new_snapshot_config([types::RunReplicationConfig::new(1).with_retention(retention)]);
    let archives = types::ArchivalSnapshotUpdate::new()
        .with_new_snapshot_config([types::RunArchivalConfig::new(types::ArchivalTargetType::Cloud, 1)]);
    let answer = update(
        &fixture,
        &[
            types::RunUpdate::new(&first).with_local_snapshot_config(hold()),
            types::RunUpdate::new(&second)
                .with_local_snapshot_config(hold())
                .with_replication_snapshot_config(replicas),
            types::RunUpdate::new(&second).with_archival_snapshot_config(archives),
            types::RunUpdate::new("4711:1").with_local_snapshot_config(hold()),
            types::RunUpdate::new("no run").with_local_snapshot_config(hold()),
            types::RunUpdate::new(&second),
        ],
    )
    .await;
    assert_eq!(answer.successful_run_ids.unwrap(), [first.as_str()]);
    let reasons: Vec<_> =
        answer.failed_runs.unwrap().into_iter().map(|failed| failed.error_message.unwrap()).collect();
    assert_eq!(reasons.len(), 5);
    assert!(reasons[0].contains("replicationSnapshotConfig: there are no such targets"), "{reasons:?}");
    assert!(reasons[1].contains("archivalSnapshotConfig: there are no such targets"), "{reasons:?}");
    assert!(reasons[2].contains("there is no run"), "{reasons:?}");
    assert!(reasons[3].contains("there is no run"), "{reasons:?}");
    assert!(reasons[4].contains("nothing to change"), "{reasons:?}");
    assert_eq!(fixture.latest_run().await.on_legal_hold, Some(false), "a run is changed whole or not at all");

    let body = types::UpdateRunsRequest::new([
        types::RunUpdate::new(&second).with_local_snapshot_config(local().with_delete_snapshot(true))
    ]);
    let theirs = stranger.update_protection_group_run().id(&fixture.group).body(body).send().await;
    assert!(theirs.unwrap_err().is_not_found());
    assert_eq!(fixture.snapshots().await.len(), 2);
    server.stop().await;
}
