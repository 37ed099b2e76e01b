//! When tasks have their turn, and how they end without one.

use std::fs;

use engine::{
    Follows, Kind, NewTask, ProbeTarget, RunFilter, RunState, TaskFilter, TaskKind, TaskPlan, TaskState,
    Window,
};
use jiff::SignedDuration;

use crate::world::{World, backup_of, ours, refused};

fn look() -> NewTask {
    NewTask::new(TaskPlan::Probe { target: ProbeTarget::Vault })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_begins_in_its_window_or_fails() {
    let world = World::new().await;
    let now = world.engine.now();
    let hour = SignedDuration::from_hours(1);
    let between = Window { from: now + hour, until: Some(now + hour * 2) };
    let late = world.ask(NewTask { window: Some(between), retries: 3, ..look() }).await;
    let open = Window { from: now + hour, until: None };
    let later = world.ask(NewTask { window: Some(open), ..look() }).await;
    let soon = world.ask(look()).await;
    assert_eq!(world.engine.due_tasks(&ours(), None).await.unwrap(), std::slice::from_ref(&soon));
    world.start_runner(2);
    world.end_of(soon.id).await;
    assert_eq!(world.engine.task(&ours(), later.id).await.unwrap().state, TaskState::Queued);

    world.clock.forward(SignedDuration::from_hours(3));
    let later = world.end_of(later.id).await;
    assert_eq!(later.state, TaskState::Succeeded, "{later:?}");
    let late = world.end_of(late.id).await;
    assert_eq!(late.state, TaskState::Failed);
    assert!(late.reason.unwrap().contains("window closed"));
    // Another attempt would come too late as well.
    assert_eq!(world.tasks(TaskFilter::default()).await.len(), 3);

    let contradictory = Window { from: now + hour * 9, until: Some(now + hour * 8) };
    let new = NewTask { window: Some(contradictory), ..look() };
    refused(world.engine.create_tasks(&ours(), vec![new]).await, Kind::Invalid, "before it begins");
    let over = NewTask { window: Some(between), ..look() };
    refused(world.engine.create_tasks(&ours(), vec![over]).await, Kind::Invalid, "has ended already");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_higher_priority_goes_first_and_then_the_older() {
    let world = World::new().await;
    let ask = async |priority| world.ask(NewTask { priority, ..look() }).await.id;
    let asked = [ask(10).await, ask(50).await, ask(90).await, ask(50).await];
    let lifted = world.engine.set_task_priority(&ours(), &asked[..1], 100).await.unwrap();
    assert_eq!(lifted[0].priority, 100);
    world.start_runner(1);
    let mut begun = Vec::new();
    for id in asked {
        begun.push((world.end_of(id).await.started_at.unwrap(), id));
    }
    begun.sort_unstable();
    let order: Vec<_> = begun.into_iter().map(|(_, id)| id).collect();
    assert_eq!(order, [asked[0], asked[2], asked[1], asked[3]]);
    refused(world.engine.set_task_priority(&ours(), &asked, 1).await, Kind::Conflict, "does not wait");
    refused(world.engine.set_task_priority(&ours(), &asked, 101).await, Kind::Invalid, "100");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_task_is_repeated_and_what_follows_it_waits() {
    let world = World::at_work().await;
    let entity = world.protect("documents").await;
    fs::remove_dir_all(world.files.path()).unwrap();
    let backup = NewTask { retries: 1, ..backup_of(&entity) };
    let after = NewTask { follows: Some(Follows::Earlier(0)), ..look() };
    let made = world.engine.create_tasks(&ours(), vec![backup, after]).await.unwrap();
    let first = world.end_of(made[0].id).await;
    assert_eq!(first.state, TaskState::Failed, "{first:?}");
    let last = world.end_of(made[1].id).await;
    let repetition = world.end_of(last.follows.unwrap()).await;
    assert_eq!(repetition.retry_of, Some(first.id));
    assert_eq!((repetition.retries_left, repetition.state), (0, TaskState::Failed));
    assert_eq!(repetition.reason, first.reason);
    assert_ne!(repetition.outcome.run, first.outcome.run);
    assert_eq!(last.state, TaskState::Cancelled);
    assert!(last.reason.unwrap().contains(&format!("task {}", repetition.id)));
    let filter = TaskFilter { kinds: vec![TaskKind::Backup], ..TaskFilter::default() };
    assert_eq!(world.tasks(filter).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_a_running_task_cancels_its_run() {
    let world = World::new().await;
    world.start_runner(2);
    let entity = world.protect("documents").await;
    let task = world.ask(backup_of(&entity)).await;
    let task = world.wait(task.id, |task| task.outcome.run.is_some()).await;
    let run = task.outcome.run.unwrap();
    // A worker takes it and holds it: it is at work for as long as this test wants.
    world.engine.pause_run(&ours(), run).await.unwrap();
    world.start_worker();
    let cancelled =
        world.engine.cancel_tasks(&ours(), &[task.id], Some("not today".to_owned())).await.unwrap();
    assert_eq!(cancelled[0].state, TaskState::Cancelled);
    // The next one has its turn once the run has really ended.
    let next = world.ask(backup_of(&entity)).await;
    assert_eq!(world.end_of(next.id).await.state, TaskState::Succeeded);
    let runs = world.engine.runs(&ours(), &RunFilter { run: Some(run), ..RunFilter::default() }).await;
    assert_eq!(runs.unwrap()[0].state, RunState::Cancelled);
    let task = world.engine.task(&ours(), task.id).await.unwrap();
    assert_eq!((task.state, task.reason.as_deref()), (TaskState::Cancelled, Some("not today")));
    refused(world.engine.cancel_tasks(&ours(), &[task.id], None).await, Kind::Conflict, "have ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_backed_up_once_at_a_time() {
    let world = World::new().await;
    world.start_runner(3);
    let entity = world.protect("documents").await;
    let (one, two) = (world.ask(backup_of(&entity)).await, world.ask(backup_of(&entity)).await);
    world.wait(one.id, |task| task.outcome.run.is_some()).await;
    // Somebody else's task goes past the one that has to wait.
    world.end_of(world.ask(look()).await.id).await;
    assert_eq!(world.engine.task(&ours(), two.id).await.unwrap().state, TaskState::Queued);
    world.start_worker();
    for id in [one.id, two.id] {
        assert_eq!(world.end_of(id).await.state, TaskState::Succeeded);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_a_task_cancels_what_waits_for_it() {
    let world = World::new().await;
    world.start_runner(2);
    let entity = world.protect("documents").await;
    let after = NewTask { follows: Some(Follows::Earlier(0)), ..look() };
    let made = world.engine.create_tasks(&ours(), vec![backup_of(&entity), after]).await.unwrap();
    let task = world.wait(made[0].id, |task| task.outcome.run.is_some()).await;
    let both = [task.id, engine::TaskId(99)];
    refused(world.engine.delete_tasks(&ours(), &both).await, Kind::NotFound, "task 99");
    world.engine.delete_tasks(&ours(), &[task.id]).await.unwrap();
    refused(world.engine.task(&ours(), task.id).await, Kind::NotFound, "task");
    let waiting = world.engine.task(&ours(), made[1].id).await.unwrap();
    assert_eq!((waiting.state, waiting.follows), (TaskState::Cancelled, None));
    let filter = RunFilter { run: task.outcome.run, ..RunFilter::default() };
    assert_eq!(world.engine.runs(&ours(), &filter).await.unwrap()[0].state, RunState::Cancelled);

    // What had come about stays come about.
    let done = world.ask(look()).await;
    world.end_of(done.id).await;
    let now = world.engine.now();
    let window = Window { from: now + SignedDuration::from_hours(1), until: None };
    let follows = Some(Follows::Task(done.id));
    let waiting = world.ask(NewTask { follows, window: Some(window), ..look() }).await;
    world.engine.delete_tasks(&ours(), &[done.id]).await.unwrap();
    world.clock.forward(SignedDuration::from_hours(2));
    assert_eq!(world.end_of(waiting.id).await.state, TaskState::Succeeded);
}
