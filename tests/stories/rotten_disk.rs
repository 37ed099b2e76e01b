//! Somebody checks what they have stored, finds that the disk has turned a bit, and learns which snapshot it costs.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Filters, Shell};

/// The largest pack of the only repository.
fn largest_pack(data: &Path) -> PathBuf {
    let tenant = fs::read_dir(data.join("vault")).unwrap().next().unwrap().unwrap().path();
    let folders = fs::read_dir(tenant.join("data")).unwrap();
    let packs = folders.flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
    packs.map(|pack| pack.unwrap().path()).max_by_key(|pack| fs::metadata(pack).unwrap().len()).unwrap()
}

/// Bytes that neither compress nor repeat.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 7_u64;
    let bytes = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    });
    bytes.take(length).collect()
}

#[tokio::test]
async fn a_rotten_disk_is_found_before_the_backup_is_needed() {
    let mut shell = Shell::ibm().await;
    shell.filter(Filters::SIZES, "[SIZE]");
    // On a slow machine it tells how far it is.
    shell.filter(
        r"(?m)^([0-9.]+ [KMG]?i?B of [^ ]+ [KMG]?i?B, )?(reading|looking at|[0-9]+ of [0-9]+ snap).*\n",
        "",
    );
    shell.write("documents/photo.raw", noise(600_000));
    shell.write("documents/letter.txt", "Dear reader");
    assert_eq!(shell.run("backup documents").await.code, 0);

    let snapshots = shell.json("snapshots").await;
    shell.hide(snapshots[0]["id"].as_str().unwrap(), "[SNAPSHOT]");
    let ended = shell.run("check --read-data").await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 0
    --- stdout
    --- stderr
    looked at 1 snapshot in 2 packs with [SIZE]; [SIZE] of them read
    all is well
    ");

    let pack = largest_pack(shell.server.data_dir());
    let mut content = fs::read(&pack).unwrap();
    content[1000] ^= 1;
    fs::write(&pack, content).unwrap();

    // Without reading nobody knows; with it the snapshot is named.
    assert_eq!(shell.run("check").await.code, 0);
    let ended = shell.run("check --read-data").await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 6
    --- stdout
    TIME  GROUP  LOST  FILES  FOLDERS  ID  IN THE VAULT
    [TIME]  documents  ~/documents/photo.raw  1  0  [SNAPSHOT]  [DIGEST]
    --- stderr
    looked at 1 snapshot in 2 packs with [SIZE]; [SIZE] of them read
    damaged: pack [DIGEST] does not match its checksum
    error: The check failed: 1 thing is damaged, 1 snapshot misses something
    ");
    let ended = shell.run("check --read-data -o json --query harmed[].[groupName,files,paths]").await;
    insta::assert_snapshot!(ended.whole(), @r#"
    exit 6
    --- stdout
    [
      [
        "documents",
        1,
        [
          "~/documents/photo.raw"
        ]
      ]
    ]
    --- stderr
    {"error":{"kind":"runFailed","status":null,"code":null,"message":"The check failed: 1 thing is damaged, 1 snapshot misses something","requestId":null,"retryable":false}}
    "#);

    // The letter lies elsewhere, and comes back.
    let letter = shell.home().join("documents/letter.txt").display().to_string();
    let ended = shell.run(&format!("restore latest {letter} --to back")).await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(fs::read_to_string(shell.home().join("back/letter.txt")).unwrap(), "Dear reader");
}

#[tokio::test]
async fn a_storware_session_checks_too() {
    let shell = Shell::storware().await;
    shell.folder();
    assert_eq!(shell.run("backup documents").await.code, 0);
    let ended = shell.run("check --read-data 100 -o json --query [isGood,snapshots,harmed]").await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 0
    --- stdout
    [
      true,
      1,
      []
    ]
    --- stderr
    ");
    let ended = shell.run("check --read-data 101").await;
    assert_eq!(ended.code, 2, "{}", ended.stderr);
}
