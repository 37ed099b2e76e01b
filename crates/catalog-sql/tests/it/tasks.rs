use engine::{
    Catalog, EntityId, Extras, GroupId, Job, Kind, Lane, NodeId, ObjectId, ProbeTarget, Task, TaskCatalog,
    TaskChange, TaskDraft, TaskFilter, TaskId, TaskKind, TaskOutcome, TaskPlan, TaskState, TransferSample,
    Work,
};

use crate::world::{NOBODY, World, at, new_recovery, new_run, ours, refused, theirs};

fn task(created: i64) -> Task {
    Task {
        id: TaskId(0),
        tenant: ours(),
        plan: TaskPlan::Probe { target: ProbeTarget::Vault },
        entity: None,
        state: TaskState::Queued,
        reason: None,
        priority: 50,
        window: None,
        retries_left: 0,
        retry_of: None,
        follows: None,
        batch: None,
        node: None,
        requested_by: None,
        created_at: at(created),
        modified_at: at(created),
        started_at: None,
        ended_at: None,
        progress: 0.0,
        objects_done: None,
        objects_total: None,
        outcome: TaskOutcome::default(),
        extras: Extras::from([("face".into(), "ü".into())]),
    }
}

async fn insert(world: &World, tasks: impl IntoIterator<Item = Task>) -> Vec<Task> {
    let drafts = tasks.into_iter().map(|task| TaskDraft { task, follows_earlier: None });
    world.catalog.insert_tasks(drafts.collect()).await.unwrap()
}

async fn found(world: &World, filter: TaskFilter) -> Vec<TaskId> {
    world.catalog.tasks(&ours(), &filter).await.unwrap().iter().map(|task| task.id).collect()
}

async fn end(world: &World, task: &Task, second: i64) -> Task {
    let ended = Task { state: TaskState::Succeeded, ended_at: Some(at(second)), ..task.clone() };
    change(world, ended, None, second).await
}

async fn change(world: &World, task: Task, next: Option<Task>, second: i64) -> Task {
    world.catalog.update_tasks(vec![TaskChange { task, next }], at(second)).await.unwrap().remove(0)
}

#[tokio::test]
async fn tasks_of_one_call_are_one_batch_and_survive_a_restart() {
    let mut world = World::new().await;
    let drafts = vec![
        TaskDraft { task: task(1), follows_earlier: None },
        TaskDraft { task: task(1), follows_earlier: Some(0) },
    ];
    let made = world.catalog.insert_tasks(drafts).await.unwrap();
    assert_eq!(made[1].follows, Some(made[0].id));
    assert!(made.iter().all(|task| task.batch == Some(made[0].id.0)));
    world.reopen().await;
    for task in &made {
        assert_eq!(world.catalog.task(&ours(), task.id).await.unwrap(), *task);
        refused(world.catalog.task(&theirs(), task.id).await, Kind::NotFound, "task");
    }
    let lost = vec![
        TaskDraft { task: task(1), follows_earlier: None },
        TaskDraft { task: Task { follows: Some(TaskId(NOBODY)), ..task(1) }, follows_earlier: None },
    ];
    refused(world.catalog.insert_tasks(lost).await, Kind::NotFound, "99999");
    assert_eq!(found(&world, TaskFilter::default()).await.len(), 2, "all or none");
}

#[tokio::test]
async fn filters_find_what_they_name() {
    let world = World::new().await;
    let entity = |group, object| EntityId { group: GroupId(group), object: ObjectId(object) };
    let made = insert(
        &world,
        [
            Task { entity: Some(entity(1, 2)), ..task(1) },
            Task { entity: Some(entity(2, 1)), node: Some(NodeId(7)), ..task(2) },
            Task { plan: TaskPlan::Expire { entities: vec![] }, ..task(3) },
        ],
    )
    .await;
    let [one, two, three] = [made[0].id, made[1].id, made[2].id];
    end(&world, &made[2], 4).await;
    let follower = insert(&world, [Task { follows: Some(one), ..task(5) }]).await[0].id;
    let any = TaskFilter::default;
    assert_eq!(found(&world, any()).await, [follower, three, two, one]);
    assert_eq!(found(&world, TaskFilter { limit: Some(2), ..any() }).await, [follower, three]);
    assert_eq!(found(&world, TaskFilter { ids: vec![one, three], ..any() }).await, [three, one]);
    let states = vec![TaskState::Succeeded, TaskState::Failed];
    assert_eq!(found(&world, TaskFilter { states, ..any() }).await, [three]);
    assert_eq!(found(&world, TaskFilter { kinds: vec![TaskKind::Expire], ..any() }).await, [three]);
    assert_eq!(found(&world, TaskFilter { nodes: vec![Some(NodeId(7))], ..any() }).await, [two]);
    assert_eq!(found(&world, TaskFilter { nodes: vec![None], ..any() }).await, [follower, three, one]);
    let entities = vec![entity(1, 2), entity(2, 2)];
    assert_eq!(found(&world, TaskFilter { entities, ..any() }).await, [one]);
    assert_eq!(found(&world, TaskFilter { follows: vec![one], ..any() }).await, [follower]);
    let between = TaskFilter { from: Some(at(2)), until: Some(at(3)), ..any() };
    assert_eq!(found(&world, between).await, [three, two]);
    assert_eq!(world.catalog.tasks(&theirs(), &any()).await.unwrap(), []);
}

