//! What nobody would type and no service should send: it is refused or shown, and never ends the program in another way
//! than its exit codes say.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use client_testing::{Server, json};
use serde_json::{Value, json as value};

use crate::support::{Shell, TestServer};

/// A home that leads to a service which answers this, as often as it is asked.
async fn shell(body: &str) -> Shell {
    let service = Server::start((0..60).map(|_| json(200, body))).await;
    Shell::bare(TestServer::start().await)
        .with("BACKUP_RECOVERY_URL", &service.url)
        .with("BACKUP_RECOVERY_AUTH_TYPE", "noauth")
        .with("BACKUP_RECOVERY_TENANT_ID", "t/")
}

#[tokio::test]
async fn names_give_no_orders_to_the_terminal() {
    // Escapes of both kinds, a bell, a line that is written over, and a direction that is turned around.
    let odd = "\u{1b}[2J\u{1b}]0;pwned\u{7}a\rb\u{9b}31mc\u{202e}d\u{7f}";
    let body = value!({
        "policies": [{"id": "1:2:3", "name": odd, odd: odd, "description": "two\nlines"}],
        odd: odd,
    });
    let body = body.to_string();
    let shell = shell(&body).await;
    for form in ["table", "wide", "json", "yaml", "csv"] {
        for line in ["ibm policies list", "ibm policies get 1:2:3", "ibm policies list --query policies[]"] {
            let line = format!("{line} -o {form}");
            let mut terminal = shell.terminal(&line, 80, 24);
            assert_eq!(terminal.exit_code().await, 0, "{line}");
            // What sets off headings is ours.
            let printed = terminal.raw().replace("\u{1b}[1m", "").replace("\u{1b}[0m", "");
            // A terminal begins each line at its left.
            let lines = printed.replace("\r\r\n", "\n").replace("\r\n", "\n");
            let orders = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
            assert!(!lines.contains(orders), "{line}: {lines:?}");
        }
    }
    // Programs get in JSON what the service sent.
    let answer = shell.json("ibm policies list").await;
    assert_eq!(answer, serde_json::from_str::<Value>(&body).unwrap());
    let ended = shell.run("ibm policies list --query policies[].name -o csv").await;
    assert_eq!(ended.stdout, format!("\"{odd}\"\r\n"));
}

#[tokio::test]
async fn errors_give_no_orders_to_the_terminal() {
    let refusal =
        json(404, "{\"errorCode\": \"\\u001b[31mX\", \"message\": \"no\\u001b[2J \\u009b1m policy\"}");
    let service = Server::start([refusal]).await;
    let shell = Shell::bare(TestServer::start().await)
        .with("BACKUP_RECOVERY_URL", &service.url)
        .with("BACKUP_RECOVERY_AUTH_TYPE", "noauth")
        .with("BACKUP_RECOVERY_TENANT_ID", "t/");
    let ended = shell.run("ibm policies get 1:2:3").await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 4
    --- stdout
    --- stderr
    error: getProtectionPolicyById: the service refused (404 Not Found): no\u001b[2J \u009b1m policy [\u001b[31mX]
    ");
}

#[tokio::test]
async fn every_answer_is_shown_somehow() {
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    for body in [
        "null",
        "[]",
        "{}",
        "[[]]",
        "[{}]",
        "[null]",
        "\"text\"",
        "-0.0",
        "1e300",
        "18446744073709551615",
        r#"{"policies": null}"#,
        r#"{"policies": []}"#,
        r#"{"policies": [null, 1, "a", [], {}]}"#,
        r#"{"policies": [{"name": null, "id": {"name": null, "id": 5}, "backupPolicy": []}]}"#,
        r#"{"policies": {"name": "no list"}}"#,
        r#"{"": "", "a.b": {"": {"": []}}, "runs": [[[]], [{"a": [null]}]]}"#,
        r#"{"id": "x", "localBackupInfo": {"startTimeUsecs": 9223372036854775807, "endTimeUsecs": -9223372036854775808,
            "queueDurationUsecs": -1, "localSnapshotStats": {"bytesRead": -1, "bytesWritten": 9223372036854775807}}}"#,
        deep.as_str(),
    ] {
        let shell = shell(body).await;
        for form in ["table", "wide", "json", "yaml", "csv"] {
            for line in ["ibm policies list", "ibm runs get 1:2:3 4:5", "ibm search objects --all"] {
                let ended = shell.run(&format!("{line} -o {form}")).await;
                assert_eq!(ended.code, 0, "{body} {line} {form}: {}", ended.stderr);
            }
        }
    }
}

