use engine::{
    AgentReport, Catalog, Connection, ConnectionId, Connector, ConnectorFacts, ConnectorId, Extras, Kind,
    RegistrationToken, SecretDigest, UpgradeTask, UpgradeTaskId, UpgradeTaskState,
};

use crate::world::{NOBODY, World, at, ours, refused, theirs};

/// A connection with a token that runs out at second 100.
async fn connection(world: &World, name: &str, token: u8) -> Connection {
    let token = RegistrationToken { digest: SecretDigest([token; 32]), expires_at: at(100) };
    world.catalog.insert_connection(&ours(), name, Extras::new(), token, at(1)).await.unwrap()
}

async fn register(world: &World, token: u8, name: &str, now: i64) -> engine::Result<Option<Connector>> {
    // The key's digest: different for each name.
    let key = SecretDigest([name.as_bytes()[0]; 32]);
    let facts = ConnectorFacts::default();
    world.catalog.insert_connector(SecretDigest([token; 32]), key, name, facts, at(now)).await
}

#[tokio::test]
async fn a_connection_shows_its_connectors_and_stays_while_it_has_any() {
    let mut world = World::new().await;
    let here = connection(&world, "here", 1).await;
    let there = connection(&world, "there", 2).await;
    let one = register(&world, 1, "one", 2).await.unwrap().unwrap();
    let two = register(&world, 1, "two", 3).await.unwrap().unwrap();
    assert_eq!((one.connection, one.tenant.clone()), (here.id, ours()));
    world.reopen().await;
    let with = Connection { connectors: vec![one.id, two.id], ..here.clone() };
    assert_eq!(world.catalog.connection(&ours(), here.id).await.unwrap(), with);
    assert_eq!(world.catalog.connections(&ours()).await.unwrap(), [with, there.clone()]);
    assert_eq!(world.catalog.connectors(&ours()).await.unwrap(), [one.clone(), two.clone()]);
    refused(world.catalog.delete_connection(&ours(), here.id).await, Kind::Conflict, "\"two\"");
    for connector in [one.id, two.id] {
        world.catalog.delete_connector(&ours(), connector).await.unwrap();
    }
    world.catalog.delete_connection(&ours(), here.id).await.unwrap();
    assert_eq!(world.catalog.connections(&ours()).await.unwrap(), [there]);
    assert_eq!(register(&world, 1, "three", 4).await.unwrap(), None, "its tokens went with it");
}

#[tokio::test]
async fn a_registration_token_runs_out() {
    let world = World::new().await;
    let here = connection(&world, "here", 1).await;
    assert!(register(&world, 1, "one", 100).await.unwrap().is_some());
    assert_eq!(register(&world, 1, "two", 101).await.unwrap(), None);
    assert_eq!(register(&world, 9, "two", 2).await.unwrap(), None);
    let token = RegistrationToken { digest: SecretDigest([5; 32]), expires_at: at(300) };
    refused(
        world.catalog.insert_registration_token(&theirs(), here.id, token, at(101)).await,
        Kind::NotFound,
        "connection",
    );
    world.catalog.insert_registration_token(&ours(), here.id, token, at(101)).await.unwrap();
    assert!(register(&world, 5, "two", 200).await.unwrap().is_some());
}

#[tokio::test]
async fn names_are_taken_once() {
    let world = World::new().await;
    let here = connection(&world, "here", 1).await;
    let there = connection(&world, "there", 2).await;
    let token = RegistrationToken { digest: SecretDigest([3; 32]), expires_at: at(100) };
    let again = world.catalog.insert_connection(&ours(), "here", Extras::new(), token, at(1)).await;
    refused(again, Kind::Conflict, "\"here\"");
    refused(world.catalog.rename_connection(&ours(), there.id, "here").await, Kind::Conflict, "\"here\"");
    world.catalog.rename_connection(&ours(), here.id, "here").await.unwrap();
    world.catalog.insert_connection(&theirs(), "here", Extras::new(), token, at(1)).await.unwrap();

    let one = register(&world, 1, "one", 2).await.unwrap().unwrap();
    let two = register(&world, 1, "two", 2).await.unwrap().unwrap();
    refused(register(&world, 1, "one", 2).await, Kind::Conflict, "\"one\"");
    refused(world.catalog.rename_connector(&ours(), two.id, "one").await, Kind::Conflict, "\"one\"");
    let renamed = world.catalog.rename_connector(&ours(), one.id, "uno").await.unwrap();
    assert_eq!(world.catalog.connector(&ours(), one.id).await.unwrap(), renamed);
}

