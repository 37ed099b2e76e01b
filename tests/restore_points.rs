//! The points in time to restore to, and what can be said of a snapshot.

use std::fs;

use ibm_backup_recovery::types::{
    self, MetaInfoRequest, MetaInfoRequestEnvironment, RestorePointsRequest, RestorePointsRequestEnvironment,
};

use crate::support::{Fixture, TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn every_snapshot_is_a_restore_point() {
    let (server, stranger) = TestServer::start_with_stranger().await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "12345").unwrap();
    let fixture = Fixture::new(server.client(), dir.path()).await;
    let begun =
        |run: types::ProtectionGroupRun| run.local_backup_info.unwrap().start_time_usecs.unwrap().get();
    let (first, second) = (begun(fixture.back_up().await), begun(fixture.back_up().await));
    let request = |from: i64, until: i64| {
        RestorePointsRequest::new(until, RestorePointsRequestEnvironment::Physical, [&fixture.group], from)
    };
    let points = async |body: RestorePointsRequest| {
        let answer = fixture.client.get_restore_points_in_time_range().body(body).send().await;
        let answer = answer.map_err(|err| err.status().unwrap().as_u16())?.into_inner();
        assert_eq!(answer.time_range_info.unwrap().time_ranges, Some(Vec::new()), "there are no logs");
        let infos = answer.full_snapshot_info.unwrap().into_iter().map(|info| info.restore_info.unwrap());
        Ok::<Vec<_>, u16>(infos.collect())
    };
    let times = async |body: RestorePointsRequest| {
        let points = points(body).await?;
        Ok::<Vec<_>, u16>(points.into_iter().map(|point| point.run_start_time_usecs.unwrap()).collect())
    };
    assert_eq!(times(request(first, second)).await.unwrap(), [second, first]);
    assert_eq!(times(request(first, first)).await.unwrap(), [first]);
    assert_eq!(times(request(second, second + 1)).await.unwrap(), [second]);
    assert_eq!(times(request(second + 1, second + 2)).await.unwrap(), [0; 0]);
    assert_eq!(times(request(first, second).with_source_id(fixture.object)).await.unwrap().len(), 2);
    assert_eq!(times(request(first, second).with_source_id(4711)).await.unwrap(), [0; 0]);
    let mut elsewhere = request(first, second);
    elsewhere.environment = RestorePointsRequestEnvironment::Kubernetes;
    assert_eq!(times(elsewhere).await.unwrap(), [0; 0]);
    assert_eq!(times(request(second, first)).await.unwrap_err(), 400);
    let mut unknown = request(first, second);
    unknown.protection_group_ids = vec!["1:2:3".into()];
    assert_eq!(times(unknown).await.unwrap_err(), 404);

    let point = points(request(first, first)).await.unwrap().remove(0);
    assert_eq!(point.attempt_number, Some(1));
    assert_eq!(point.protection_group_id.as_deref(), Some(fixture.group.as_str()));
    let object = point.object_info.unwrap();
    assert_eq!((object.id, object.logical_size_bytes), (Some(fixture.object.into()), Some(5.into())));
    let theirs = stranger.get_restore_points_in_time_range().body(request(first, second)).send().await;
    assert!(theirs.unwrap_err().is_not_found());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_says_what_it_is_of() {
    let (server, stranger) = TestServer::start_with_stranger().await;
    let dir = tempfile::tempdir().unwrap();
    let fixture = Fixture::new(server.client(), dir.path()).await;
    fixture.back_up().await;
    let snapshot = fixture.snapshots().await.remove(0);
    let physical = || MetaInfoRequest::new(MetaInfoRequestEnvironment::Physical);
    let describe = async |client: &ibm_backup_recovery::Client, body: MetaInfoRequest| {
        let answer = client.construct_meta_info().snapshots_id(&snapshot).body(body).send().await;
        answer.map(|answer| answer.into_inner()).map_err(|err| err.status().unwrap().as_u16())
    };
    let info = describe(&fixture.client, physical()).await.unwrap();
    assert_eq!(info.environment, Some(types::MetaInfoEnvironment::PhysicalFiles));
    let wrong = MetaInfoRequest::new(MetaInfoRequestEnvironment::Kubernetes);
    assert_eq!(describe(&fixture.client, wrong).await.unwrap_err(), 400);
    let stray = physical().with_oracle_params(types::OracleMetaInfoParams::new());
    assert_eq!(describe(&fixture.client, stray).await.unwrap_err(), 400);
    assert_eq!(describe(&stranger, physical()).await.unwrap_err(), 404);
    server.stop().await;
}