#[tokio::test]
async fn windows_may_be_of_any_width() {
    let body = value!({"policies": [
        {"id": "1:2:3", "name": "a name of \u{6f22}\u{5b57} that is wide", "description": "x".repeat(300)},
        {"id": "4:5:6", "name": "", "numProtectedObjects": 5},
    ]});
    let shell = shell(&body.to_string()).await;
    for columns in [1, 2, 3, 7, 20, 1000, u16::MAX] {
        for line in ["ibm policies list", "ibm policies get 1:2:3", "ibm policies list -o wide"] {
            // An emulator of as many columns would take long; the program does not know the difference.
            let mut terminal = shell.terminal(line, columns, 5);
            assert_eq!(terminal.exit_code().await, 0, "{columns} {line}: {}", terminal.raw());
        }
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let shell = shell("{}").await;
    let brackets = |n: usize| format!("{}a{}", "[".repeat(n), "]".repeat(n));
    let body = "api --service ibm POST /x --dry-run --set";
    for (line, said) in [
        (format!("ibm policies list --query '{}'", "(".repeat(3_000)), "brackets in each other"),
        (format!("ibm policies list --query '{}a'", "!".repeat(3_000)), "brackets in each other"),
        (format!("ibm policies list --query '{}'", "a.".repeat(40_000)), "at most 4000 bytes"),
        ("ibm policies list --query 'a[::0]'".to_owned(), "--query"),
        ("ibm policies list --query 'a['".to_owned(), "--query"),
        (format!("{body} {}a=1", "a.".repeat(40_000)), "more than 100 parts"),
        (format!("{body} a{}=1", "[0]".repeat(40_000)), "more than 100 parts"),
        (format!("{body} a[99999999999999999999]=1"), "no index"),
        (format!("{body} a[10000]=1"), "no index"),
        (format!("{body} =1"), "MEMBER=VALUE"),
        (format!("{body} a"), "MEMBER=VALUE"),
        ("ibm runs list ''".to_owned(), "cannot be"),
        ("ibm runs list ..".to_owned(), "cannot be"),
        ("ibm runs list 1:2:3 --num-runs 99999999999999999999".to_owned(), "no whole number"),
        ("ibm policies list --color=maybe".to_owned(), "possible values"),
        ("api --service ibm 'GE T' /x".to_owned(), "is no method"),
        ("api --service ibm GET /x -H 'a:\u{1b}'".to_owned(), "cannot be sent"),
        ("api --service ibm GET /x -H a".to_owned(), "NAME:VALUE"),
    ] {
        let ended = shell.run(&line).await;
        assert_eq!(ended.code, 2, "{:.60}: {}", line, ended.stderr);
        assert!(ended.stderr.contains(said), "{:.60}: {}", line, ended.stderr);
    }
    // As deep as it may be, and it is shown.
    for line in [
        format!("ibm policies list --query '{}'", brackets(60).replace('a', "")),
        format!("ibm policies list --query '{}a'", "a.".repeat(1_900)),
        format!("{body} {}a=1", "a.".repeat(99)),
    ] {
        let ended = shell.run(&line).await;
        assert!(
            matches!(ended.code, 0 | 2) && !ended.stderr.contains("panicked"),
            "{line}: {}",
            ended.stderr
        );
    }
    // A body that is too deep for its reader, whatever it is.
    for text in ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000), "? ".repeat(100_000)] {
        shell.write("deep.yaml", &text);
        let ended = shell.run("ibm policies create --from-file deep.yaml").await;
        assert_eq!(ended.code, 2, "{:.20}: {:.200}", text, ended.stderr);
    }
}

#[tokio::test]
async fn arguments_and_variables_need_not_be_text() {
    let no_text = OsStr::from_bytes(b"\xff\xfe");
    let shell = shell("{}").await;
    for words in
        [&["ibm", "policies", "get"][..], &["ibm", "policies", "list", "--query"], &["api", "GET"], &[]]
    {
        let mut command = shell.command();
        command.args(words).arg(no_text);
        let ended = shell.end(command, "").await;
        assert_eq!(ended.code, 2, "{words:?}: {}", ended.stderr);
    }
    for variable in ["NO_COLOR", "PAGER", "RUST_LOG", "TZ", "STRONGROOM_PROFILE", "LANG", "COLUMNS", "TERM"] {
        let mut command = shell.command();
        command.env(variable, no_text).args(["ibm", "policies", "list"]);
        let ended = shell.end(command, "").await;
        assert_eq!(ended.code, 0, "{variable}: {}", ended.stderr);
    }
    let mut command = shell.command();
    command.env("HOME", no_text).args(["profile", "list"]);
    assert_eq!(shell.end(command, "").await.code, 0);
}
