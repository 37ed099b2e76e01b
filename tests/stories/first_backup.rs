//! Somebody has a server on their laptop and wants their letters to be safe: a login, a backup, a change, another one.

use crate::backups::steady;
use crate::support::{Shell, TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_backed_up_and_once_more_after_a_change() {
    let mut shell = Shell::bare(TestServer::start().await);
    steady(&mut shell);
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
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    SNAPSHOT  STATUS  FILES  READ  STORED  TOOK  GROUP
    [SNAP]  succeeded  1  8 B  [SIZE]  [TOOK]  letters
    --- stderr
    made the source [HOST]
    made the policy daily: backs up every day, keeps 7 days, 4 weeks, 12 months
    made the group letters
    ");
    shell.write("letters/to-grace.txt", "Dear Grace");
    let ended = shell.run("backup letters").await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    SNAPSHOT  STATUS  FILES  READ  STORED  TOOK  GROUP
    [SNAP]  succeeded  2  10 B  [SIZE]  [TOOK]  letters
    --- stderr
    uses the source [HOST]
    uses the policy daily: backs up every day, keeps 7 days, 4 weeks, 12 months
    uses the group letters
    ");
    let ended = shell.run("snapshots --query [].{group:group,files:files,kind:kind} -o csv").await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    files,group,kind
    1,letters,incremental
    2,letters,incremental
    --- stderr
    ");
    shell.server.stop().await;
}
