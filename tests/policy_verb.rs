//! `strongroom policy`: how often and kept how long, in one line.

use crate::support::{Fixture, Shell};

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_made_shown_changed_and_deleted() {
    let shell = Shell::ibm().await;
    let ended = shell.run("policy create nightly --daily 7 --weekly 4 --monthly 12").await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 0
    --- stdout
    NAME     EVERY  KEPT                        GROUPS  ID
    nightly  1d     7 days, 4 weeks, 12 months  0       [ID]
    --- stderr
    ");
    let policy = shell.json("ibm policies list --query policies[0]").await;
    assert_eq!(policy["backupPolicy"]["regular"]["retention"]["duration"], 7);
    assert_eq!(policy["extendedRetention"].as_array().map(Vec::len), Some(2));

    assert_eq!(shell.run("policy create ledger --every 4h --daily 30 --yearly 10 --lock").await.code, 0);
    assert_eq!(
        shell.run("policy set nightly --weekly 8 --monthly 0 --every 12h --rename often").await.code,
        0
    );
    let ended = shell.run("policy list").await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 0
    --- stdout
    NAME    EVERY  KEPT               LOCK        GROUPS  ID
    ledger  4h     30 days, 10 years  compliance  0       [ID]
    often   12h    7 days, 8 weeks                0       [ID]
    --- stderr
    ");
    let ended = shell.run("policy show ledger").await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 0
    --- stdout
    name        ledger
    id          [ID]
    every       4h
    kept        30 days, 10 years
    daily       30
    weekly      0
    monthly     0
    yearly      10
    lock        compliance
    groups      0
    groupNames
    --- stderr
    ");
    // What locks for as long as it keeps goes on to do so.
    assert_eq!(shell.json("policy set ledger --daily 0 --monthly 2").await["lock"], "compliance");
    let lock = shell
        .json("ibm policies list --query \"policies[?name=='ledger']|[0].backupPolicy.regular.retention\"")
        .await;
    assert_eq!((&lock["duration"], &lock["dataLockConfig"]["duration"]), (&2.into(), &2.into()), "{lock}");
    let json = shell.json("policy list").await;
    assert_eq!(
        (&json[0]["name"], &json[0]["monthly"], &json[1]["weekly"]),
        (&"ledger".into(), &2.into(), &8.into())
    );

    let ended = shell.run("policy delete often").await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 0
    --- stdout
    --- stderr
    deleted the policy often
    ");
    shell.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_policy_is_refused() {
    let shell = Shell::ibm().await;
    let folder = shell.folder();
    let fixture = Fixture::new(shell.server.client(), &folder).await;
    for (line, code, told) in [
        ("policy create empty", 2, "say for how long to keep backups"),
        ("policy create odd --daily 7 --every 2w", 2, "at most 1w"),
        ("policy create odd --daily 7 --every soon", 2, "30m, 4h, 1d"),
        ("policy create odd --daily -1", 2, "-1"),
        ("policy create daily --daily 7", 5, "there is already a policy"),
        ("policy set nothing --daily 7", 4, "there is no policy \"nothing\"; there are: daily"),
        ("policy show nothing", 4, "there is no policy"),
        ("policy set daily --weekly 0", 2, "say for how long"),
        ("policy delete daily", 5, "folder"),
        ("policy", 2, "create"),
    ] {
        let ended = shell.run(line).await;
        assert_eq!(ended.code, code, "{line}: {}", ended.stderr);
        assert!(ended.stderr.contains(told), "{line}: {}", ended.stderr);
    }
    assert_eq!(shell.json("policy show daily").await["id"], fixture.policy.as_str());
    let storware = Shell::storware().await;
    let ended = storware.run("policy list").await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 2
    --- stdout
    --- stderr
    error: Storware's API has no policies: its schedules and retention are set in its own console. A server of ours keeps backups of an entity for the days that it was made with (keepDays)
    ");
    storware.server.stop().await;
    shell.server.stop().await;
}
