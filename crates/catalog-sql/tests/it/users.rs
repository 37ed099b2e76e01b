use engine::{Extras, Kind, NewUser, NodeId, PasswordHash, Role, SecretDigest, User, UserCatalog, UserId};

use crate::database::{count, direct};
use crate::world::{NOBODY, World, at, ours, refused, theirs};

fn new(login: &str, role: Role) -> NewUser {
    NewUser { login: login.into(), role, scope: None, extras: Extras::new() }
}

fn hash(of: &str) -> PasswordHash {
    PasswordHash(format!("$argon2id${of}"))
}

async fn user(world: &World, login: &str, role: Role) -> User {
    world.catalog.insert_user(&ours(), new(login, role), &hash(login), at(1)).await.unwrap()
}

fn digest(byte: u8) -> SecretDigest {
    SecretDigest([byte; 32])
}

#[tokio::test]
async fn a_user_is_found_by_its_login() {
    let mut world = World::new().await;
    let scoped = NewUser {
        scope: Some(vec!["web".into()]),
        extras: Extras::from([("face".into(), serde_json::json!({ "language": "en" }))]),
        ..new("ada", Role::Operator)
    };
    let ada = world.catalog.insert_user(&ours(), scoped.clone(), &hash("1"), at(1)).await.unwrap();
    assert_eq!((&ada.scope, &ada.extras, ada.created_at), (&scoped.scope, &scoped.extras, at(1)));
    for tenant in [ours(), theirs()] {
        let again = world.catalog.insert_user(&tenant, new("ada", Role::Viewer), &hash("2"), at(2)).await;
        refused(again, Kind::Conflict, "\"ada\" is taken");
    }
    let other =
        world.catalog.insert_user(&theirs(), new("Ada", Role::Viewer), &hash("3"), at(3)).await.unwrap();
    world.reopen().await;
    let catalog = &world.catalog;
    assert_eq!(catalog.user_by_login("ada").await.unwrap(), Some((ada.clone(), hash("1"))));
    assert_eq!(catalog.user_by_login("ad").await.unwrap(), None);
    assert_eq!(catalog.user(&ours(), ada.id).await.unwrap(), ada);
    refused(catalog.user(&theirs(), ada.id).await, Kind::NotFound, "no user");
    assert_eq!(catalog.users(Some(&ours())).await.unwrap(), std::slice::from_ref(&ada));
    assert_eq!(catalog.users(None).await.unwrap(), [ada, other]);
}

#[tokio::test]
async fn a_session_lasts_until_it_runs_out_or_is_ended() {
    let world = World::new().await;
    let (ada, catalog) = (user(&world, "ada", Role::Operator).await, &world.catalog);
    let begin = async |byte, now, until| {
        catalog.insert_session(ada.id, &hash("ada"), digest(byte), at(now), at(until)).await.unwrap()
    };
    assert_eq!(begin(1, 10, 20).await.unwrap().last_login_at, Some(at(10)));
    let of = async |byte, now| catalog.session(digest(byte), at(now)).await.unwrap().map(|user| user.id);
    assert_eq!((of(1, 20).await, of(1, 21).await, of(2, 11).await), (Some(ada.id), None, None));
    // The next one drops what ran out: not even an old clock brings it back.
    begin(2, 21, 30).await.unwrap();
    assert_eq!((of(1, 11).await, of(2, 22).await), (None, Some(ada.id)));
    begin(3, 22, 30).await.unwrap();
    catalog.delete_session(digest(2)).await.unwrap();
    catalog.delete_session(digest(2)).await.unwrap();
    assert_eq!((of(2, 23).await, of(3, 23).await), (None, Some(ada.id)));
}

#[tokio::test]
async fn another_password_ends_sessions_and_lets_no_late_one_in() {
    let world = World::new().await;
    let (ada, catalog) = (user(&world, "ada", Role::Operator).await, &world.catalog);
    let bob = user(&world, "bob", Role::Operator).await;
    for (user, byte) in [(&ada, 1), (&bob, 2)] {
        let kept = catalog.insert_session(user.id, &hash(&user.login), digest(byte), at(2), at(9)).await;
        kept.unwrap().unwrap();
    }
    refused(catalog.set_password(&theirs(), ada.id, &hash("new")).await, Kind::NotFound, "no user");
    catalog.set_password(&ours(), ada.id, &hash("new")).await.unwrap();
    assert_eq!(catalog.session(digest(1), at(3)).await.unwrap(), None);
    assert!(catalog.session(digest(2), at(3)).await.unwrap().is_some(), "that of another goes on");
    // Whoever was let in by the old password a moment before.
    let late = catalog.insert_session(ada.id, &hash("ada"), digest(3), at(3), at(9)).await.unwrap();
    assert_eq!(late, None);
    assert_eq!(count(&world, "session").await, 1);
    assert!(catalog.insert_session(ada.id, &hash("new"), digest(3), at(3), at(9)).await.unwrap().is_some());
}

#[tokio::test]
async fn what_changes_of_a_user_shows_in_its_session() {
    let world = World::new().await;
    let (ada, catalog) = (user(&world, "ada", Role::Operator).await, &world.catalog);
    catalog.insert_session(ada.id, &hash("ada"), digest(1), at(2), at(9)).await.unwrap();
    let scope = Some(vec!["web".to_owned()]);
    catalog.change_user_role(&ours(), ada.id, Role::Viewer, scope.clone()).await.unwrap();
    let extras = Extras::from([("face".to_owned(), serde_json::json!(7))]);
    catalog.set_user_extras(&ours(), ada.id, extras.clone()).await.unwrap();
    catalog.note_failed_login(ada.id, at(5)).await.unwrap();
    let now = catalog.session(digest(1), at(6)).await.unwrap().unwrap();
    let expected = User {
        role: Role::Viewer,
        scope,
        extras,
        last_login_at: Some(at(2)),
        last_failed_login_at: Some(at(5)),
        ..ada.clone()
    };
    assert_eq!(now, expected);
    let foreign = catalog.change_user_role(&theirs(), ada.id, Role::Administrator, None).await;
    refused(foreign, Kind::NotFound, "no user");
    refused(catalog.set_user_extras(&theirs(), ada.id, Extras::new()).await, Kind::NotFound, "no user");
    catalog.note_failed_login(UserId(NOBODY), at(5)).await.unwrap();
}

