//! `strongroom backup`: what it makes, what it uses again, and how it is interrupted.

use std::fs::File;
use std::process::Command;

use ibm_backup_recovery::types::{self, RunStatus};

use crate::support::{Fixture, Shell, adopt};

/// Zeros that were never written: they take no space and long to read.
fn endless(shell: &Shell) {
    shell.write("endless/a-small-one", "x");
    File::create(shell.home().join("endless/zeros")).unwrap().set_len(1 << 40).unwrap();
}

/// Hides what depends on the machine and its speed.
pub(crate) fn steady(shell: &mut Shell) {
    shell.filter(r"\b[0-9a-f]{8}\b", "[SNAP]");
    shell.filter(r"\b[0-9]+\.[0-9]{2} s\b", "[TOOK]");
    shell.filter(r"\b([0-9.]+ KiB|[45][0-9]{2} B)\b", "[SIZE]");
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    shell.filter(&format!(r"\b{}\b", regex::escape(&host)), "[HOST]");
}

async fn state_of_latest(fixture: &Fixture) -> Option<RunStatus> {
    fixture.latest_run().await.local_backup_info.unwrap().status
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_made_and_what_is_there_is_used() {
    let mut shell = Shell::ibm().await;
    steady(&mut shell);
    shell.folder();
    let ended = shell.run("backup documents --dry-run").await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    STATUS  GROUP  PATHS
    planned  documents  ~/documents
    --- stderr
    would make the source localhost
    would make the policy daily: backs up every day, keeps 7 days, 4 weeks, 12 months
    would make the group documents
    ");
    assert_eq!(shell.json("ibm sources list").await["registrations"], serde_json::json!([]));

    let ended = shell.run("backup documents").await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    SNAPSHOT  STATUS  FILES  READ  STORED  TOOK  GROUP
    [SNAP]  succeeded  1  11 B  [SIZE]  [TOOK]  documents
    --- stderr
    made the source [HOST]
    made the policy daily: backs up every day, keeps 7 days, 4 weeks, 12 months
    made the group documents
    ");
    // The same folder, however it is written.
    let ended = shell.run("backup ./documents/../documents/ --full").await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    SNAPSHOT  STATUS  FILES  READ  STORED  TOOK  GROUP
    [SNAP]  succeeded  1  11 B  [SIZE]  [TOOK]  documents
    --- stderr
    uses the source [HOST]
    uses the policy daily: backs up every day, keeps 7 days, 4 weeks, 12 months
    uses the group documents
    ");
    let done = shell.json("backup documents").await;
    assert_eq!(
        (&done["status"], &done["kind"], &done["files"]),
        (&"succeeded".into(), &"incremental".into(), &1.into())
    );
    for piece in ["source", "policy", "group"] {
        assert_eq!(done[piece]["isNew"], false, "{piece}");
        assert!(done[piece]["id"].is_string(), "{piece}");
    }
    let snapshot = shell.json("snapshots --last 1").await;
    assert_eq!((&snapshot[0]["id"], &snapshot[0]["shortId"]), (&done["snapshot"], &done["shortId"]));

    // Another folder of that name gets a name that can be told from it.
    shell.write("other/documents/note.txt", "x");
    let done = shell.json("backup other/documents").await;
    assert_eq!(done["group"]["name"], done["paths"][0]);
    let done = shell.json("backup documents other/documents --name both --exclude *.tmp --no-wait").await;
    assert_eq!((&done["status"], &done["group"]["name"]), (&"started".into(), &"both".into()));
    shell.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn storware_protects_a_folder_and_backs_it_up() {
    let mut shell = Shell::storware().await;
    steady(&mut shell);
    shell.folder();
    let ended = shell.run("backup documents --dry-run").await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    STATUS  GROUP  PATHS
    planned  documents  ~/documents
    --- stderr
    would make the entity documents: its backups are kept 30 days
    ");
    let ended = shell.run("backup documents").await;
    insta::assert_snapshot!(ended.loose(), @r"
    exit 0
    --- stdout
    SNAPSHOT  STATUS  FILES  READ  STORED  TOOK  GROUP
    [SNAP]  succeeded  1  11 B  [SIZE]  [TOOK]  documents
    --- stderr
    made the entity documents: its backups are kept 30 days
    ");
    let done = shell.json("backup documents").await;
    assert_eq!((&done["kind"], &done["group"]["isNew"]), (&"incremental".into(), &false.into()));
    assert_eq!(shell.json("storware entities list").await.as_array().map(Vec::len), Some(1));
    let backups = shell.json("storware backups list").await;
    assert_eq!(backups[0]["guid"], done["snapshot"]);
    let ended = shell.run("backup documents --name other --policy nightly").await;
    insta::assert_snapshot!(ended.whole(), @r"
    exit 2
    --- stdout
    --- stderr
    error: --policy: Storware's API has no policies; a server of ours keeps backups of a new entity for 30 days
    ");
    let ended = shell.run("backup documents --source elsewhere").await;
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    shell.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_meant_is_refused_before_anything_is_made() {
    let shell = Shell::ibm().await;
    let folder = shell.folder();
    shell.write("other/note.txt", "x");
    for (line, code, told) in [
        ("backup missing", 2, "there is nothing at missing on this machine"),
        ("backup documents --policy nightly", 4, "there is no policy \"nightly\""),
        ("backup documents --source web1", 4, "no machine \"web1\" is registered as a source; there is none"),
        ("backup", 2, "<DIR>"),
        ("backup documents --timeout 5", 2, "say it with its unit"),
        ("backup documents --no-wait --timeout 5s", 2, "cannot be used with"),
    ] {
        let ended = shell.run(line).await;
        assert_eq!(ended.code, code, "{line}: {}", ended.stderr);
        assert!(ended.stderr.contains(told), "{line}: {}", ended.stderr);
    }
    assert_eq!(shell.json("ibm groups list").await["protectionGroups"], serde_json::json!([]));

    let client = shell.server.client();
    for policy in ["nightly", "weekly"] {
        Fixture::create_policy(&client, policy).await;
    }
    let ended = shell.run("backup documents").await;
    insta::assert_snapshot!(ended.stderr.lines().last().unwrap(), @r"
    error: a new group has to follow one of several policies: nightly and weekly; choose with --policy, and see what they do with `strongroom policy list`
    ");
    let done = shell.json("backup documents --policy weekly --name docs").await;
    assert_eq!((&done["policy"]["name"], &done["group"]["isNew"]), (&"weekly".into(), &true.into()));
    for (line, told) in [
        ("backup documents --policy nightly", "follows the policy weekly, not nightly"),
        ("backup other --name docs", "the group \"docs\" is there and backs up something else"),
    ] {
        let ended = shell.run(line).await;
        assert_eq!(ended.code, 5, "{line}: {}", ended.stderr);
        assert!(ended.stderr.contains(told), "{line}: {}", ended.stderr);
    }
    // Two groups back the same up: neither is guessed.
    let docs = adopt(&shell.server, "docs").await;
    Fixture::create_group(&client, "again", &docs.policy, docs.object, &folder).await;
    let ended = shell.run("backup documents").await;
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("several groups back this up: "), "{}", ended.stderr);
    assert_eq!(shell.json("backup documents --name again").await["group"]["isNew"], false);
    shell.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_cannot_be_made_ends_with_its_code() {
    let shell = Shell::ibm().await;
    shell.folder();
    assert_eq!(shell.run("backup documents --no-wait").await.code, 0);
    let fixture = adopt(&shell.server, "documents").await;
    fixture.wait_until_ended().await;
    // The folder that the group has is gone while a run of it is asked for.
    std::fs::remove_dir_all(shell.home().join("documents")).unwrap();
    let line = format!("ibm runs start {} --run-type kRegular --wait", fixture.group);
    let ended = shell.run(&line).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (6, ""), "{}", ended.stderr);
    assert!(ended.stderr.starts_with("error: The run failed: "), "{}", ended.stderr);
    let ended = shell.run(&format!("{line} -o json")).await;
    let error: serde_json::Value = serde_json::from_str(&ended.stderr).unwrap();
    assert_eq!((ended.code, &error["error"]["kind"]), (6, &"runFailed".into()));
    shell.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_goes_on_is_told_and_can_be_joined() {
    let shell = Shell::ibm().await;
    endless(&shell);
    let ended = shell.run("backup endless --timeout 1s").await;
    assert_eq!(ended.code, 9, "{}", ended.stderr);
    assert!(ended.stderr.contains("goes on, and the time to wait is over"), "{}", ended.stderr);
    let ended = shell.run("backup endless").await;
    assert_eq!(ended.code, 5, "{}", ended.stderr);
    assert!(ended.stderr.contains("goes on already; wait for that one with --join"), "{}", ended.stderr);
    assert_eq!(shell.run("backup endless --join --timeout 1s").await.code, 9);

    // SIGTERM asks to cancel as Ctrl-C does.
    let mut command = shell.command();
    command.args(["backup", "endless", "--join"]);
    let mut child = command.spawn().unwrap();
    let fixture = adopt(&shell.server, "endless").await;
    fixture.wait_for_run(&[RunStatus::Running]).await;
    // It hears before it asks for anything, so that this is soon enough.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    Command::new("kill").arg(child.id().to_string()).status().unwrap();
    let status = tokio::task::spawn_blocking(move || child.wait().unwrap()).await.unwrap();
    assert_eq!(status.code(), Some(130));
    shell.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_cancels_at_the_service_and_waits_for_it() {
    let mut shell = Shell::ibm().await;
    steady(&mut shell);
    endless(&shell);
    let mut terminal = shell.terminal("backup endless", 80, 24);
    terminal.wait_for("1.00 TiB").await;
    terminal.wait_for(" left").await;
    terminal.interrupt();
    terminal.wait_for("canceling it at the service; press Ctrl-C again to leave it alone").await;
    assert_eq!(terminal.exit_code().await, 130, "{}", terminal.screen());
    // The bar is gone, and no trace of it is left.
    insta::assert_snapshot!(terminal.screen(), @r"
    made the source [HOST]
    made the policy daily: backs up every day, keeps 7 days, 4 weeks, 12 months
    made the group endless
    canceling it at the service; press Ctrl-C again to leave it alone
    interrupted: The backup of endless was canceled
    ");
    let fixture = adopt(&shell.server, "endless").await;
    assert_eq!(state_of_latest(&fixture).await, Some(RunStatus::Canceled));
    shell.server.stop().await;
}

/// A way to the server on which nothing comes through any more once it is told so.
async fn way(url: &str) -> (String, tokio::sync::watch::Sender<bool>) {
    let server = url.strip_prefix("http://").unwrap().to_owned();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = tokio::sync::watch::channel(false);
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let (server, mut stopped) = (server.clone(), stopped.clone());
            tokio::spawn(async move {
                let mut server = tokio::net::TcpStream::connect(server).await.unwrap();
                tokio::select! {
                    biased;
                    // Open, and silent.
                    () = async { _ = stopped.wait_for(|stopped| *stopped).await.map(drop) } => std::future::pending().await,
                    _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
                }
            });
        }
    });
    (own, stop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_interrupt_leaves_at_once_what_goes_on() {
    let shell = Shell::ibm().await;
    endless(&shell);
    let (url, stop) = way(&shell.server.url).await;
    let shell = shell.with("BACKUP_RECOVERY_URL", &url).with("BACKUP_RECOVERY_AUTH_URL", &url);
    let mut terminal = shell.terminal("backup endless", 80, 24);
    terminal.wait_for(" left").await;
    // Asked to cancel, the service does not answer.
    stop.send(true).unwrap();
    terminal.interrupt();
    terminal.wait_for("canceling it at the service").await;
    terminal.interrupt();
    assert_eq!(terminal.exit_code().await, 130, "{}", terminal.screen());
    let screen = terminal.screen();
    assert!(
        screen.contains("interrupted: The backup of endless may still go on; to look at it:"),
        "{screen}"
    );
    let fixture = adopt(&shell.server, "endless").await;
    assert_eq!(state_of_latest(&fixture).await, Some(RunStatus::Running));
    shell.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn warnings_are_told_after_what_came_of_it() {
    let shell = Shell::ibm().await;
    endless(&shell);
    let small = shell.folder();
    let client = shell.server.client();
    let endless = shell.home().join("endless");
    let fixture = Fixture::new(client.clone(), &endless).await;
    // A group of two machines, so that one can be canceled while the other is backed up.
    let second = Fixture::register_at(&client, "127.0.0.1").await;
    let mut body = Fixture::group_request("two", &fixture.policy, fixture.object, &endless);
    let physical = body.physical_params.as_mut().unwrap();
    let files = physical.file_protection_type_params.as_mut().unwrap();
    let path = types::PhysicalFileBackupPath::new(small.to_str().unwrap());
    files.objects.push(types::PhysicalFileProtectionGroupObject::new(second).with_file_paths([path]));
    client.create_protection_group().body(body).send().await.unwrap();
    let two = adopt(&shell.server, "two").await;

    let line = format!("ibm runs start {} --run-type kRegular --wait", two.group);
    let cancel = async {
        while client
            .get_protection_group_runs()
            .id(&two.group)
            .send()
            .await
            .unwrap()
            .runs
            .iter()
            .flatten()
            .count()
            == 0
        {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let id = two.wait_for_run(&[RunStatus::Running]).await.id.unwrap();
        let target = types::CancelRunTarget::new(&id).with_object_ids([fixture.object]);
        let body = types::RunActionRequest::new(types::RunAction::Cancel).with_cancel_params([target]);
        client.perform_action_on_protection_group_run().id(&two.group).body(body).send().await.unwrap();
    };
    let (ended, ()) = tokio::join!(shell.run(&line), cancel);
    assert_eq!(ended.code, 7, "{}", ended.stderr);
    assert!(ended.stdout.contains("SucceededWithWarning"), "{}", ended.stdout);
    assert!(ended.stderr.contains("warning: The run ended with 1 warning:\n  "), "{}", ended.stderr);
    shell.server.stop().await;
}
