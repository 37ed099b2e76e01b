//! `strongroom ibm`, `strongroom storware` and `strongroom api`: the binary, in a home of its own, against the real
//! server. Every answer is held against the spec by the server.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use server::Role;

use crate::support::{Fixture, Shell, TestServer, TestUser};

const POLICY: &str = "\
name: nightly
backupPolicy:
  regular:
    incremental:
      schedule: {unit: Days, daySchedule: {frequency: 1}}
    retention: {duration: 3, unit: Weeks}
";

#[tokio::test]
async fn every_resource_of_ibm_answers() {
    let mut shell = Shell::new().await;
    shell.write("policy.yaml", POLICY);
    let source = shell
        .json("ibm sources register --environment kPhysical --set physicalParams.endpoint=localhost")
        .await;
    let object = source["id"].to_string();
    let policy = shell.json("ibm policies create --from-file policy.yaml").await;
    let policy = policy["id"].as_str().unwrap().to_owned();
    let folder = shell.folder();
    let group =
        Fixture::create_group(&shell.server.client(), "docs", &policy, object.parse().unwrap(), &folder)
            .await;
    let fixture = Fixture { client: shell.server.client(), object: object.parse().unwrap(), policy, group };
    fixture.back_up().await;
    let snapshot = fixture.snapshots().await.remove(0);
    for (made_up, name) in [(&fixture.policy, "[POLICY]"), (&fixture.group, "[GROUP]")] {
        shell.hide(made_up, name);
    }

    let Fixture { group, policy, .. } = &fixture;
    for line in [
        "ibm policies list".to_owned(),
        format!("ibm policies get {policy}"),
        "ibm groups list".to_owned(),
        format!("ibm groups get {group} --include-last-run-info"),
        format!("ibm runs list {group} --num-runs 1"),
        "ibm sources list".to_owned(),
        format!("ibm sources get {object}"),
        format!("ibm snapshots list {object}"),
        "ibm search objects --search-string '*'".to_owned(),
        "ibm search protected-objects".to_owned(),
        "ibm search indexed-objects --object-type Files --set fileParams.searchString=letter".to_owned(),
        "ibm recoveries list".to_owned(),
        "ibm connections list".to_owned(),
        "ibm connectors list".to_owned(),
        "ibm agents list-upgrade-tasks".to_owned(),
    ] {
        assert!(shell.json(&line).await.is_object(), "{line}");
    }
    let connection = shell.json("ibm connections create --connection-name home").await;
    assert_eq!(connection["connectionName"], "home");
    let key = &shell.server.api_key;
    let grant = "--grant-type urn:ibm:params:oauth:grant-type:apikey";
    let token = shell.json(&format!("ibm tokens create {grant} --apikey {key}")).await;
    assert_eq!(token["token_type"], "Bearer");

    // A download goes to a file, or through a pipe.
    let line =
        format!("ibm snapshots download {snapshot} --file-path {}", folder.join("letter.txt").display());
    let ended = shell.run(&format!("{line} --output copy.txt")).await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 0
    --- stdout
    --- stderr
    wrote 11 B to copy.txt
    ");
    assert_eq!(fs::read_to_string(shell.home().join("copy.txt")).unwrap(), "Dear reader");
    assert_eq!(shell.run(&line).await.bytes, b"Dear reader");

    // What a person sees.
    let ended = shell.run("ibm policies list").await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    NAME  ID  DURATION  UNIT
    nightly  [POLICY]  3  Weeks
    --- stderr
    ");
    let ended =
        shell.run("ibm groups list -o csv --query protectionGroups[].{name:name,policy:policyId}").await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 0
    --- stdout
    name,policy
    docs,[POLICY]
    --- stderr
    ");
    let ended = shell.run(&format!("ibm policies get {policy} --query backupPolicy -o yaml")).await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 0
    --- stdout
    regular:
      incremental:
        schedule:
          daySchedule:
            frequency: 1
          unit: Days
      retention:
        duration: 3
        unit: Weeks
    --- stderr
    ");
}

