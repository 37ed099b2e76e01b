//! Protection groups.

use std::path::Path;

use ibm_backup_recovery::types;

use crate::support::{Fixture, TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn a_group_lives_and_dies() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("cache")).unwrap();
    std::fs::write(dir.path().join("cache/junk"), "x").unwrap();
    std::fs::write(dir.path().join("kept"), "x").unwrap();
    std::fs::write(dir.path().join("left.tmp"), "x").unwrap();
    let fixture = Fixture::new(server.client(), dir.path()).await;
    let client = &fixture.client;
    let shown = client.get_protection_group_by_id().id(&fixture.group).send().await.unwrap().into_inner();
    let files = shown.physical_params.unwrap().file_protection_type_params.unwrap();
    let paths = files.objects[0].file_paths.clone().unwrap();
    assert_eq!(paths[0].included_path, dir.path().to_str().unwrap());

    let mut body = Fixture::group_request("renamed", &fixture.policy, fixture.object, dir.path());
    let files = body.physical_params.as_mut().unwrap().file_protection_type_params.as_mut().unwrap();
    files.global_exclude_paths = Some(vec!["*.tmp".to_owned()]);
    files.objects[0].file_paths.as_mut().unwrap()[0].excluded_paths =
        Some(vec![format!("{}/cache", dir.path().display())]);
    let updated = client.update_protection_group().id(&fixture.group).body(body).send().await.unwrap();
    assert_eq!(updated.name.as_deref(), Some("renamed"));
    fixture.back_up().await;
    assert_eq!(fixture.search("kept").await.len(), 1);
    assert_eq!(fixture.search("left.tmp").await, [""; 0], "left out by its pattern");
    assert_eq!(fixture.search("junk").await, [""; 0], "left out with its folder");

    let list = async |deleted: bool| {
        let list =
            client.get_protection_groups().is_deleted(deleted).include_last_run_info(true).send().await;
        list.unwrap().into_inner().protection_groups.unwrap()
    };
    let last_run = list(false).await[0].last_run.clone().unwrap();
    assert_eq!(last_run.local_backup_info.unwrap().status, Some(types::RunStatus::Succeeded));
    client.delete_protection_group().id(&fixture.group).send().await.unwrap();
    assert!(list(false).await.is_empty());
    assert_eq!(list(true).await.len(), 1, "its snapshots are left");
    assert_eq!(fixture.snapshots().await.len(), 1);
    let body = types::StartRunRequest::new(types::BackupRunType::Regular);
    let refused =
        client.create_protection_group_run().id(&fixture.group).body(body).send().await.unwrap_err();
    assert!(refused.is_not_found());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_can_take_its_snapshots_along() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("file"), "x").unwrap();
    let fixture = Fixture::new(server.client(), dir.path()).await;
    fixture.back_up().await;
    let call = fixture.client.delete_protection_group().id(&fixture.group);
    call.send().await.unwrap();
    assert_eq!(fixture.search("file").await.len(), 1, "the snapshots were left");
    // Whoever changes his mind can still have them removed, once.
    let again = || fixture.client.delete_protection_group().id(&fixture.group);
    again().delete_snapshots(true).send().await.unwrap();
    assert!(again().delete_snapshots(true).send().await.unwrap_err().is_not_found());
    assert_eq!(fixture.search("file").await, [""; 0]);
    assert_eq!(fixture.snapshots().await, [""; 0]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_group_is_refused() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    let fixture = Fixture::new(server.client(), dir.path()).await;
    let refusal = async |body: types::ProtectionGroupRequest| {
        let refused = fixture.client.create_protection_group().body(body).send().await.unwrap_err();
        (refused.status().unwrap().as_u16(), refused.message().unwrap_or_default().to_owned())
    };
    let request = |name: &str, policy: &str, object: i64, folder: &Path| {
        Fixture::group_request(name, policy, object, folder)
    };
    let missing = dir.path().join("missing");
    let (status, message) = refusal(request("a", &fixture.policy, fixture.object, &missing)).await;
    assert_eq!(status, 400);
    assert!(message.contains("missing"), "{message}");
    let (status, _) = refusal(request("a", &fixture.policy, fixture.object, Path::new("relative"))).await;
    assert_eq!(status, 400);
    let (status, _) = refusal(request("a", "1:2:3", fixture.object, dir.path())).await;
    assert_eq!(status, 404);
    let (status, _) = refusal(request("a", &fixture.policy, 4711, dir.path())).await;
    assert_eq!(status, 404);
    let (status, message) = refusal(request("folder", &fixture.policy, fixture.object, dir.path())).await;
    assert_eq!(status, 409);
    assert!(message.contains("folder"), "{message}");
    let mut scripted = request("a", &fixture.policy, fixture.object, dir.path());
    scripted.physical_params.as_mut().unwrap().file_protection_type_params.as_mut().unwrap().quiesce =
        Some(true);
    let (status, message) = refusal(scripted).await;
    assert_eq!(status, 422);
    assert!(message.contains("physicalParams.fileProtectionTypeParams.quiesce"), "{message}");
    let (status, message) =
        refusal(request("a", &fixture.policy, fixture.object, &server.data_dir().join("vault"))).await;
    assert_eq!(status, 400);
    assert!(message.contains("belongs to this server"), "{message}");
    let mut wild = request("a", &fixture.policy, fixture.object, dir.path());
    let files = wild.physical_params.as_mut().unwrap().file_protection_type_params.as_mut().unwrap();
    files.objects[0].file_paths.as_mut().unwrap()[0].excluded_paths = Some(vec!["/home/*/cache".to_owned()]);
    let (status, message) = refusal(wild).await;
    assert_eq!(status, 422);
    assert!(message.contains("objects[0].filePaths[0].excludedPaths[0]"), "{message}");
    let mut malformed = request("a", &fixture.policy, fixture.object, dir.path());
    let files = malformed.physical_params.as_mut().unwrap().file_protection_type_params.as_mut().unwrap();
    files.global_exclude_paths = Some(vec!["*.tmp".to_owned(), "cache/[a".to_owned()]);
    let (status, message) = refusal(malformed.clone()).await;
    assert_eq!(status, 400);
    assert!(message.contains("fileProtectionTypeParams.globalExcludePaths[1]"), "{message}");
    assert!(message.contains("cache/[a"), "{message}");
    let call = fixture.client.update_protection_group().id(&fixture.group).body(malformed);
    assert_eq!(call.send().await.unwrap_err().status().unwrap().as_u16(), 400);
    let mut elsewhere = request("a", &fixture.policy, fixture.object, dir.path());
    elsewhere.environment = types::Environment::Kubernetes;
    assert_eq!(refusal(elsewhere).await.0, 422);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_group_starts_no_run() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    let fixture = Fixture::new(server.client(), dir.path()).await;
    let set_paused = async |paused: bool| {
        let body = Fixture::group_request("folder", &fixture.policy, fixture.object, dir.path());
        let call = fixture.client.update_protection_group().id(&fixture.group);
        call.body(body.with_is_paused(paused)).send().await.unwrap();
    };
    set_paused(true).await;
    let body = types::StartRunRequest::new(types::BackupRunType::Regular);
    let call = fixture.client.create_protection_group_run().id(&fixture.group).body(body);
    let refused = call.send().await.unwrap_err();
    assert_eq!(refused.status().unwrap().as_u16(), 409);
    assert!(refused.message().unwrap().contains("paused"));
    set_paused(false).await;
    fixture.back_up().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_sent_back_does_not_stick() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    let fixture = Fixture::new(server.client(), dir.path()).await;
    fixture.back_up().await;
    let path = format!("/data-protect/protection-groups/{}", fixture.group);
    let (_, mut shown) = server.raw("GET", &format!("{path}?includeLastRunInfo=true"), None).await;
    assert!(shown["lastRun"].is_object());
    shown["description"] = "edited".into();
    let (status, answer) = server.raw("PUT", &path, Some(shown)).await;
    assert_eq!(status, 200, "{answer}");
    let (_, again) = server.raw("GET", &path, None).await;
    assert_eq!(again["description"], "edited");
    assert!(again["lastRun"].is_null(), "a run of the past is shown as the last for good: {again}");
    server.stop().await;
}
