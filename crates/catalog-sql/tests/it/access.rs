use engine::{Catalog, Kind, SecretDigest};
use sqlx::Connection as _;

use crate::world::{World, at, ours, refused, theirs};

#[tokio::test]
async fn the_installation_is_made_once() {
    let mut world = World::new().await;
    let (one, other) = tokio::join!(world.catalog.installation(), world.catalog.installation());
    let made = one.unwrap();
    assert_eq!(made, other.unwrap());
    assert!((1_000_000_000..9_007_199_254_740_992).contains(&made.cluster_id), "{made:?}");
    assert!(made.incarnation_id > 1_700_000_000_000, "{made:?}");
    world.reopen().await;
    assert_eq!(world.catalog.installation().await.unwrap(), made);
    assert_ne!(World::new().await.catalog.installation().await.unwrap().cluster_id, made.cluster_id);
}

#[tokio::test]
async fn a_key_is_found_by_its_digest() {
    let mut world = World::new().await;
    let key = world.catalog.insert_api_key(&ours(), "laptop", SecretDigest([1; 32]), at(1)).await.unwrap();
    let other =
        world.catalog.insert_api_key(&theirs(), "laptop", SecretDigest([2; 32]), at(2)).await.unwrap();
    refused(
        world.catalog.insert_api_key(&theirs(), "x", SecretDigest([1; 32]), at(2)).await,
        Kind::Conflict,
        "API key",
    );
    world.reopen().await;
    assert_eq!(world.catalog.api_key(SecretDigest([1; 32])).await.unwrap(), Some(key.clone()));
    assert_eq!(world.catalog.api_key(SecretDigest([3; 32])).await.unwrap(), None);
    assert_eq!(world.catalog.api_keys().await.unwrap(), [key, other]);
}

#[tokio::test]
async fn a_token_speaks_until_it_runs_out() {
    let world = World::new().await;
    let key = world.catalog.insert_api_key(&theirs(), "laptop", SecretDigest([1; 32]), at(1)).await.unwrap();
    world.catalog.insert_token(&key, SecretDigest([8; 32]), at(10), at(20)).await.unwrap();
    let caller = world.catalog.token(SecretDigest([8; 32]), at(20)).await.unwrap().unwrap();
    assert_eq!((caller.key, caller.tenant), (key.id, theirs()));
    assert_eq!(world.catalog.token(SecretDigest([8; 32]), at(21)).await.unwrap(), None);
    assert_eq!(world.catalog.token(SecretDigest([9; 32]), at(11)).await.unwrap(), None);

    // The next token drops what ran out: not even an old clock brings it back.
    world.catalog.insert_token(&key, SecretDigest([9; 32]), at(21), at(30)).await.unwrap();
    assert_eq!(world.catalog.token(SecretDigest([8; 32]), at(11)).await.unwrap(), None);
    assert!(world.catalog.token(SecretDigest([9; 32]), at(22)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_withdrawn_key_takes_its_tokens_along() {
    let world = World::new().await;
    let key = world.catalog.insert_api_key(&ours(), "laptop", SecretDigest([1; 32]), at(1)).await.unwrap();
    world.catalog.insert_token(&key, SecretDigest([8; 32]), at(10), at(20)).await.unwrap();
    let url = format!("sqlite://{}", world.path.display());
    let mut direct = sqlx::SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("DELETE FROM api_key").execute(&mut direct).await.unwrap();
    assert_eq!(world.catalog.token(SecretDigest([8; 32]), at(11)).await.unwrap(), None);
    refused(
        world.catalog.insert_token(&key, SecretDigest([9; 32]), at(11), at(20)).await,
        Kind::NotFound,
        "API key 1",
    );
}
