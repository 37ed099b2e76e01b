//! What the tab key does: in the shells themselves, and what their scripts ask for.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::support::{Ended, Fixture, Shell, Terminal, TestServer};

const POLICY: &str = r#"'backupPolicy={"regular":{"incremental":{"schedule":{"unit":"Days","daySchedule":{"frequency":1}}},"retention":{"duration":3,"unit":"Weeks"}}}'"#;

/// A server with policies of these names, whose ids are shown as `[id of NAME]`.
async fn with_policies(names: &[&str]) -> (Shell, Vec<String>) {
    let mut shell = Shell::new().await;
    let mut ids = Vec::new();
    for name in names {
        let made = shell.json(&format!("ibm policies create --name '{name}' --set {POLICY}")).await;
        let id = made["id"].as_str().unwrap();
        shell.hide(id, &format!("[id of {name}]"));
        ids.push(id.to_owned());
    }
    (shell, ids)
}

/// What may stand in the place of the last word.
async fn ask(shell: &Shell, line: &str) -> Ended {
    let (before, current) = line.rsplit_once(' ').unwrap_or(("", line));
    let ended = shell.run(&format!("__complete zsh '={current}' {before}")).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{line}");
    ended
}

/// The words of them.
async fn words(shell: &Shell, line: &str) -> Vec<String> {
    let told = ask(shell, line).await.stdout;
    let words = told.lines().skip(1).filter_map(|line| line.split('\t').next());
    words.map(str::to_owned).collect()
}

/// A word about paths, and no words.
#[track_caller]
fn nothing_but(paths: &str, told: &Ended) {
    assert_eq!(told.stdout, format!("{paths}\n"));
}

