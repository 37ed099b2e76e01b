//! Searching objects, and those that have snapshots.

use std::fs;

use ibm_backup_recovery::types::{self, RunStatus};

use crate::support::{Fixture, TestServer};

/// A protected host, one that is not, and one that is deleted and has a snapshot left.
struct World {
    server: TestServer,
    stranger: ibm_backup_recovery::Client,
    fixture: Fixture,
    idle: i64,
    gone: i64,
    gone_group: String,
}

impl World {
    async fn new(folder: &std::path::Path) -> Self {
        let (server, stranger) = TestServer::start_with_stranger().await;
        fs::write(folder.join("file"), "12345").unwrap();
        let client = server.client();
        let named = async |endpoint: &str, name: &str| {
            let body = types::RegisterSourceRequest::new(types::Environment::Physical)
                .with_name(name)
                .with_physical_params(types::PhysicalSourceRegistrationParams::new(endpoint));
            client.register_protection_source().body(body).send().await.unwrap().id.unwrap().get()
        };
        let object = named("localhost", "Web-1").await;
        let idle = named("127.0.0.1", "web-2").await;
        let gone = named("127.0.0.2", "old-web").await;
        let policy = Fixture::create_policy(&client, "daily").await;
        let group = Fixture::create_group(&client, "gone", &policy, gone, folder).await;
        let old = Fixture { client: client.clone(), object: gone, policy: policy.clone(), group };
        old.back_up().await;
        client.delete_protection_group().id(&old.group).send().await.unwrap();
        client.delete_protection_source_registration().id(gone).send().await.unwrap();
        let group = Fixture::create_group(&client, "folder", &policy, object, folder).await;
        let fixture = Fixture { client, object, policy, group };
        fixture.back_up().await;
        Self { server, stranger, fixture, idle, gone, gone_group: old.group }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_are_found_protected_or_not() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::new(dir.path()).await;
    let (web, idle, gone) = (world.fixture.object, world.idle, world.gone);
    let call = || world.fixture.client.search_objects();
    let ids = async |call: ibm_backup_recovery::builder::SearchObjects<'_>| {
        let answer = call.send().await.unwrap().into_inner();
        let ids: Vec<_> = answer.objects.unwrap().into_iter().map(|object| object.id.unwrap()).collect();
        assert_eq!(answer.count, Some(ids.len() as i64));
        assert_eq!(answer.pagination_cookie, None);
        ids
    };
    let none = [0_i64; 0];
    assert_eq!(ids(call()).await, [web, idle, gone]);
    assert_eq!(ids(call().search_string("WEB")).await, [web, idle, gone]);
    assert_eq!(ids(call().search_string("web*")).await, [web, idle], "a prefix");
    assert_eq!(ids(call().search_string("nothing")).await, none);
    assert_eq!(ids(call().environments([types::Environment::Physical])).await.len(), 3);
    assert_eq!(ids(call().environments([types::Environment::Kubernetes])).await, none);
    assert_eq!(ids(call().protection_types([types::ObjectProtectionType::File])).await.len(), 3);
    assert_eq!(ids(call().protection_types([types::ObjectProtectionType::Volume])).await, none);
    assert_eq!(ids(call().protection_group_ids([world.fixture.group.as_str()])).await, [web]);
    assert_eq!(ids(call().protection_group_ids([world.gone_group.as_str()])).await, [gone]);
    assert_eq!(ids(call().protection_group_ids(["1:2:3"])).await, none);
    assert_eq!(ids(call().object_ids([idle, 4711])).await, [idle]);
    assert_eq!(ids(call().source_ids([web])).await, [web]);
    assert_eq!(ids(call().object_ids([idle]).source_ids([web])).await, none);
    assert_eq!(
        ids(call().os_types([types::OsType::Linux])).await,
        [web, idle],
        "of the deleted nobody knows"
    );
    assert_eq!(ids(call().os_types([types::OsType::Windows])).await, none);
    assert_eq!(ids(call().source_uuids(["0f9a6f5e"])).await, none);
    assert_eq!(ids(call().is_protected(true)).await, [web]);
    assert_eq!(ids(call().is_protected(false)).await, [idle, gone]);
    assert_eq!(ids(call().is_deleted(true)).await, [gone]);
    assert_eq!(ids(call().is_deleted(false)).await, [web, idle]);
    assert_eq!(ids(call().include_deleted_objects(false)).await, [web, idle]);
    assert_eq!(ids(call().last_run_status_list([RunStatus::Succeeded])).await, [web, gone]);
    assert_eq!(ids(call().last_run_status_list([RunStatus::Failed])).await, none);
    assert_eq!(ids(call().last_run_status_list([RunStatus::OnHold])).await, none);
    assert_eq!(ids(call().cluster_identifiers(["1:2"])).await, none);
    assert_eq!(ids(call().tag_names(["tag"])).await, none);
    assert_eq!(ids(call().tag_search_name("tag")).await, none);
    assert_eq!(ids(call().must_have_tag_ids(["1:2:A"])).await, none);