#[tokio::test]
async fn a_tenant_keeps_an_administrator() {
    let world = World::new().await;
    let catalog = &world.catalog;
    let (root, ada) =
        (user(&world, "root", Role::Administrator).await, user(&world, "ada", Role::Viewer).await);
    // That of another tenant does not help.
    catalog.insert_user(&theirs(), new("them", Role::Administrator), &hash("x"), at(1)).await.unwrap();
    refused(
        catalog.delete_user(&ours(), root.id).await,
        Kind::Conflict,
        "\"root\" is the last administrator",
    );
    let demoted = catalog.change_user_role(&ours(), root.id, Role::Operator, None).await;
    refused(demoted, Kind::Conflict, "last administrator");
    catalog.change_user_role(&ours(), root.id, Role::Administrator, None).await.unwrap();
    catalog.change_user_role(&ours(), ada.id, Role::Administrator, None).await.unwrap();
    catalog.insert_session(root.id, &hash("root"), digest(1), at(2), at(9)).await.unwrap().unwrap();
    refused(catalog.delete_user(&theirs(), root.id).await, Kind::NotFound, "no user");
    catalog.delete_user(&ours(), root.id).await.unwrap();
    assert_eq!(count(&world, "session").await, 0);
    refused(catalog.delete_user(&ours(), ada.id).await, Kind::Conflict, "\"ada\" is the last administrator");
    let late = catalog.insert_session(root.id, &hash("root"), digest(2), at(2), at(9)).await.unwrap();
    assert_eq!(late, None, "it was removed meanwhile");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_has_one_built_in_node() {
    let world = World::new().await;
    let catalog = &world.catalog;
    let (tenant, other) = (ours(), theirs());
    let (one, two) =
        tokio::join!(catalog.built_in_node(&tenant, at(1)), catalog.built_in_node(&tenant, at(1)));
    let node = one.unwrap();
    assert_eq!(node, two.unwrap());
    assert_eq!((node.built_in, node.user, node.last_contact_at), (true, None, None));
    assert_ne!(catalog.built_in_node(&other, at(2)).await.unwrap().id, node.id);
    assert_eq!(catalog.nodes(&tenant).await.unwrap(), std::slice::from_ref(&node));
    assert_eq!(catalog.touch_node(&tenant, node.id, at(3)).await.unwrap().last_contact_at, None);
    refused(catalog.delete_node(&tenant, node.id).await, Kind::Conflict, "the server itself");
}

#[tokio::test]
async fn an_outside_node_comes_and_goes_with_its_user() {
    let world = World::new().await;
    let catalog = &world.catalog;
    let register = async |name: &str, login: &str| {
        catalog.insert_node(&ours(), name, Extras::new(), login, &hash(login), at(1)).await
    };
    let (node, user) = register("far", "far-login").await.unwrap();
    assert_eq!((node.user, user.node, user.role), (Some(user.id), Some(node.id), Role::Node));
    assert_eq!(catalog.node(&ours(), node.id).await.unwrap(), node);
    assert_eq!(catalog.user(&ours(), user.id).await.unwrap(), user);
    refused(register("far", "other").await, Kind::Conflict, "already a node \"far\"");
    refused(register("near", "far-login").await, Kind::Conflict, "is taken");
    assert_eq!(catalog.nodes(&ours()).await.unwrap().len(), 1, "a refused registration leaves nothing");

    catalog.touch_node(&ours(), node.id, at(8)).await.unwrap();
    let extras = Extras::from([("face".to_owned(), serde_json::json!("x"))]);
    catalog.set_node_extras(&ours(), node.id, extras.clone()).await.unwrap();
    let now = catalog.touch_node(&ours(), node.id, at(7)).await.unwrap();
    assert_eq!((now.last_contact_at, now.extras), (Some(at(8)), extras), "a clock set back loses nobody");
    for id in [node.id, NodeId(NOBODY)] {
        refused(catalog.node(&theirs(), id).await, Kind::NotFound, "no node");
        refused(catalog.touch_node(&theirs(), id, at(9)).await, Kind::NotFound, "no node");
        refused(catalog.delete_node(&theirs(), id).await, Kind::NotFound, "no node");
    }
    catalog.insert_session(user.id, &hash("far-login"), digest(1), at(2), at(9)).await.unwrap().unwrap();
    refused(catalog.delete_user(&ours(), user.id).await, Kind::Conflict, "logs in as \"far-login\"");
    catalog.delete_node(&ours(), node.id).await.unwrap();
    assert_eq!((count(&world, "account").await, count(&world, "session").await), (0, 0));
}

#[tokio::test]
async fn a_catalog_from_before_there_were_users_gets_them() {
    let mut world = World::new().await;
    let mut before = direct(&world).await;
    for sql in [
        "DROP TABLE session",
        "DROP TABLE account",
        "DROP TABLE node",
        "DELETE FROM _sqlx_migrations WHERE version = 6",
    ] {
        sqlx::query(sql).execute(&mut before).await.unwrap();
    }
    drop(before);
    world.reopen().await;
    user(&world, "ada", Role::Viewer).await;
}
