use engine::{Catalog, HostFacts, Kind, ObjectId, OsFamily};

use crate::world::{NOBODY, World, at, group_rules, new_source, ours, refused, theirs};

#[tokio::test]
async fn a_source_comes_back_as_it_was_kept() {
    let mut world = World::new().await;
    let host = HostFacts { hostname: "web-1".into(), os: OsFamily::Linux, ..HostFacts::default() };
    let named = world
        .catalog
        .insert_source(&ours(), new_source("front", "10.0.0.1"), host.clone(), at(5))
        .await
        .unwrap();
    let unnamed =
        world.catalog.insert_source(&ours(), new_source("", "10.0.0.2"), host, at(6)).await.unwrap();
    assert_eq!((named.name.as_str(), unnamed.name.as_str()), ("front", "web-1"));
    assert_eq!((named.registered_at, named.refreshed_at), (at(5), at(5)));
    world.reopen().await;
    assert_eq!(world.catalog.source(&ours(), named.id).await.unwrap(), named);
    assert_eq!(world.catalog.sources(&ours()).await.unwrap(), [named, unnamed]);
}

#[tokio::test]
async fn an_endpoint_is_registered_once_a_tenant() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let other = world.source("10.0.0.2").await;
    let again = new_source("again", "10.0.0.1");
    refused(
        world.catalog.insert_source(&ours(), again.clone(), HostFacts::default(), at(2)).await,
        Kind::Conflict,
        "\"10.0.0.1\"",
    );
    world.catalog.insert_source(&theirs(), again, HostFacts::default(), at(2)).await.unwrap();

    let mut moved = other.clone();
    moved.endpoint = "10.0.0.1".into();
    refused(world.catalog.update_source(&moved).await, Kind::Conflict, "\"10.0.0.1\"");
    moved.endpoint = "10.0.0.3".into();
    moved.refreshed_at = at(9);
    world.catalog.update_source(&moved).await.unwrap();
    assert_eq!(world.catalog.source(&ours(), other.id).await.unwrap(), moved);
    // Its old place is free, and an unchanged endpoint is nobody else's.
    world.source("10.0.0.2").await;
    world.catalog.update_source(&source).await.unwrap();
}

#[tokio::test]
async fn another_tenants_source_is_not_there() {
    let world = World::new().await;
    let mut source = world.source("10.0.0.1").await;
    refused(world.catalog.source(&theirs(), source.id).await, Kind::NotFound, "source 1");
    refused(world.catalog.delete_source(&theirs(), source.id).await, Kind::NotFound, "source 1");
    refused(world.catalog.source(&ours(), ObjectId(NOBODY)).await, Kind::NotFound, "source 99999");
    refused(world.catalog.delete_source(&ours(), ObjectId(NOBODY)).await, Kind::NotFound, "source 99999");
    assert_eq!(world.catalog.sources(&theirs()).await.unwrap(), []);
    source.tenant = theirs();
    source.name = "stolen".into();
    refused(world.catalog.update_source(&source).await, Kind::NotFound, "source 1");
    assert_eq!(world.catalog.sources(&ours()).await.unwrap()[0].name, "10.0.0.1");
}

#[tokio::test]
async fn a_protected_source_stays() {
    let world = World::new().await;
    let source = world.source("10.0.0.1").await;
    let other = world.source("10.0.0.2").await;
    let group = world.group("Nightly", &[source.id, other.id]).await;
    refused(world.catalog.delete_source(&ours(), source.id).await, Kind::Conflict, "\"Nightly\"");

    let rules = group_rules("Nightly", group.rules.policy, &[other.id]);
    world.catalog.update_group(&ours(), group.id, rules, None, at(3)).await.unwrap();
    world.catalog.delete_source(&ours(), source.id).await.unwrap();
    refused(world.catalog.source(&ours(), source.id).await, Kind::NotFound, "source");

    world.catalog.delete_group(&ours(), group.id, false, at(4)).await.unwrap();
    world.catalog.delete_source(&ours(), other.id).await.unwrap();
    assert!(world.source("10.0.0.2").await.id > other.id, "a number was given twice");
}
