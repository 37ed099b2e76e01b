use engine::{
    Catalog, Kind, Lane, ObjectId, RunFilter, RunId, RunKind, RunState, SnapshotFilter, SnapshotId,
};

use crate::world::{NOBODY, World, at, completed, new_run, ours, refused, sent, theirs};

#[tokio::test]
async fn a_run_comes_back_as_it_was_kept() {
    let mut world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let group = world.group("group", &[source.id]).await;
    let mut run = world.run(&group, 5).await;
    assert_ne!(run.id, RunId(0));
    world.reopen().await;
    assert_eq!(world.catalog.run(&ours(), run.id).await.unwrap(), run);
    run.state = RunState::Running;
    run.started_at = Some(at(6));
    run.objects[0].stats.bytes_read = u64::from(u32::MAX) * 7;
    world.catalog.update_run(&run).await.unwrap();
    assert_eq!(world.catalog.run(&ours(), run.id).await.unwrap(), run);
}

#[tokio::test]
async fn a_group_runs_once_at_a_time() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let group = world.group("Nightly", &[source.id]).await;
    let other = world.group("Weekly", &[source.id]).await;
    let run = world.run(&group, 5).await;
    refused(world.catalog.insert_run(new_run(&group, 6)).await, Kind::Conflict, "\"Nightly\"");
    let weekly = world.run(&other, 6).await;
    // What was missed goes on record all the same, and nobody works on it.
    let missed = engine::Run { state: RunState::Missed, ..new_run(&group, 6) };
    let mut missed = world.catalog.insert_run(missed).await.unwrap();
    assert!(missed.id > run.id);
    missed.state = RunState::Queued;
    refused(world.catalog.update_run(&missed).await, Kind::Conflict, "\"Nightly\"");
    for expected in [run.id, weekly.id] {
        let job = world.catalog.claim_job(Lane::Runs, "worker", at(7), at(8)).await.unwrap().unwrap();
        assert_eq!(job.work, engine::Work::Run(expected));
    }
    assert_eq!(world.catalog.claim_job(Lane::Runs, "worker", at(7), at(8)).await.unwrap(), None);
    world.end(run).await;
    world.run(&group, 7).await;
}

#[tokio::test]
async fn another_tenants_run_is_not_there() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let group = world.group("group", &[source.id]).await;
    let mut run = world.run(&group, 5).await;
    refused(world.catalog.run(&theirs(), run.id).await, Kind::NotFound, "run 1");
    refused(world.catalog.run(&ours(), RunId(NOBODY)).await, Kind::NotFound, "run 99999");
    assert_eq!(world.catalog.runs(&theirs(), &RunFilter::default()).await.unwrap(), []);
    run.tenant = theirs();
    refused(world.catalog.update_run(&run).await, Kind::NotFound, "run 1");
    refused(world.catalog.insert_run(run.clone()).await, Kind::NotFound, "group 1");
    let complete = world.catalog.complete_object(run, completed(source.id, "v"), sent(vec![])).await;
    refused(complete, Kind::NotFound, "run 1");
}

