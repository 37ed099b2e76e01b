//! The forms in which commands print: table, wide, JSON, YAML and CSV, with colour and with a pager.

use serde_json::{Value, json};

use crate::support::Shell;

/// A home with two profiles in it.
async fn with_profiles() -> Shell {
    let shell = Shell::new().await;
    for (name, flags) in [
        ("work", "--url https://work --tenant t/ --api-key-stdin"),
        ("tape", "--url https://tape --login ada --password-stdin"),
    ] {
        let ended = shell.run_with(&format!("login --no-check --profile {name} {flags}"), "hush").await;
        assert_eq!(ended.code, 0, "{}", ended.stderr);
    }
    shell
}

#[tokio::test]
async fn profiles_are_printed_in_every_form() {
    let shell = with_profiles().await;
    insta::assert_snapshot!(shell.run("profile list").await.whole(), @r"
    exit 0
    --- stdout
     profile  default  kind      url           as   secret
     tape              storware  https://tape  ada  file
     work     yes      ibm       https://work  t/   file
    --- stderr
    ");
    insta::assert_snapshot!(shell.run("profile list -o yaml --query '[].{name:name,kind:kind}'").await.whole(), @r"
    exit 0
    --- stdout
    - kind: storware
      name: tape
    - kind: ibm
      name: work
    --- stderr
    ");
    insta::assert_snapshot!(shell.run("profile list -o csv").await.whole(), @r"
    exit 0
    --- stdout
    name,default,kind,url,iamUrl,tenant,login,caFile,clientCertificate,proxy,insecureHttp,secretIn
    tape,false,storware,https://tape,,,ada,,,,false,file
    work,true,ibm,https://work,https://work,t/,,,,,false,file
    --- stderr
    ");
    insta::assert_snapshot!(shell.run("profile show tape -o yaml").await.whole(), @r"
    exit 0
    --- stdout
    name: tape
    default: false
    kind: storware
    url: https://tape
    iamUrl: null
    tenant: null
    login: ada
    caFile: null
    clientCertificate: null
    proxy: null
    insecureHttp: false
    secretIn: file
    --- stderr
    ");
    insta::assert_snapshot!(shell.run("profile list --query '[?default].name' -o json").await.whole(), @r#"
    exit 0
    --- stdout
    [
      "work"
    ]
    --- stderr
    "#);
    insta::assert_snapshot!(shell.run("profile path -o json").await.whole(), @r#"
    exit 0
    --- stdout
    {
      "path": "~/.config/strongroom/config.toml"
    }
    --- stderr
    "#);
    assert_eq!(shell.json("profile use tape").await, json!({"profile": "tape", "default": true}));
    assert_eq!(shell.json("logout tape").await, json!({"profile": "tape", "forgotten": true}));
    assert_eq!(shell.json("logout tape").await, json!({"profile": "tape", "forgotten": false}));
    assert_eq!(shell.json("profile remove tape").await, json!({"profile": "tape", "removed": true}));
    let shell = Shell::ibm().await;
    let url = format!("{}/v2", shell.server.url);
    assert_eq!(shell.json("profile check").await, json!({"url": url, "works": true}));
}

#[tokio::test]
async fn what_is_not_there_is_an_empty_list() {
    let shell = Shell::new().await;
    let ended = shell.run("profile list").await;
    assert_eq!(
        ended.whole(),
        "exit 0\n--- stdout\n--- stderr\nnote: there are no profiles; `strongroom login` makes one\n"
    );
    assert_eq!(shell.json("profile list").await, json!([]));
}

#[tokio::test]
async fn a_query_that_is_none_changes_nothing() {
    let shell = with_profiles().await;
    for line in ["profile remove work", "profile use tape", "logout work", "profile list", "exit-codes"] {
        let ended = shell.run(&format!("{line} --query ]")).await;
        assert_eq!(ended.code, 2, "{line}: {}", ended.stderr);
        assert!(ended.stderr.contains("--query"), "{}", ended.stderr);
    }
    let profiles = shell.json("profile list").await;
    let kept = |index: usize| (profiles[index]["name"].clone(), profiles[index]["secretIn"].clone());
    assert_eq!([kept(0), kept(1)], [(json!("tape"), json!("file")), (json!("work"), json!("file"))]);
}

#[tokio::test]
async fn exit_codes_are_data_too() {
    let shell = Shell::new().await;
    let codes = shell.json("exit-codes").await;
    assert_eq!(codes[4], json!({"code": 4, "name": "notFound", "meaning": "There is no such thing (404)"}));
    insta::assert_snapshot!(shell.run("exit-codes -o csv --query '[?code>`7`].{code:code,name:name}'").await.whole(), @r"
    exit 0
    --- stdout
    code,name
    8,unreachable
    9,outOfTime
    130,interrupted
    --- stderr
    ");
}

#[tokio::test]
async fn users_and_keys_are_printed_in_every_form() {
    let mut shell = Shell::new().await;
    let key = shell.json("api-key --data-dir data --tenant acme/ --name laptop").await;
    assert_eq!((&key["tenant"], &key["name"]), (&json!("acme/"), &json!("laptop")));
    assert!(key["apiKey"].as_str().is_some_and(|key| key.len() > 20), "{key}");
    let user = shell.json("user add ada --role viewer --project web --data-dir data").await;
    let password = user["password"].as_str().unwrap();
    assert_eq!(user, json!({"tenant": "acme/", "login": "ada", "role": "viewer", "password": password}));
    let user = shell.json("user add bob --role operator --password-file bob.password --data-dir data").await;
    assert_eq!((&user["password"], &user["passwordFile"]), (&Value::Null, &json!("bob.password")));
    shell.hide(password, "[PASSWORD]");
    insta::assert_snapshot!(shell.run("user list --data-dir data -o csv").await.whole(), @r#"
    exit 0
    --- stdout
    login,role,tenant,projects,lastLogin
    ada,viewer,acme/,"[""web""]",
    bob,operator,acme/,,
    --- stderr
    "#);
    let ended = shell.run("user list --data-dir data -o yaml --query \"[?login=='ada']\"").await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 0
    --- stdout
    - lastLogin: null
      login: ada
      projects:
        - web
      role: viewer
      tenant: acme/
    --- stderr
    ");
    let again = shell.json("user password ada --data-dir data").await;
    assert_ne!(again["password"].as_str().unwrap(), password);
    assert_eq!(
        shell.json("user remove ada --data-dir data").await,
        json!({"login": "ada", "tenant": "acme/", "removed": true})
    );
}

/// What sets a heading off.
const BOLD: &str = "\u{1b}[1m";

/// A policy, so that there is a table.
async fn with_a_policy() -> Shell {
    let shell = Shell::new().await;
    let body = r#"{"regular":{"incremental":{"schedule":{"unit":"Days","daySchedule":{"frequency":1}}},"retention":{"duration":3,"unit":"Weeks"}}}"#;
    shell.json(&format!("ibm policies create --name nightly --set 'backupPolicy={body}'")).await;
    shell
}

#[tokio::test]
async fn colour_is_for_terminals_and_for_those_who_ask() {
    let shell = with_a_policy().await;
    let printed = shell.run("ibm policies list").await.stdout;
    assert!(!printed.contains('\u{1b}'), "{printed:?}");
    let printed = shell.run("ibm policies list --color always").await.stdout;
    assert!(printed.starts_with(&format!("{BOLD}NAME")), "{printed:?}");
    // It is for tables only.
    let printed = shell.run("ibm policies list --color always -o json").await.stdout;
    assert!(!printed.contains('\u{1b}'), "{printed:?}");

    for (line, is_bold) in [
        ("ibm policies list", true),
        ("ibm policies list --color never", false),
        ("ibm policies list -o yaml", false),
    ] {
        let mut terminal = shell.terminal(line, 80, 24);
        assert_eq!(terminal.exit_code().await, 0);
        assert_eq!(terminal.raw().contains(BOLD), is_bold, "{line}: {:?}", terminal.raw());
    }
    let shell = shell.with("NO_COLOR", "1");
    for (line, is_bold) in [("ibm policies list", false), ("ibm policies list --color always", true)] {
        let mut terminal = shell.terminal(line, 80, 24);
        assert_eq!(terminal.exit_code().await, 0);
        assert_eq!(terminal.raw().contains(BOLD), is_bold, "{line}: {:?}", terminal.raw());
    }
    // Set to nothing is not set.
    let shell = shell.with("NO_COLOR", "");
    let mut terminal = shell.terminal("ibm policies list", 80, 24);
    assert_eq!(terminal.exit_code().await, 0);
    assert!(terminal.raw().contains(BOLD));
}

#[tokio::test]
async fn what_is_longer_than_the_terminal_goes_through_the_pager() {
    let shell =
        with_a_policy().await.with("PATH", "/usr/bin:/bin").with("PAGER", "cat > paged; echo it is paged");
    let paged = shell.home().join("paged");
    // All of it fits.
    let mut terminal = shell.terminal("ibm policies list", 80, 24);
    assert_eq!(terminal.exit_code().await, 0);
    assert!(!paged.exists() && terminal.screen().contains("nightly"));
    // Not all of it fits.
    let mut terminal = shell.terminal("ibm policies list -o json", 80, 8);
    assert_eq!(terminal.exit_code().await, 0);
    assert_eq!(terminal.screen(), "it is paged\n");
    let text = std::fs::read_to_string(&paged).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["policies"][0]["name"], "nightly");
    std::fs::remove_file(&paged).unwrap();
    // Somebody wants none, nobody is there to read, or it is not there.
    let mut terminal = shell.terminal("ibm policies list -o json --no-pager", 80, 8);
    assert_eq!(terminal.exit_code().await, 0);
    assert!(shell.run("ibm policies list -o json").await.stdout.contains("nightly"));
    assert!(!paged.exists());
    for pager in ["", "cat", "no-such-pager"] {
        let shell = with_a_policy().await.with("PATH", "/usr/bin:/bin").with("PAGER", pager);
        let mut terminal = shell.terminal("ibm policies list -o json", 80, 8);
        assert_eq!(terminal.exit_code().await, 0, "{pager}");
        assert!(terminal.raw().contains("nightly"), "{pager}: {}", terminal.raw());
    }
    // One that is left before the end is no error.
    let shell = shell.with("PAGER", "head -n 1");
    let mut terminal = shell.terminal("ibm policies list -o json", 80, 8);
    assert_eq!(terminal.exit_code().await, 0);
    assert_eq!(terminal.screen(), "{\n");
}

#[tokio::test]
async fn the_help_of_profiles_teaches() {
    let shell = Shell::new().await;
    insta::assert_snapshot!(shell.run("profile --help").await.whole(), @r#"
    exit 0
    --- stdout
    List, show, choose and remove profiles.

    A profile is a server and as whom to call it, made by `strongroom login`. Commands use the one that
    --profile or STRONGROOM_PROFILE names, else the default one. A flag goes before the environment,
    which goes before a profile. Settings are in a file that you may edit, secrets in the keyring.

    Usage: strongroom profile <COMMAND>

    Commands:
      list    List the profiles; the default one is marked
      use     Make a profile the default one
      show    Show a profile, and where its secret is
      check   Try the server that commands would call, as whom they would call it
      remove  Remove a profile and its secret
      schema  Print the JSON Schema of the file, for editors
      path    Print where the file is
      help    Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Examples:
      strongroom profile list
      strongroom profile use work
      strongroom profile show -o json
      strongroom profile check --profile work
      ${EDITOR:-vi} "$(strongroom profile path)"

    Environment:
      STRONGROOM_PROFILE             the profile to use
      STRONGROOM_CONFIG              the file of the profiles, see `strongroom profile path`
      XDG_CONFIG_HOME                the folder in place of ~/.config
      STRONGROOM_KEYRING             auto, file, off or only, see `login --help`
      STRONGROOM_CA_FILE             a PEM file with more authorities to trust
      STRONGROOM_CLIENT_CERTIFICATE  a PEM file with a certificate and its key
      BACKUP_RECOVERY_URL            where the server of IBM's API is
      BACKUP_RECOVERY_TENANT_ID      the tenant
      BACKUP_RECOVERY_APIKEY         the API key; also BACKUP_RECOVERY_IAM_APIKEY
      BACKUP_RECOVERY_AUTH_URL       where tokens come from
      BACKUP_RECOVERY_AUTH_TYPE      iam, bearerToken or noAuth
      BACKUP_RECOVERY_BEARER_TOKEN   a token that somebody else keeps fresh, for bearerToken
      IBM_CREDENTIALS_FILE           the file of IBM's SDKs, in place of ibm-credentials.env
      STORWARE_URL                   where the server of Storware's API is
      STORWARE_LOGIN                 who logs in
      STORWARE_PASSWORD              with which password
    --- stderr
    "#);
}
