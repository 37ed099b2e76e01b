//! Agents: the installer, the agent that it installs, and upgrades.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{SystemTime, UNIX_EPOCH};

use ibm_backup_recovery::{Client, types};
use serde_json::{Value, json};

use crate::support::{Fixture, TestServer, http};

/// The installer, downloaded.
async fn installer(client: &Client) -> String {
    let params = types::LinuxAgentParams::new(types::LinuxAgentParamsPackageType::Script);
    let body = types::AgentDownloadRequest::new(types::OsType::Linux).with_linux_params(params);
    let bytes =
        client.download_agent().body(body).send().await.unwrap().into_inner().collect().await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Runs a program to its end, off the server's threads.
async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// Installs the agent below `prefix`.
async fn install(server: &TestServer, script: &str, prefix: &Path, shell: &[&str]) -> Output {
    install_with(server, script, prefix, shell, None).await
}

/// The same, with the programs of one folder only.
async fn install_with(
    server: &TestServer,
    script: &str,
    prefix: &Path,
    shell: &[&str],
    programs: Option<&Path>,
) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let (file, key) = (folder.path().join("installer.sh"), folder.path().join("key"));
    fs::write(&file, script).unwrap();
    fs::write(&key, &server.api_key).unwrap();
    let mut command = Command::new(shell[0]);
    command.args(&shell[1..]).arg(&file).arg("--prefix").arg(prefix).arg("--api-key-file").arg(&key);
    command.args(["--endpoint", "localhost", "--server", &server.url, "--tenant", &server.tenant]);
    if let Some(programs) = programs {
        command.env("PATH", programs);
    }
    run(command).await
}

fn agent(prefix: &Path, act: &str) -> Command {
    let mut command = Command::new(prefix.join("bin/strongroom-agent"));
    command.arg(act);
    command
}

fn succeeded(output: &Output) {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}\n{}", String::from_utf8_lossy(&output.stdout));
}

/// The only host's registration.
async fn host(client: &Client) -> types::SourceRegistration {
    let list = client.get_source_registrations().send().await.unwrap().into_inner();
    let mut registrations = list.registrations.unwrap();
    assert_eq!(registrations.len(), 1, "{registrations:#?}");
    registrations.remove(0)
}

async fn tasks(client: &Client) -> Vec<types::AgentUpgradeTask> {
    client.get_upgrade_tasks().send().await.unwrap().into_inner().tasks.unwrap()
}

/// What an agent of this version would say.
async fn report(server: &TestServer, version: &str) -> (u16, Value) {
    let sent = http()
        .post(format!("{}/agents/contact", server.url))
        .bearer_auth(server.token().await)
        .json(&json!({ "endpoint": "localhost", "version": version }));
    let answer = sent.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn now_usecs() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() as i64
}

