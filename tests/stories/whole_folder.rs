//! A laptop is gone: on the new one somebody looks what there is, and brings a whole folder back, as files and as an
//! archive.

use std::fs;

use crate::support::{Shell, adopt, odd_tree, tree_of};

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_comes_back_on_another_machine() {
    let mut shell = Shell::ibm().await;
    shell.filter(r"\b[0-9.]+ KiB\b", "[SIZE]");
    let folder = shell.home().join("old-laptop");
    fs::create_dir(&folder).unwrap();
    odd_tree(&folder);
    shell.server.protect("laptop", &folder, &[]).await;
    adopt(&shell.server, "laptop").await.back_up().await;
    let path = folder.display().to_string();

    let ended = shell.run("ls laptop").await;
    insta::assert_snapshot!(ended.loose(), @r#"
    exit 0
    --- stdout
           SIZE  MODIFIED  NAME
           19 B  [TIME]  -starts-with-dash
           19 B  [TIME]  .hidden
           19 B  [TIME]  100%_of [it]*?
                 [TIME]  dangling -> /nowhere/at/all
                 [TIME]  deep/
            0 B  [TIME]  empty-file
                 [TIME]  empty-folder/
           19 B  [TIME]  grüße-🔒.txt
           19 B  [TIME]  latin1-\xe9
                 [TIME]  link -> plain.txt
           19 B  [TIME]  looks like \x5cxe9
           19 B  [TIME]  new line
           19 B  [TIME]  plain.txt
           12 B  [TIME]  read-only
           10 B  [TIME]  script.sh
           19 B  [TIME]  second-name-of-plain
           19 B  [TIME]  with 'single' and "double" quotes
           19 B  [TIME]  with space
    --- stderr
    "#);
    let ended = shell.run(&format!("download laptop {path} --to new-laptop")).await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    TO  FILES  SIZE  UNCHANGED  SKIPPED  PATH
    new-laptop/old-laptop  15  [SIZE]  0  0  ~/old-laptop
    --- stderr
    ");
    let names = |root: &std::path::Path| -> Vec<_> { tree_of(root).into_keys().collect() };
    assert_eq!(names(&shell.home().join("new-laptop/old-laptop")), names(&folder));
    let ended = shell.run(&format!("download laptop {path} --zip --to laptop.zip")).await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    TO  FILES  SIZE  UNCHANGED  SKIPPED  PATH
    laptop.zip  1  [SIZE]  0  0  ~/old-laptop
    --- stderr
    ");
    let archive = fs::File::open(shell.home().join("laptop.zip")).unwrap();
    let archive = zip::ZipArchive::new(archive).unwrap();
    assert!(archive.file_names().any(|name| name.unwrap().ends_with("deep/er/and/deeper/leaf")));
    let ended = shell.run(&format!("download laptop {path} --zip --to laptop.zip")).await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 2
    --- stdout
    --- stderr
    error: laptop.zip is there already; --force replaces it
    ");
}