#[tokio::test]
async fn filters_hold_together() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let one = world.group("one", &[source.id]).await;
    let two = world.group("two", &[source.id]).await;
    let mut ids = Vec::new();
    for (group, queued_at, state, kind) in [
        (&one, 10, RunState::Succeeded, RunKind::Full),
        (&one, 30, RunState::Failed, RunKind::Incremental),
        (&two, 20, RunState::Succeeded, RunKind::Incremental),
        (&two, 30, RunState::Cancelled, RunKind::Incremental),
    ] {
        let run = engine::Run { state, kind, ..new_run(group, queued_at) };
        ids.push(world.catalog.insert_run(run).await.unwrap().id);
    }
    let none = RunFilter::default;
    let cases: Vec<(RunFilter, &[usize])> = vec![
        (none(), &[3, 1, 2, 0]),
        (RunFilter { group: Some(one.id), ..none() }, &[1, 0]),
        (RunFilter { run: Some(ids[2]), ..none() }, &[2]),
        (RunFilter { run: Some(ids[2]), group: Some(one.id), ..none() }, &[]),
        (RunFilter { from: Some(at(20)), ..none() }, &[3, 1, 2]),
        (RunFilter { until: Some(at(20)), ..none() }, &[2, 0]),
        (RunFilter { from: Some(at(11)), until: Some(at(29)), ..none() }, &[2]),
        (RunFilter { states: vec![RunState::Succeeded, RunState::Failed], ..none() }, &[1, 2, 0]),
        (RunFilter { kinds: vec![RunKind::Incremental], limit: Some(2), ..none() }, &[3, 1]),
        (RunFilter { limit: Some(0), ..none() }, &[]),
    ];
    for (filter, expected) in cases {
        let found = world.catalog.runs(&ours(), &filter).await.unwrap();
        let found: Vec<RunId> = found.iter().map(|run| run.id).collect();
        let expected: Vec<RunId> = expected.iter().map(|at| ids[*at]).collect();
        assert_eq!(found, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn a_completed_object_has_its_snapshot_in_run_and_list() {
    let mut world = World::new().await;
    let one = world.source("10.0.0.1").await;
    let two = world.source("10.0.0.2").await;
    let group = world.group("group", &[one.id, two.id]).await;
    let mut run = world.run(&group, 5).await;
    run.state = RunState::Running;
    let complete = world.catalog.complete_object(run.clone(), completed(two.id, "v-two"), sent(vec![])).await;
    let (run, snapshot) = complete.unwrap();
    assert_eq!(run.objects[0].snapshot, None);
    assert_eq!(run.objects[1].snapshot, Some(snapshot.id));
    assert_eq!((snapshot.object, snapshot.group, snapshot.run), (two.id, group.id, run.id));
    assert_eq!((snapshot.taken_at, snapshot.kind), (at(5), RunKind::Incremental));
    assert_eq!(snapshot.vault_snapshot, "v-two");

    refused(
        world.catalog.complete_object(run.clone(), completed(two.id, "v-again"), sent(vec![])).await,
        Kind::Conflict,
        "before, as snapshot",
    );
    refused(
        world.catalog.complete_object(run.clone(), completed(ObjectId(NOBODY), "v"), sent(vec![])).await,
        Kind::NotFound,
        "object 99999",
    );
    world.reopen().await;
    assert_eq!(world.catalog.run(&ours(), run.id).await.unwrap(), run);
    assert_eq!(world.catalog.snapshot(&ours(), snapshot.id).await.unwrap(), snapshot);
    refused(world.catalog.snapshot(&theirs(), snapshot.id).await, Kind::NotFound, "snapshot");
    refused(world.catalog.snapshot(&ours(), SnapshotId(NOBODY)).await, Kind::NotFound, "snapshot 99999");
    let all = SnapshotFilter::default();
    assert_eq!(world.catalog.snapshots(&theirs(), &all).await.unwrap(), []);
    assert_eq!(world.catalog.snapshots(&ours(), &all).await.unwrap(), [snapshot]);
}

#[tokio::test]
async fn snapshot_filters_hold_together() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let one = world.group("one", &[source.id]).await;
    let two = world.group("two", &[source.id]).await;
    let a = world.back_up(&one, 10, vec![]).await.id;
    let b = world.back_up(&two, 20, vec![]).await.id;
    let c = world.back_up(&one, 30, vec![]).await.id;
    let none = SnapshotFilter::default;
    for (filter, expected) in [
        (none(), vec![c, b, a]),
        (SnapshotFilter { object: Some(source.id), ..none() }, vec![c, b, a]),
        (SnapshotFilter { object: Some(ObjectId(NOBODY)), ..none() }, vec![]),
        (SnapshotFilter { groups: vec![one.id], ..none() }, vec![c, a]),
        (SnapshotFilter { groups: vec![one.id, two.id], until: Some(at(20)), ..none() }, vec![b, a]),
        (SnapshotFilter { from: Some(at(20)), ..none() }, vec![c, b]),
        (SnapshotFilter { kinds: vec![RunKind::Full], ..none() }, vec![]),
        (SnapshotFilter { kinds: vec![RunKind::Full, RunKind::Incremental], ..none() }, vec![c, b, a]),
    ] {
        let found = world.catalog.snapshots(&ours(), &filter).await.unwrap();
        assert_eq!(found.iter().map(|one| one.id).collect::<Vec<_>>(), expected, "{filter:?}");
    }
}
