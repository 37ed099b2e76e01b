//! Schedules and blackouts where something stands in the way.

use std::time::Duration;

use engine::{Blackout, Recurrence, RunState, TimeOfDay};
use jiff::SignedDuration;

use crate::faults::Trouble;
use crate::world::{World, policy, tenant};

/// On Mondays from 09:00 to 10:00, in UTC; the world begins on a Monday at 08:00.
fn monday_at_nine() -> Blackout {
    let at = |hour| TimeOfDay { hour, minute: 0, zone: "UTC".to_owned() };
    Blackout { day: 1, from: at(9), until: at(10) }
}

/// A run that is held by a blackout at 09:00.
async fn held() -> (World, engine::RunId, [crate::world::Working; 2]) {
    let mut policy = policy();
    policy.blackouts = vec![monday_at_nine()];
    let world = World::new(policy).await;
    let mut rules = world.group.rules.clone();
    rules.in_blackouts = engine::InBlackouts::Pause;
    world.engine.update_group(&tenant(), world.group.id, rules, None).await.unwrap();
    world.vault.slow_down(4000);
    let run = world.start(&world.group).await.id;
    let working = [world.work(), world.schedule()];
    world.until("the run goes on", || world.catalog.run_now(run).state == RunState::Running).await;
    (world, run, working)
}

#[tokio::test(start_paused = true)]
async fn a_catalog_that_fails_does_not_leave_a_run_held_after_the_blackout() {
    let (world, run, working) = held().await;
    world.clock.turn(SignedDuration::from_mins(61));
    world.until("the run is held", || world.catalog.run_now(run).state == RunState::Paused).await;
    world.clock.turn(SignedDuration::from_hours(1));
    world.faults.set(Some((0, Trouble::Outage(30))));
    world.until("the run goes on", || world.catalog.run_now(run).state == RunState::Running).await;
    world.vault.slow_down(0);
    world.engine.cancel_run(&tenant(), run).await.unwrap();
    world.settle("after the blackout").await;
    world.assert_truth("after the blackout");
    for working in working {
        working.stop().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_catalog_that_fails_does_not_let_a_run_escape_the_blackout() {
    let (world, run, working) = held().await;
    world.clock.turn(SignedDuration::from_mins(61));
    world.faults.set(Some((0, Trouble::Outage(30))));
    world.until("the run is held", || world.catalog.run_now(run).state == RunState::Paused).await;
    // Whoever lets it go on means it.
    world.engine.resume_run(&tenant(), run).await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(world.catalog.run_now(run).state, RunState::Running);
    for working in working {
        working.stop().await;
    }
}

#[tokio::test(start_paused = true)]
async fn after_downtime_a_schedule_is_skipped_only_if_every_time_lay_in_a_blackout() {
    let mut policy = policy();
    let at = |hour| TimeOfDay { hour, minute: 0, zone: "UTC".to_owned() };
    policy.incremental = Some(Recurrence::Days { count: 1 });
    policy.blackouts = vec![monday_at_nine(), Blackout { day: 2, from: at(9), until: at(10) }];
    let world = World::new(policy).await;
    let mut rules = world.group.rules.clone();
    rules.start = Some(TimeOfDay { hour: 9, minute: 30, zone: "UTC".to_owned() });
    world.engine.update_group(&tenant(), world.group.id, rules, None).await.unwrap();
    let states = || world.catalog.runs_now().iter().map(|run| run.state).collect::<Vec<_>>();
    let worker = world.work();
    // Monday: it is due, and nobody is there until the evening.
    let scheduler = world.schedule();
    tokio::time::sleep(Duration::from_secs(5)).await;
    scheduler.stop().await;
    world.clock.turn(SignedDuration::from_hours(12));
    let scheduler = world.schedule();
    world.until("Monday was skipped", || states() == [RunState::Skipped]).await;
    scheduler.stop().await;
    // Tuesday in a blackout, Wednesday not; seen on Wednesday evening.
    world.clock.turn(SignedDuration::from_hours(48));
    let scheduler = world.schedule();
    world.until("Wednesday is made up for", || states() == [RunState::Skipped, RunState::Succeeded]).await;
    scheduler.stop().await;
    worker.stop().await;
}
