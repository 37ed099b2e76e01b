use engine::{Catalog, JobId, Kind, Lane, Work};

use crate::world::{NOBODY, World, at, new_recovery, ours, refused};

/// A world with this many jobs.
async fn queued(count: usize) -> (World, Vec<Work>) {
    let world = World::new().await;
    let mut work = Vec::new();
    for _ in 0..count {
        let made = world.catalog.insert_recovery(&ours(), new_recovery("a"), false, at(1)).await.unwrap();
        work.push(Work::Recovery(made.id));
    }
    (world, work)
}

#[tokio::test]
async fn the_oldest_job_goes_first_and_a_lease_keeps_it() {
    let (world, work) = queued(2).await;
    let first = world.catalog.claim_job(Lane::Recoveries, "a", at(10), at(20)).await.unwrap().unwrap();
    assert_eq!((first.work, first.attempt, first.lease_until), (work[0], 1, at(20)));
    let second = world.catalog.claim_job(Lane::Recoveries, "b", at(10), at(20)).await.unwrap().unwrap();
    assert_eq!(second.work, work[1]);
    assert_eq!(world.catalog.claim_job(Lane::Recoveries, "c", at(20), at(30)).await.unwrap(), None);

    // Past its end the lease is worth nothing: the job goes to who asks.
    let taken = world.catalog.claim_job(Lane::Recoveries, "c", at(21), at(30)).await.unwrap().unwrap();
    assert_eq!((taken.id, taken.attempt), (first.id, 2));
    refused(world.catalog.renew_job(first.id, "a", at(40)).await, Kind::Conflict, "\"a\"");
    refused(world.catalog.finish_job(first.id, "a").await, Kind::Conflict, "\"a\"");
    // Run out, but nobody took it: still held.
    world.catalog.renew_job(second.id, "b", at(40)).await.unwrap();
    assert_eq!(world.catalog.claim_job(Lane::Recoveries, "d", at(25), at(50)).await.unwrap(), None);
}

#[tokio::test]
async fn a_finished_job_is_gone() {
    let (mut world, _) = queued(1).await;
    let job = world.catalog.claim_job(Lane::Recoveries, "a", at(10), at(20)).await.unwrap().unwrap();
    refused(world.catalog.finish_job(job.id, "b").await, Kind::Conflict, "\"b\"");
    world.catalog.finish_job(job.id, "a").await.unwrap();
    refused(world.catalog.finish_job(job.id, "a").await, Kind::Conflict, "no longer");
    refused(world.catalog.renew_job(JobId(NOBODY), "a", at(20)).await, Kind::Conflict, "no longer");
    world.reopen().await;
    assert_eq!(world.catalog.claim_job(Lane::Recoveries, "a", at(99), at(100)).await.unwrap(), None);
}

#[tokio::test]
async fn after_a_restart_claims_are_given_up_and_attempts_kept() {
    let (mut world, _) = queued(1).await;
    let job = world.catalog.claim_job(Lane::Recoveries, "a", at(10), at(1_000)).await.unwrap().unwrap();
    world.reopen().await;
    assert_eq!(world.catalog.claim_job(Lane::Recoveries, "b", at(11), at(1_000)).await.unwrap(), None);
    world.catalog.release_jobs().await.unwrap();
    refused(world.catalog.renew_job(job.id, "a", at(2_000)).await, Kind::Conflict, "\"a\"");
    let again = world.catalog.claim_job(Lane::Recoveries, "b", at(11), at(1_000)).await.unwrap().unwrap();
    assert_eq!((again.id, again.attempt), (job.id, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_claim_at_once_never_share_a_job() {
    let (world, work) = queued(40).await;
    let mut workers = Vec::new();
    for name in 0..4 {
        let catalog = world.catalog.clone();
        workers.push(tokio::spawn(async move {
            let mut mine = Vec::new();
            while let Some(job) =
                catalog.claim_job(Lane::Recoveries, &name.to_string(), at(10), at(20)).await.unwrap()
            {
                mine.push(job.work);
            }
            mine
        }));
    }
    let mut claimed = Vec::new();
    for worker in workers {
        claimed.extend(worker.await.unwrap());
    }
    assert_eq!(claimed.len(), work.len());
    assert!(work.iter().all(|one| claimed.contains(one)));
}

#[tokio::test]
async fn a_lane_hands_out_its_own_work_only() {
    let (world, work) = queued(1).await;
    let source = world.source("10.0.0.1").await;
    let group = world.group("group", &[source.id]).await;
    let run = world.run(&group, 2).await;
    let claim = async |lane| world.catalog.claim_job(lane, "a", at(10), at(20)).await.unwrap();
    assert_eq!(claim(Lane::Runs).await.unwrap().work, Work::Run(run.id));
    assert_eq!(claim(Lane::Runs).await, None);
    assert_eq!(claim(Lane::Recoveries).await.unwrap().work, work[0]);
    assert_eq!(claim(Lane::Recoveries).await, None);
}