#[tokio::test]
async fn ids_and_names_come_from_the_server() {
    let (shell, ids) = with_policies(&["nightly", "two words"]).await;
    insta::assert_snapshot!(ask(&shell, "ibm policies get ").await.whole(), @r"
    exit 0
    --- stdout
    -
    [id of nightly]	nightly, 3, Weeks
    [id of two words]	two words, 3, Weeks
    --- stderr
    ");
    // A flag of another resource, and one that takes names.
    assert_eq!(words(&shell, "ibm groups create --policy-id ").await, ids);
    assert_eq!(words(&shell, "ibm policies list --policy-names=nig").await, ["--policy-names=nightly"]);
    assert_eq!(words(&shell, "ibm policies list --policy-names nightly,tw").await, ["nightly,two words"]);
    // People know the name of what goes by an id.
    assert_eq!(words(&shell, "ibm policies delete nigh").await, [ids[0].as_str()]);
    assert_eq!(words(&shell, "ibm policies delete x").await, [""; 0]);

    let client = shell.server.client();
    let object = Fixture::register(&client).await;
    let group = Fixture::create_group(&client, "docs", &ids[0], object, &shell.folder()).await;
    assert_eq!(words(&shell, "ibm groups get ").await, [group.as_str()]);
    assert_eq!(words(&shell, "ibm runs start ").await, [group.as_str()]);
    let source = object.to_string();
    assert_eq!(words(&shell, "ibm sources get ").await, [source.as_str()]);
    assert_eq!(words(&shell, "ibm snapshots list ").await, [source.as_str()]);
    // What is in a list of its own for each group.
    let run = shell.run(&format!("ibm runs start {group} --run-type kRegular")).await;
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(words(&shell, &format!("ibm runs get {group} ")).await.len(), 1);
}

#[tokio::test]
async fn a_snapshot_goes_by_its_short_id_or_the_name_of_its_group() {
    for shell in [Shell::ibm().await, Shell::storware().await] {
        shell.folder();
        assert_eq!(words(&shell, "restore ").await, ["latest"]);
        // Whoever has just asked is told the same for a while.
        std::fs::remove_dir_all(shell.home().join(".cache")).unwrap();
        assert_eq!(shell.run("backup documents").await.code, 0);
        let short = shell.json("snapshots").await[0]["shortId"].as_str().unwrap().to_owned();
        assert_eq!(words(&shell, "restore ").await, ["latest", short.as_str(), "documents"]);
        assert_eq!(words(&shell, &format!("diff {}", &short[..4])).await, [short.as_str()]);
    }
}

#[tokio::test]
async fn the_other_service_is_asked_as_well() {
    let shell = Shell::new().await;
    let made = format!(
        "api --service storware POST /entities --set name=docs --set 'paths=[\"{}\"]'",
        shell.folder().display()
    );
    let entity = shell.json(&made).await["guid"].as_str().unwrap().to_owned();
    assert_eq!(words(&shell, "storware tasks export --protected-entities ").await, [entity.as_str()]);
    let task =
        shell.json(&format!("storware tasks export --protected-entities {entity} --backup-type FULL")).await;
    let task = task[0]["guid"].as_str().unwrap();
    assert!(words(&shell, "storware tasks get ").await.iter().any(|word| word == task));
    assert!(words(&shell, "storware tasks cancel-running --guid ").await.iter().any(|word| word == task));
    // The sessions that it took are over.
    assert_eq!(words(&shell, "storware tasks list --states RUNN").await, ["RUNNING"]);
}

#[tokio::test]
async fn commands_flags_values_and_paths_need_no_server() {
    let shell = Shell::new().await.with("BACKUP_RECOVERY_URL", "http://127.0.0.1:9");
    insta::assert_snapshot!(ask(&shell, "ibm policies ").await.whole(), @r"
    exit 0
    --- stdout
    -
    list	List policies
    create	Create a policy
    get	Get a policy
    update	Replace a policy
    delete	Delete a policy
    help	Print this message or the help of the given subcommand(s)
    --- stderr
    ");
    assert_eq!(words(&shell, "pro").await, ["profile"]);
    assert_eq!(words(&shell, "ibm policies list --types Reg").await, ["Regular"]);
    assert_eq!(words(&shell, "ibm policies list -o j").await, ["json"]);
    assert_eq!(words(&shell, "ibm policies list -oj").await, ["-ojson"]);
    assert_eq!(words(&shell, "ibm policies list --output=j").await, ["--output=json"]);
    assert_eq!(words(&shell, "ibm policies list --outp").await, ["--output"]);
    // A flag that is there already comes no second time, unless it may.
    assert_eq!(words(&shell, "ibm policies list -o json --outp").await, [""; 0]);
    assert_eq!(words(&shell, "ibm policies create --set a=b --se").await, ["--set"]);
    assert_eq!(words(&shell, "completions ").await, ["bash", "zsh", "fish", "powershell"]);
    assert_eq!(words(&shell, "help ibm pol").await, ["policies"]);
    assert_eq!(words(&shell, "help complet").await, ["completions"]);
    nothing_but("files", &ask(&shell, "ibm policies create --from-file ").await);
    nothing_but("folders", &ask(&shell, "quickstart ").await);
    nothing_but("files", &ask(&shell, "serve --tls-cert ").await);
    // Nothing on the command line is too odd.
    for line in [
        "ibm nonsense --what ",
        "-- ",
        "--help ",
        "ibm policies list --help ",
        "--version ib",
        "ibm policies get a b c ",
    ] {
        ask(&shell, line).await;
    }
    let ended = shell.run("__complete zsh").await;
    assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (2, "", ""));
}

#[tokio::test]
async fn profiles_are_completed_from_their_file() {
    let shell = Shell::new().await;
    for name in ["work", "home"] {
        let login =
            format!("login --no-check --profile {name} --url https://{name} --tenant t/ --api-key-stdin");
        assert_eq!(shell.run_with(&login, "hush").await.code, 0);
    }
    for line in ["profile use ", "logout ", "ibm policies list --profile "] {
        assert_eq!(words(&shell, line).await, ["home", "work"], "{line}");
    }
    assert_eq!(ask(&shell, "profile show w").await.stdout, "-\nwork\tibm at https://work\n");
}

#[tokio::test]
async fn a_server_that_does_not_answer_costs_a_second_and_no_word() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    std::thread::spawn(move || {
        // Held, so that whoever calls goes on waiting.
        let mut held = Vec::new();
        for stream in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
            held.push(stream);
        }
    });
    let shell = Shell::new().await.with("BACKUP_RECOVERY_URL", &url).with("BACKUP_RECOVERY_AUTH_URL", &url);
    let begun = Instant::now();
    nothing_but("-", &ask(&shell, "ibm policies get ").await);
    // Far from what a client waits for an answer.
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    let asked = calls.load(Ordering::SeqCst);
    assert_ne!(asked, 0);
    // The next press does not wait again.
    nothing_but("-", &ask(&shell, "ibm policies get ").await);
    assert_eq!(calls.load(Ordering::SeqCst), asked);
}

