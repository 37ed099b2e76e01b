//! Parts of runs that end while the rest waits.

use std::time::Duration;

use engine::{Retry, RunState};
use jiff::SignedDuration;

use crate::faults::Trouble;
use crate::world::{World, policy, tenant};

#[tokio::test(start_paused = true)]
async fn a_run_whose_objects_are_all_cancelled_while_it_is_held_ends() {
    let world = World::new(policy()).await;
    world.vault.slow_down(60);
    let run = world.start(&world.group).await;
    let worker = world.work();
    world.until("it goes on", || world.vault.going() == 1).await;
    world.engine.pause_run(&tenant(), run.id).await.unwrap();
    for object in world.objects() {
        world.engine.cancel_objects(&tenant(), run.id, &[object]).await.unwrap();
    }
    world.settle("held and cancelled").await;
    assert_eq!(world.catalog.run_now(run.id).state, RunState::Cancelled);
    worker.stop().await;
}

#[tokio::test(start_paused = true)]
async fn the_same_where_it_is_held_before_it_began() {
    let world = World::new(policy()).await;
    let run = world.start(&world.group).await;
    world.engine.pause_run(&tenant(), run.id).await.unwrap();
    let worker = world.work();
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(world.catalog.run_now(run.id).state, RunState::Paused);
    for object in world.objects() {
        world.engine.cancel_objects(&tenant(), run.id, &[object]).await.unwrap();
    }
    world.settle("held before it began, and cancelled").await;
    assert_eq!(world.catalog.run_now(run.id).state, RunState::Cancelled);
    worker.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_turned_back_does_not_put_an_attempt_off_for_as_long() {
    let mut policy = policy();
    policy.retry = Retry { count: 1, interval_minutes: 10 };
    let world = World::new(policy).await;
    let worker = world.work();
    world.start(&world.group).await;
    world.faults.set(None);
    world.settle("undisturbed").await;
    let at = world.faults.names().iter().position(|name| *name == "vault.back_up").unwrap();

    let run = world.start(&world.group).await;
    world.faults.set(Some((at, Trouble::Fails)));
    let failed = || !world.catalog.run_now(run.id).objects[0].failed_attempts.is_empty();
    world.until("an attempt failed", failed).await;
    world.clock.turn(-SignedDuration::from_hours(24));
    tokio::time::sleep(Duration::from_secs(11 * 60)).await;
    assert_eq!(world.catalog.run_now(run.id).state, RunState::Succeeded);
    worker.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_run_does_not_wait_for_an_attempt_that_nobody_wants_any_more() {
    let mut policy = policy();
    policy.retry = Retry { count: 3, interval_minutes: 600 };
    let world = World::new(policy).await;
    let worker = world.work();
    world.start(&world.group).await;
    world.faults.set(None);
    world.settle("undisturbed").await;
    let at = world.faults.names().iter().position(|name| *name == "vault.back_up").unwrap();

    let run = world.start(&world.group).await;
    world.faults.set(Some((at, Trouble::Fails)));
    let first = world.objects()[0];
    let waits = |run: &engine::Run| {
        !run.objects[0].failed_attempts.is_empty() && run.objects[1].state == RunState::Succeeded
    };
    world.until("it waits for the next attempt", || waits(&world.catalog.run_now(run.id))).await;
    world.engine.cancel_objects(&tenant(), run.id, &[first]).await.unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let run = world.catalog.run_now(run.id);
    assert_eq!(run.state, RunState::SucceededWithWarnings, "{run:#?}");
    assert_eq!(run.objects[0].attempts, 1);
    worker.stop().await;
}
