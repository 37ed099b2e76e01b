//! A run over which something goes wrong, at every step of it in turn: afterwards its state is final and
//! true, nothing that was kept is lost, no job is stuck, and the next run works.

use std::time::Duration;

use engine::{Kind, Retry, Run, RunState};

use crate::faults::Trouble;
use crate::world::{World, policy, tenant};

/// The steps of a run of two objects that nothing disturbs.
async fn steps() -> Vec<&'static str> {
    let world = World::new(policy()).await;
    let run = world.start(&world.group).await;
    world.faults.set(None);
    let worker = world.work();
    world.settle("undisturbed").await;
    let names = world.faults.names();
    worker.stop().await;
    assert_eq!(world.catalog.run_now(run.id).state, RunState::Succeeded);
    let last = names.iter().rposition(|name| *name == "catalog.finish_job").unwrap();
    names[..=last].to_vec()
}

/// Whatever has been, the next run works, and what nobody knows leaves the vault.
async fn assert_goes_on(world: &World, what: &str) {
    world.assert_truth(what);
    world.faults.set(None);
    let next = world.start(&world.group).await;
    world.settle(what).await;
    assert_eq!(world.catalog.run_now(next.id).state, RunState::Succeeded, "{what}");
    world.assert_truth(what);
    let keeper = world.keep();
    world
        .until(&format!("no orphan is left, {what}"), || {
            world.vault.names().len() == world.catalog.snapshots_now().len()
        })
        .await;
    keeper.stop().await;
    world.assert_truth(what);
}

