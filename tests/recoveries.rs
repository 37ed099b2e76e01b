//! Restoring: where to, over what, and what is refused.

use std::fs;
use std::path::Path;

use ibm_backup_recovery::types::{self, RunStatus};
use ibm_backup_recovery::{Client, Error};
use server::Config;

use crate::support::{Fixture, TestServer, wait_for_recovery};

async fn backed_up(server: &TestServer, dir: &Path) -> (Fixture, String) {
    let fixture = Fixture::new(server.client(), dir).await;
    fixture.back_up().await;
    let snapshot = fixture.snapshots().await.remove(0);
    (fixture, snapshot)
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_back_to_where_they_were() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("lost"), "precious").unwrap();
    fs::write(dir.path().join("spoilt"), "good").unwrap();
    let (fixture, snapshot) = backed_up(&server, dir.path()).await;
    fs::remove_file(dir.path().join("lost")).unwrap();
    fs::write(dir.path().join("spoilt"), "bad").unwrap();
    fs::write(dir.path().join("new"), "not in the backup").unwrap();

    let original = || types::PhysicalFilesTarget::new(types::RecoverTarget::new(fixture.object));
    let root = dir.path().to_str().unwrap();
    let careful = fixture.restore(&snapshot, &[root], original().with_restore_to_original_paths(true)).await;
    assert_eq!(careful.status, Some(RunStatus::Succeeded), "{careful:#?}");
    let read = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
    assert_eq!(
        (read("lost"), read("spoilt"), read("new")),
        ("precious".into(), "bad".into(), "not in the backup".into())
    );

    let bold = fixture.restore(&snapshot, &[root], original().with_overwrite_existing(true)).await;
    assert_eq!(bold.status, Some(RunStatus::Succeeded), "{bold:#?}");
    assert_eq!((read("spoilt"), read("new")), ("good".into(), "not in the backup".into()));

    let list = fixture.client.get_recoveries().status([RunStatus::Succeeded]).send().await.unwrap();
    let listed: Vec<_> = list.recoveries.iter().flatten().map(|recovery| recovery.id.clone()).collect();
    assert_eq!(listed, [bold.id.clone(), careful.id.clone()], "the latest first");
    let one = fixture.client.get_recoveries().ids([careful.id.clone().unwrap()]).send().await.unwrap();
    assert_eq!(one.recoveries.as_ref().unwrap().len(), 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_restore_is_refused_before_it_starts() {
    let server = TestServer::start().await;
    let (dir, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::create_dir_all(dir.path().join("a/same")).unwrap();
    fs::create_dir_all(dir.path().join("b/same")).unwrap();
    let (fixture, snapshot) = backed_up(&server, dir.path()).await;
    let root = dir.path().to_str().unwrap();
    let refusal = async |snapshot: &str, items: &[&str], target: types::PhysicalFilesTarget| {
        let body = fixture.restore_request(snapshot, items, target);
        let refused = fixture.client.create_recovery().body(body).send().await.unwrap_err();
        (refused.status().unwrap().as_u16(), refused.message().unwrap_or_default().to_owned())
    };
    let into = || fixture.below(target.path());
    let (status, message) = refusal(&snapshot, &[&format!("{root}/none")], into()).await;
    assert_eq!(status, 404);
    assert!(message.contains("none"), "{message}");
    assert_eq!(refusal("guess", &[root], into()).await.0, 404);
    assert_eq!(refusal(&snapshot, &[root], into().with_alternate_restore_directory("relative")).await.0, 400);
    assert_eq!(refusal(&snapshot, &[root], into().with_restore_to_original_paths(true)).await.0, 400);
    let twins = [format!("{root}/a/same"), format!("{root}/b/same")];
    let (status, message) = refusal(&snapshot, &[&twins[0], &twins[1]], into()).await;
    assert_eq!(status, 400);
    assert!(message.contains("same"), "{message}");
    let mut elsewhere = into();
    elsewhere.recover_target.id = 4711.into();
    assert_eq!(refusal(&snapshot, &[root], elsewhere).await.0, 404, "no such source");
    let contradiction = into().with_preserve_attributes(false).with_preserve_timestamps(true);
    let (status, message) = refusal(&snapshot, &[root], contradiction).await;
    assert_eq!(status, 422);
    assert!(message.contains("preserveTimestamps"), "{message}");
    let (status, message) = refusal(&snapshot, &[root], into().with_save_success_files(true)).await;
    assert_eq!(status, 422);
    assert!(message.contains("saveSuccessFiles"), "{message}");
    let vlan = types::RecoveryVlanConfig { interface_name: Some("eth1".to_owned()), ..Default::default() };
    let (status, message) = refusal(&snapshot, &[root], into().with_vlan_config(vlan)).await;
    assert_eq!(status, 422);
    assert!(message.contains("vlanConfig"), "{message}");
    assert_eq!(fs::read_dir(target.path()).unwrap().count(), 0);

    let mut action = fixture.restore_request(&snapshot, &[root], into());
    action.physical_params.as_mut().unwrap().recovery_action =
        types::RecoverPhysicalParamsRecoveryAction::InstantVolumeMount;
    let refused = fixture.client.create_recovery().body(action).send().await.unwrap_err();
    assert_eq!(refused.status().unwrap().as_u16(), 422);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_servers_own_data_is_neither_read_nor_written() {
    let data = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(&data.path().join("server"), None).await;
    fs::write(data.path().join("mine"), "mine").unwrap();
    // The protected folder holds the data folder of the server.
    let (fixture, snapshot) = backed_up(&server, data.path()).await;
    assert_eq!(fixture.search("mine").await.len(), 1);
    assert_eq!(fixture.search("catalog.db").await, [""; 0]);
    assert_eq!(fixture.search("*.password").await, [""; 0]);

    let item = format!("{}/mine", data.path().display());
    for place in ["", "secrets", "vault/x"] {
        let into = fixture.below(&server.data_dir().join(place));
        let body = fixture.restore_request(&snapshot, &[&item], into);
        let refused = fixture.client.create_recovery().body(body).send().await.unwrap_err();
        assert!(refused.status().unwrap().is_client_error(), "into {place:?}: {refused:?}");
        assert!(!server.data_dir().join(place).join("mine").exists());
    }
    let folder = server.data_dir().join("restored");
    let recovery = fixture.restore(&snapshot, &[&item], fixture.below(&folder)).await;
    assert_eq!(recovery.status, Some(RunStatus::Succeeded), "{recovery:#?}");
    assert_eq!(fs::read(folder.join("mine")).unwrap(), b"mine");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_follows_no_link_out_of_its_place() {
    let server = TestServer::start().await;
    let (dir, target, outside) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::create_dir(dir.path().join("folder")).unwrap();
    fs::write(dir.path().join("folder/file"), "restored").unwrap();
    let (fixture, snapshot) = backed_up(&server, dir.path()).await;
    // Somebody put a link where a folder is to go.
    let place = target.path().join(dir.path().file_name().unwrap());
    fs::create_dir(&place).unwrap();
    std::os::unix::fs::symlink(outside.path(), place.join("folder")).unwrap();
    let into = fixture.below(target.path()).with_overwrite_existing(true).with_continue_on_error(true);
    let recovery = fixture.restore(&snapshot, &[dir.path().to_str().unwrap()], into).await;
    assert_ne!(recovery.status, Some(RunStatus::Succeeded), "{recovery:#?}");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0, "something was written outside");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_cannot_be_downloaded_and_an_ended_one_not_cancelled() {
    let server = TestServer::start().await;
    let (dir, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (fixture, snapshot) = backed_up(&server, dir.path()).await;
    let into = fixture.below(target.path());
    let id = fixture.restore(&snapshot, &[dir.path().to_str().unwrap()], into).await.id.unwrap();
    let download = fixture.client.download_files_from_recovery().id(&id).send().await;
    assert_eq!(download.unwrap_err().status().unwrap().as_u16(), 400);
    let cancel = fixture.client.cancel_recovery_by_id().id(&id).send().await;
    assert_eq!(cancel.unwrap_err().status().unwrap().as_u16(), 409);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_outlived_its_source_is_restored_to_another() {
    let server = TestServer::start().await;
    let (dir, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(dir.path().join("file"), "still there").unwrap();
    let (fixture, snapshot) = backed_up(&server, dir.path()).await;
    let client = &fixture.client;
    client.delete_protection_group().id(&fixture.group).send().await.unwrap();
    client.delete_protection_source_registration().id(fixture.object).send().await.unwrap();
    let object = Fixture::register(client).await;
    assert_ne!(object, fixture.object);
    let into = types::PhysicalFilesTarget::new(types::RecoverTarget::new(object))
        .with_alternate_restore_directory(target.path().to_str().unwrap());
    let item = format!("{}/file", dir.path().display());
    let recovery = fixture.restore(&snapshot, &[&item], into).await;
    assert_eq!(recovery.status, Some(RunStatus::Succeeded), "{recovery:#?}");
    assert_eq!(fs::read(target.path().join("file")).unwrap(), b"still there");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_of_another_installation_names_nothing() {
    let (first, second) = (TestServer::start().await, TestServer::start().await);
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "x").unwrap();
    let (_, foreign) = backed_up(&first, dir.path()).await;
    let (fixture, _) = backed_up(&second, dir.path()).await;
    let path = format!("{}/file", dir.path().display());
    let call = fixture.client.download_indexed_file().snapshots_id(&foreign).file_path(path);
    assert!(call.send().await.unwrap_err().is_not_found());
    first.stop().await;
    second.stop().await;
}

/// A server that works on one recovery at a time, and a snapshot of a file that takes long to pack.
async fn slow_to_pack(data: &Path, dir: &Path) -> (TestServer, Fixture, String) {
    let file = fs::File::create(dir.join("large")).unwrap();
    file.set_len(1 << 30).unwrap();
    fs::write(dir.join("small"), "small").unwrap();
    let config = Config { check_answers: true, jobs_at_once: 1, ..Config::on_loopback(data) };
    let server = TestServer::start_as(config, None).await;
    let (fixture, snapshot) = backed_up(&server, dir).await;
    (server, fixture, snapshot)
}

async fn ask_for(client: &Client, name: &str, snapshot: &str, path: &Path) -> String {
    let path = types::DownloadPath::new(path.to_str().unwrap());
    let object = types::RecoverSnapshotParams::new(snapshot);
    let body = types::DownloadRecoveryRequest::new([path], name, object);
    let sent = client.create_download_files_and_folders_recovery().body(body).send();
    sent.await.unwrap().id.clone().unwrap().into()
}

async fn cancel(client: &Client, id: &str) -> Result<(), u16> {
    let sent = client.cancel_recovery_by_id().id(id).send().await;
    sent.map(drop).map_err(|err: Error| err.status().unwrap().as_u16())
}

async fn status(client: &Client, id: &str) -> RunStatus {
    client.get_recovery_by_id().id(id).send().await.unwrap().into_inner().status.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_is_cancelled_in_every_state_that_is_not_final() {
    let (data, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (server, fixture, snapshot) = slow_to_pack(data.path(), dir.path()).await;
    let known = (server.tenant.clone(), server.api_key.clone());
    let client = &fixture.client;
    let (large, small) = (dir.path().join("large"), dir.path().join("small"));
    let at_work = ask_for(client, "at work", &snapshot, &large).await;
    let waiting = ask_for(client, "waiting", &snapshot, &small).await;
    let patient = ask_for(client, "patient", &snapshot, &small).await;
    assert_eq!(status(client, &waiting).await, RunStatus::Accepted);
    cancel(client, &waiting).await.unwrap();
    assert_eq!(status(client, &waiting).await, RunStatus::Canceled, "at once");
    assert_eq!(cancel(client, &waiting).await, Err(409), "it has ended");
    server.stop().await;

    // What waited still waits, what was cancelled stays so.
    let config = Config { check_answers: true, jobs_at_once: 1, ..Config::on_loopback(data.path()) };
    let server = TestServer::start_as(config, Some((&known.0, &known.1))).await;
    let client = &server.client();
    assert_eq!(wait_for_recovery(client, &patient).await.status, Some(RunStatus::Succeeded));
    assert_eq!(status(client, &waiting).await, RunStatus::Canceled);
    assert_eq!(status(client, &at_work).await, RunStatus::Failed, "it was shut down");
    let at_work = ask_for(client, "again", &snapshot, &large).await;
    cancel(client, &at_work).await.unwrap();
    assert_eq!(wait_for_recovery(client, &at_work).await.status, Some(RunStatus::Canceled));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_keep_no_restore_waiting() {
    let (data, dir, target) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(dir.path().join("file"), "wanted now").unwrap();
    let config = Config { check_answers: true, jobs_at_once: 1, ..Config::on_loopback(data.path()) };
    let server = TestServer::start_as(config, None).await;
    let (fixture, snapshot) = backed_up(&server, dir.path()).await;
    // From now on the only place for runs is taken.
    fs::File::create(dir.path().join("endless")).unwrap().set_len(1 << 40).unwrap();
    fixture.start_run(types::BackupRunType::Regular).await;
    fixture.wait_for_run(&[RunStatus::Running]).await;
    let item = format!("{}/file", dir.path().display());
    let recovery = fixture.restore(&snapshot, &[&item], fixture.below(target.path())).await;
    assert_eq!(recovery.status, Some(RunStatus::Succeeded), "{recovery:#?}");
    fixture.wait_for_run(&[RunStatus::Running]).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_path_that_names_something_is_taken() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "x").unwrap();
    let (fixture, snapshot) = backed_up(&server, dir.path()).await;
    let root = dir.path().to_str().unwrap();
    for path in ["", root.trim_start_matches('/'), &format!("/{root}"), &format!("{root}/./file"), ".."] {
        let object = types::RecoverSnapshotParams::new(&snapshot);
        let body = types::DownloadRecoveryRequest::new([types::DownloadPath::new(path)], "odd", object);
        let sent = fixture.client.create_download_files_and_folders_recovery().body(body).send().await;
        let refused = sent.unwrap_err();
        assert_eq!(refused.status().unwrap().as_u16(), 400, "{path:?}");
        let message = refused.message().unwrap_or_default();
        assert!(message.contains("filesAndFolders[0].absolutePath"), "{path:?}: {message}");
        let sent =
            fixture.client.download_indexed_file().snapshots_id(&snapshot).file_path(path).send().await;
        let refused = sent.unwrap_err();
        assert_eq!(refused.status().unwrap().as_u16(), 400, "{path:?}");
        assert!(refused.message().unwrap_or_default().contains("filePath"), "{path:?}");
    }
    server.stop().await;
}
