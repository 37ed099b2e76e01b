use engine::{Catalog, Kind, PolicyId, TenantId};

use crate::world::{NOBODY, World, at, ours, policy_rules, refused, theirs};

#[tokio::test]
async fn a_policy_comes_back_as_it_was_kept() {
    let mut world = World::new().await;
    let gold = world.policy("gold").await;
    let silver = world.policy("silver").await;
    assert_eq!((gold.created_at, gold.modified_at), (at(1), at(1)));
    world.reopen().await;
    assert_eq!(world.catalog.policy(&ours(), gold.id).await.unwrap(), gold);
    assert_eq!(world.catalog.policies(&ours()).await.unwrap(), [gold, silver]);
}

#[tokio::test]
async fn a_name_is_taken_once_a_tenant() {
    let world = World::new().await;
    let gold = world.policy("gold").await;
    let silver = world.policy("silver").await;
    let insert = async |tenant: TenantId, name: &str| {
        world.catalog.insert_policy(&tenant, policy_rules(name), at(2)).await
    };
    refused(insert(ours(), "gold").await, Kind::Conflict, "\"gold\"");
    insert(theirs(), "gold").await.unwrap();
    insert(ours(), "GOLD").await.unwrap();
    let rename = async |id, name: &str| {
        world.catalog.update_policy(&ours(), id, policy_rules(name), None, at(3)).await
    };
    refused(rename(silver.id, "gold").await, Kind::Conflict, "\"gold\"");
    rename(gold.id, "gold").await.unwrap();
    rename(gold.id, "platinum").await.unwrap();
    rename(silver.id, "gold").await.unwrap();
}

#[tokio::test]
async fn a_stale_change_is_refused() {
    let world = World::new().await;
    let made = world.policy("gold").await;
    let change = async |expected, now| {
        world.catalog.update_policy(&ours(), made.id, policy_rules("changed"), expected, now).await
    };
    let first = change(Some(made.modified_at), at(2)).await.unwrap();
    assert_eq!((first.created_at, first.modified_at), (at(1), at(2)));
    refused(change(Some(made.modified_at), at(3)).await, Kind::Stale, "\"changed\"");
    assert_eq!(world.catalog.policy(&ours(), made.id).await.unwrap(), first);
    // The same moment again, and a clock that went back: later all the same.
    for now in [at(2), at(0)] {
        let before = world.catalog.policy(&ours(), made.id).await.unwrap().modified_at;
        let after = change(None, now).await.unwrap().modified_at;
        assert_eq!(after.as_microsecond(), before.as_microsecond() + 1);
    }
}

#[tokio::test]
async fn another_tenants_policy_is_not_there() {
    let world = World::new().await;
    let policy = world.policy("gold").await;
    for (tenant, id) in [(theirs(), policy.id), (ours(), PolicyId(NOBODY))] {
        refused(world.catalog.policy(&tenant, id).await, Kind::NotFound, "policy");
        let rules = policy_rules("stolen");
        let update = world.catalog.update_policy(&tenant, id, rules, None, at(2)).await;
        refused(update, Kind::NotFound, "policy");
        refused(world.catalog.delete_policy(&tenant, id).await, Kind::NotFound, "policy");
    }
    assert_eq!(world.catalog.policies(&theirs()).await.unwrap(), []);
    assert_eq!(world.catalog.policies(&ours()).await.unwrap(), [policy]);
}

#[tokio::test]
async fn a_policy_that_a_group_follows_stays() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let group = world.group("Nightly", &[source.id]).await;
    refused(world.catalog.delete_policy(&ours(), group.rules.policy).await, Kind::Conflict, "\"Nightly\"");
    // Deleted, but its snapshots remain: the policy may go.
    world.back_up(&group, 2, vec![]).await;
    world.catalog.delete_group(&ours(), group.id, false, at(3)).await.unwrap();
    world.catalog.delete_policy(&ours(), group.rules.policy).await.unwrap();
    assert_eq!(world.catalog.policies(&ours()).await.unwrap(), []);
    assert!(world.policy("next").await.id > group.rules.policy, "a number was given twice");
}
