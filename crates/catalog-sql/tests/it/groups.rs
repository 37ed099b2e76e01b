use engine::{
    Catalog, Extras, FilePath, Kind, LockMode, NewRecovery, ObjectId, PolicyId, RecoveryPlan, RecoveryState,
    RunFilter, SnapshotFilter, SnapshotLock,
};

use crate::world::{NOBODY, World, at, file, group_id, group_rules, ours, policy_rules, refused, theirs};

#[tokio::test]
async fn a_group_comes_back_as_it_was_kept() {
    let mut world = World::new().await;
    let source = world.source("10.0.0.1").await;
    // An object that is selected twice is selected once.
    let one = world.group("one", &[source.id, source.id]).await;
    let two = world.group("two", &[source.id]).await;
    world.reopen().await;
    assert_eq!(world.catalog.group(&ours(), one.id).await.unwrap(), one);
    assert_eq!(world.catalog.groups(&ours()).await.unwrap(), [one, two]);
}

#[tokio::test]
async fn what_a_group_refers_to_must_be_there() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let group = world.group("group", &[source.id]).await;
    let policy = group.rules.policy;
    let their_policy = world.catalog.insert_policy(&theirs(), policy_rules("p"), at(1)).await.unwrap();
    for (policy, object, words) in [
        (PolicyId(NOBODY), source.id, "policy 99999"),
        (their_policy.id, source.id, "policy 2"),
        (policy, ObjectId(NOBODY), "object 99999"),
    ] {
        let rules = group_rules("new", policy, &[object]);
        refused(world.catalog.insert_group(&ours(), rules.clone(), at(2)).await, Kind::NotFound, words);
        let update = world.catalog.update_group(&ours(), group.id, rules, None, at(2)).await;
        refused(update, Kind::NotFound, words);
    }
    let rules = group_rules("new", their_policy.id, &[source.id]);
    refused(world.catalog.insert_group(&theirs(), rules, at(2)).await, Kind::NotFound, "object 1");
    assert_eq!(world.catalog.groups(&ours()).await.unwrap(), [group]);
}

#[tokio::test]
async fn names_and_stale_copies_are_refused() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let one = world.group("one", &[source.id]).await;
    let two = world.group("two", &[source.id]).await;
    let rules = |name: &str| group_rules(name, one.rules.policy, &[source.id]);
    refused(world.catalog.insert_group(&ours(), rules("one"), at(2)).await, Kind::Conflict, "\"one\"");
    let update =
        async |expected, now| world.catalog.update_group(&ours(), two.id, rules("one"), expected, now).await;
    refused(update(None, at(2)).await, Kind::Conflict, "\"one\"");
    refused(update(Some(at(0)), at(2)).await, Kind::Stale, "\"two\"");
    // The name of a deleted group is free.
    world.back_up(&one, 2, vec![]).await;
    world.catalog.delete_group(&ours(), one.id, false, at(3)).await.unwrap();
    let renamed = update(Some(two.modified_at), at(1)).await.unwrap();
    assert_eq!(renamed.rules.name, "one");
    assert_eq!(renamed.modified_at.as_microsecond(), two.modified_at.as_microsecond() + 1);
    assert_eq!(world.catalog.groups(&ours()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn another_tenants_group_is_not_there() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let group = world.group("one", &[source.id]).await;
    let rules = group_rules("stolen", group.rules.policy, &[source.id]);
    for (tenant, id) in [(theirs(), group.id), (ours(), group_id(NOBODY))] {
        refused(world.catalog.group(&tenant, id).await, Kind::NotFound, "group");
        let update = world.catalog.update_group(&tenant, id, rules.clone(), None, at(2)).await;
        refused(update, Kind::NotFound, "group");
        refused(world.catalog.delete_group(&tenant, id, true, at(2)).await, Kind::NotFound, "group");
    }
    assert_eq!(world.catalog.groups(&theirs()).await.unwrap(), []);
    assert_eq!(world.catalog.groups(&ours()).await.unwrap(), [group]);
}

#[tokio::test]
async fn a_group_with_an_unfinished_run_stays() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let group = world.group("Nightly", &[source.id]).await;
    let run = world.run(&group, 2).await;
    for delete_snapshots in [false, true] {
        let refusal = world.catalog.delete_group(&ours(), group.id, delete_snapshots, at(3)).await;
        refused(refusal, Kind::Conflict, "\"Nightly\"");
    }
    world.end(run).await;
    world.catalog.delete_group(&ours(), group.id, false, at(3)).await.unwrap();
}

