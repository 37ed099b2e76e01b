//! Something changed over night: which snapshots there are, what differs between two of them, and a look at how it was.

use std::fs;

use crate::support::{Shell, adopt};

#[tokio::test(flavor = "multi_thread")]
async fn a_night_is_looked_into() {
    let mut shell = Shell::storware().await;
    shell.filter(r"\b[0-9a-f]{8}\b", "[SNAP]");
    shell.filter(r"  [0-9a-z.-]+  (?P<size>[0-9]+ B  )", "  [HOST]  $size");
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
    insta::assert_snapshot!(ended.loose(), @"");
    let listed = shell.json("snapshots --group documents").await;
    let first = listed[0]["shortId"].as_str().unwrap();
    let ended = shell.run(&format!("diff {first} latest")).await;
    insta::assert_snapshot!(ended.whole(), @"");
    let ended = shell.run(&format!("diff {first} latest -o json --query summary.removed")).await;
    assert_eq!((ended.code, ended.stdout.trim()), (0, "1"));
    let ended = shell.run(&format!("ls {first}")).await;
    insta::assert_snapshot!(ended.whole(), @"");
    let ended = shell.run("ls documents --recursive -o csv --query [?kind==`file`].[size,name]").await;
    insta::assert_snapshot!(ended.whole(), @"");
    let ended = shell.run("diff latest latest").await;
    insta::assert_snapshot!(ended.whole(), @"");
}
