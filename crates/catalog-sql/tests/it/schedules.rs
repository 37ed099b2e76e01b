use engine::{Catalog, FireTime, GroupId, Kind, Lane, RunState};

use crate::world::{World, at, new_run, ours, refused};

fn time(group: GroupId, slot: &str, due: i64) -> FireTime {
    FireTime { group, slot: slot.into(), due_at: at(due), basis: format!("rule of {slot}") }
}

#[tokio::test]
async fn fire_times_are_replaced_group_by_group_and_survive() {
    let mut world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let one = world.group("one", &[source.id]).await.id;
    let two = world.group("two", &[source.id]).await.id;
    let set = async |world: &World, group, times: &[FireTime]| {
        world.catalog.set_fire_times(group, times).await.unwrap();
    };
    set(&world, one, &[time(one, "full", 1), time(one, "incremental", 2)]).await;
    set(&world, two, &[time(two, "incremental", 3)]).await;
    set(&world, one, &[time(one, "incremental", 4)]).await;
    world.reopen().await;
    let expected = [time(one, "incremental", 4), time(two, "incremental", 3)];
    assert_eq!(world.catalog.fire_times().await.unwrap(), expected);
}

#[tokio::test]
async fn a_scheduled_run_and_its_next_time_are_written_together_or_not_at_all() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let group = world.group("one", &[source.id]).await;
    let insert =
        async |run, due| world.catalog.insert_scheduled_run(run, &[time(group.id, "incremental", due)]).await;
    let due = async || world.catalog.fire_times().await.unwrap()[0].due_at;
    let first = insert(new_run(&group, 1), 10).await.unwrap();
    assert_eq!(due().await, at(10));
    refused(insert(new_run(&group, 2), 20).await, Kind::Conflict, "has not ended");
    assert_eq!(due().await, at(10), "a refused run moves nothing on");
    let mut missed = new_run(&group, 2);
    missed.state = RunState::Missed;
    insert(missed, 20).await.unwrap();
    assert_eq!(due().await, at(20));
    // One job, of the first run.
    let job = world.catalog.claim_job(Lane::Runs, "me", at(3), at(4)).await.unwrap().unwrap();
    assert_eq!(job.work, engine::Work::Run(first.id));
    assert_eq!(world.catalog.claim_job(Lane::Runs, "me", at(3), at(4)).await.unwrap(), None);
    assert!(world.catalog.run(&ours(), first.id).await.is_ok());
}
