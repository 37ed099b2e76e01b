//! What becomes of tasks over restarts, and after a long time.

use engine::{Kind, NewTask, NodeId, ProbeTarget, TaskCatalog as _, TaskChange, TaskPlan, TaskState};
use jiff::SignedDuration;

use crate::world::{World, backup_of, ours, refused};

#[tokio::test(flavor = "multi_thread")]
async fn a_task_goes_on_after_a_restart_with_the_run_that_it_began() {
    let world = World::new().await;
    world.start_runner(2);
    let entity = world.protect("documents").await;
    let task = world.ask(backup_of(&entity)).await;
    let begun = world.wait(task.id, |task| task.outcome.run.is_some()).await;
    let world = world.restart().await;
    assert_eq!(world.engine.task(&ours(), task.id).await.unwrap(), begun);
    world.start_worker();
    world.start_runner(2);
    let ended = world.end_of(task.id).await;
    assert_eq!((ended.state, ended.outcome), (TaskState::Succeeded, begun.outcome), "{ended:?}");
    let confirmation = world.end_of(world.after(task.id).await.id).await;
    assert_eq!(confirmation.state, TaskState::Succeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_began_nothing_that_lasts_begins_again() {
    let world = World::new().await;
    let plan = TaskPlan::Probe { target: ProbeTarget::Vault };
    let mut ours_to_do = world.ask(NewTask::new(plan.clone())).await;
    let mut theirs = world.ask(NewTask { node: Some(NodeId(7)), ..NewTask::new(plan) }).await;
    for task in [&mut ours_to_do, &mut theirs] {
        task.move_to(TaskState::Running, None, world.engine.now()).unwrap();
        let change = TaskChange { task: task.clone(), next: None };
        world.catalog.update_tasks(vec![change], world.engine.now()).await.unwrap();
    }
    let world = world.restart().await;
    world.start_runner(1);
    assert_eq!(world.end_of(ours_to_do.id).await.state, TaskState::Succeeded);
    assert_eq!(world.engine.task(&ours(), theirs.id).await.unwrap().state, TaskState::Running);
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_that_ended_long_ago_are_removed() {
    let world = World::new().await;
    let plan = TaskPlan::Probe { target: ProbeTarget::Vault };
    let old = world.ask(NewTask::new(plan.clone())).await;
    world.start_runner(1);
    world.end_of(old.id).await;
    let waiting = world.ask(NewTask { node: Some(NodeId(7)), ..NewTask::new(plan.clone()) }).await;
    world.clock.forward(SignedDuration::from_hours(29 * 24));
    let recent = world.ask(NewTask::new(plan.clone())).await;
    world.end_of(recent.id).await;
    assert!(world.engine.task(&ours(), old.id).await.is_ok());
    world.clock.forward(SignedDuration::from_hours(2 * 24));
    // When this one has ended, the turn that removes has been.
    world.end_of(world.ask(NewTask::new(plan)).await.id).await;
    refused(world.engine.task(&ours(), old.id).await, Kind::NotFound, "task");
    for id in [waiting.id, recent.id] {
        assert!(world.engine.task(&ours(), id).await.is_ok());
    }
}
