//! Orphans in the vault, and whose turn it is there.

use std::time::Duration;

use engine::RunState;
use jiff::SignedDuration;

use crate::world::{World, policy, tenant};

#[tokio::test(start_paused = true)]
async fn what_an_ended_run_left_leaves_the_vault_and_what_is_others_stays() {
    let world = World::new(policy()).await;
    world.vault.slow_down(1);
    let worker = world.work();
    let ended = world.start(&world.group).await;
    world.settle("a run").await;
    world.vault.slow_down(1000);
    let going = world.start(&world.group).await;
    let object = world.objects()[0];
    let tag = |run: i64| format!("run-{run}-1772438400000000-object-{object}");
    world.vault.plant("orphan", &tag(ended.id.0));
    world.vault.plant("of a run that goes on", &tag(going.id.0));
    world.vault.plant("of a run that nobody knows", &tag(4711));
    world.vault.plant("of another tool", "nightly");
    let keeper = world.keep();
    world.until("the orphan is gone", || !world.vault.names().contains(&"orphan".to_owned())).await;
    let stay = ["of a run that goes on", "of a run that nobody knows", "of another tool"];
    let stands = |name: &&str| world.vault.names().iter().any(|it| it == name);
    assert!(stay.iter().all(stands), "{:?}", world.vault.names());
    assert_eq!(world.catalog.snapshots_now().len(), 2, "what is known stays");

    world.engine.cancel_run(&tenant(), going.id).await.unwrap();
    world.settle("cancelled").await;
    // Looked for every hour.
    world.clock.turn(SignedDuration::from_hours(1));
    world.until("the next orphan is gone", || !stands(&stay[0])).await;
    assert!(stay[1..].iter().all(stands), "{:?}", world.vault.names());
    world.assert_truth("after orphans");
    keeper.stop().await;
    worker.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_prune_has_its_turn_under_a_load_that_never_ends() {
    let world = World::new(policy()).await;
    let other = world.another_group("other").await;
    world.vault.slow_down(1800);
    let workers = world.work();
    // A run that is held before it began has no share of the vault, and stands in nobody's way.
    let third = world.another_group("third").await;
    let held = world.start(&third).await;
    world.engine.pause_run(&tenant(), held.id).await.unwrap();
    // Two groups whose backups of half an hour overlap, so that there is always one going on.
    let begun = world.engine.now();
    world.start(&world.group).await;
    tokio::time::sleep(Duration::from_secs(900)).await;
    world.start(&other).await;
    let keeper = world.keep();
    let mut starts = 2;
    while world.vault.prunes() == 0 {
        let hours = world.engine.now().duration_since(begun).as_hours();
        assert!(hours < 9, "{starts} runs, and no prune in {hours} hours");
        tokio::time::sleep(Duration::from_secs(1)).await;
        for group in [&world.group, &other] {
            let is_idle =
                world.catalog.runs_now().iter().all(|run| run.group != group.id || run.state.is_final());
            if is_idle {
                starts += 1;
                world.start(group).await;
            }
        }
    }
    assert!(starts > 4, "there was a load");
    // And then the others have theirs.
    world.engine.resume_run(&tenant(), held.id).await.unwrap();
    world.settle("after the prune").await;
    assert!(world.catalog.runs_now().iter().all(|run| run.state == RunState::Succeeded));
    keeper.stop().await;
    workers.stop().await;
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_behind_a_run_that_is_held() {
    let world = World::new(policy()).await;
    let other = world.another_group("other").await;
    world.vault.slow_down(100);
    let worker = world.work();
    let held = world.start(&world.group).await;
    world.until("it goes on", || world.vault.going() == 1).await;
    world.engine.pause_run(&tenant(), held.id).await.unwrap();
    let keeper = world.keep();
    tokio::time::sleep(Duration::from_secs(60)).await;
    world.clock.turn(SignedDuration::from_hours(24));
    tokio::time::sleep(Duration::from_secs(60)).await;
    let run = world.start(&other).await;
    world.until("the other run is done", || world.catalog.run_now(run.id).state == RunState::Succeeded).await;
    assert_eq!(world.vault.prunes(), 0);
    world.engine.resume_run(&tenant(), held.id).await.unwrap();
    world.settle("resumed").await;
    world.until("a prune", || world.vault.prunes() > 0).await;
    keeper.stop().await;
    worker.stop().await;
}