    let found = call().object_ids([web]).send().await.unwrap().into_inner().objects.unwrap().remove(0);
    assert_eq!(found.name.as_deref(), Some("Web-1"));
    assert_eq!(found.logical_size_bytes, Some(5.into()));
    let info = found.object_protection_infos.unwrap().remove(0);
    assert_eq!((info.is_deleted, info.last_run_status), (Some(false), Some(RunStatus::Succeeded)));
    let cluster = format!("{}:{}", info.cluster_id.unwrap(), info.cluster_incarnation_id.unwrap());
    assert_eq!(ids(call().cluster_identifiers([cluster.as_str()])).await.len(), 3);
    let group = info.protection_groups.unwrap().remove(0);
    assert_eq!(group.id.as_deref(), Some(world.fixture.group.as_str()));
    assert_eq!(group.policy_name.as_deref(), Some("daily"));
    let found = call().is_deleted(true).send().await.unwrap().into_inner().objects.unwrap().remove(0);
    assert_eq!(found.name.as_deref(), Some("old-web"), "as its last run knew it");
    assert_eq!(found.object_protection_infos.unwrap()[0].is_deleted, Some(true));
    assert_eq!(world.stranger.search_objects().send().await.unwrap().count, Some(0));
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_object_search_comes_in_pages() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::new(dir.path()).await;
    let mut seen = Vec::new();
    let mut cookie: Option<String> = None;
    loop {
        let call = world.fixture.client.search_objects().count(2);
        let call = match &cookie {
            Some(cookie) => call.pagination_cookie(cookie),
            None => call,
        };
        let page = call.send().await.unwrap().into_inner();
        assert_eq!(page.count, Some(3), "the total of matches");
        seen.push(page.objects.unwrap().len());
        cookie = page.pagination_cookie;
        if cookie.is_none() {
            break;
        }
    }
    assert_eq!(seen, [2, 1]);
    let refused = async |call: ibm_backup_recovery::builder::SearchObjects<'_>| {
        call.send().await.unwrap_err().status().unwrap().as_u16()
    };
    assert_eq!(refused(world.fixture.client.search_objects().count(0)).await, 400);
    assert_eq!(refused(world.fixture.client.search_objects().pagination_cookie("made up")).await, 400);
    assert_eq!(refused(world.fixture.client.search_objects().external_filters(["a:b"])).await, 422);
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn protected_objects_come_with_their_latest_snapshots() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::new(dir.path()).await;
    let (fixture, gone) = (&world.fixture, world.gone);
    let first = fixture.latest_run().await;
    fixture.start_run(types::BackupRunType::Full).await;
    let second = fixture.wait_until_ended().await;
    let call = || fixture.client.search_protected_objects();
    let answer = call().send().await.unwrap().into_inner();
    assert_eq!(answer.num_results, Some(2));
    let groups = answer.metadata.unwrap().unique_protection_group_identifiers.unwrap();
    assert_eq!(groups.len(), 2);
    let objects = answer.objects.unwrap();
    assert_eq!(objects[1].id, Some(gone.into()), "deleted, and its snapshot is left");
    assert_eq!(objects[1].name.as_deref(), Some("old-web"));
    let latest = objects[0].latest_snapshots_info.clone().unwrap();
    assert_eq!(latest.len(), 1, "one for each group");
    assert_eq!(latest[0].protection_run_id, second.id);
    assert_eq!(latest[0].run_type, Some(types::BackupRunType::Full));
    assert_eq!(latest[0].protection_group_name.as_deref(), Some("folder"));
    let local = latest[0].local_snapshot_info.clone().unwrap();
    assert_eq!(local.snapshot_id, Some(fixture.snapshots().await.remove(0).into()));
    assert_eq!(local.logical_size_bytes, Some(5.into()));

    let found = async |call: ibm_backup_recovery::builder::SearchProtectedObjects<'_>| {
        let answer = call.send().await.unwrap().into_inner();
        let runs = answer.objects.unwrap().into_iter().flat_map(|o| o.latest_snapshots_info.unwrap());
        runs.map(|info| info.protection_run_id.unwrap()).collect::<Vec<_>>()
    };
    let (first, second) = (first.id.unwrap(), second.id.unwrap());
    let begun = |run: &str| run.split_once(':').unwrap().1.parse::<i64>().unwrap();
    let number = |run: &str| run.split_once(':').unwrap().0.parse::<i64>().unwrap();
    let mine = || call().object_ids([fixture.object]);
    assert_eq!(found(mine()).await, [second.as_str()]);
    assert_eq!(found(mine().filter_snapshot_to_usecs(begun(&first))).await, [first.as_str()]);
    assert_eq!(found(mine().filter_snapshot_from_usecs(begun(&second))).await, [second.as_str()]);
    assert_eq!(found(call().filter_snapshot_from_usecs(begun(&second) + 1)).await, [""; 0]);
    assert_eq!(found(call().run_instance_ids([number(&first)])).await, [first.as_str()]);
    assert_eq!(found(call().protection_group_ids([fixture.group.as_str()])).await, [second.as_str()]);
    assert_eq!(found(call().protection_group_ids(["1:2:3"])).await, [""; 0]);
    assert_eq!(found(call().search_string("WEB-*")).await, [second.as_str()]);
    assert_eq!(found(call().source_ids([fixture.object])).await.len(), 1);
    assert_eq!(found(call().os_types([types::OsType::Linux])).await.len(), 1);
    assert_eq!(found(call().environments([types::Environment::Sql])).await, [""; 0]);
    assert_eq!(found(call().snapshot_actions([types::RecoveryAction::RecoverFiles])).await.len(), 2);
    assert_eq!(found(call().snapshot_actions([types::RecoveryAction::RecoverVMs])).await, [""; 0]);
    assert_eq!(found(call().object_action_key(types::Environment::Physical)).await.len(), 2);
    assert_eq!(found(call().object_action_key(types::Environment::Kubernetes)).await, [""; 0]);
    assert_eq!(found(call().cdp_protected_only(true)).await, [""; 0]);
    let some = call().sub_result_size(1).send().await.unwrap().into_inner();
    assert_eq!((some.objects.unwrap().len(), some.num_results), (1, Some(2)));
    let refused = call().sub_result_size(-1).send().await.unwrap_err();
    assert_eq!(refused.status().unwrap().as_u16(), 400);
    assert_eq!(world.stranger.search_protected_objects().send().await.unwrap().num_results, Some(0));
    world.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_indexed_search_honours_its_filters() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("report-folder")).unwrap();
    for name in ["report.txt", "my-report.txt"] {
        fs::write(dir.path().join(name), "x").unwrap();
    }
    std::os::unix::fs::symlink("report.txt", dir.path().join("report-link")).unwrap();
    let server = TestServer::start().await;
    let fixture = Fixture::new(server.client(), dir.path()).await;
    fixture.back_up().await;
    let request = |params: types::FileSearchParams| {
        types::IndexedSearchRequest::new(types::IndexedObjectType::Files).with_file_params(params)
    };
    let report = || types::FileSearchParams::new().with_search_string("report*");
    let names = async |body: types::IndexedSearchRequest| {
        let page = fixture.client.search_indexed_objects().body(body).send().await.unwrap().into_inner();
        let mut names: Vec<_> = page.files.unwrap().into_iter().map(|file| file.name.unwrap()).collect();
        names.sort();
        names
    };
    let everything = ["report-folder", "report-link", "report.txt"];
    assert_eq!(names(request(report())).await, everything, "a trailing star is a prefix");
    let types = |kind: types::IndexedFileType| request(report().with_types([kind]));
    assert_eq!(names(types(types::IndexedFileType::File)).await, ["report.txt"]);
    assert_eq!(names(types(types::IndexedFileType::Directory)).await, ["report-folder"]);
    assert_eq!(names(types(types::IndexedFileType::Symlink)).await, ["report-link"]);
    use types::FileSearchParamsSourceEnvironmentsItem as Environment;
    let from = |environment: Environment| request(report().with_source_environments([environment]));
    assert_eq!(names(from(Environment::PhysicalFiles)).await, everything);
    assert_eq!(names(from(Environment::VMware)).await, [""; 0]);
    assert_eq!(names(request(report().with_object_ids([fixture.object]))).await, everything);
    assert_eq!(names(request(report().with_source_ids([4711]))).await, [""; 0]);
    let groups = |id: &str| request(report()).with_protection_group_ids([id]);
    assert_eq!(names(groups(&fixture.group)).await, everything);
    assert_eq!(names(groups("1:2:3")).await, [""; 0]);
    assert_eq!(names(request(report()).with_tenant_id(&server.tenant)).await, everything);
    assert_eq!(names(request(report()).with_tenant_id("other/")).await, [""; 0]);
    server.stop().await;
}
