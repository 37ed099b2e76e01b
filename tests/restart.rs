//! What was acknowledged is there after a restart.

use std::fs;

use crate::support::{Fixture, TestServer, tree_of};

#[tokio::test(flavor = "multi_thread")]
async fn everything_survives_a_restart() {
    let (data, dir, target) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(dir.path().join("file"), "content").unwrap();
    let server = TestServer::start_in(data.path(), None).await;
    let known = (server.tenant.clone(), server.api_key.clone());
    let token = server.token().await;
    let fixture = Fixture::new(server.client(), dir.path()).await;
    let run = fixture.back_up().await;
    let snapshot = fixture.snapshots().await.remove(0);
    let group = fixture.client.get_protection_group_by_id().id(&fixture.group).send().await.unwrap();
    server.stop().await;

    let server = TestServer::start_in(data.path(), Some((&known.0, &known.1))).await;
    let builder = ibm_backup_recovery::Client::builder(&server.url).tenant(&known.0);
    let client = builder.bearer_token(token).build().unwrap();
    let again = client.get_protection_group_by_id().id(&fixture.group).send().await.unwrap();
    assert_eq!(again.into_inner(), group.into_inner());
    let fixture = Fixture { client, ..fixture };
    assert_eq!(fixture.latest_run().await, run);
    assert_eq!(fixture.snapshots().await, [snapshot.as_str()]);
    assert_eq!(fixture.search("file").await.len(), 1);
    let item = dir.path().to_str().unwrap();
    fixture.restore(&snapshot, &[item], fixture.below(target.path())).await;
    assert_eq!(tree_of(&target.path().join(dir.path().file_name().unwrap())), tree_of(dir.path()));
    // The run after the restart goes on from the snapshot before it.
    let run = fixture.back_up().await;
    let stats = run.local_backup_info.unwrap().local_snapshot_stats.unwrap();
    assert_eq!(stats.bytes_read, Some(0.into()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_do_not_share_a_data_folder() {
    let data = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(data.path(), None).await;
    let second = server::Server::start(server::Config::on_loopback(data.path())).await;
    assert!(matches!(second, Err(server::Error::InUse { .. })));
    server.stop().await;
}
