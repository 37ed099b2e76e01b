//! The server in the test's process.

use std::path::Path;
use std::time::{Duration, Instant};

use strongroom_testing::ibm_backup_recovery::{Client, types};
use strongroom_testing::{Role, TestClock, TestServer};

/// Nothing here takes longer than this, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(120);

fn policy(name: &str) -> types::ProtectionPolicyRequest {
    let kept = types::Retention::new(3, types::RetentionUnit::Weeks);
    let regular = types::RegularBackupPolicy::new().with_retention(kept);
    types::ProtectionPolicyRequest::new(types::BackupPolicy::new(regular), name)
}

async fn names(client: &Client) -> Vec<String> {
    let policies = client.get_protection_policies().send().await.unwrap().into_inner().policies;
    policies.into_iter().flatten().map(|policy| policy.name).collect()
}

async fn add(client: &Client, name: &str) {
    client.create_protection_policy().body(policy(name)).send().await.unwrap();
}

/// Waits until the folder is gone.
async fn wait_until_gone(folder: &Path) {
    let begun = Instant::now();
    while folder.exists() {
        assert!(begun.elapsed() < PATIENCE, "{} stays", folder.display());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_server_answers_both_apis() {
    let server = TestServer::start().await;
    assert!(names(&server.ibm_client()).await.is_empty());
    let user = server.storware_client().get_session_user().send().await.unwrap();
    assert!(user.into_inner().requester.unwrap().name.unwrap().contains("admin"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_side_by_side_have_nothing_in_common() {
    let (one, two) = tokio::join!(TestServer::start(), TestServer::start());
    assert_ne!(one.url(), two.url());
    assert_ne!(one.data_dir(), two.data_dir());
    let (of_one, of_two) = (one.ibm_client(), two.ibm_client());
    tokio::join!(add(&of_one, "of one"), add(&of_two, "of two"));
    assert_eq!(names(&one.ibm_client()).await, ["of one"]);
    assert_eq!(names(&two.ibm_client()).await, ["of two"]);
    let folder = one.data_dir().to_owned();
    one.stop().await;
    assert!(!folder.exists(), "a server that was waited for leaves nothing");
    assert_eq!(names(&two.ibm_client()).await, ["of two"]);
}

#[tokio::test]
async fn tenants_are_walled_off() {
    let server = TestServer::builder().tenant("acme/").start().await;
    assert_eq!(server.tenant(), "acme/");
    let other = server.add_tenant("other/").await;
    add(&server.ibm_client(), "of acme").await;
    assert!(names(&other.ibm_client()).await.is_empty());
    add(&other.ibm_client(), "of other").await;
    assert_eq!(names(&server.ibm_client()).await, ["of acme"]);
}

#[tokio::test]
async fn users_may_do_what_their_role_says() {
    let server = TestServer::start().await;
    let viewer = server.add_user("ada", Role::Viewer).await;
    assert_eq!(viewer.login(), "ada");
    let client = viewer.storware_client();
    client.list_tasks().send().await.unwrap();
    let refused = client.delete_all_finished_tasks().send().await.unwrap_err();
    assert_eq!(refused.status().map(|status| status.as_u16()), Some(403));
}

#[tokio::test]
async fn the_environment_leads_to_the_server() {
    let server = TestServer::start().await;
    // Variables of this process belong to all of its tests, so another one reads them.
    let value = |wanted: &str| {
        let pairs = server.ibm_env();
        pairs.iter().find(|(name, _)| *name == wanted).unwrap().1.clone()
    };
    let client = Client::builder(&value("BACKUP_RECOVERY_URL"))
        .iam_url(value("BACKUP_RECOVERY_AUTH_URL"))
        .tenant(value("BACKUP_RECOVERY_TENANT_ID"))
        .api_key(value("BACKUP_RECOVERY_APIKEY"))
        .build()
        .unwrap();
    assert!(names(&client).await.is_empty());
    let [(url, _), (login, _), (password, of_admin)] = server.storware_env();
    assert_eq!([url, login, password], ["STORWARE_URL", "STORWARE_LOGIN", "STORWARE_PASSWORD"]);
    assert_eq!(of_admin, server.admin_password());
}

#[tokio::test]
async fn a_server_on_the_same_folder_knows_its_callers() {
    let folder = tempfile::tempdir().unwrap();
    let first = TestServer::builder().data_dir(folder.path()).start().await;
    add(&first.ibm_client(), "kept").await;
    let client = |server: &TestServer| {
        let builder = Client::builder(server.url()).iam_url(server.url());
        builder.tenant(first.tenant()).api_key(first.api_key()).build().unwrap()
    };
    let known = (first.tenant().to_owned(), first.api_key().to_owned(), first.admin_password().to_owned());
    assert_eq!(names(&client(&first)).await, ["kept"]);
    first.stop().await;
    assert!(folder.path().exists(), "the folder belongs to the test");
    let second = TestServer::builder().data_dir(folder.path()).start().await;
    assert_eq!(
        known,
        (second.tenant().to_owned(), second.api_key().to_owned(), second.admin_password().to_owned())
    );
    assert_eq!(names(&second.ibm_client()).await, ["kept"]);
}

#[tokio::test]
async fn time_is_in_the_hand_of_the_test() {
    let clock = TestClock::at("2026-03-02T08:00:00Z");
    let server = TestServer::builder().clock(clock.clone()).start().await;
    let client = server.ibm_client();
    add(&client, "old").await;
    clock.forward(Duration::from_secs(30 * 60));
    assert_eq!(clock.usecs(), 1_772_440_200_000_000);
    // Its tokens last an hour of the server's time.
    assert_eq!(names(&client).await, ["old"]);
    clock.set("2026-03-02T10:00:00Z");
    assert_eq!(names(&client).await, ["old"], "a token that ran out is fetched anew");
}

#[tokio::test(start_paused = true)]
async fn time_that_stands_still_in_the_test_goes_on_in_the_server() {
    let server = TestServer::start().await;
    let other = server.add_tenant("other/").await;
    assert_eq!(other.id(), "other/");
}

#[test]
fn a_test_that_blocks_does_not_block_the_server() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = runtime.block_on(TestServer::start());
    // Nobody drives the runtime that it was started on.
    let url = format!("{}/openapi.yaml", server.url());
    let other = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let http = crate::coverage::http();
        runtime.block_on(async { http.get(url).send().await.unwrap().status().as_u16() })
    });
    assert_eq!(other.join().unwrap(), 200);
}

/// A run is under way, in the middle of a folder, when the test ends.
#[tokio::test]
async fn a_server_that_is_dropped_in_a_run_ends_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..200_u32 {
        let content: Vec<u8> = (0..100_000_u32).map(|at| (at.wrapping_mul(number + 7) >> 5) as u8).collect();
        std::fs::write(folder.path().join(format!("file-{number}")), content).unwrap();
    }
    let server = TestServer::start().await;
    let client = server.ibm_client();
    start_run(&client, folder.path()).await;

    let (data_dir, url) = (server.data_dir().to_owned(), server.url().to_owned());
    let begun = Instant::now();
    drop(server);
    assert!(begun.elapsed() < Duration::from_secs(5), "nobody waits for the run");
    wait_until_gone(&data_dir).await;
    let begun = Instant::now();
    let http = crate::coverage::http();
    while http.get(format!("{url}/openapi.yaml")).send().await.is_ok() {
        assert!(begun.elapsed() < PATIENCE, "it still answers");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn start_run(client: &Client, folder: &Path) {
    let register = types::RegisterSourceRequest::new(types::Environment::Physical)
        .with_physical_params(types::PhysicalSourceRegistrationParams::new("localhost"));
    let source = client.register_protection_source().body(register).send().await.unwrap();
    let made = client.create_protection_policy().body(policy("by hand")).send().await.unwrap();
    let path = types::PhysicalFileBackupPath::new(folder.to_str().unwrap());
    let object = types::PhysicalFileProtectionGroupObject::new(source.source_id.unwrap().get())
        .with_file_paths([path]);
    let files = types::PhysicalFileProtectionGroupParams::new([object]);
    let physical =
        types::PhysicalProtectionGroupParams::new(types::PhysicalProtectionGroupParamsProtectionType::File)
            .with_file_protection_type_params(files);
    let policy_id = made.id.clone().unwrap();
    let group = types::ProtectionGroupRequest::new(types::Environment::Physical, "folder", policy_id)
        .with_physical_params(physical);
    let group = client.create_protection_group().body(group).send().await.unwrap();
    let run = types::StartRunRequest::new(types::BackupRunType::Regular);
    let id = group.id.clone().unwrap();
    client.create_protection_group_run().id(id.clone()).body(run).send().await.unwrap();
    let begun = Instant::now();
    loop {
        let runs = client.get_protection_group_runs().id(id.clone()).send().await.unwrap().into_inner();
        let statuses: Vec<_> =
            runs.runs.into_iter().flatten().filter_map(|run| run.local_backup_info?.status).collect();
        if statuses.contains(&types::RunStatus::Running) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "the run does not begin: {statuses:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