#[tokio::test]
async fn a_deleted_group_is_there_while_a_snapshot_is_left() {
    let mut world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let bare = world.group("bare", &[source.id]).await;
    let kept = world.group("kept", &[source.id]).await;
    let first = world.back_up(&kept, 2, vec![file("/data/letter", 1)]).await;
    world.back_up(&kept, 3, vec![file("/data/letter", 1)]).await;
    for group in [&bare, &kept] {
        assert_eq!(world.catalog.delete_group(&ours(), group.id, false, at(4)).await.unwrap(), [""; 0]);
    }
    world.reopen().await;
    refused(world.catalog.group(&ours(), bare.id).await, Kind::NotFound, "group 1");
    let left = world.catalog.group(&ours(), kept.id).await.unwrap();
    assert_eq!((left.deleted_at, left.modified_at), (Some(at(4)), at(4)));
    assert_eq!(world.catalog.groups(&ours()).await.unwrap(), [left]);
    assert_eq!(world.catalog.snapshot(&ours(), first.id).await.unwrap(), first);
    assert_eq!(world.found("letter").await.len(), 1);

    // Nothing more can be done with it but to delete the rest.
    refused(world.catalog.delete_group(&ours(), kept.id, false, at(5)).await, Kind::NotFound, "deleted");
    let rules = group_rules("back", kept.rules.policy, &[source.id]);
    let update = world.catalog.update_group(&ours(), kept.id, rules, None, at(5)).await;
    refused(update, Kind::NotFound, "deleted");
    let run = world.catalog.insert_run(crate::world::new_run(&kept, 5)).await;
    refused(run, Kind::NotFound, "deleted");

    let names = world.catalog.delete_group(&ours(), kept.id, true, at(6)).await.unwrap();
    assert_eq!(names, ["vault-kept-2", "vault-kept-3"]);
    refused(world.catalog.group(&ours(), kept.id).await, Kind::NotFound, "group 2");
    refused(world.catalog.snapshot(&ours(), first.id).await, Kind::NotFound, "snapshot");
    let snapshots = world.catalog.snapshots(&ours(), &SnapshotFilter::default()).await.unwrap();
    assert_eq!(snapshots, []);
    assert_eq!(world.found("").await, []);
    let runs = RunFilter { group: Some(kept.id), ..RunFilter::default() };
    assert_eq!(world.catalog.runs(&ours(), &runs).await.unwrap().len(), 2);
}

#[tokio::test]
async fn held_and_locked_snapshots_do_not_go_with_their_group_nor_with_time() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let group = world.group("one", &[source.id]).await;
    let mut held = world.back_up(&group, 2, vec![]).await;
    let mut locked = world.back_up(&group, 3, vec![]).await;
    let free = world.back_up(&group, 4, vec![]).await;
    held.legal_hold = true;
    locked.lock = Some(SnapshotLock { mode: LockMode::Compliance, until: at(2_000_000) });
    for snapshot in [&held, &locked] {
        world.catalog.update_snapshot(snapshot).await.unwrap();
    }
    let ids = [held.id, locked.id, free.id];
    let expire = async |now| world.catalog.forget_expired(&ours(), &ids, at(now)).await.unwrap();
    assert_eq!(expire(999_999).await, [""; 0], "nothing is over yet");
    refused(world.catalog.delete_group(&ours(), group.id, true, at(5)).await, Kind::Conflict, "legal hold");
    assert_eq!(expire(1_000_000).await, [free.vault_snapshot]);
    held.legal_hold = false;
    world.catalog.update_snapshot(&held).await.unwrap();
    refused(world.catalog.delete_group(&ours(), group.id, true, at(6)).await, Kind::Conflict, "is locked");
    assert_eq!(expire(2_000_000).await, [held.vault_snapshot, locked.vault_snapshot]);
}

#[tokio::test]
async fn what_a_recovery_waits_for_is_not_forgotten_when_its_time_is_over() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let group = world.group("one", &[source.id]).await;
    let wanted = world.back_up(&group, 2, vec![]).await;
    let free = world.back_up(&group, 3, vec![]).await;
    let items = vec![FilePath::from_bytes(*b"/data")];
    let plan = RecoveryPlan::Download { snapshot: wanted.id, items };
    let new = NewRecovery { name: "a".into(), plan, extras: Extras::new() };
    let mut recovery = world.catalog.insert_recovery(&ours(), new, false, at(4)).await.unwrap();
    let ids = [wanted.id, free.id];
    let expire = async || world.catalog.forget_expired(&ours(), &ids, at(1_000_000)).await.unwrap();
    assert_eq!(expire().await, [free.vault_snapshot]);
    for state in [RecoveryState::Running, RecoveryState::Cancelling] {
        recovery.state = state;
        world.catalog.update_recovery(&recovery).await.unwrap();
        assert_eq!(expire().await, [""; 0], "{state:?}");
    }
    recovery.state = RecoveryState::Succeeded;
    world.catalog.update_recovery(&recovery).await.unwrap();
    assert_eq!(expire().await, [wanted.vault_snapshot]);
}