#[tokio::test]
async fn open_tasks_come_in_the_order_of_their_turns() {
    let world = World::new().await;
    let priorities = [50, 90, 50, 0];
    let made = insert(&world, priorities.map(|priority| Task { priority, ..task(1) })).await;
    let lifted = Task { priority: 100, state: TaskState::Running, ..made[3].clone() };
    change(&world, lifted, None, 2).await;
    end(&world, &made[1], 2).await;
    let theirs = insert(&world, [Task { tenant: theirs(), ..task(1) }]).await.remove(0);
    let open: Vec<_> = world.catalog.open_tasks().await.unwrap().iter().map(|task| task.id).collect();
    assert_eq!(open, [made[3].id, made[0].id, made[2].id, theirs.id]);
}

#[tokio::test]
async fn what_waits_for_a_task_waits_for_its_repetition() {
    let world = World::new().await;
    let failing = insert(&world, [task(1)]).await.remove(0);
    let waiting = insert(&world, [Task { follows: Some(failing.id), ..task(2) }]).await.remove(0);
    let failed = Task { state: TaskState::Failed, ended_at: Some(at(3)), ..failing.clone() };
    let next = Task { retry_of: Some(failing.id), batch: failing.batch, ..task(3) };
    change(&world, failed, Some(next), 3).await;
    let next = found(&world, TaskFilter::default()).await[0];
    let repetition = world.catalog.task(&ours(), next).await.unwrap();
    assert_eq!((repetition.retry_of, repetition.batch), (Some(failing.id), failing.batch));
    let handed = world.catalog.task(&ours(), waiting.id).await.unwrap();
    assert_eq!(handed.follows, Some(next));
    assert!(handed.modified_at > waiting.modified_at);
    // A task that comes of a success takes nothing over.
    let confirmation = Task { follows: Some(next), ..task(4) };
    change(&world, Task { state: TaskState::Succeeded, ..repetition }, Some(confirmation), 4).await;
    assert_eq!(world.catalog.task(&ours(), waiting.id).await.unwrap().follows, Some(next));
}

#[tokio::test]
async fn several_changes_are_made_or_none() {
    let world = World::new().await;
    let made = insert(&world, [task(1)]).await.remove(0);
    let changed = Task { priority: 1, ..made.clone() };
    let gone = Task { id: TaskId(NOBODY), ..made.clone() };
    let changes = [changed, gone].map(|task| TaskChange { task, next: None });
    refused(world.catalog.update_tasks(changes.into(), at(2)).await, Kind::NotFound, "99999");
    assert_eq!(world.catalog.task(&ours(), made.id).await.unwrap(), made);
}

#[tokio::test]
async fn a_run_begins_with_its_task_or_not_at_all() {
    let world = World::new().await;
    let source = world.source("localhost").await;
    let group = world.group("a group", &[source.id]).await;
    let made = insert(&world, [task(1), task(1)]).await;
    let running = Task { state: TaskState::Running, ..made[0].clone() };
    let (begun, run) = world.catalog.begin_task_run(running, new_run(&group, 2), at(2)).await.unwrap();
    assert_eq!(begun.outcome.run, Some(run.id));
    assert_eq!(world.catalog.task(&ours(), begun.id).await.unwrap(), begun);
    let second = world.catalog.begin_task_run(made[1].clone(), new_run(&group, 3), at(3)).await;
    refused(second, Kind::Conflict, "a group");
    assert_eq!(world.catalog.task(&ours(), made[1].id).await.unwrap(), made[1]);
    world.end(run.clone()).await;

    let gone = Task { id: TaskId(NOBODY), ..task(1) };
    let lost = world.catalog.begin_task_run(gone.clone(), new_run(&group, 4), at(4)).await;
    refused(lost, Kind::NotFound, "99999");
    refused(world.catalog.begin_task_recovery(gone, new_recovery("a"), at(4)).await, Kind::NotFound, "99999");
    let (begun, recovery) =
        world.catalog.begin_task_recovery(made[1].clone(), new_recovery("a"), at(4)).await.unwrap();
    assert_eq!(begun.outcome.recovery, Some(recovery.id));
    let mut work = Vec::new();
    for lane in [Lane::Runs, Lane::Recoveries] {
        let claim = async || world.catalog.claim_job(lane, "a", at(5), at(6)).await.unwrap();
        while let Some(Job { work: next, .. }) = claim().await {
            work.push(next);
        }
    }
    assert_eq!(work, [Work::Run(run.id), Work::Recovery(recovery.id)]);
}

