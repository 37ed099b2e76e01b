//! An accountant has to keep the ledger ten years, and nobody may delete it before.

use crate::support::Shell;

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_is_kept_ten_years_under_a_lock() {
    let mut shell = Shell::ibm().await;
    shell.filter(r"\b[0-9a-f]{8}\b", "[SNAP]");
    shell.filter(r"\b[0-9]+\.[0-9]{2} s\b", "[TOOK]");
    shell.filter(r"\b[0-9.]+ KiB\b", "[SIZE]");
    shell.write("ledger/2026.csv", "1,2,3");
    let ended = shell.run("policy create ledger --every 4h --daily 30 --yearly 10 --lock").await;
    insta::assert_snapshot!(ended.loose(), @"");
    let done = shell.json("backup ledger --policy ledger").await;
    let group = done["group"]["id"].as_str().unwrap().to_owned();

    // The snapshot is locked: neither it nor the policy goes away by a slip of the hand.
    let locked = shell.run("snapshots --query [].{group:group,locked:locked} -o csv").await;
    insta::assert_snapshot!(locked.loose(), @"");
    let ended = shell.run("policy delete ledger").await;
    insta::assert_snapshot!(ended.whole(), @"");
    let ended = shell.run(&format!("ibm groups delete {group} --delete-snapshots")).await;
    assert_ne!(ended.code, 0, "{}", ended.stdout);

    // The auditors want it every hour.
    let ended = shell.run("policy set ledger --every 1h").await;
    insta::assert_snapshot!(ended.loose(), @"");
    shell.server.stop().await;
}
