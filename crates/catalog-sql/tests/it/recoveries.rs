use engine::{Catalog, Kind, Lane, RecoveryFilter, RecoveryId, RecoveryState, TenantId, Work};

use crate::world::{NOBODY, World, at, new_recovery, ours, refused, theirs};

#[tokio::test]
async fn a_recovery_comes_back_as_it_was_kept() {
    let mut world = World::new().await;
    let mut made =
        world.catalog.insert_recovery(&ours(), new_recovery("letters"), false, at(5)).await.unwrap();
    assert_eq!((made.state, made.created_at), (RecoveryState::Queued, at(5)));
    world.reopen().await;
    assert_eq!(world.catalog.recovery(&ours(), made.id).await.unwrap(), made);
    made.state = RecoveryState::SucceededWithWarnings;
    made.warnings = vec!["/data/\\xff: input/output error".into()];
    world.catalog.update_recovery(&made).await.unwrap();
    assert_eq!(world.catalog.recovery(&ours(), made.id).await.unwrap(), made);
    let job = world.catalog.claim_job(Lane::Recoveries, "worker", at(6), at(7)).await.unwrap().unwrap();
    assert_eq!((job.work, job.tenant), (Work::Recovery(made.id), ours()));
}

#[tokio::test]
async fn a_name_is_unique_only_where_asked() {
    let world = World::new().await;
    let insert = async |tenant: TenantId, unique: bool| {
        world.catalog.insert_recovery(&tenant, new_recovery("letters"), unique, at(5)).await
    };
    insert(ours(), true).await.unwrap();
    refused(insert(ours(), true).await, Kind::Conflict, "\"letters\"");
    insert(ours(), false).await.unwrap();
    insert(theirs(), true).await.unwrap();
    // A refused one has left no job.
    for _ in 0..3 {
        assert!(world.catalog.claim_job(Lane::Recoveries, "worker", at(6), at(7)).await.unwrap().is_some());
    }
    assert_eq!(world.catalog.claim_job(Lane::Recoveries, "worker", at(6), at(7)).await.unwrap(), None);
}

#[tokio::test]
async fn another_tenants_recovery_is_not_there() {
    let world = World::new().await;
    let mut made = world.catalog.insert_recovery(&ours(), new_recovery("a"), false, at(5)).await.unwrap();
    refused(world.catalog.recovery(&theirs(), made.id).await, Kind::NotFound, "recovery 1");
    refused(world.catalog.recovery(&ours(), RecoveryId(NOBODY)).await, Kind::NotFound, "recovery 99999");
    assert_eq!(world.catalog.recoveries(&theirs(), &RecoveryFilter::default()).await.unwrap(), []);
    made.tenant = theirs();
    refused(world.catalog.update_recovery(&made).await, Kind::NotFound, "recovery 1");
}

#[tokio::test]
async fn filters_hold_together() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for second in [10, 20, 30] {
        let made =
            world.catalog.insert_recovery(&ours(), new_recovery("a"), false, at(second)).await.unwrap();
        ids.push(made.id);
    }
    let mut done = world.catalog.recovery(&ours(), ids[1]).await.unwrap();
    done.state = RecoveryState::Succeeded;
    world.catalog.update_recovery(&done).await.unwrap();
    let none = RecoveryFilter::default;
    for (filter, expected) in [
        (none(), vec![2, 1, 0]),
        (RecoveryFilter { ids: vec![ids[0], ids[2], RecoveryId(NOBODY)], ..none() }, vec![2, 0]),
        (RecoveryFilter { from: Some(at(20)), ..none() }, vec![2, 1]),
        (RecoveryFilter { until: Some(at(20)), ..none() }, vec![1, 0]),
        (RecoveryFilter { states: vec![RecoveryState::Queued], until: Some(at(20)), ..none() }, vec![0]),
    ] {
        let found = world.catalog.recoveries(&ours(), &filter).await.unwrap();
        let found: Vec<RecoveryId> = found.iter().map(|one| one.id).collect();
        assert_eq!(found, expected.iter().map(|at| ids[*at]).collect::<Vec<_>>(), "{filter:?}");
    }
}
