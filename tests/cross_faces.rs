//! One engine, two APIs: what is done through one shows through the other.

use std::fs;
use std::time::{Duration, Instant};

use ibm_backup_recovery::types as ibm;
use server::Role;
use storware_backup_recovery::Client;
use storware_backup_recovery::types::{
    self, BackupLocationStatusName, BackupStatusName, TaskStateName, UnixMillis,
};

use crate::support::{Fixture, TestServer, adopt};

/// Nothing here takes longer than this, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread")]
async fn a_group_of_one_api_is_a_protected_entity_of_the_other() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "content").unwrap();
    let fixture = Fixture::unscheduled(server.client(), dir.path()).await;
    let client = server.storware();
    let entities = client.list_protected_entities().send().await.unwrap().into_inner();
    assert_eq!(entities.iter().map(|entity| entity.name.as_str()).collect::<Vec<_>>(), ["folder"]);

    let run = fixture.back_up().await;
    let rows = client.list_backups().send().await.unwrap().into_inner();
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(row.status.name, BackupStatusName::Success);
    assert_eq!(row.protected_entity.as_ref().unwrap().guid, entities[0].guid);
    let info = run.local_backup_info.unwrap();
    assert_eq!(row.snapshot_time, info.start_time_usecs.map(|time| UnixMillis(time.get() / 1000)));
    assert_eq!(row.backup_locations[0].status.name, BackupLocationStatusName::Present);

    // Deleted there, removed here.
    let deletion = ibm::LocalSnapshotUpdate::new().with_delete_snapshot(true);
    let update = ibm::RunUpdate::new(run.id.unwrap()).with_local_snapshot_config(deletion);
    let body = ibm::UpdateRunsRequest::new([update]);
    let sent = fixture.client.update_protection_group_run().id(&fixture.group).body(body).send().await;
    assert_eq!(sent.unwrap().failed_runs.as_deref(), Some(&[][..]));
    let row = client.list_backups().send().await.unwrap().into_inner().remove(0);
    assert_eq!(row.status.name, BackupStatusName::SuccessRemoved);
    let location = &row.backup_locations[0];
    assert_eq!(location.status.name, BackupLocationStatusName::Removed);
    assert_eq!(location.status_info.as_deref(), Some("somebody deleted it"));
    let mountable = client.list_backups().only_mountable(true).send().await.unwrap();
    assert_eq!(mountable.len(), 0);

    // Renamed there, renamed here; protected no longer here, gone there.
    let request = Fixture::group_request("letters", &fixture.policy, fixture.object, dir.path());
    fixture.client.update_protection_group().id(&fixture.group).body(request).send().await.unwrap();
    let row = client.list_backups().send().await.unwrap().into_inner().remove(0);
    assert_eq!(row.protected_entity.unwrap().name.as_deref(), Some("letters"));
    let (status, _) = server.raw_storware("DELETE", &format!("/entities/{}", entities[0].guid), None).await;
    assert_eq!(status, 204);
    let gone = fixture.client.get_protection_group_by_id().id(&fixture.group).send().await.unwrap_err();
    assert!(gone.is_not_found());
    assert_eq!(client.list_backups().send().await.unwrap().len(), 1, "what was backed up is remembered");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_api_protects_the_other_backs_up_and_restores() {
    let server = TestServer::start().await;
    let (dir, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(dir.path().join("file"), "content").unwrap();
    server.protect("documents", dir.path(), &[]).await;
    let fixture = adopt(&server, "documents").await;
    let client = server.storware();
    let entities = client.list_protected_entities().send().await.unwrap().into_inner();
    let body =
        types::ExportTaskRequest::new().with_protected_entities([types::NameAndGuid::new(&entities[0].guid)]);
    let task = client.create_export_tasks().body(body).send().await.unwrap().into_inner().remove(0);
    wait_for_task(&client, &task.guid).await;
    let store = client.list_tasks().parent_task(&task.guid).send().await.unwrap().into_inner().remove(0);
    wait_for_task(&client, &store.guid).await;
    assert_eq!(fixture.latest_run().await.local_backup_info.unwrap().status, Some(ibm::RunStatus::Succeeded));
    let rows = client.list_backups().send().await.unwrap().into_inner();
    assert_eq!((rows.len(), rows[0].size.get()), (1, 7));
    let origin = rows[0].origin_entity.as_ref().unwrap();
    assert_eq!(origin.name.as_deref(), Some("admin"));
    assert_eq!(origin.type_.as_ref().unwrap().name, types::OriginEntityTypeName::User);
    let times = rows[0].task_time_stats.clone().unwrap();
    let whole = times.export_time.unwrap().get() + times.store_time.unwrap().get();
    assert_eq!(rows[0].task_duration_time.unwrap(), whole);
    let snapshots = fixture.snapshots().await;
    let whole = dir.path().to_str().unwrap();
    let recovery = fixture.restore(&snapshots[0], &[whole], fixture.below(target.path())).await;
    assert_eq!(recovery.status, Some(ibm::RunStatus::Succeeded), "{recovery:?}");

    // How fast it was is told here too.
    let query = types::TransferRateQueryParameters::new();
    let call = client.query_backup_transfer_rates().task_type(types::TaskTypeName::Restore);
    let rates = call.body(query).send().await.unwrap().into_inner();
    assert_eq!(rates.len(), 1, "{rates:?}");
    assert_eq!(rates[0]["size"], 7);
    assert_eq!(rates[0]["protectedEntity"]["name"], "documents");
    server.stop().await;
}

async fn wait_for_task(client: &Client, guid: &str) {
    let begun = Instant::now();
    loop {
        let task = client.get_task().guid(guid).send().await.unwrap().into_inner();
        match task.state.name {
            TaskStateName::Finished => return,
            TaskStateName::Queued | TaskStateName::Running => {}
            _ => panic!("the task did not succeed: {task:#?}"),
        }
        assert!(begun.elapsed() < PATIENCE, "the task does not end: {task:#?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_are_walled_off() {
    let stranger = ("stranger", Role::Administrator, Some("other/"), None);
    let server = TestServer::start_with_users(&[stranger]).await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "content").unwrap();
    let entity = server.protect("documents", dir.path(), &[]).await;
    adopt(&server, "documents").await.back_up().await;
    let row = server.storware().list_backups().send().await.unwrap().into_inner().remove(0);
    let stranger = server.storware_as("stranger", "strangerstranger");
    assert_eq!(stranger.list_backups().send().await.unwrap().len(), 0);
    assert_eq!(stranger.list_backups().protected_entity(&entity).send().await.unwrap().len(), 0);
    let missing = |result: Result<_, storware_backup_recovery::Error>| match result {
        Ok(()) => panic!("a stranger was let in"),
        Err(err) => assert!(err.is_not_found(), "{err}"),
    };
    missing(stranger.get_backup().guid(&row.guid).send().await.map(drop));
    missing(stranger.get_backup_for_restore().guid(&row.guid).send().await.map(drop));
    let seen = types::BooleanDto::new(true);
    let call = stranger.update_backup_warnings_acknowledged().guid(&row.guid).body(seen);
    missing(call.send().await.map(drop));
    let timeline = stranger.get_backup_size_timeline().type_("OS_AGENT").guid(&entity);
    missing(timeline.send().await.map(drop));
    server.stop().await;
}
