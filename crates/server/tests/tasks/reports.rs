//! What outside nodes may say about their tasks.

use engine::{
    Extras, Kind, NewTask, NodeId, ProbeTarget, RunKind, TaskFilter, TaskId, TaskPlan, TaskReport, TaskState,
    TransferSample,
};
use serde_json::json;

use crate::world::{World, backup_of, ours, refused};

const NODE: NodeId = NodeId(7);

fn outside(retries: u32) -> NewTask {
    let plan = TaskPlan::External { kind: "carry tapes".to_owned(), note: None };
    NewTask { node: Some(NODE), retries, ..NewTask::new(plan) }
}

fn state(state: TaskState) -> TaskReport {
    TaskReport { state: Some(state), ..TaskReport::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outside_node_takes_its_task_and_reports() {
    let world = World::at_work().await;
    let task = world.ask(outside(0)).await;
    assert_eq!(world.engine.due_tasks(&ours(), Some(NODE)).await.unwrap(), std::slice::from_ref(&task));
    assert_eq!(world.engine.due_tasks(&ours(), Some(NodeId(8))).await.unwrap(), []);
    let report = async |said| world.engine.report_task(&ours(), task.id, said).await;
    refused(report(state(TaskState::Succeeded)).await, Kind::Conflict, "waits in the queue");
    assert!(report(state(TaskState::Running)).await.unwrap().started_at.is_some());
    let extras = |value| Extras::from([("face".to_owned(), value)]);
    let said = TaskReport {
        progress: Some(40.0),
        objects_done: Some(4),
        objects_total: Some(10),
        extras: extras(json!({"host": "a", "files": [1]})),
        ..TaskReport::default()
    };
    report(said).await.unwrap();
    let said = TaskReport { extras: extras(json!({"files": [2]})), ..TaskReport::default() };
    let told = report(said).await.unwrap();
    assert_eq!((told.progress, told.objects_done, told.objects_total), (40.0, Some(4), Some(10)));
    assert_eq!(told.extras, extras(json!({"host": "a", "files": [2]})));
    refused(
        report(TaskReport { progress: Some(101.0), ..TaskReport::default() }).await,
        Kind::Invalid,
        "100",
    );
    refused(
        report(TaskReport { backup_kind: Some(RunKind::Full), ..TaskReport::default() }).await,
        Kind::Invalid,
        "no backup",
    );

    let back = report(state(TaskState::Queued)).await.unwrap();
    assert_eq!((back.started_at, back.progress, back.objects_done), (None, 0.0, None));
    report(state(TaskState::Running)).await.unwrap();
    let ended = report(state(TaskState::Succeeded)).await.unwrap();
    assert_eq!((ended.progress, ended.ended_at.is_some()), (100.0, true));
    for late in [TaskState::Queued, TaskState::Running, TaskState::Failed, TaskState::Cancelled] {
        refused(report(state(late)).await, Kind::Conflict, "has succeeded");
    }
    let progress = TaskReport { progress: Some(1.0), ..TaskReport::default() };
    refused(report(progress).await, Kind::Conflict, "has succeeded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_that_is_reported_is_repeated() {
    let world = World::at_work().await;
    let task = world.ask(outside(2)).await;
    let set = async |state, reason: Option<&str>| {
        world.engine.set_task_state(&ours(), &[task.id], state, reason.map(str::to_owned)).await
    };
    set(TaskState::Running, None).await.unwrap();
    let failed = set(TaskState::Failed, Some("no tape")).await.unwrap().remove(0);
    assert_eq!(failed.reason.as_deref(), Some("no tape"));
    let again = world.engine.due_tasks(&ours(), Some(NODE)).await.unwrap().remove(0);
    assert_eq!((again.retry_of, again.retries_left, again.reason), (Some(task.id), 1, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_tasks_change_their_state_or_none() {
    let world = World::new().await;
    let (one, two) = (world.ask(outside(0)).await, world.ask(outside(0)).await);
    let set = async |ids: &[TaskId], state| world.engine.set_task_state(&ours(), ids, state, None).await;
    set(&[two.id], TaskState::Cancelled).await.unwrap();
    refused(set(&[one.id, two.id], TaskState::Running).await, Kind::Conflict, "was cancelled");
    assert_eq!(world.engine.task(&ours(), one.id).await.unwrap().state, TaskState::Queued);
    refused(set(&[one.id, TaskId(99)], TaskState::Running).await, Kind::NotFound, "task 99");
    let filter = TaskFilter { nodes: vec![Some(NODE)], ..TaskFilter::default() };
    assert_eq!(world.tasks(filter).await.len(), 2);
    let filter = TaskFilter { nodes: vec![None], ..TaskFilter::default() };
    assert_eq!(world.tasks(filter).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_built_in_node_reports_for_itself() {
    let world = World::new().await;
    let entity = world.protect("documents").await;
    let task = world.ask(backup_of(&entity)).await;
    let report = async |said| world.engine.report_task(&ours(), task.id, said).await;
    refused(report(state(TaskState::Running)).await, Kind::Conflict, "built-in");
    let extras = Extras::from([("face".to_owned(), json!(1))]);
    report(TaskReport { extras, ..TaskReport::default() }).await.unwrap();
    let full = TaskReport { backup_kind: Some(RunKind::Full), ..TaskReport::default() };
    let told = report(full).await.unwrap();
    assert!(matches!(told.plan, TaskPlan::Backup { kind: RunKind::Full, .. }), "before it begins: {told:?}");
    assert_eq!(report(state(TaskState::Cancelled)).await.unwrap().state, TaskState::Cancelled);
    let plan = TaskPlan::External { kind: "carry tapes".to_owned(), note: None };
    let nobody = world.engine.create_tasks(&ours(), vec![NewTask::new(plan)]).await;
    refused(nobody, Kind::Unsupported, "carry tapes");
    let probe = NewTask::new(TaskPlan::Probe { target: ProbeTarget::Vault });
    let high = NewTask { priority: 101, ..probe };
    refused(world.engine.create_tasks(&ours(), vec![high]).await, Kind::Invalid, "101");
}

#[tokio::test(flavor = "multi_thread")]
async fn speeds_are_kept_in_their_order() {
    let world = World::new().await;
    let task = world.ask(outside(0)).await;
    let sample = |bytes_per_second| TransferSample {
        at: world.engine.now(),
        bytes_per_second,
        incremental: bytes_per_second > 1.0,
    };
    let kept = [sample(1.0), sample(2.0)];
    for sample in kept {
        world.engine.add_transfer_sample(&ours(), task.id, sample).await.unwrap();
    }
    assert_eq!(world.engine.transfer_samples(&ours(), task.id).await.unwrap(), kept);
    for odd in [f64::NAN, -1.0] {
        let added = world.engine.add_transfer_sample(&ours(), task.id, sample(odd)).await;
        refused(added, Kind::Invalid, "bytes per second");
    }
    refused(world.engine.transfer_samples(&ours(), TaskId(99)).await, Kind::NotFound, "task 99");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_a_task_that_has_ended_makes_nothing_a_second_time() {
    let world = World::at_work().await;
    let entity = world.protect("documents").await;
    let task = world.back_up(&entity).await;
    let failed = world.ask(outside(3)).await;
    for wanted in [TaskState::Running, TaskState::Failed] {
        world.engine.report_task(&ours(), failed.id, state(wanted)).await.unwrap();
    }
    let before = world.tasks(TaskFilter::default()).await.len();
    for id in [task.id, failed.id] {
        let extras = Extras::from([("face".to_owned(), json!({"seen": id.0}))]);
        let said = TaskReport { extras: extras.clone(), ..TaskReport::default() };
        let told = world.engine.report_task(&ours(), id, said).await.unwrap();
        assert_eq!(told.extras, extras);
    }
    let after = world.tasks(TaskFilter::default()).await;
    assert_eq!(after.len(), before, "no second confirmation and no second repetition: {after:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_does_not_keep_more_than_it_can_carry() {
    let world = World::at_work().await;
    let task = world.ask(outside(0)).await;
    let report = async |said| world.engine.report_task(&ours(), task.id, said).await;
    let extras = Extras::from([("face".to_owned(), json!("x".repeat(2 << 20)))]);
    refused(report(TaskReport { extras, ..TaskReport::default() }).await, Kind::Invalid, "kept with a task");
    let said = TaskReport { reason: Some("x".repeat(20_000)), ..state(TaskState::Running) };
    refused(report(said).await, Kind::Invalid, "a reason");
    assert_eq!(world.engine.task(&ours(), task.id).await.unwrap(), task);
}
