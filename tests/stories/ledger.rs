//! An accountant has to keep the ledger ten years, and nobody may delete it before.

use crate::backups::steady;
use crate::support::Shell;

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_is_kept_ten_years_under_a_lock() {
    let mut shell = Shell::ibm().await;
    steady(&mut shell);
    shell.write("ledger/2026.csv", "1,2,3");
    let ended = shell.run("policy create ledger --every 4h --daily 30 --yearly 10 --lock").await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    NAME  EVERY  KEPT  LOCK  GROUPS  ID
    ledger  4h  30 days, 10 years  compliance  0  [ID]
    --- stderr
    ");
    let done = shell.json("backup ledger --policy ledger").await;
    let group = done["group"]["id"].as_str().unwrap().to_owned();

    // The snapshot is locked: neither it nor the policy goes away by a slip of the hand.
    let locked = shell.run("snapshots --query [].{group:group,locked:locked} -o csv").await;
    insta::assert_snapshot!(locked.loose(), @r"
    exit 0
    --- stdout
    group,locked
    ledger,true
    --- stderr
    ");
    let ended = shell.run("policy delete ledger").await;
    insta::assert_snapshot!(ended.whole(), @r#"
    exit 5
    --- stdout
    --- stderr
    error: deleteProtectionPolicy: the service refused (409 Conflict): the policy "ledger" is followed by the group "ledger"; give the group another policy first [Conflict], reference [REFERENCE]
    "#);
    let ended = shell.run(&format!("ibm groups delete {group} --delete-snapshots")).await;
    assert_eq!(ended.code, 5, "{}", ended.stderr);
    assert!(ended.stderr.contains("is locked until"), "{}", ended.stderr);

    // The auditors want it every hour.
    let ended = shell.run("policy set ledger --every 1h").await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    NAME  EVERY  KEPT  LOCK  GROUPS  ID
    ledger  1h  30 days, 10 years  compliance  0  [ID]
    --- stderr
    ");
    shell.server.stop().await;
}
