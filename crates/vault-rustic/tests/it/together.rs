//! Several things at once on one repository.

use std::sync::Arc;

use engine::{NoProgress, Vault};

use crate::fixture::{Fixture, job, noise, open};

#[tokio::test(flavor = "multi_thread")]
async fn backups_reads_and_recoveries_do_not_disturb_each_other() {
    const WRITERS: u64 = 3;
    const ROUNDS: u64 = 4;
    let fixture = Arc::new(Fixture::new());
    let mut work = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let fixture = fixture.clone();
        work.spawn(async move {
            for round in 0..ROUNDS {
                let name = format!("{writer}/file");
                let content = noise(writer * 100 + round, 500_000);
                let path = fixture.write(&name, &content);
                let folder = path.parent().unwrap();
                let outcome = fixture.back_up(job(&[folder], &format!("{writer}-{round}"))).await.unwrap();
                let read = fixture.read(&outcome.vault_snapshot, &path, 0, u64::MAX).await.unwrap();
                assert!(read == content, "{writer}-{round}");
            }
        });
    }
    let recovering = fixture.clone();
    work.spawn(async move {
        for _ in 0..ROUNDS {
            recovering.vault.recover(&recovering.tenant).await.unwrap();
            tokio::task::yield_now().await;
        }
    });
    while let Some(ended) = work.join_next().await {
        ended.unwrap();
    }

    // All of it is there for a process that comes later.
    let later = open(fixture.dir.path());
    for writer in 0..WRITERS {
        for round in 0..ROUNDS {
            let snapshot = later.find(&fixture.tenant, &format!("{writer}-{round}")).await.unwrap().unwrap();
            let path = fixture.file(&format!("{writer}/file")).into();
            let read = later.read(&fixture.tenant, &snapshot, &path, 0, u64::MAX).await.unwrap();
            assert!(read == noise(writer * 100 + round, 500_000), "{writer}-{round}");
        }
    }
}

#[tokio::test]
async fn a_snapshot_that_another_process_added_is_read() {
    let fixture = Fixture::new();
    let path = fixture.write("file", "before");
    let first = fixture.back_up(fixture.job("1")).await.unwrap().vault_snapshot;
    // Has the index in memory now.
    assert_eq!(fixture.read(&first, &path, 0, 9).await.unwrap(), b"before");
    fixture.write("file", "after");
    let second = open(fixture.dir.path())
        .back_up(&fixture.tenant, fixture.job("2"), Arc::default(), Arc::new(NoProgress))
        .await
        .unwrap()
        .vault_snapshot;
    assert_eq!(fixture.read(&second, &path, 0, 9).await.unwrap(), b"after");
}
