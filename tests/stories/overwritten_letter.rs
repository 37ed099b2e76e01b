//! Somebody has overwritten a letter: which backup has it as it was, what it said, and having it back.

use std::fs;

use crate::support::{Shell, adopt};

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_found_as_it_was_and_brought_back() {
    let mut shell = Shell::ibm().await;
    shell.filter(r"\b[0-9a-f]{8}\b", "[SNAP]");
    let folder = shell.folder();
    shell.server.protect("documents", &folder, &[]).await;
    let fixture = adopt(&shell.server, "documents").await;
    fixture.back_up().await;
    fs::write(folder.join("letter.txt"), "Dear reader, I have changed my mind").unwrap();
    fixture.back_up().await;

    let ended = shell.run("find letter").await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 0
    --- stdout
    LATEST    COUNT         SIZE  MODIFIED             PATH
    [SNAP]      1         11 B  [TIME]  ~/documents/letter.txt
    [SNAP]      1         35 B  [TIME]  ~/documents/letter.txt
    --- stderr
    ");
    let found = shell.json("find letter").await;
    let first = found[0]["latest"].as_str().unwrap();
    let path = folder.join("letter.txt").display().to_string();
    let ended = shell.run(&format!("cat {first} {path}")).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (0, "Dear reader"), "{}", ended.stderr);

    // It does not take the place of the new one by mistake.
    let ended = shell.run(&format!("download {first}:{path} --to documents")).await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 2
    --- stdout
    --- stderr
    error: documents/letter.txt is there already; --force replaces it
    ");
    let ended = shell.run(&format!("download {first}:{path} --to documents/letter-before.txt")).await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    TO  FILES  SIZE  UNCHANGED  SKIPPED  PATH
    documents/letter-before.txt  1  11 B  0  0  ~/documents/letter.txt
    --- stderr
    ");
    assert_eq!(fs::read_to_string(folder.join("letter-before.txt")).unwrap(), "Dear reader");
}
