use std::os::unix::fs::PermissionsExt;

use catalog_sql::SqlCatalog;
use engine::{Catalog, Kind};
use sqlx::Connection as _;

use crate::world::{World, at, ours, policy_rules, refused};

/// A connection that goes past the catalog.
pub(crate) async fn direct(world: &World) -> sqlx::SqliteConnection {
    sqlx::SqliteConnection::connect(&format!("sqlite://{}", world.path.display())).await.unwrap()
}

pub(crate) async fn count(world: &World, table: &'static str) -> i64 {
    let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
    sqlx::query_scalar(sql).fetch_one(&mut direct(world).await).await.unwrap()
}

#[tokio::test]
async fn the_files_are_for_their_owner_alone() {
    let world = World::new().await;
    world.policy("gold").await;
    let mut names = Vec::new();
    for file in std::fs::read_dir(world.path.parent().unwrap()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.path());
        names.push(file.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["catalog.sqlite", "catalog.sqlite-shm", "catalog.sqlite-wal"]);
    world.catalog.close().await;
    refused(world.catalog.policies(&ours()).await, Kind::Unavailable, "not available");
}

#[tokio::test]
async fn the_catalog_of_a_newer_version_is_refused() {
    let world = World::new().await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (99, 'later', TRUE, x'00', 0)",
    )
    .execute(&mut direct(&world).await)
    .await
    .unwrap();
    world.catalog.close().await;
    refused(SqlCatalog::open(&world.path).await, Kind::Unsupported, "newer version of this program");
}

#[tokio::test]
async fn what_is_no_catalog_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    refused(SqlCatalog::open(folder.path()).await, Kind::Unavailable, "cannot be opened");
    refused(SqlCatalog::open(&folder.path().join("no/where")).await, Kind::Unavailable, "cannot be opened");
    let text = folder.path().join("letter.txt");
    std::fs::write(&text, "Dear friend, this is not a database. ".repeat(100)).unwrap();
    refused(SqlCatalog::open(&text).await, Kind::Internal, "the catalog failed");
    assert!(std::fs::read_to_string(&text).unwrap().starts_with("Dear friend"));
}

#[tokio::test]
async fn bodies_of_other_versions_stay_readable() {
    let world = World::new().await;
    let policy = world.policy("gold").await;
    sqlx::query("UPDATE policy SET body = json_remove(json_set(body, '$.added_later', 7), '$.retry')")
        .execute(&mut direct(&world).await)
        .await
        .unwrap();
    assert_eq!(world.catalog.policy(&ours(), policy.id).await.unwrap(), policy);
    sqlx::query("UPDATE policy SET body = 'no json'").execute(&mut direct(&world).await).await.unwrap();
    let broken = world.catalog.policy(&ours(), policy.id).await;
    refused(broken, Kind::Internal, "cannot be understood");
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_that_write_at_once_all_succeed() {
    let world = World::new().await;
    let mut tasks = Vec::new();
    for task in 0..4 {
        let catalog = world.catalog.clone();
        tasks.push(tokio::spawn(async move {
            for number in 0..20 {
                let rules = policy_rules(&format!("{task}-{number}"));
                let made = catalog.insert_policy(&ours(), rules, at(1)).await.unwrap();
                assert_eq!(catalog.policy(&ours(), made.id).await.unwrap(), made, "not there at once");
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(world.catalog.policies(&ours()).await.unwrap().len(), 80);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_two_want_at_once_goes_to_one() {
    let world = World::new().await;
    for round in 0..10 {
        let insert = || {
            let catalog = world.catalog.clone();
            let rules = policy_rules(&format!("gold {round}"));
            tokio::spawn(async move { catalog.insert_policy(&ours(), rules, at(1)).await })
        };
        let (one, other) = (insert(), insert());
        let results = [one.await.unwrap(), other.await.unwrap()];
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        let refusal = results.into_iter().find(Result::is_err).unwrap();
        refused(refusal, Kind::Conflict, "\"gold");
    }
}

#[tokio::test]
async fn a_call_that_is_dropped_leaves_the_catalog_usable() {
    let world = World::new().await;
    let tenant = ours();
    for steps in 0..30 {
        let mut call = Box::pin(world.catalog.insert_policy(&tenant, policy_rules("gold"), at(1)));
        let mut done = false;
        for _ in 0..steps {
            if futures_step(&mut call).await {
                done = true;
                break;
            }
        }
        drop(call);
        if done {
            break;
        }
    }
    // However far it came, it happened or it did not.
    let there = world.catalog.policies(&ours()).await.unwrap();
    assert!(there.len() <= 1, "{there:?}");
    world.policy("silver").await;
}

/// Polls once, and lets others go on; whether the future is done.
async fn futures_step<F: Future>(future: &mut std::pin::Pin<Box<F>>) -> bool {
    let done =
        std::future::poll_fn(|context| std::task::Poll::Ready(future.as_mut().poll(context).is_ready()))
            .await;
    tokio::task::yield_now().await;
    done
}