#[tokio::test]
async fn every_resource_of_storware_answers() {
    let shell = Shell::storware().await;
    let made = format!("POST /entities --set name=docs --set 'paths=[\"{}\"]'", shell.folder().display());
    let entity = shell.json(&format!("api {made}")).await;
    let guid = entity["guid"].as_str().unwrap();
    let line = format!("storware tasks export --protected-entities {guid} --backup-type FULL");
    assert_eq!(shell.json(&line).await.as_array().map(Vec::len), Some(1));
    for (line, is_list) in [
        ("storware session user", false),
        ("storware entities list", true),
        ("storware hypervisor-managers list", true),
        ("storware tasks list", true),
        ("storware tasks list --all", true),
        ("storware backups list --limit 5", true),
        ("storware statistics sizes", true),
    ] {
        assert_eq!(shell.json(line).await.is_array(), is_list, "{line}");
    }
    let ended = shell.run("storware session check").await;
    assert_eq!(ended.whole(), "exit 0\n--- stdout\n--- stderr\n");
    let node = shell.json("storware nodes create --name outside").await;
    assert!(node["guid"].is_string(), "{node}");

    // A list of two, one at a time.
    shell.run(&line).await;
    let tasks = shell.json("storware tasks list --size 1").await;
    assert_eq!(tasks.as_array().map(Vec::len), Some(1));
    let ended = shell.run("storware tasks list --size 1 -o json").await;
    assert!(ended.stderr.contains("--all fetches the rest"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_body_is_checked_before_it_is_sent() {
    let shell = Shell::new().await;
    shell.write("body.yaml", "name: 5\nbackupPolicy:\n  regular:\n    retention:\n      duration: 0\n      unit: Weeks\ncolour: red\n");
    let ended = shell.run("ibm policies create --from-file body.yaml").await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 2
    --- stdout
    --- stderr
    warning[unknown-member]: `colour` is not declared
     --> body.yaml:7:9
      |
    7 | colour: red
      |         ^^^
    error: the body is not what the service takes; nothing was sent
    error[type]: `name` must be a string, not a number
     --> body.yaml:1:7
      |
    1 | name: 5
      |       ^
    ");
    shell.write("broken.json", "{\"name\": \"a\",, }");
    let ended = shell.run("ibm policies create --from-file broken.json").await;
    insta::assert_snapshot!(ended.whole(), @r#"
    exit 2
    --- stdout
    --- stderr
    error: the body is not what the service takes; nothing was sent
    error[yaml-syntax]: while parsing a node, did not find expected node content
     --> broken.json:1:14
      |
    1 | {"name": "a",, }
      |              ^
    "#);
    let ended = shell.run("ibm policies create --name a").await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 2
    --- stdout
    --- stderr
    error: the body is not what the service takes; nothing was sent
    error: `backupPolicy` is required (give --set backupPolicy=VALUE, or put it into a file)
    ");
    // Flags win over the file, and what only a newer service knows is told and sent.
    shell.write("body.yaml", POLICY);
    let line = "ibm policies create --name other --set backupPolicy.regular.retention.unit=Fortnights --from-file - --dry-run";
    let ended = shell.run_with(line, POLICY).await;
    insta::assert_snapshot!(ended.whole(), @r#"
    exit 0
    --- stdout
    curl -sS -X POST '[URL]/v2/data-protect/policies' \
      -H 'content-type: application/json' \
      -H 'x-ibm-tenant-id: [TENANT]/' \
      -H "Authorization: Bearer $STRONGROOM_TOKEN" \
      --data-raw '{"name":"other","backupPolicy":{"regular":{"incremental":{"schedule":{"unit":"Days","daySchedule":{"frequency":1}}},"retention":{"duration":3,"unit":"Fortnights"}}}}'
    --- stderr
    warning: `backupPolicy.regular.retention.unit` must be one of Days, Weeks, Months, Years, not "Fortnights"
    note: STRONGROOM_TOKEN stands for an access token; `strongroom ibm tokens create` makes one
    "#);
}

#[tokio::test]
async fn a_dry_run_works_when_pasted() {
    let shell = Shell::new().await;
    shell.write("policy.yaml", POLICY);
    let ended = shell.run("ibm policies create --from-file policy.yaml --dry-run").await;
    insta::assert_snapshot!(ended.whole(), @r#"
    exit 0
    --- stdout
    curl -sS -X POST '[URL]/v2/data-protect/policies' \
      -H 'content-type: application/json' \
      -H 'x-ibm-tenant-id: [TENANT]/' \
      -H "Authorization: Bearer $STRONGROOM_TOKEN" \
      --data-raw '{"name":"nightly","backupPolicy":{"regular":{"incremental":{"schedule":{"unit":"Days","daySchedule":{"frequency":1}}},"retention":{"duration":3,"unit":"Weeks"}}}}'
    --- stderr
    note: STRONGROOM_TOKEN stands for an access token; `strongroom ibm tokens create` makes one
    "#);
    assert_eq!(shell.json("ibm policies list").await["policies"], json!([]), "nothing was sent");

    let key = &shell.server.api_key;
    let line = "ibm tokens create --grant-type urn:ibm:params:oauth:grant-type:apikey --apikey";
    let token = shell.json(&format!("{line} {key} --query access_token")).await;
    let mut curl = Command::new("sh");
    curl.arg("-c").arg(&ended.stdout).env("STRONGROOM_TOKEN", token.as_str().unwrap());
    let output = tokio::task::spawn_blocking(move || curl.output().unwrap()).await.unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["name"], "nightly");
    // A key is never shown.
    let ended = shell.run(&format!("{line} {key} --dry-run")).await;
    assert!(ended.stdout.contains("apikey=***") && !ended.stdout.contains(key.as_str()), "{}", ended.stdout);
}

#[tokio::test]
async fn failures_have_codes_and_are_told_in_one_form() {
    let shell = Shell::new().await;
    let ended = shell.run("ibm policies get 1:2:3").await;
    assert_eq!(ended.code, 4, "{}", ended.stderr);
    let ended = shell.run("ibm policies get 1:2:3 -o json").await;
    let error: Value = serde_json::from_str(&ended.stderr).unwrap();
    assert_eq!((ended.code, ended.stdout.as_str()), (4, ""));
    assert_eq!(error["error"]["kind"], "notFound");
    assert_eq!(error["error"]["status"], 404);
    assert_eq!(error["error"]["retryable"], false);
    let members: Vec<&String> = error["error"].as_object().unwrap().keys().collect();
    assert_eq!(members, ["kind", "status", "code", "message", "requestId", "retryable"]);

    // Usage, also told before anything was read.
    for line in ["ibm policies gte", "ibm policies list --ids", "ibm policies get", "api GET"] {
        assert_eq!(shell.run(line).await.code, 2, "{line}");
    }
    let ended = shell.run("ibm policies lits -o json").await;
    let error: Value = serde_json::from_str(&ended.stderr).unwrap();
    assert_eq!((ended.code, &error["error"]["kind"]), (2, &json!("usage")));
    assert!(shell.run("ibm polcies list").await.stderr.contains("'policies'"));

    // A service that refuses who calls, and one that is not there.
    shell.write("key", "wrong");
    assert_eq!(shell.run("ibm policies list --api-key-file key").await.code, 3);
    shell.write("password", "wrong");
    assert_eq!(shell.run("storware tasks list --login admin --password-file password").await.code, 3);
    assert_eq!(
        shell.run("ibm policies list --url http://127.0.0.1:9 --iam-url http://127.0.0.1:9 --tenant t/ --api-key-file key").await.code,
        8
    );

    // What the state of a thing does not allow.
    shell.write("policy.yaml", POLICY);
    let policy = shell.json("ibm policies create --from-file policy.yaml").await;
    let policy = policy["id"].as_str().unwrap().to_owned();
    let client = shell.server.client();
    let object = Fixture::register(&client).await;
    Fixture::create_group(&client, "docs", &policy, object, &shell.folder()).await;
    let ended = shell.run(&format!("ibm policies delete {policy}")).await;
    assert_eq!(ended.code, 5, "{}", ended.stderr);
    let codes = shell.run("exit-codes").await.stdout;
    insta::assert_snapshot!(codes, @r"
        0  Done
        1  Failed in a way that has no code of its own
        2  The command line or the request is not right; nothing was done
        3  The service does not know who calls, or does not let them (401, 403)
        4  There is no such thing (404)
        5  The state of the thing does not allow it (409)
        6  What was waited for has failed
        7  What was waited for has ended with warnings
        8  No answer from the service, so it may or may not have acted
      130  Interrupted with Ctrl-C
    ");
    let help = shell.run("help exit-codes").await.stdout;
    assert!(codes.lines().all(|line| help.contains(line.trim())), "{help}");
}

#[tokio::test]
async fn a_closed_pipe_is_no_error() {
    let shell = Shell::new().await;
    let mut command = shell.command();
    let output = tokio::task::spawn_blocking(move || {
        let mut child = command
            .args(["ibm", "policies", "list", "--help"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        child.wait_with_output().unwrap()
    });
    let output = output.await.unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[tokio::test]
async fn help_shows_the_way() {
    let shell = Shell::new().await;
    let page = shell.run("--help").await.stdout;
    let headings: Vec<&str> = page.lines().filter(|line| line.ends_with(':')).collect();
    // A command that is in no group would be among `Others:`.
    assert_eq!(
        headings,
        ["Begin:", "Everything the services can do:", "A server of your own:", "Help:", "Options:"],
        "{page}"
    );
    let page = shell.run("ibm connections patch --help").await.stdout;
    let own = page.split("\nConnection:").next().unwrap();
    insta::assert_snapshot!(own.trim_end(), @r"
    Rename a connection

    Changes the name of a data source connection.

    Usage: strongroom ibm connections patch [OPTIONS] <CONNECTION_ID>

    Arguments:
      <CONNECTION_ID>
              Id of a data source connection, a string of digits.

    Options:
          --dry-run
              Print the request as a command of curl, and send nothing

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Body:
          --connection-name <CONNECTION_NAME>
              New name of the connection. It must be unique for the tenant (required)

          --from-file <FILE>
              The body as YAML or JSON; `-` is standard input, and flags win over what it says

          --set <MEMBER=VALUE>
              Set a member of the body by its path, such as a.b[0].c=5; JSON where it is JSON, else a
              text

          --generate-skeleton[=<FORM>]
              Print a body to fill in, and send nothing
              
              [possible values: yaml, json]

    Output:
      -o, --output <FORM>
              How to print what comes back
              
              [default: table]
              [possible values: table, wide, json, yaml, csv]

          --query <JMESPATH>
              Print only what this expression picks, see https://jmespath.org

          --color <WHEN>
              Whether to set off headings; NO_COLOR turns it off too
              
              [default: auto]
              [possible values: auto, always, never]

          --no-pager
              Print long answers without $PAGER; there is none when piped
    ");
    let end =
        "Example:\n  strongroom ibm connections patch CONNECTION_ID --connection-name 'Frankfurt, hall 2'\n";
    assert!(page.ends_with(end), "{page}");
}

#[tokio::test]
async fn a_dry_run_of_storware_logs_in_when_pasted() {
    // What a shell, sed and JSON each take for something else.
    let login = r#"o'neil&\""#;
    let users: [TestUser<'_>; 1] = [(login, Role::Operator, None, None)];
    let server = TestServer::start_with_users(&users).await;
    let password = format!("{login}{login}");
    let shell = Shell::bare(server).with("STORWARE_LOGIN", login).with("STORWARE_PASSWORD", &password);
    let url = shell.server.url.clone();
    let shell = shell.with("STORWARE_URL", &url);
    let ended = shell.run("storware tasks list --states RUNNING --dry-run").await;
    insta::assert_snapshot!(ended.whole(), @r#"
    exit 0
    --- stdout
    STRONGROOM_JAR=$(mktemp)
    printf '%s\n' "$STORWARE_PASSWORD" | sed 's/[\\"]/\\&/g; s/.*/{"login":"o'\''neil\&\\\\\\"","password":"&"}/' \
      | curl -sS -o /dev/null -c "$STRONGROOM_JAR" '[URL]/api/session/login' \
      -H 'content-type: application/json' --data-binary @-
    curl -sS '[URL]/api/tasks?states=RUNNING' \
      -b "$STRONGROOM_JAR"
    --- stderr
    note: STORWARE_PASSWORD stands for the password; the session is in the file $STRONGROOM_JAR, for further commands too
    "#);
    assert!(!ended.stdout.contains(&password));

    let mut pasted = Command::new("sh");
    // The status as well.
    let lines = format!("{} -w ' %{{http_code}}'\nrm \"$STRONGROOM_JAR\"\n", ended.stdout.trim_end());
    pasted.arg("-c").arg(lines).env("STORWARE_PASSWORD", &password);
    let ended = shell.end(pasted, "").await;
    assert_eq!(ended.whole(), "exit 0\n--- stdout\n[] 200--- stderr\n");
}

#[tokio::test]
async fn secrets_of_a_body_are_not_shown() {
    let shell = Shell::new().await;
    let line = "ibm sources register --environment kPhysical --dry-run --set physicalParams.endpoint=localhost \
                --set kubernetesParams.endpoint=h --set kubernetesParams.kubernetesDistribution=kMainline \
                --set kubernetesParams.clientPrivateKey=hush --set tomorrow.newPassword=hush";
    let ended = shell.run(line).await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.contains("***") && !ended.stdout.contains("hush"), "{}", ended.stdout);
    assert!(ended.stderr.contains("secrets are left out"), "{}", ended.stderr);
    // Nor those of headers.
    let ended = shell.run("api --service ibm GET /x --dry-run -H 'Cookie: hush' -H 'X-Api-Key:hush'").await;
    assert!(!ended.stdout.contains("hush") && ended.stdout.contains("cookie: ***"), "{}", ended.stdout);
}

#[tokio::test]
async fn tokens_come_the_way_of_the_profile() {
    let shell = Shell::bare(TestServer::start().await);
    let grant = "ibm tokens create --grant-type urn:ibm:params:oauth:grant-type:apikey";
    let key = shell.server.api_key.clone();
    let login =
        format!("login --profile work --url {} --tenant t/ --api-key-stdin --no-check", shell.server.url);
    assert_eq!(shell.run_with(&login, &key).await.code, 0);
    assert_eq!(shell.json(&format!("{grant} --apikey {key}")).await["token_type"], "Bearer");
    // Also without the key that the profile has forgotten.
    assert_eq!(shell.run("logout").await.code, 0);
    assert_eq!(shell.json(&format!("{grant} --apikey {key}")).await["token_type"], "Bearer");
    // A proxy that nobody is at, and authorities that are none: the way is taken.
    let ended = shell.run(&format!("{grant} --apikey k --proxy http://127.0.0.1:1")).await;
    assert_eq!(ended.code, 8, "{}", ended.stderr);
    shell.write("ca.pem", "no certificate");
    let ended = shell.run(&format!("{grant} --apikey k --ca-file ca.pem")).await;
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    let ended = shell.run(&format!("{grant} --apikey k --client-certificate ca.pem")).await;
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    // A key does not travel in the clear, and a profile that is not there does not lead to the vendor.
    let ended = shell.run(&format!("{grant} --apikey k --iam-url http://host")).await;
    assert!(ended.code == 2 && ended.stderr.contains("--insecure-http"), "{}", ended.whole());
    let ended = shell.run(&format!("{grant} --apikey k --profile other")).await;
    assert!(ended.code == 2 && ended.stderr.contains("no profile `other`"), "{}", ended.whole());
}

#[tokio::test]
async fn what_is_not_there_is_named_as_it_was_asked_for() {
    let shell = Shell::ibm().await;
    let policy = shell.write("policy.yaml", POLICY);
    let made = shell.json(&format!("ibm policies create --from-file {}", policy.display())).await;
    let policy = made["id"].as_str().unwrap();
    let stem = policy.rsplit_once(':').unwrap().0;
    for (line, said) in [
        (format!("ibm policies get {stem}:4711"), format!("there is no policy {stem}:4711")),
        (format!("ibm groups get {stem}:4711"), format!("there is no protection group {stem}:4711")),
        (format!("ibm groups delete {stem}:4711"), format!("there is no protection group {stem}:4711")),
        (format!("ibm recoveries get {stem}:4711"), format!("there is no recovery {stem}:4711")),
        (format!("ibm runs list {stem}:4711"), format!("there is no protection group {stem}:4711")),
    ] {
        let ended = shell.run(&line).await;
        assert!(ended.code == 4 && ended.stderr.contains(&said), "{line}: {}", ended.stderr);
    }
}

#[tokio::test]
async fn runs_are_paused_resumed_and_cancelled_by_verbs_of_their_own() {
    let shell = Shell::ibm().await;
    for (verb, action) in [("pause", "Pause"), ("resume", "Resume"), ("cancel", "Cancel")] {
        let line = format!("ibm runs {verb} 1:2:3 --run-id 4:5 --run-id 6:7 --dry-run");
        let ended = shell.run(&line).await;
        let body = format!(
            "--data-raw '{{\"{verb}Params\":[{{\"runId\":\"4:5\"}},{{\"runId\":\"6:7\"}}],\"action\":\"{action}\"}}'"
        );
        assert!(ended.code == 0 && ended.stdout.contains(&body), "{}", ended.whole());
        let ended = shell.run(&format!("ibm runs {verb} 1:2:3")).await;
        assert!(ended.code == 2 && ended.stderr.contains("--run-id is required"), "{}", ended.whole());
        // The skeleton is of this action, and goes through as it is.
        let skeleton = shell.run(&format!("ibm runs {verb} 1:2:3 --generate-skeleton=json")).await;
        let skeleton: Value = serde_json::from_str(&skeleton.stdout).unwrap();
        assert_eq!(skeleton["action"], action);
    }
    let ended = shell.run("ibm runs pause 1:2:3 --run-id 4:5").await;
    assert_eq!(ended.code, 4, "{}", ended.stderr);
}