#[tokio::test(flavor = "multi_thread")]
async fn the_installed_agent_registers_this_host_and_removes_itself() {
    let server = TestServer::start().await;
    let client = server.client();
    let script = installer(&client).await;
    let prefix = tempfile::tempdir().unwrap();
    let stranger = prefix.path().join("bin/somebody-elses");
    fs::create_dir(prefix.path().join("bin")).unwrap();
    fs::write(&stranger, "").unwrap();

    succeeded(&install(&server, &script, prefix.path(), &["sh"]).await);
    let registered = host(&client).await;
    assert_eq!(registered.physical_params.unwrap().endpoint, "localhost");
    let version = run(agent(prefix.path(), "version")).await;
    assert_eq!(String::from_utf8_lossy(&version.stdout).trim(), env!("CARGO_PKG_VERSION"));
    // Once more: the host is registered already, and the agent only reports.
    succeeded(&run(agent(prefix.path(), "contact")).await);
    assert_eq!(host(&client).await.id, registered.id);

    succeeded(&run(agent(prefix.path(), "uninstall")).await);
    assert!(!prefix.path().join("bin/strongroom-agent").exists() && !prefix.path().join("etc").exists());
    assert!(stranger.exists(), "what is not the agent's stays");
    assert_eq!(host(&client).await.id, registered.id, "the registration stays");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_installer_suits_plain_shells_and_says_what_is_wrong() {
    let server = TestServer::start().await;
    let script = installer(&server.client()).await;
    assert!(!script.contains("@VERSION@"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("installer.sh");
    fs::write(&file, &script).unwrap();
    for shell in [&["dash"][..], &["busybox", "sh"], &["bash", "--posix"], &["sh"]] {
        let found = Command::new(shell[0]).args(&shell[1..]).args(["-c", ":"]).output();
        if found.is_ok_and(|output| output.status.success()) {
            let mut command = Command::new(shell[0]);
            command.args(&shell[1..]).arg("-n").arg(&file);
            succeeded(&run(command).await);
            let prefix = tempfile::tempdir().unwrap();
            succeeded(&install(&server, &script, prefix.path(), shell).await);
        }
    }
    let mut command = Command::new("sh");
    command.arg(&file).args(["--server", "http://127.0.0.1:9", "--tenant", "acme/", "--prefix"]);
    command.arg(folder.path().join("p")).env("STRONGROOM_API_KEY", "a key");
    let failed = run(command).await;
    assert!(!failed.status.success());
    assert!(String::from_utf8_lossy(&failed.stderr).contains("no token"), "{failed:?}");
    let mut command = Command::new("sh");
    command.arg(&file).args(["--tenant", "acme/"]);
    let failed = run(command).await;
    assert!(String::from_utf8_lossy(&failed.stderr).contains("--server is needed"), "{failed:?}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn either_of_curl_and_wget_is_enough() {
    let server = TestServer::start().await;
    let client = server.client();
    let old = installer(&client).await.replace(env!("CARGO_PKG_VERSION"), "0.0.7");
    for only in ["curl", "wget"] {
        let programs = tempfile::tempdir().unwrap();
        let needed = "sh cat chmod dirname grep head hostname mkdir mktemp mv od rm rmdir sed tail tr uname";
        let found = |name: &str| {
            let path = std::env::var_os("PATH").unwrap();
            std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.exists())
        };
        let Some(program) = found(only) else { continue };
        symlink(program, programs.path().join(only)).unwrap();
        for name in needed.split(' ') {
            if let Some(file) = found(name) {
                symlink(file, programs.path().join(name)).unwrap();
            }
        }
        let prefix = tempfile::tempdir().unwrap();
        let shell = [found("sh").unwrap()];
        let shell = [shell[0].to_str().unwrap()];
        succeeded(&install_with(&server, &old, prefix.path(), &shell, Some(programs.path())).await);
        let id = host(&client).await.id.unwrap().get();
        let body = types::CreateAgentUpgradeTaskRequest::new().with_agent_i_ds([id]);
        client.create_upgrade_task().body(body).send().await.unwrap();
        let mut contact = agent(prefix.path(), "contact");
        contact.env("PATH", programs.path());
        succeeded(&run(contact).await);
        let done = tasks(&client).await.remove(0);
        assert_eq!(done.status, Some(types::AgentUpgradeTaskStatus::Succeeded), "with {only}: {done:#?}");
        client.delete_protection_source_registration().id(id).send().await.unwrap();
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_packages_are_refused_with_what_is_offered() {
    let server = TestServer::start().await;
    let linux = |kind: &str| json!({ "platform": "kLinux", "linuxParams": { "packageType": kind } });
    let cases = [
        (json!({ "platform": "kWindows" }), 422, "platform"),
        (linux("kDEB"), 422, "linuxParams.packageType"),
        (linux("kRPM"), 422, "linuxParams.packageType"),
        (linux("kSuseRPM"), 422, "linuxParams.packageType"),
        (linux("kPowerPCRPM"), 422, "linuxParams.packageType"),
        (linux("kFloppy"), 400, "linuxParams.packageType"),
        (json!({ "platform": "kLinux" }), 400, "linuxParams"),
        (json!({}), 400, "platform"),
    ];
    for (body, status, named) in cases {
        let (answered, error) = server.raw("POST", "/data-protect/agents/download", Some(body.clone())).await;
        assert_eq!(answered, status, "{body}: {error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(named), "{body}: {message}");
        assert!(status != 422 || message.contains("kScript"), "{body}: {message}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_agent_upgrades_itself_when_a_task_asks_it_to() {
    let server = TestServer::start().await;
    let client = server.client();
    // An agent of an older version, as an older server would have handed it out.
    let old = installer(&client).await.replace(env!("CARGO_PKG_VERSION"), "0.0.7");
    let prefix = tempfile::tempdir().unwrap();
    succeeded(&install(&server, &old, prefix.path(), &["sh"]).await);
    let id = host(&client).await.id.unwrap().get();
    let body = types::CreateAgentUpgradeTaskRequest::new().with_name("all").with_agent_i_ds([id]);
    let made = client.create_upgrade_task().body(body).send().await.unwrap().into_inner();
    assert_eq!(made.status, Some(types::AgentUpgradeTaskStatus::Scheduled));
    assert_eq!(made.cluster_version.as_deref(), Some(env!("CARGO_PKG_VERSION")));
    assert_eq!(made.type_, Some(types::AgentUpgradeTaskType::Manual));
    let waiting = tasks(&client).await.remove(0);
    assert_eq!(waiting.status, Some(types::AgentUpgradeTaskStatus::Running), "it waits for the agent");
    assert_eq!(waiting.end_time_usecs, None);

    succeeded(&run(agent(prefix.path(), "contact")).await);
    let version = run(agent(prefix.path(), "version")).await;
    assert_eq!(String::from_utf8_lossy(&version.stdout).trim(), env!("CARGO_PKG_VERSION"));
    let done = tasks(&client).await.remove(0);
    assert_eq!(done.status, Some(types::AgentUpgradeTaskStatus::Succeeded), "{done:#?}");
    assert!(done.start_time_usecs.unwrap() <= done.end_time_usecs.unwrap());
    let info = done.agents.unwrap().remove(0).info.unwrap();
    assert_eq!(info.status, Some(types::AgentUpgradeDetailsStatus::Succeeded));
    assert_eq!(info.previous_software_version.as_deref(), Some("0.0.7"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_keep_their_times_and_survive_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(data.path(), None).await;
    let known = (server.tenant.clone(), server.api_key.clone());
    let client = server.client();
    let id = Fixture::register(&client).await;
    let tomorrow = now_usecs() + 24 * 3_600 * 1_000_000;
    let body = types::CreateAgentUpgradeTaskRequest::new().with_agent_i_ds([id, id]);
    let later = body.clone().with_schedule_time_usecs(tomorrow).with_schedule_end_time_usecs(tomorrow + 1);
    let later = client.create_upgrade_task().body(later).send().await.unwrap().into_inner();
    assert_eq!(
        (later.agent_i_ds.clone(), later.schedule_time_usecs),
        (Some(vec![id.into()]), Some(tomorrow.into()))
    );
    // No agent was installed here: the server itself is the agent, and has the version already.
    let now = client.create_upgrade_task().body(body).send().await.unwrap().into_inner();
    let all = tasks(&client).await;
    assert_eq!(all.iter().map(|task| task.id).collect::<Vec<_>>(), [now.id, later.id], "the latest first");
    assert_eq!(all[0].status, Some(types::AgentUpgradeTaskStatus::Succeeded));
    let info = all[0].agents.as_ref().unwrap()[0].info.clone().unwrap();
    assert_eq!(info.status, Some(types::AgentUpgradeDetailsStatus::Skipped));
    assert_eq!(all[1], later, "its time has not come");
    let call = client.get_upgrade_tasks().ids([later.id.unwrap().get(), 99]);
    let found = call.send().await.unwrap().into_inner().tasks.unwrap();
    assert_eq!(found, [later]);
    server.stop().await;

    let server = TestServer::start_in(data.path(), Some((&known.0, &known.1))).await;
    assert_eq!(tasks(&server.client()).await, all);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_fails_with_its_reason() {
    let server = TestServer::start().await;
    let client = server.client();
    let id = Fixture::register(&client).await;
    let (status, answer) = report(&server, "0.0.7").await;
    assert_eq!((status, answer), (200, json!({ "agentId": id })));
    let body = types::CreateAgentUpgradeTaskRequest::new().with_agent_i_ds([id]);
    let task = client.create_upgrade_task().body(body.clone()).send().await.unwrap().id.unwrap();
    // It is told, and stays as it is.
    let (_, answer) = report(&server, "0.0.7").await;
    assert_eq!(answer["upgradeTo"], env!("CARGO_PKG_VERSION"));
    let running = tasks(&client).await.remove(0);
    let info = running.agents.unwrap().remove(0).info.unwrap();
    assert_eq!(info.status, Some(types::AgentUpgradeDetailsStatus::Started));
    let repeat = types::CreateAgentUpgradeTaskRequest::new().with_retry_task_id(task);
    let refused = client.create_upgrade_task().body(repeat.clone()).send().await.unwrap_err();
    assert_eq!(refused.status().unwrap().as_u16(), 409, "it has not failed");

    // With its host gone, nobody can be upgraded any more.
    client.delete_protection_source_registration().id(id).send().await.unwrap();
    let failed = tasks(&client).await.remove(0);
    assert_eq!(failed.status, Some(types::AgentUpgradeTaskStatus::Failed));
    assert_eq!(failed.is_retryable, Some(true));
    assert!(failed.error.unwrap().message.unwrap().contains("no longer registered"));
    assert_eq!(report(&server, "0.0.7").await.0, 404);
    let refused = client.create_upgrade_task().body(repeat).send().await.unwrap_err();
    assert!(refused.is_not_found(), "its agent is gone");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_failed_in_part_is_repeated_for_who_is_left() {
    let server = TestServer::start().await;
    let client = server.client();
    let gone = Fixture::register(&client).await;
    let params = types::PhysicalSourceRegistrationParams::new("127.0.0.1");
    let body = types::RegisterSourceRequest::new(types::Environment::Physical).with_physical_params(params);
    let left = client.register_protection_source().body(body).send().await.unwrap().id.unwrap().get();
    report(&server, "0.0.7").await;
    let body = types::CreateAgentUpgradeTaskRequest::new().with_agent_i_ds([gone, left]);
    let task = client.create_upgrade_task().body(body).send().await.unwrap().id.unwrap();
    report(&server, "0.0.7").await;
    client.delete_protection_source_registration().id(gone).send().await.unwrap();
    let failed = tasks(&client).await.remove(0);
    assert_eq!(failed.status, Some(types::AgentUpgradeTaskStatus::PartiallyFailed), "{failed:#?}");
    assert_eq!((failed.error, failed.is_retryable), (None, Some(true)));

    let body = types::CreateAgentUpgradeTaskRequest::new().with_retry_task_id(task);
    client.create_upgrade_task().body(body).send().await.unwrap();
    let again = tasks(&client).await.remove(0);
    assert_eq!(again.type_, Some(types::AgentUpgradeTaskType::Retry));
    assert_eq!((again.retried_task_id, again.agent_i_ds), (Some(task), Some(vec![left.into()])));
    assert_eq!(again.status, Some(types::AgentUpgradeTaskStatus::Succeeded));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_upgraded_is_refused_by_its_name() {
    let server = TestServer::start().await;
    let client = server.client();
    let id = Fixture::register(&client).await;
    let now = now_usecs();
    let cases = [
        (json!({}), 400, "agentIDs"),
        (json!({ "agentIDs": [] }), 400, "agentIDs"),
        (json!({ "agentIDs": [id, 4711, 4712] }), 404, "4711, 4712"),
        (json!({ "agentIDs": ["x"] }), 400, "agentIDs"),
        (json!({ "agentIDs": [id], "retryTaskId": 1 }), 400, "agentIDs"),
        (json!({ "retryTaskId": 4711 }), 404, "4711"),
        (json!({ "agentIDs": [id], "scheduleEndTimeUsecs": now - 1 }), 400, "scheduleEndTimeUsecs"),
        (
            json!({ "agentIDs": [id], "scheduleTimeUsecs": now + 9_000_000, "scheduleEndTimeUsecs": now + 8_000_000 }),
            400,
            "scheduleEndTimeUsecs",
        ),
    ];
    for (body, status, named) in cases {
        let (answered, error) =
            server.raw("POST", "/data-protect/agents/upgrade-tasks", Some(body.clone())).await;
        assert_eq!(answered, status, "{body}: {error}");
        assert!(error["message"].as_str().unwrap().contains(named), "{body}: {error}");
    }
    assert_eq!(tasks(&client).await, []);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_do_not_see_each_others_agents() {
    let (server, theirs) = TestServer::start_with_stranger().await;
    let mine = server.client();
    let id = Fixture::register(&mine).await;
    let body = types::CreateAgentUpgradeTaskRequest::new().with_agent_i_ds([id]);
    mine.create_upgrade_task().body(body.clone()).send().await.unwrap();
    assert_eq!(tasks(&theirs).await, []);
    assert!(theirs.create_upgrade_task().body(body).send().await.unwrap_err().is_not_found());
    server.stop().await;
}
