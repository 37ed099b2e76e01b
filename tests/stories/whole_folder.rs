//! A laptop is gone: on the new one somebody looks what there is, and brings a whole folder back, as files and as an
//! archive.

use std::fs;

use crate::support::{Filters, Shell, adopt, odd_tree, tree_of};

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_comes_back_on_another_machine() {
    let mut shell = Shell::ibm().await;
    shell.filter(Filters::SIZES, "[SIZE]");
    let folder = shell.home().join("old-laptop");
    fs::create_dir(&folder).unwrap();
    odd_tree(&folder);
    shell.server.protect("laptop", &folder, &[]).await;
    adopt(&shell.server, "laptop").await.back_up().await;
    let path = folder.display().to_string();

    let ended = shell.run("ls laptop").await;
    insta::assert_snapshot!(ended.loose(), @"");
    let ended = shell.run(&format!("download laptop {path} --to new-laptop")).await;
    insta::assert_snapshot!(ended.loose(), @"");
    let names = |root: &std::path::Path| -> Vec<_> { tree_of(root).into_keys().collect() };
    assert_eq!(names(&shell.home().join("new-laptop/old-laptop")), names(&folder));
    let ended = shell.run(&format!("download laptop {path} --zip --to laptop.zip")).await;
    insta::assert_snapshot!(ended.loose(), @"");
    let archive = fs::File::open(shell.home().join("laptop.zip")).unwrap();
    let archive = zip::ZipArchive::new(archive).unwrap();
    assert!(archive.file_names().any(|name| name.unwrap().ends_with("deep/er/and/deeper/leaf")));
    let ended = shell.run(&format!("download laptop {path} --zip --to laptop.zip")).await;
    insta::assert_snapshot!(ended.whole(), @"");
}