#[tokio::test(start_paused = true)]
async fn a_port_that_fails_once_costs_at_most_the_run() {
    for (at, name) in steps().await.into_iter().enumerate() {
        for trouble in [Trouble::Fails, Trouble::FailsLate] {
            let what = format!("{trouble:?} at {at}, {name}");
            let world = World::new(policy()).await;
            let run = world.start(&world.group).await;
            world.faults.set(Some((at, trouble)));
            let worker = world.work();
            world.settle(&what).await;
            assert!(
                matches!(world.catalog.run_now(run.id).state, RunState::Succeeded | RunState::Failed),
                "{what}"
            );
            assert_goes_on(&world, &what).await;
            worker.stop().await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_costs_at_most_the_run() {
    for (at, name) in steps().await.into_iter().enumerate() {
        for seconds in [3, 90, 300] {
            let what = format!("an outage of {seconds} s at {at}, {name}");
            let world = World::new(policy()).await;
            world.start(&world.group).await;
            world.faults.set(Some((at, Trouble::Outage(seconds))));
            let worker = world.work();
            world.settle(&what).await;
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            assert_goes_on(&world, &what).await;
            worker.stop().await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn with_an_attempt_left_a_backup_that_fails_once_is_made_again() {
    let tried = ["vault.back_up", "vault.list", "catalog.complete_object", "catalog.source"];
    for (at, name) in steps().await.into_iter().enumerate().filter(|(_, name)| tried.contains(name)) {
        for trouble in [Trouble::Fails, Trouble::FailsLate] {
            let what = format!("{trouble:?} at {at}, {name}");
            let mut policy = policy();
            policy.retry = Retry { count: 1, interval_minutes: 5 };
            let world = World::new(policy).await;
            let run = world.start(&world.group).await;
            world.faults.set(Some((at, trouble)));
            let worker = world.work();
            world.settle(&what).await;
            let run = world.catalog.run_now(run.id);
            assert_eq!(run.state, RunState::Succeeded, "{what}: {run:#?}");
            let failed = run.objects.iter().map(|object| object.failed_attempts.len()).sum::<usize>();
            // What was written before the error came is not done again.
            let was_done = name == "catalog.complete_object" && trouble == Trouble::FailsLate;
            assert_eq!(failed, usize::from(!was_done), "{what}: {run:#?}");
            assert_goes_on(&world, &what).await;
            worker.stop().await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_is_lost_costs_at_most_the_run() {
    for (at, name) in steps().await.into_iter().enumerate() {
        let what = format!("a lost claim at {at}, {name}");
        let world = World::new(policy()).await;
        world.start(&world.group).await;
        world.faults.set(Some((at, Trouble::Waits)));
        let worker = world.work();
        world.faults.reached().await;
        world.catalog.steal_jobs();
        world.settle(&what).await;
        assert_goes_on(&world, &what).await;
        worker.stop().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_dies_leaves_nothing_half_done() {
    for (at, name) in steps().await.into_iter().enumerate() {
        for trouble in [Trouble::Waits, Trouble::FailsLate] {
            let what = format!("{trouble:?} and death at {at}, {name}");
            let mut world = World::new(policy()).await;
            let run = world.start(&world.group).await;
            world.faults.set(Some((at, trouble)));
            let worker = world.work();
            if trouble == Trouble::Waits {
                world.faults.reached().await;
            } else {
                world.until(&what, || world.faults.names().len() > at).await;
            }
            let before = world.catalog.snapshots_now();
            worker.kill().await;
            world.faults.set(None);
            world.restart().await;
            let worker = world.work();
            world.settle(&what).await;
            let after = world.catalog.snapshots_now();
            assert!(before.iter().all(|snapshot| after.contains(snapshot)), "{what}");
            let state = world.catalog.run_now(run.id).state;
            // What was complete in the vault is kept, and the warning says that its figures are lost.
            let expected = [RunState::Succeeded, RunState::SucceededWithWarnings, RunState::Failed];
            assert!(expected.contains(&state), "{what}: {state:?}");
            assert_goes_on(&world, &what).await;
            worker.stop().await;
        }
    }
}

/// A world whose server died when the backup of the first object was complete in the vault, and nowhere else.
async fn left_behind() -> (World, Run) {
    let at = steps().await.iter().position(|name| *name == "vault.list").unwrap();
    let mut world = World::new(policy()).await;
    let run = world.start(&world.group).await;
    world.faults.set(Some((at, Trouble::Waits)));
    let worker = world.work();
    world.faults.reached().await;
    worker.kill().await;
    world.restart().await;
    (world, run)
}

#[tokio::test(start_paused = true)]
async fn trouble_while_it_is_found_out_how_far_a_dead_server_came_costs_nothing_that_is_complete() {
    let (world, _) = left_behind().await;
    world.faults.set(None);
    let worker = world.work();
    world.settle("undisturbed").await;
    let names = world.faults.names();
    worker.stop().await;
    let last = names.iter().rposition(|name| *name == "catalog.finish_job").unwrap();
    for (at, name) in names[..=last].iter().enumerate() {
        for trouble in [Trouble::Fails, Trouble::FailsLate, Trouble::Outage(90)] {
            let what = format!("{trouble:?} at {at}, {name}, after a death");
            let (world, run) = left_behind().await;
            world.faults.set(Some((at, trouble)));
            let worker = world.work();
            world.settle(&what).await;
            tokio::time::sleep(Duration::from_secs(90)).await;
            let run = world.catalog.run_now(run.id);
            assert!(run.objects[0].snapshot.is_some(), "{what}: {run:#?}");
            assert_goes_on(&world, &what).await;
            worker.stop().await;
        }
    }
}

/// Somebody acts on the run while one of its steps goes on.
async fn acted<A, F>(what: &str, at: usize, act: A) -> (World, Run, engine::Result<Run>)
where
    A: FnOnce(engine::Engine, Run) -> F,
    F: Future<Output = engine::Result<Run>> + Send + 'static,
{
    let world = World::new(policy()).await;
    let run = world.start(&world.group).await;
    world.faults.set(Some((at, Trouble::Waits)));
    let worker = world.work();
    world.faults.reached().await;
    let acted = tokio::spawn(act(world.engine.clone(), run.clone())).await.unwrap();
    world.settle(what).await;
    worker.stop().await;
    let run = world.catalog.run_now(run.id);
    (world, run, acted)
}

#[tokio::test(start_paused = true)]
async fn a_cancellation_that_was_accepted_is_carried_out() {
    let mut accepted = 0;
    for (at, name) in steps().await.into_iter().enumerate() {
        let what = format!("cancelled at {at}, {name}");
        let act =
            |engine: engine::Engine, run: Run| async move { engine.cancel_run(&tenant(), run.id).await };
        let (mut world, run, acted) = acted(&what, at, act).await;
        match acted {
            Ok(_) => {
                accepted += 1;
                let all_done = run.objects.iter().all(|object| object.snapshot.is_some());
                let expected = if all_done { RunState::Succeeded } else { RunState::Cancelled };
                assert_eq!(run.state, expected, "{what}: {run:#?}");
            }
            Err(err) => {
                assert_eq!(err.kind(), Kind::Conflict, "{what}: {err}");
                assert_eq!(run.state, RunState::Succeeded, "{what}");
            }
        }
        world.restart().await;
        let worker = world.work();
        assert_goes_on(&world, &what).await;
        worker.stop().await;
    }
    assert!(accepted > 5, "{accepted}");
}

#[tokio::test(start_paused = true)]
async fn one_object_is_cancelled_at_any_step_and_the_other_is_kept() {
    for (at, name) in steps().await.into_iter().enumerate() {
        let what = format!("the second object cancelled at {at}, {name}");
        let act = |engine: engine::Engine, run: Run| async move {
            engine.cancel_objects(&tenant(), run.id, &[run.objects[1].object]).await
        };
        let (world, run, acted) = acted(&what, at, act).await;
        assert_eq!(run.objects[0].state, RunState::Succeeded, "{what}: {run:#?}");
        let second = run.objects[1].state;
        match acted {
            Ok(_) => assert!(matches!(second, RunState::Cancelled | RunState::Succeeded), "{what}: {run:#?}"),
            Err(err) => assert_eq!((err.kind(), second), (Kind::Conflict, RunState::Succeeded), "{what}"),
        }
        // A run of which a part was cancelled is complete with a warning, and says so.
        if second == RunState::Cancelled {
            assert_eq!(run.state, RunState::SucceededWithWarnings, "{what}");
        } else {
            world.assert_truth(&what);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_held_at_any_step_goes_on_when_it_is_resumed() {
    for (at, name) in steps().await.into_iter().enumerate() {
        let what = format!("held at {at}, {name}");
        let act = |engine: engine::Engine, run: Run| async move {
            engine.pause_run(&tenant(), run.id).await?;
            tokio::time::sleep(Duration::from_secs(600)).await;
            match engine.resume_run(&tenant(), run.id).await {
                // It had read everything when it was held, and is complete.
                Err(err) if err.kind() == Kind::Conflict => engine.pause_run(&tenant(), run.id).await,
                resumed => resumed,
            }
        };
        let (world, run, acted) = acted(&what, at, act).await;
        assert_eq!(run.state, RunState::Succeeded, "{what}: {acted:?} {run:#?}");
        world.assert_truth(&what);
    }
}
