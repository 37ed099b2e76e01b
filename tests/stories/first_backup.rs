//! Somebody has a server on their laptop and wants their letters to be safe: a login, a backup, a change, another one.

use crate::support::{Shell, TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_backed_up_and_once_more_after_a_change() {
    let mut shell = Shell::bare(TestServer::start().await);
    shell.filter(r"\b[0-9a-f]{8}\b", "[SNAP]");
    shell.filter(r"\b[0-9]+\.[0-9]{2} s\b", "[TOOK]");
    shell.filter(r"\b[0-9.]+ KiB\b", "[SIZE]");
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    shell.filter(&format!(r"\b{}\b", regex::escape(&host)), "[HOST]");
    let (url, tenant) = (shell.server.url.clone(), shell.server.tenant.clone());
    let key = shell.server.api_key.clone();
    shell.write("letters/to-ada.txt", "Dear Ada");

    // Without a profile nobody knows which server is meant.
    let ended = shell.run("backup letters").await;
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    let line =
        format!("login --profile laptop --url {url} --iam-url {url} --tenant {tenant} --api-key-stdin");
    assert_eq!(shell.run_with(&line, &key).await.code, 0);

    let ended = shell.run("backup letters").await;
    insta::assert_snapshot!(ended.loose(), @"");
    shell.write("letters/to-grace.txt", "Dear Grace");
    let ended = shell.run("backup letters").await;
    insta::assert_snapshot!(ended.loose(), @"");
    let ended = shell.run("snapshots --query [].{group:group,files:files,kind:kind} -o csv").await;
    insta::assert_snapshot!(ended.loose(), @"");
    shell.server.stop().await;
}