#[tokio::test]
async fn what_is_wrong_is_not_told_at_a_prompt() {
    let shell = Shell::bare(TestServer::start().await);
    nothing_but("-", &ask(&shell, "ibm policies get ").await);
    let shell = shell.with("BACKUP_RECOVERY_URL", "what is that").with("STRONGROOM_KEYRING", "nonsense");
    nothing_but("-", &ask(&shell, "ibm policies get ").await);
    shell.write(".config/strongroom/config.toml", "profiles = 5");
    nothing_but("-", &ask(&shell, "storware tasks get ").await);
    nothing_but("-", &ask(&shell, "profile use ").await);

    let shell = Shell::new().await.with("BACKUP_RECOVERY_APIKEY", "wrong").with("STORWARE_PASSWORD", "wrong");
    nothing_but("-", &ask(&shell, "ibm policies get ").await);
    nothing_but("-", &ask(&shell, "storware tasks get ").await);
}

#[tokio::test]
async fn what_a_server_calls_things_cannot_run_in_a_shell() {
    let (shell, _) = with_policies(&["$(touch owned)", "tab\u{1b}[31m"]).await;
    let told = ask(&shell, "ibm policies list --policy-names ").await.stdout;
    assert!(!told.contains('\u{1b}'), "{told:?}");
    let mut bash = bash(&shell, 100).await;
    bash.press("strongroom ibm policies list --policy-names \t");
    bash.wait_for(r"\$\(touch\ owned\)").await;
    bash.press("\u{3}");
    assert!(!shell.home().join("owned").exists());
}

/// A program that is installed, or else a word to whoever reads the log.
fn installed(program: &str) -> Option<String> {
    let found = ["/usr/bin", "/bin", "/usr/local/bin"].map(|folder| format!("{folder}/{program}"));
    let found = found.into_iter().find(|path| Path::new(path).exists());
    if found.is_none() {
        println!("{program} is not installed: its completions are not tried");
    }
    found
}

/// A shell in a terminal, in which `strongroom` is ours.
fn in_terminal(shell: &Shell, program: &str, arguments: &[&str], columns: u16) -> Terminal {
    let ours = Path::new(env!("CARGO_BIN_EXE_strongroom")).parent().unwrap();
    let mut command = shell.command();
    let mut started = Command::new(program);
    started.args(arguments).env_clear().current_dir(shell.home());
    for (name, value) in command.env("TERM", "xterm-256color").get_envs() {
        started.env(name, value.unwrap());
    }
    started.env("PATH", format!("{}:/usr/bin:/bin", ours.display())).env("PS1", "ready> ");
    shell.terminal_of(started, columns, 24)
}

async fn bash(shell: &Shell, columns: u16) -> Terminal {
    let mut bash = in_terminal(shell, "/bin/bash", &["--norc", "--noprofile", "-i"], columns);
    bash.wait_for("ready>").await;
    bash.press("bind 'set bell-style none'; source <(strongroom completions bash); clear; echo is'-'read\r");
    bash.wait_for("is-read").await;
    bash
}

#[tokio::test]
async fn bash_completes() {
    let (shell, _) = with_policies(&["nightly", "weekly", "two words"]).await;
    // Wide enough for what is typed ahead, which the terminal shows a second time before the prompt.
    let mut bash = bash(&shell, 200).await;
    // What an id has before its last colon is the same for all: Bash types it, and then shows what differs.
    bash.press("strongroom ibm poli\tget \t\t\t");
    bash.wait_for("(nightly, 3, Weeks)").await;
    bash.wait_for("(two words, 3, Weeks)").await;
    // A name leads to the id; a word behind an equals sign; a name with a blank.
    bash.press("\u{15}clear; echo again\r");
    bash.wait_for("again").await;
    bash.press("strongroom ibm policies get night\t -o json --query name --col\tne\t\r");
    bash.wait_for("\"nightly\"").await;
    bash.press("strongroom ibm policies list --policy-names=two\t -o=js\t --query 'policies[].name'\r");
    bash.wait_for("\"two words\"").await;
    // Quotes that are open stay so.
    bash.press("strongroom ibm policies list --policy-names 'two\t --query 'policies[].name' -o yaml\r");
    bash.wait_for("- two words").await;
    shell.folder();
    bash.press("strongroom ibm policies create --from-file docu\t");
    bash.wait_for("--from-file documents/").await;
}

