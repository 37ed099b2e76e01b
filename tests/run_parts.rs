//! Acting on parts of runs, and on runs that wait for a worker.

use std::fs::{self, File};
use std::path::Path;

use ibm_backup_recovery::types::{self, RunAction, RunActionRequest, RunStatus};

use crate::support::{Fixture, TestServer};

/// A file that takes long to read and no space: zeros that were never written.
fn endless_file(dir: &Path) {
    File::create(dir.join("endless")).unwrap().set_len(1 << 40).unwrap();
}

async fn act(fixture: &Fixture, body: RunActionRequest) -> Result<types::RunActionResponse, u16> {
    let call = fixture.client.perform_action_on_protection_group_run().id(&fixture.group).body(body);
    call.send().await.map(|answer| answer.into_inner()).map_err(|err| err.status().unwrap().as_u16())
}

async fn pause(fixture: &Fixture, run: &str) -> Option<String> {
    let target = [types::RunActionTarget::new(run)];
    let done = act(fixture, RunActionRequest::new(RunAction::Pause).with_pause_params(target)).await;
    done.unwrap().pause_params.unwrap()[0].error.clone()
}

async fn resume(fixture: &Fixture, run: &str) -> Option<String> {
    let target = [types::RunActionTarget::new(run)];
    let done = act(fixture, RunActionRequest::new(RunAction::Resume).with_resume_params(target)).await;
    done.unwrap().resume_params.unwrap()[0].error.clone()
}

async fn cancel(fixture: &Fixture, target: types::CancelRunTarget) -> Result<types::RunActionResponse, u16> {
    act(fixture, RunActionRequest::new(RunAction::Cancel).with_cancel_params([target])).await
}

