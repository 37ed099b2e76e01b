//! Runs while they go on, and the list of them.

use std::fs::File;
use std::path::Path;

use ibm_backup_recovery::types::{self, RunStatus};
use serde_json::json;

use crate::support::{Fixture, TestClock, TestServer};

/// A file that takes long to read and no space: zeros that were never written.
fn endless_file(dir: &Path) {
    File::create(dir.join("endless")).unwrap().set_len(1 << 40).unwrap();
}

async fn act(fixture: &Fixture, body: types::RunActionRequest) -> types::RunActionResponse {
    let call = fixture.client.perform_action_on_protection_group_run().id(&fixture.group).body(body);
    call.send().await.unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_paused_resumed_and_cancelled() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    endless_file(dir.path());
    let fixture = Fixture::new(server.client(), dir.path()).await;
    fixture.start_run(types::BackupRunType::Regular).await;
    let run = fixture.wait_for_run(&[RunStatus::Running]).await;
    let id = run.id.unwrap();

    let body = types::StartRunRequest::new(types::BackupRunType::Regular);
    let second = fixture.client.create_protection_group_run().id(&fixture.group).body(body).send().await;
    assert_eq!(second.unwrap_err().status().unwrap().as_u16(), 409, "one run at a time");
    let deleted = fixture.client.delete_protection_group().id(&fixture.group).send().await.unwrap_err();
    assert_eq!(deleted.status().unwrap().as_u16(), 409, "a group with a run going on stays");

    let target = || [types::RunActionTarget::new(&id)];
    let paused =
        act(&fixture, types::RunActionRequest::new(types::RunAction::Pause).with_pause_params(target()))
            .await;
    assert_eq!(paused.pause_params.unwrap()[0].error, None);
    let run = fixture.latest_run().await;
    assert_eq!(run.local_backup_info.unwrap().status, Some(RunStatus::Paused));
    let again =
        act(&fixture, types::RunActionRequest::new(types::RunAction::Pause).with_pause_params(target()))
            .await;
    let error = again.pause_params.unwrap()[0].error.clone().unwrap();
    assert!(error.contains("is paused"), "{error}");

    let resumed =
        act(&fixture, types::RunActionRequest::new(types::RunAction::Resume).with_resume_params(target()))
            .await;
    assert_eq!(resumed.resume_params.unwrap()[0].error, None);
    let run = fixture.latest_run().await;
    assert_eq!(run.local_backup_info.unwrap().status, Some(RunStatus::Running));

    let body = types::RunActionRequest::new(types::RunAction::Cancel)
        .with_cancel_params([types::CancelRunTarget::new(&id)]);
    let cancelled = act(&fixture, body.clone()).await;
    assert_eq!(cancelled.cancel_params.unwrap()[0].run_id.as_deref(), Some(id.as_str()));
    fixture.wait_for_run(&[RunStatus::Canceled]).await;
    assert_eq!(fixture.snapshots().await, [""; 0], "a cancelled run leaves no snapshot");
    assert_eq!(fixture.search("endless").await, [""; 0]);
    let late =
        fixture.client.perform_action_on_protection_group_run().id(&fixture.group).body(body).send().await;
    assert_eq!(late.unwrap_err().status().unwrap().as_u16(), 409);

    File::create(dir.path().join("endless")).unwrap();
    fixture.back_up().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_the_server_fails_the_run_with_the_reason() {
    let (data, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    endless_file(dir.path());
    let server = TestServer::start_in(data.path(), None).await;
    let known = (server.tenant.clone(), server.api_key.clone());
    let fixture = Fixture::new(server.client(), dir.path()).await;
    fixture.start_run(types::BackupRunType::Regular).await;
    fixture.wait_for_run(&[RunStatus::Running]).await;
    server.stop().await;

    let server = TestServer::start_in(data.path(), Some((&known.0, &known.1))).await;
    let fixture = Fixture { client: server.client(), ..fixture };
    let run = fixture.latest_run().await.local_backup_info.unwrap();
    assert_eq!(run.status, Some(RunStatus::Failed));
    assert!(run.messages.unwrap()[0].contains("shut down"));
    assert_eq!(fixture.snapshots().await, [""; 0]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_that_is_gone_fails_the_run() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("root");
    std::fs::create_dir(&root).unwrap();
    let fixture = Fixture::new(server.client(), &root).await;
    std::fs::remove_dir(&root).unwrap();
    fixture.start_run(types::BackupRunType::Regular).await;
    let run = fixture.wait_until_ended().await.local_backup_info.unwrap();
    assert_eq!(run.status, Some(RunStatus::Failed));
    let message = run.messages.unwrap().remove(0);
    assert!(message.contains(root.to_str().unwrap()), "{message}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_runs_has_filters() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("file"), "x").unwrap();
    let fixture = Fixture::new(server.client(), dir.path()).await;
    let first = fixture.back_up().await;
    fixture.start_run(types::BackupRunType::Full).await;
    let second = fixture.wait_until_ended().await;
    let (first, second) = (first.id.unwrap(), second.id.unwrap());
    let begun = |run: &str| run.split_once(':').unwrap().1.parse::<i64>().unwrap();

    let list = || fixture.client.get_protection_group_runs().id(&fixture.group);
    let ids = |answer: ibm_backup_recovery::Response<types::ProtectionGroupRunList>| {
        let runs = answer.into_inner().runs.unwrap();
        runs.into_iter().map(|run| run.id.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(ids(list().send().await.unwrap()), [second.as_str(), &first]);
    assert_eq!(ids(list().num_runs(1).send().await.unwrap()), [second.as_str()]);
    assert_eq!(ids(list().run_id(&first).send().await.unwrap()), [first.as_str()]);
    assert_eq!(ids(list().run_types([types::RunTypeFilter::Full]).send().await.unwrap()), [second.as_str()]);
    assert_eq!(
        ids(list().run_types([types::RunTypeFilter::Incremental]).send().await.unwrap()),
        [first.as_str()]
    );
    assert_eq!(ids(list().end_time_usecs(begun(&first)).send().await.unwrap()), [first.as_str()]);
    assert_eq!(ids(list().start_time_usecs(begun(&second)).send().await.unwrap()), [second.as_str()]);
    let failed = [RunStatus::Failed, RunStatus::Canceled];
    assert_eq!(ids(list().local_backup_run_status(failed).send().await.unwrap()), [""; 0]);
    let done = [RunStatus::Succeeded];
    assert_eq!(ids(list().local_backup_run_status(done).send().await.unwrap()).len(), 2);
    let unbounded = list().send().await.unwrap();
    assert_eq!(unbounded.total_runs, None, "a total is told when a bound was given");
    assert_eq!(list().num_runs(1).send().await.unwrap().total_runs, Some(2));
    assert_eq!(ids(list().num_runs(0).send().await.unwrap()), [""; 0]);
    assert_eq!(list().num_runs(-1).send().await.unwrap_err().status().unwrap().as_u16(), 400);
    // A run whose snapshot is gone cannot be restored from.
    let update = types::RunUpdate::new(&second)
        .with_local_snapshot_config(types::LocalSnapshotUpdate::new().with_delete_snapshot(true));
    let call = fixture.client.update_protection_group_run().id(&fixture.group);
    call.body(types::UpdateRunsRequest::new([update])).send().await.unwrap();
    assert_eq!(ids(list().exclude_non_restorable_runs(true).send().await.unwrap()), [first.as_str()]);
    let shown = list().send().await.unwrap().into_inner().runs.unwrap();
    let left: Vec<_> = shown.iter().map(|run| run.has_local_snapshot.unwrap()).collect();
    assert_eq!(left, [false, true]);

    let run =
        fixture.client.get_protection_group_run().id(&fixture.group).run_id(&first).send().await.unwrap();
    assert_eq!(run.id.as_deref(), Some(first.as_str()));
    let wrong = format!("{}:1", first.split_once(':').unwrap().0);
    let missing = fixture.client.get_protection_group_run().id(&fixture.group).run_id(&wrong).send().await;
    assert!(missing.unwrap_err().is_not_found());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_are_listed_by_their_start_or_by_their_end() {
    let clock = TestClock::at("2026-03-02T08:00:00Z");
    let server = TestServer::start_with_clock(clock.clone()).await;
    let dir = tempfile::tempdir().unwrap();
    endless_file(dir.path());
    let fixture = Fixture::unscheduled(server.client(), dir.path()).await;
    fixture.start_run(types::BackupRunType::Regular).await;
    let id = fixture.wait_for_run(&[RunStatus::Running]).await.id.unwrap();
    let list = || fixture.client.get_protection_group_runs().id(&fixture.group);
    let by_end = || list().filter_by_end_time(true);
    let count = async |call: ibm_backup_recovery::builder::GetProtectionGroupRuns<'_>| {
        call.send().await.unwrap().into_inner().runs.unwrap().len()
    };
    assert_eq!(count(list()).await, 1);
    assert_eq!(count(by_end()).await, 0, "it has not ended");
    clock.forward_hours(2);
    let body = types::RunActionRequest::new(types::RunAction::Cancel)
        .with_cancel_params([types::CancelRunTarget::new(&id)]);
    act(&fixture, body).await;
    fixture.wait_for_run(&[RunStatus::Canceled]).await;
    assert_eq!(count(list()).await, 0, "it started two hours ago");
    assert_eq!(count(by_end()).await, 1);
    let ended = clock.usecs();
    assert_eq!(count(by_end().start_time_usecs(0).end_time_usecs(ended - 1)).await, 0);
    clock.forward_hours(2);
    assert_eq!(count(by_end()).await, 0, "without bounds, what ended in the last hour");
    assert_eq!(count(by_end().start_time_usecs(ended)).await, 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_run_cannot_do_for_an_object_is_refused() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    let fixture = Fixture::new(server.client(), dir.path()).await;
    let path = format!("/data-protect/protection-groups/{}/runs", fixture.group);
    let cases = [
        (
            json!({ "physicalParams": { "metadataFilePath": "/list" } }),
            "objects[0].physicalParams.metadataFilePath",
        ),
        (json!({ "appIds": [7] }), "objects[0].appIds"),
    ];
    for (mut object, member) in cases {
        object["id"] = json!(fixture.object);
        let body = json!({ "runType": "kRegular", "objects": [object] });
        let (status, error) = server.raw("POST", &path, Some(body)).await;
        assert_eq!(status, 422, "{error}");
        assert!(error["message"].as_str().unwrap().contains(member), "{error}");
    }
    let plain = json!({ "runType": "kRegular", "objects": [{ "id": fixture.object, "appIds": [], "physicalParams": {} }] });
    assert_eq!(server.raw("POST", &path, Some(plain)).await.0, 202);
    fixture.wait_until_ended().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paused_runs_keep_nobody_waiting() {
    let server = TestServer::start().await;
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let first = Fixture::new(server.client(), dirs[0].path()).await;
    let mut paused = Vec::new();
    for (at, dir) in dirs.iter().enumerate() {
        let group = match at {
            0 => first.group.clone(),
            _ => {
                let name = format!("folder {at}");
                Fixture::create_group(&first.client, &name, &first.policy, first.object, dir.path()).await
            }
        };
        let fixture = Fixture { client: server.client(), policy: first.policy.clone(), group, ..first };
        // As many as there are places for, and then one more.
        if at == 2 {
            fixture.back_up().await;
            break;
        }
        endless_file(dir.path());
        fixture.start_run(types::BackupRunType::Regular).await;
        let id = fixture.wait_for_run(&[RunStatus::Running]).await.id.unwrap();
        let target = [types::RunActionTarget::new(&id)];
        let body = types::RunActionRequest::new(types::RunAction::Pause).with_pause_params(target);
        assert_eq!(act(&fixture, body).await.pause_params.unwrap()[0].error, None);
        paused.push((fixture, id));
    }
    for (fixture, id) in paused {
        let body = types::RunActionRequest::new(types::RunAction::Cancel)
            .with_cancel_params([types::CancelRunTarget::new(&id)]);
        act(&fixture, body).await;
        fixture.wait_for_run(&[RunStatus::Canceled]).await;
    }
    server.stop().await;
}