#[tokio::test]
async fn every_change_shows_in_when_tasks_were_changed() {
    let world = World::new().await;
    let modified = async || world.catalog.tasks_modified_at(&ours()).await.unwrap();
    assert_eq!(modified().await, None);
    let made = insert(&world, [task(5)]).await.remove(0);
    assert_eq!(modified().await, Some(at(5)));
    let changed = change(&world, made.clone(), None, 5).await;
    assert!(changed.modified_at > made.modified_at, "the clock stands still, and yet it was changed");
    let second = modified().await;
    assert!(second > Some(at(5)));
    world.catalog.delete_tasks(&ours(), &[made.id], vec![], at(3)).await.unwrap();
    assert!(modified().await > second, "the clock was turned back");
    assert_eq!(world.catalog.tasks_modified_at(&theirs()).await.unwrap(), None);
}

#[tokio::test]
async fn a_removed_task_is_gone_with_its_samples_and_others_are_changed_with_it() {
    let world = World::new().await;
    let made = insert(&world, [task(1), task(1)]).await;
    let sample = |bytes_per_second| TransferSample { at: at(1), bytes_per_second, incremental: false };
    let add = async |id, speed| world.catalog.add_transfer_sample(&ours(), id, sample(speed), 4).await;
    for speed in [1.0, 2.0, 3.0, 4.0, 5.0, 6.0] {
        add(made[0].id, speed).await.unwrap();
    }
    let speeds = async |tenant| {
        let samples = world.catalog.transfer_samples(&tenant, made[0].id).await.unwrap();
        samples.iter().map(|sample| sample.bytes_per_second).collect::<Vec<_>>()
    };
    // The fifth was one too many.
    assert_eq!(speeds(ours()).await, [1.0, 3.0, 5.0, 6.0]);
    assert!(speeds(theirs()).await.is_empty());
    refused(add(TaskId(NOBODY), 1.0).await, Kind::NotFound, "99999");

    let other = Task { reason: Some("alone now".into()), ..made[1].clone() };
    world.catalog.delete_tasks(&theirs(), &[made[0].id], vec![], at(2)).await.unwrap();
    assert!(world.catalog.task(&ours(), made[0].id).await.is_ok(), "not theirs to remove");
    world.catalog.delete_tasks(&ours(), &[made[0].id], vec![other], at(2)).await.unwrap();
    refused(world.catalog.task(&ours(), made[0].id).await, Kind::NotFound, "task");
    assert!(speeds(ours()).await.is_empty());
    let other = world.catalog.task(&ours(), made[1].id).await.unwrap();
    assert_eq!(other.reason.as_deref(), Some("alone now"));
}

#[tokio::test]
async fn old_tasks_are_pruned_but_those_that_something_waits_for() {
    let world = World::new().await;
    let made = insert(&world, [task(1), task(1), task(1), task(1)]).await;
    insert(&world, [Task { follows: Some(made[1].id), ..task(2) }]).await;
    for (task, second) in made.iter().zip([10, 10, 20]) {
        end(&world, task, second).await;
    }
    assert_eq!(world.catalog.prune_tasks(at(20), at(50)).await.unwrap(), 1);
    refused(world.catalog.task(&ours(), made[0].id).await, Kind::NotFound, "task");
    assert_eq!(found(&world, TaskFilter::default()).await.len(), 4);
    assert_eq!(world.catalog.tasks_modified_at(&ours()).await.unwrap(), Some(at(50)));
    assert_eq!(world.catalog.prune_tasks(at(20), at(60)).await.unwrap(), 0);
    assert_eq!(world.catalog.tasks_modified_at(&ours()).await.unwrap(), Some(at(50)));
}
