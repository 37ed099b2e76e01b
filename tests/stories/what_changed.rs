//! Something changed over night: which snapshots there are, what differs between two of them, and a look at how it was.

use std::fs;

use crate::support::{Shell, adopt};

#[tokio::test(flavor = "multi_thread")]
async fn a_night_is_looked_into() {
    let mut shell = Shell::storware().await;
    shell.filter(r"\b[0-9a-f]{8}\b", "[SNAP]");
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    shell.filter(&format!(r"\b{}\b", regex::escape(&host)), "[HOST]");
    let folder = shell.folder();
    fs::write(folder.join("gone.txt"), "it was here").unwrap();
    fs::create_dir(folder.join("drafts")).unwrap();
    shell.server.protect("documents", &folder, &[]).await;
    let fixture = adopt(&shell.server, "documents").await;
    fixture.back_up().await;
    fs::remove_file(folder.join("gone.txt")).unwrap();
    fs::write(folder.join("letter.txt"), "Dear readers").unwrap();
    fs::write(folder.join("drafts/new.txt"), "a draft").unwrap();
    fixture.back_up().await;

    let ended = shell.run("snapshots").await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    ID  TIME  GROUP  SOURCE  SIZE  FILES  KIND
    [SNAP]  [TIME]  documents  [HOST]  22 B  2  full
    [SNAP]  [TIME]  documents  [HOST]  19 B  2  incremental
    --- stderr
    ");
    let listed = shell.json("snapshots --group documents").await;
    let first = listed[0]["shortId"].as_str().unwrap();
    let ended = shell.run(&format!("diff {first} latest")).await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 0
    --- stdout
    CHANGE              WAS         SIZE  PATH
    added                            7 B  ~/documents/drafts/new.txt
    removed            11 B               ~/documents/gone.txt
    changed            11 B         12 B  ~/documents/letter.txt

    1 added (7 B), 1 removed (11 B), 1 changed
    --- stderr
    ");
    let ended = shell.run(&format!("diff {first} latest -o json --query summary.removed")).await;
    assert_eq!((ended.code, ended.stdout.trim()), (0, "1"));
    let ended = shell.run(&format!("ls {first}")).await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 0
    --- stdout
           SIZE  MODIFIED             NAME
                 [TIME]  drafts/
           11 B  [TIME]  gone.txt
           11 B  [TIME]  letter.txt
    --- stderr
    ");
    let ended = shell.run("ls documents -R -o csv --query \"[?kind=='file'].[size,name]\"").await;
    insta::assert_snapshot!(ended.whole(), @r#"
    exit 0
    --- stdout
    "[7,""new.txt""]"
    "[12,""letter.txt""]"
    --- stderr
    "#);
    let ended = shell.run("diff latest latest").await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 0
    --- stdout
    nothing differs
    --- stderr
    ");
}