/// A group of two objects, the first of which never ends.
async fn two_objects(server: &TestServer, endless: &Path, small: &Path) -> (Fixture, i64) {
    endless_file(endless);
    fs::write(small.join("file"), "x").unwrap();
    let client = server.client();
    let (first, second) =
        (Fixture::register(&client).await, Fixture::register_at(&client, "127.0.0.1").await);
    let policy = Fixture::create_policy(&client, "daily").await;
    let mut request = Fixture::group_request("both", &policy, first, endless);
    let other = Fixture::group_request("both", &policy, second, small);
    let objects = |request: types::ProtectionGroupRequest| {
        request.physical_params.unwrap().file_protection_type_params.unwrap().objects
    };
    let added = objects(other);
    let physical = request.physical_params.as_mut().unwrap();
    physical.file_protection_type_params.as_mut().unwrap().objects.extend(added);
    let group = client.create_protection_group().body(request).send().await.unwrap().id.clone().unwrap();
    (Fixture { client, object: first, policy, group: group.into() }, second)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_object_is_cancelled_and_the_other_goes_on() {
    let server = TestServer::start().await;
    let (endless, small) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (fixture, second) = two_objects(&server, endless.path(), small.path()).await;
    fixture.start_run(types::BackupRunType::Regular).await;
    let id = fixture.wait_for_run(&[RunStatus::Running]).await.id.unwrap();
    let target = |objects: &[i64]| types::CancelRunTarget::new(&id).with_object_ids(objects.to_vec());
    assert_eq!(cancel(&fixture, target(&[4711])).await.unwrap_err(), 400);
    let copies = types::CancelRunTarget::new(&id).with_archival_task_id(["1:2:3"]);
    assert_eq!(cancel(&fixture, copies).await.unwrap_err(), 422);
    let task = types::CancelRunTarget::new(&id).with_local_task_id("4711:1");
    assert_eq!(cancel(&fixture, task).await.unwrap_err(), 404);
    cancel(&fixture, target(&[fixture.object])).await.unwrap();

    let run = fixture.wait_until_ended().await;
    let info = run.local_backup_info.unwrap();
    assert_eq!(info.status, Some(RunStatus::SucceededWithWarning), "{info:#?}");
    assert_eq!((info.cancelled_objects_count, info.successful_objects_count), (Some(1), Some(1)));
    assert!(info.messages.unwrap()[0].contains("cancelled"));
    assert_eq!(fixture.snapshots().await, [""; 0]);
    assert_eq!(Fixture { object: second, ..fixture }.snapshots().await.len(), 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_waits_is_cancelled_at_once() {
    let server = TestServer::start().await;
    let (endless, small) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (fixture, second) = two_objects(&server, endless.path(), small.path()).await;
    fixture.start_run(types::BackupRunType::Regular).await;
    let id = fixture.wait_for_run(&[RunStatus::Running]).await.id.unwrap();
    let target = |objects: &[i64]| types::CancelRunTarget::new(&id).with_object_ids(objects.to_vec());
    assert_eq!(pause(&fixture, &id).await, None);
    cancel(&fixture, target(&[second])).await.unwrap();
    let info = fixture.latest_run().await.local_backup_info.unwrap();
    assert_eq!((info.status, info.cancelled_objects_count), (Some(RunStatus::Paused), Some(1)));
    assert_eq!(cancel(&fixture, target(&[second])).await.unwrap_err(), 409, "it has ended");
    cancel(&fixture, target(&[second, fixture.object])).await.unwrap();
    let info = fixture.wait_until_ended().await.local_backup_info.unwrap();
    assert_eq!((info.status, info.cancelled_objects_count), (Some(RunStatus::Canceled), Some(2)));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_waits_for_a_worker_is_paused_resumed_and_cancelled() {
    let (data, dir, small) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    endless_file(dir.path());
    let server = TestServer::start_in(data.path(), None).await;
    let known = (server.tenant.clone(), server.api_key.clone());
    let fixture = Fixture::new(server.client(), dir.path()).await;
    // Two runs are worked on at a time.
    let mut busy = Vec::new();
    for name in ["first", "second"] {
        let group =
            Fixture::create_group(&fixture.client, name, &fixture.policy, fixture.object, dir.path()).await;
        let other = Fixture { client: fixture.client.clone(), policy: String::new(), group, ..fixture };
        other.start_run(types::BackupRunType::Regular).await;
        let id = other.wait_for_run(&[RunStatus::Running]).await.id.unwrap();
        busy.push((other, id));
    }
    let group =
        Fixture::create_group(&fixture.client, "third", &fixture.policy, fixture.object, small.path()).await;
    let waiting = Fixture { client: fixture.client.clone(), policy: String::new(), group, ..fixture };
    let status = async || waiting.latest_run().await.local_backup_info.unwrap().status.unwrap();

    waiting.start_run(types::BackupRunType::Regular).await;
    let id = waiting.latest_run().await.id.unwrap();
    assert_eq!(status().await, RunStatus::Accepted);
    assert!(resume(&waiting, &id).await.is_some(), "it is not held");
    assert_eq!(pause(&waiting, &id).await, None);
    assert_eq!(status().await, RunStatus::Paused);
    assert_eq!(resume(&waiting, &id).await, None);
    assert_eq!(status().await, RunStatus::Accepted);
    cancel(&waiting, types::CancelRunTarget::new(&id)).await.unwrap();
    assert_eq!(status().await, RunStatus::Canceled, "at once");
    assert_eq!(cancel(&waiting, types::CancelRunTarget::new(&id)).await.unwrap_err(), 409);

    // Held before it begins, it waits also for a worker that is free, and for the next start of the server.
    waiting.start_run(types::BackupRunType::Regular).await;
    let id = waiting.latest_run().await.id.unwrap();
    assert_eq!(pause(&waiting, &id).await, None);
    for (other, id) in &busy {
        cancel(other, types::CancelRunTarget::new(id)).await.unwrap();
        other.wait_for_run(&[RunStatus::Canceled]).await;
    }
    assert_eq!(status().await, RunStatus::Paused);
    server.stop().await;
    let server = TestServer::start_in(data.path(), Some((&known.0, &known.1))).await;
    let waiting = Fixture { client: server.client(), ..waiting };
    let run = waiting.latest_run().await;
    assert_eq!(run.local_backup_info.unwrap().status, Some(RunStatus::Paused));
    assert_eq!(resume(&waiting, &id).await, None);
    waiting.wait_for_run(&[RunStatus::Succeeded]).await;
    assert_eq!(waiting.snapshots().await.len(), 1);
    server.stop().await;
}
