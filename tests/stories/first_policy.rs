//! Somebody writes their first policy: from the skeleton, with a mistake, and looks at it in a terminal.

use crate::support::Shell;

#[tokio::test]
async fn a_first_policy_comes_from_the_skeleton() {
    let shell = Shell::ibm().await;
    let skeleton = shell.run("ibm policies create --generate-skeleton").await;
    assert_eq!(skeleton.code, 0, "{}", skeleton.stderr);
    shell.write("policy.yaml", skeleton.stdout.replacen("duration: ", "duration: many # ", 1));

    // The mistake is told where it stands, and nothing is sent.
    let ended = shell.run("ibm policies create --from-file policy.yaml --name nightly").await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 2
    --- stdout
    --- stderr
    error: the body is not what the service takes; nothing was sent
    error[type]: `backupPolicy.regular.fullBackups[0].retention.duration` must be an integer, not a string
      --> policy.yaml:43:21
       |
    43 |           duration: many # 12
       |                     ^^^^
    ");

    shell.write("policy.yaml", skeleton.stdout);
    let made = shell.json("ibm policies create --from-file policy.yaml --name nightly").await;
    assert_eq!(made["name"], "nightly");

    let mut terminal = shell.terminal("ibm policies list", 80, 24);
    assert_eq!(terminal.exit_code().await, 0);
    insta::assert_snapshot!(terminal.loose(), @r"
    NAME  ID  DURATION  UNIT
    nightly  [ID]  3  Weeks
    ");
}
