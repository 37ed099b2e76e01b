//! The whole of it: protect, change, find, download, restore, compare.

use std::fs;
use std::io::Read as _;

use ibm_backup_recovery::types;

use crate::support::{Fixture, TestServer, odd_tree, tree_of, wait_for_recovery};

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_comes_back_as_it_was() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    odd_tree(dir.path());
    let before = tree_of(dir.path());
    let fixture = Fixture::new(server.client(), dir.path()).await;
    let run = fixture.back_up().await;

    let info = run.objects.unwrap().remove(0).local_snapshot_info.unwrap().snapshot_info.unwrap();
    assert_eq!(info.status, Some(types::SnapshotInfoStatus::Successful));
    assert_eq!(info.total_file_count, info.backup_file_count);
    assert!(info.stats.unwrap().bytes_read.unwrap() > 300_000);
    let three_weeks_usecs = 21 * 24 * 3_600 * 1_000_000;
    let taken = info.snapshot_creation_time_usecs.unwrap();
    assert_eq!(info.expiry_time_usecs, Some((taken.get() + three_weeks_usecs).into()));

    let snapshot = fixture.snapshots().await.remove(0);
    assert_eq!(info.snapshot_id.as_deref(), Some(snapshot.as_str()));
    let target = tempfile::tempdir().unwrap();
    let item = dir.path().to_str().unwrap();
    let recovery = fixture.restore(&snapshot, &[item], fixture.below(target.path())).await;
    assert_eq!(recovery.status, Some(types::RunStatus::Succeeded), "{recovery:#?}");
    assert_eq!(tree_of(&target.path().join(dir.path().file_name().unwrap())), before);
    assert_eq!(tree_of(dir.path()), before, "the original was touched");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incremental_run_reads_what_changed() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("large"), vec![1; 2_000_000]).unwrap();
    fs::write(dir.path().join("small"), "old").unwrap();
    let fixture = Fixture::new(server.client(), dir.path()).await;
    let read = |run: types::ProtectionGroupRun| {
        run.local_backup_info.unwrap().local_snapshot_stats.unwrap().bytes_read.unwrap()
    };
    assert_eq!(read(fixture.back_up().await), 2_000_003);
    assert_eq!(read(fixture.back_up().await), 0);
    fs::write(dir.path().join("small"), "newer").unwrap();
    assert_eq!(read(fixture.back_up().await), 5);
    fixture.start_run(types::BackupRunType::Full).await;
    assert_eq!(read(fixture.wait_until_ended().await), 2_000_005);
    assert_eq!(fixture.snapshots().await.len(), 4);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_found_by_name_and_read_in_parts() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    odd_tree(dir.path());
    let content: Vec<u8> = (0..3_000_000_u32).map(|number| (number % 251) as u8).collect();
    fs::write(dir.path().join("numbers.bin"), &content).unwrap();
    let fixture = Fixture::new(server.client(), dir.path()).await;
    fixture.back_up().await;
    let root = dir.path().to_str().unwrap();
    assert_eq!(fixture.search("NUMBERS").await, [format!("{root}/numbers.bin")]);
    assert_eq!(fixture.search("*.bin").await, [format!("{root}/numbers.bin")]);
    assert_eq!(fixture.search("100%_of [it]").await, [format!("{root}/100%_of [it]*?")]);
    assert_eq!(fixture.search("latin1").await, [format!("{root}/latin1-\\xe9")]);
    assert_eq!(fixture.search("nothing has this name").await, [""; 0]);

    let snapshot = fixture.snapshots().await.remove(0);
    let part = async |path: &str, offset: i64, length: i64| {
        let call = fixture.client.download_indexed_file().snapshots_id(&snapshot).file_path(path);
        let sent = call.start_offset(offset).length(length).send().await;
        sent.unwrap().into_inner().collect().await.unwrap()
    };
    let path = format!("{root}/numbers.bin");
    assert_eq!(part(&path, 0, 1000).await, content[..1000]);
    assert_eq!(part(&path, 1_234_567, 100_000).await, content[1_234_567..1_334_567]);
    assert_eq!(part(&path, 2_999_999, 10).await, content[2_999_999..]);
    assert_eq!(part(&path, 3_000_000, 10).await, b"");
    assert_eq!(part(&format!("{root}/latin1-\\xe9"), 0, 100).await, b"content of number 4");
    let call = fixture.client.download_indexed_file().snapshots_id(&snapshot).file_path(&path);
    assert_eq!(call.send().await.unwrap().into_inner().collect().await.unwrap(), content, "the whole");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_recovery_is_an_archive() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    odd_tree(dir.path());
    let fixture = Fixture::new(server.client(), dir.path()).await;
    fixture.back_up().await;
    let snapshot = fixture.snapshots().await.remove(0);
    let root = dir.path().to_str().unwrap();
    let object = types::RecoverSnapshotParams::new(&snapshot);
    let paths = [
        types::DownloadPath::new(format!("{root}/deep")).with_is_directory(true),
        types::DownloadPath::new(format!("{root}/plain.txt")),
    ];
    let body = types::DownloadRecoveryRequest::new(paths, "for a colleague", object);
    let create = fixture.client.create_download_files_and_folders_recovery();
    let accepted = create.body(body.clone()).send().await.unwrap();
    let id = accepted.id.clone().unwrap();
    let recovery = wait_for_recovery(&fixture.client, &id).await;
    assert_eq!(recovery.status, Some(types::RunStatus::Succeeded), "{recovery:#?}");

    // In two parts, as a client with a chunk limit would.
    let mut archive = Vec::new();
    for (offset, length) in [(0, 100), (100, 8 << 20)] {
        let call = fixture.client.download_files_from_recovery().id(&id).start_offset(offset).length(length);
        archive.extend(call.send().await.unwrap().into_inner().collect().await.unwrap());
    }
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
    let name = |path: &str| format!("{root}/{path}").trim_start_matches('/').to_owned();
    let mut leaf = Vec::new();
    archive.by_name(&name("deep/er/and/deeper/leaf")).unwrap().read_to_end(&mut leaf).unwrap();
    assert_eq!(leaf, vec![0xA5; 300_000]);
    let mut plain = String::new();
    archive.by_name(&name("plain.txt")).unwrap().read_to_string(&mut plain).unwrap();
    assert_eq!(plain, "content of number 0");
    assert!(archive.by_name(&name("deep/up")).unwrap().is_symlink());

    let again = fixture.client.create_download_files_and_folders_recovery().body(body).send().await;
    let refused = again.unwrap_err();
    assert_eq!(refused.status().map(|status| status.as_u16()), Some(409), "names of downloads are unique");
    server.stop().await;
}