#[tokio::test]
async fn a_contact_is_noted_and_keeps_what_it_leaves_out() {
    let world = World::new().await;
    connection(&world, "here", 1).await;
    let one = register(&world, 1, "one", 2).await.unwrap().unwrap();
    let key = SecretDigest([b'o'; 32]);
    let facts = ConnectorFacts { software_version: Some("1.2".into()), ..ConnectorFacts::default() };
    world.catalog.touch_connector(key, facts.clone(), at(50)).await.unwrap().unwrap();
    let touched = world.catalog.touch_connector(key, ConnectorFacts::default(), at(40)).await.unwrap();
    let expected = Connector { facts, last_contact_at: at(50), ..one };
    assert_eq!(touched, Some(expected));
    let stranger = world.catalog.touch_connector(SecretDigest([9; 32]), ConnectorFacts::default(), at(60));
    assert_eq!(stranger.await.unwrap(), None);
}

#[tokio::test]
async fn another_tenants_connections_and_connectors_are_not_there() {
    let world = World::new().await;
    let here = connection(&world, "here", 1).await;
    let one = register(&world, 1, "one", 2).await.unwrap().unwrap();
    for (tenant, id) in [(theirs(), here.id), (ours(), ConnectionId(NOBODY))] {
        refused(world.catalog.connection(&tenant, id).await, Kind::NotFound, "connection");
        refused(world.catalog.rename_connection(&tenant, id, "x").await, Kind::NotFound, "connection");
        refused(world.catalog.delete_connection(&tenant, id).await, Kind::NotFound, "connection");
    }
    for (tenant, id) in [(theirs(), one.id), (ours(), ConnectorId(NOBODY))] {
        refused(world.catalog.connector(&tenant, id).await, Kind::NotFound, "connector");
        refused(world.catalog.rename_connector(&tenant, id, "x").await, Kind::NotFound, "connector");
        refused(world.catalog.delete_connector(&tenant, id).await, Kind::NotFound, "connector");
    }
    assert_eq!(world.catalog.connections(&theirs()).await.unwrap(), []);
    assert_eq!(world.catalog.connectors(&theirs()).await.unwrap(), []);
    assert_eq!(world.catalog.connectors(&ours()).await.unwrap(), [one]);
}

#[tokio::test]
async fn what_an_agent_said_changes_its_tasks_and_goes_with_its_host() {
    let mut world = World::new().await;
    let source = world.source("localhost").await;
    let task = UpgradeTask {
        id: UpgradeTaskId(0),
        tenant: ours(),
        name: Some("all".into()),
        description: None,
        retried: None,
        version: "2".into(),
        created_at: at(1),
        scheduled_at: None,
        start_until: None,
        started_at: None,
        ended_at: None,
        state: UpgradeTaskState::Scheduled,
        agents: vec![],
    };
    let first = world.catalog.insert_upgrade_task(task.clone()).await.unwrap();
    let second = world.catalog.insert_upgrade_task(task).await.unwrap();
    assert!(second.id > first.id);
    let report = AgentReport { host: source.id, tenant: ours(), version: "1".into(), reported_at: at(2) };
    world.catalog.keep_agent_report(&report, &[]).await.unwrap();
    let report = AgentReport { version: "2".into(), ..report };
    let done = UpgradeTask { state: UpgradeTaskState::Succeeded, ..first };
    world.catalog.keep_agent_report(&report, std::slice::from_ref(&done)).await.unwrap();
    world.reopen().await;
    assert_eq!(world.catalog.agent_reports(&ours()).await.unwrap(), std::slice::from_ref(&report));
    assert_eq!(world.catalog.upgrade_tasks(&ours()).await.unwrap(), [second, done]);
    assert_eq!(world.catalog.agent_reports(&theirs()).await.unwrap(), []);
    assert_eq!(world.catalog.upgrade_tasks(&theirs()).await.unwrap(), []);
    let stranger = AgentReport { tenant: theirs(), ..report.clone() };
    refused(world.catalog.keep_agent_report(&stranger, &[]).await, Kind::NotFound, "source");
    world.catalog.delete_source(&ours(), source.id).await.unwrap();
    assert_eq!(world.catalog.agent_reports(&ours()).await.unwrap(), []);
    refused(world.catalog.keep_agent_report(&report, &[]).await, Kind::NotFound, "source");
}
