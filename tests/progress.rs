//! How far a run is.

use std::fs::{self, File};

use ibm_backup_recovery::types::{self, ProgressStatus, RunStatus};

use crate::support::{Fixture, TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn a_running_backup_tells_how_far_it_is() {
    let (server, stranger) = TestServer::start_with_stranger().await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a-small-one"), "x").unwrap();
    // Zeros that were never written: they take no space and long to read.
    File::create(dir.path().join("endless")).unwrap().set_len(1 << 40).unwrap();
    let fixture = Fixture::new(server.client(), dir.path()).await;
    fixture.start_run(types::BackupRunType::Regular).await;
    let run = fixture.wait_for_run(&[RunStatus::Running]).await;
    let id = run.id.unwrap();
    let call = || fixture.client.get_protection_run_progress().run_id(&id);
    let begun = std::time::Instant::now();
    let local = loop {
        let local = call().send().await.unwrap().into_inner().local_run.unwrap();
        let is_moving = local.percentage_completed.unwrap() > 0.0;
        if is_moving && local.stats.as_ref().unwrap().file_walk_done == Some(true) {
            break local;
        }
        assert!(begun.elapsed().as_secs() < 60, "{local:#?}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!(local.status, Some(ProgressStatus::Active));
    assert!(local.percentage_completed.unwrap() < 50.0);
    let minute_usecs = 60_000_000;
    assert!(local.expected_remaining_time_usecs.unwrap() > minute_usecs, "a terabyte: {local:#?}");
    assert_eq!(local.stats.unwrap().total_file_count, Some(2));
    assert_eq!(local.events, None, "only when asked for");
    assert_eq!(local.end_time_usecs, None);
    let object = local.objects.unwrap().remove(0);
    assert_eq!(object.id, Some(fixture.object.into()));
    assert_eq!(object.status, Some(ProgressStatus::Active));
    assert!(object.expected_remaining_time_usecs.is_some());
    assert!(stranger.get_protection_run_progress().run_id(&id).send().await.unwrap_err().is_not_found());

    let pause = types::RunActionRequest::new(types::RunAction::Pause)
        .with_pause_params([types::RunActionTarget::new(&id)]);
    let act = fixture.client.perform_action_on_protection_group_run().id(&fixture.group);
    act.body(pause).send().await.unwrap();
    let local = call().send().await.unwrap().into_inner().local_run.unwrap();
    assert_eq!(local.expected_remaining_time_usecs, None, "while it is held nobody knows");
    let cancel = types::RunActionRequest::new(types::RunAction::Cancel)
        .with_cancel_params([types::CancelRunTarget::new(&id)]);
    let act = fixture.client.perform_action_on_protection_group_run().id(&fixture.group);
    act.body(cancel).send().await.unwrap();
    fixture.wait_for_run(&[RunStatus::Canceled]).await;
    let local = call().include_event_logs(true).send().await.unwrap().into_inner().local_run.unwrap();
    assert_eq!(local.status, Some(ProgressStatus::Canceled));
    let messages: Vec<_> = local.events.unwrap().into_iter().map(|event| event.message.unwrap()).collect();
    assert_eq!(messages, ["The run was accepted.", "The run began.", "The run was cancelled."]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_has_filters() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "x").unwrap();
    let fixture = Fixture::new(server.client(), dir.path()).await;
    let run = fixture.back_up().await;
    let id = run.id.clone().unwrap();
    let call = || fixture.client.get_protection_run_progress().run_id(&id);
    let local = call().include_finished_tasks(true).send().await.unwrap().into_inner().local_run.unwrap();
    assert_eq!(local.percentage_completed, Some(100.0));
    assert_eq!(local.status, Some(ProgressStatus::Finished));
    assert_eq!(local.expected_remaining_time_usecs, None);
    let stats = local.stats.unwrap();
    assert_eq!((stats.backup_file_count, stats.total_file_count), (Some(1), Some(1)));
    let (started, ended) = (local.start_time_usecs.unwrap(), local.end_time_usecs.unwrap());
    assert!(started <= ended);

    let objects = async |call: ibm_backup_recovery::builder::GetProtectionRunProgress<'_>| {
        let answer = call.include_finished_tasks(true).send().await.unwrap().into_inner();
        answer.local_run.map(|local| local.objects.map(|objects| objects.len()))
    };
    let task = run.local_backup_info.unwrap().progress_task_id.unwrap();
    let info = run.objects.unwrap().remove(0).local_snapshot_info.unwrap().snapshot_info.unwrap();
    let object_task = info.progress_task_id.unwrap();
    assert_eq!(objects(call()).await, Some(Some(1)));
    assert_eq!(objects(call().objects([fixture.object])).await, Some(Some(1)));
    assert_eq!(objects(call().objects([4711])).await, Some(Some(0)));
    assert_eq!(objects(call().object_task_paths([object_task.as_str()])).await, Some(Some(1)));
    assert_eq!(objects(call().object_task_paths(["elsewhere"])).await, Some(Some(0)));
    assert_eq!(objects(call().run_task_path(&task)).await, Some(Some(1)));
    assert_eq!(objects(call().run_task_path("elsewhere")).await, None);
    assert_eq!(objects(call().max_tasks_num(0)).await, Some(Some(0)));
    assert_eq!(objects(call().exclude_object_details(true)).await, Some(None));
    assert_eq!(objects(call().start_time_usecs(started).end_time_usecs(ended)).await, Some(Some(1)));
    assert_eq!(objects(call().start_time_usecs(started.get() + 1)).await, None);
    assert_eq!(objects(call().end_time_usecs(ended.get() - 1)).await, None);
    assert_eq!(objects(call().tenant_ids([server.tenant.as_str()])).await, Some(Some(1)));
    assert_eq!(objects(call().tenant_ids(["other/"])).await, None);

    let unfinished = call().send().await.unwrap().into_inner().local_run.unwrap();
    assert_eq!(unfinished.objects.unwrap().len(), 0, "its objects have ended");
    let told = call().include_finished_tasks(true).include_event_logs(true);
    let object = told.send().await.unwrap().into_inner().local_run.unwrap().objects.unwrap().remove(0);
    let messages: Vec<_> = object.events.unwrap().into_iter().map(|event| event.message.unwrap()).collect();
    let name = object.name.unwrap();
    let expected =
        [format!("Attempt 1 to back up {name} began."), format!("The backup of {name} is complete.")];
    assert_eq!(messages, expected);
    let silent = call().include_event_logs(true).max_log_level(-1).send().await.unwrap().into_inner();
    assert_eq!(silent.local_run.unwrap().events, None);

    let negative = call().max_tasks_num(-1).send().await.unwrap_err();
    assert_eq!(negative.status().unwrap().as_u16(), 400);
    for missing in ["4711:1", "no run", &format!("{}:1", id.split_once(':').unwrap().0)] {
        let answer = fixture.client.get_protection_run_progress().run_id(missing).send().await;
        assert!(answer.unwrap_err().is_not_found(), "{missing}");
    }
    server.stop().await;
}