#[tokio::test]
async fn zsh_completes() {
    let Some(program) = installed("zsh") else { return };
    let (shell, ids) = with_policies(&["nightly", "weekly", "two words"]).await;
    let mut zsh = in_terminal(&shell, &program, &["-f", "-i"], 100);
    zsh.wait_for("ready>").await;
    zsh.press("unsetopt beep; autoload -U compinit; compinit -u -D; source <(strongroom completions zsh); clear; echo is'-'read\r");
    zsh.wait_for("is-read").await;
    zsh.press("strongroom ibm poli\t");
    zsh.wait_for("ibm policies").await;
    zsh.press("get \t");
    let (same, _) = ids[0].rsplit_once(':').unwrap();
    zsh.wait_for(&format!("ibm policies get {same}")).await;
    zsh.press("\t");
    zsh.wait_for("-- nightly, 3, Weeks").await;
    zsh.wait_for("-- two words, 3, Weeks").await;
    zsh.press("\u{15}strongroom ibm policies get night\t -o json --query name --col\tne\t\r");
    zsh.wait_for("\"nightly\"").await;
    zsh.press("strongroom ibm policies list --policy-names two\t --query 'policies[].name' --output=js\t\r");
    zsh.wait_for("\"two words\"").await;
}

#[tokio::test]
async fn fish_completes() {
    let Some(program) = installed("fish") else { return };
    let (shell, _) = with_policies(&["nightly", "two words"]).await;
    let script = shell.run("completions fish").await.stdout;
    shell.write(".config/fish/completions/strongroom.fish", script);
    shell.folder();
    for (line, told) in [
        ("strongroom poli", "policy\tSay how often to back up and how long to keep it\n"),
        ("strongroom ibm poli", "policies\tHow often to back up, how long to keep, and where copies go\n"),
        (
            "strongroom ibm policies get ",
            "[id of nightly]\tnightly, 3, Weeks\n[id of two words]\ttwo words, 3, Weeks\n",
        ),
        (
            "strongroom ibm policies list --policy-names=tw",
            "--policy-names=two words\t[id of two words], 3, Weeks\n",
        ),
        ("strongroom ibm policies create --from-file docu", "documents/\n"),
        ("strongroom quickstart docu", "documents/\tDirectory\n"),
    ] {
        let ours = Path::new(env!("CARGO_BIN_EXE_strongroom")).parent().unwrap();
        let mut command = Command::new(&program);
        command.args(["--command", &format!("complete --do-complete '{line}'")]).env_clear();
        let base = shell.command();
        for (name, value) in base.get_envs() {
            command.env(name, value.unwrap());
        }
        command.env("PATH", format!("{}:/usr/bin:/bin", ours.display())).current_dir(shell.home());
        let whole = shell.end(command, "").await.whole();
        assert_eq!(whole, format!("exit 0\n--- stdout\n{told}--- stderr\n"), "{line}");
    }
}

#[tokio::test]
async fn every_script_is_one_that_its_shell_reads() {
    let shell = Shell::new().await;
    for (name, program, arguments) in [
        ("bash", "bash", &["-n"][..]),
        ("zsh", "zsh", &["-n"]),
        ("fish", "fish", &["--no-execute"]),
        (
            "powershell",
            "pwsh",
            &["-NoProfile", "-Command", "[scriptblock]::Create([Console]::In.ReadToEnd()) | Out-Null"],
        ),
    ] {
        let script = shell.run(&format!("completions {name}")).await;
        assert_eq!(script.code, 0);
        assert!(script.stdout.contains("__complete") && script.stdout.contains(name) || name == "powershell");
        let Some(program) = installed(program) else { continue };
        let mut command = Command::new(program);
        command.args(arguments);
        let ended = shell.end(command, &script.stdout).await;
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{name}");
    }
}
