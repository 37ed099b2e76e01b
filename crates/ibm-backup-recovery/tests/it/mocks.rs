//! The generated mocks, through the client.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use ibm_backup_recovery::mocks::MockServer;
use ibm_backup_recovery::{CallOptions, Error, ErrorKind, RetryPolicy, types};

const ID: &str = "1:2:3";

fn policy(name: &str) -> types::ProtectionPolicy {
    types::ProtectionPolicy { name: name.to_owned(), ..types::ProtectionPolicy::default() }
}

fn status(error: &Error) -> Option<u16> {
    error.status().map(|status| status.as_u16())
}

/// What the mock says when it is asked to verify.
fn verdict(mock: MockServer) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| mock.verify())).unwrap_err();
    drop(mock);
    panic.downcast_ref::<String>().unwrap().clone()
}

#[tokio::test]
async fn an_answer_is_what_the_document_says() {
    let mock = MockServer::start().await;
    mock.get_protection_policy_by_id().answer(policy("daily"));
    mock.create_protection_policy().answer(policy("new"));
    let client = mock.client();
    let got = client.get_protection_policy_by_id().id(ID).send().await.unwrap();
    assert_eq!((got.status().as_u16(), got.name.as_str()), (200, "daily"));
    let request = types::ProtectionPolicyRequest::new(
        types::BackupPolicy::new(types::RegularBackupPolicy::new()),
        "new",
    );
    let made = client.create_protection_policy().body(request).send().await.unwrap();
    assert_eq!((made.status().as_u16(), made.name.as_str()), (201, "new"));
}

#[tokio::test]
async fn failures_are_repeated_and_told_as_the_service_would() {
    let mock = MockServer::start().await;
    let then = mock
        .get_protection_policy_by_id()
        .fail(503, ("kBusy", "not now"))
        .times(2)
        .answer(policy("daily"))
        .times(1)
        .fail(404, ("kGone", "it is gone"));
    let client = mock.client();
    assert_eq!(client.get_protection_policy_by_id().id(ID).send().await.unwrap().name, "daily");
    assert_eq!(then.calls().len(), 3);
    let error = client.get_protection_policy_by_id().id(ID).send().await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!((error.code(), error.message()), (Some("kGone"), Some("it is gone")));
    mock.verify();
}

#[tokio::test]
async fn calls_are_told_apart_by_what_they_carry() {
    let mock = MockServer::start().await;
    mock.get_protection_policy_by_id().id("1:2:4").answer(policy("of the path"));
    mock.get_protection_policies()
        .policy_names(["a", "b"])
        .answer(types::ProtectionPolicyList::default())
        .status(203);
    mock.get_protection_group_runs()
        .id("1:2:5")
        .num_runs(7)
        .include_object_details(true)
        .answer(types::ProtectionGroupRunList::default());
    mock.create_protection_policy().body(|body| body.name.starts_with('n')).answer(policy("of the body"));
    mock.create_protection_policy().matching(|call| call.body.name == "other").fail(409, "taken");
    let client = mock.client();

    let got = client.get_protection_policy_by_id().id("1:2:4").send().await.unwrap();
    assert_eq!(got.name, "of the path");
    let got = client.get_protection_policies().policy_names(["a", "b"]).send().await.unwrap();
    assert_eq!(got.status().as_u16(), 203);
    let runs = client.get_protection_group_runs().id("1:2:5").num_runs(7).include_object_details(true);
    runs.send().await.unwrap();
    let request = |name: &str| {
        types::ProtectionPolicyRequest::new(types::BackupPolicy::new(types::RegularBackupPolicy::new()), name)
    };
    let made = client.create_protection_policy().body(request("new")).send().await.unwrap();
    assert_eq!(made.name, "of the body");
    let refused = client.create_protection_policy().body(request("other")).send().await.unwrap_err();
    assert_eq!(refused.message(), Some("taken"));
}

#[tokio::test]
async fn calls_are_kept_with_their_types() {
    let mock = MockServer::start().await;
    let then = mock.get_protection_group_runs().answer(types::ProtectionGroupRunList::default());
    let client = mock.client();
    let call = client.get_protection_group_runs().id(ID).run_tags(["x", "y"]).num_runs(3);
    call.send().await.unwrap();
    client.get_protection_group_runs().id("1:2:4").send().await.unwrap();

    let calls = then.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].id, ID);
    assert_eq!(calls[0].num_runs, Some(3));
    assert_eq!(calls[0].run_tags.as_ref().unwrap().as_slice(), ["x", "y"]);
    assert_eq!(calls[0].run_id, None);
    assert_eq!(calls[0].request.header("x-ibm-tenant-id"), Some("mock/"));
    assert_eq!(mock.get_protection_group_runs().id("1:2:4").calls().len(), 1);
    assert!(mock.get_protection_policies().calls().is_empty());
    // A token was fetched first.
    let asked: Vec<String> = mock.asked().iter().map(|asked| asked.path.clone()).collect();
    assert_eq!(asked[0], "/identity/token");
    assert_eq!(asked.len(), 3);
}

#[tokio::test]
async fn an_answer_can_be_made_from_the_call() {
    let file: Vec<u8> = (0..100_000_u32).map(|number| number as u8).collect();
    let mock = MockServer::start().await;
    let content = file.clone();
    mock.download_indexed_file().answer_with(move |call| {
        let number = |it: Option<i64>, otherwise| it.map_or(otherwise, |it| usize::try_from(it).unwrap());
        let start = number(call.start_offset, 0).min(content.len());
        let length = number(call.length.map(i64::from), content.len());
        let end = (start + length).min(content.len());
        content[start..end].to_vec()
    });
    let mut written = Vec::new();
    let download = mock.client().download_file("a snapshot", "/file").range(30_000);
    download.write_to(&mut written).await.unwrap();
    assert_eq!(written, file);
    assert!(mock.download_indexed_file().calls().len() >= 4);
}

#[tokio::test]
async fn what_breaks_off_is_no_answer() {
    let mock = MockServer::start().await;
    mock.get_protection_policy_by_id().drop_connection().times(2).answer(policy("at last"));
    mock.get_protection_policies().answer(types::ProtectionPolicyList::default()).truncated();
    let client = mock.client();
    assert_eq!(client.get_protection_policy_by_id().id(ID).send().await.unwrap().name, "at last");
    let once = CallOptions::default().retry(RetryPolicy::never());
    let error = client.get_protection_policies().with_options(once).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Exchange);
}

#[tokio::test]
async fn half_of_an_answer_arrives_before_it_breaks_off() {
    let mock = MockServer::start().await;
    mock.download_files_from_recovery().answer(vec![7; 1000]).truncated();
    let mut body = mock.client().download_files_from_recovery().id(ID).send().await.unwrap();
    let mut got = 0;
    let end = loop {
        match body.next_chunk().await {
            Ok(Some(chunk)) => got += chunk.len(),
            end => break end,
        }
    };
    assert_eq!(got, 500);
    assert_eq!(end.unwrap_err().kind(), ErrorKind::Exchange);
}

#[tokio::test]
async fn what_the_document_does_not_allow_can_be_answered() {
    let mock = MockServer::start().await;
    mock.get_protection_policies()
        .answer_raw(200, "application/json", "{ not json")
        .times(1)
        .answer_raw(502, "text/html", "<h1>Bad Gateway</h1>")
        .header("x-request-id", "4711");
    let client = mock.client_builder().retry(RetryPolicy::never()).build().unwrap();
    let error = client.get_protection_policies().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let error = client.get_protection_policies().send().await.unwrap_err();
    assert_eq!((status(&error), error.request_id()), (Some(502), Some("4711")));
}

#[tokio::test]
async fn an_answer_can_take_its_time() {
    let mock = MockServer::start().await;
    mock.get_protection_policy_by_id()
        .answer(policy("slow"))
        .after(Duration::from_secs(600))
        .times(1)
        .answer(policy("quick"))
        .after(Duration::from_millis(50));
    let client = mock.client();
    let hasty = CallOptions::default().timeout(Duration::from_millis(100)).retry(RetryPolicy::never());
    let slow = client.get_protection_policy_by_id().id(ID).with_options(hasty).send().await.unwrap_err();
    assert_eq!(slow.kind(), ErrorKind::Timeout);
    let begun = Instant::now();
    assert_eq!(client.get_protection_policy_by_id().id(ID).send().await.unwrap().name, "quick");
    assert!(begun.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn a_call_that_nobody_expected_says_what_was_expected() {
    let mock = MockServer::start().await;
    mock.get_protection_policy_by_id().id(ID).answer(policy("daily"));
    let client = mock.client();
    let error = client.get_protection_policy_by_id().id("1:2:4").send().await.unwrap_err();
    assert_eq!((status(&error), error.code()), (Some(501), Some("kUnexpectedCall")));
    let expected = "GET /v2/data-protect/policies/1:2:4 (getProtectionPolicyById)\n  \
                    with id = PolicyId(\"1:2:3\"): id is PolicyId(\"1:2:4\")";
    assert!(error.message().unwrap().ends_with(expected), "{error:?}");
    let verdict = verdict(mock);
    assert!(verdict.ends_with(&format!("\n- nobody expected {expected}")), "{verdict}");
}

#[tokio::test]
async fn answers_that_were_not_given_are_missed() {
    let mock = MockServer::start().await;
    mock.get_protection_policies()
        .fail(503, "not now")
        .times(3)
        .answer(types::ProtectionPolicyList::default());
    mock.get_protection_groups().answer(types::ProtectionGroupList::default());
    let client = mock.client_builder().retry(RetryPolicy::never()).build().unwrap();
    client.get_protection_policies().send().await.unwrap_err();
    let expected =
        "\n- getProtectionPolicies with anything: answer 1 was to be given 3 times, and was given once";
    let verdict = verdict(mock);
    assert!(verdict.ends_with(expected), "{verdict}");
}

#[tokio::test]
async fn answers_run_out() {
    let mock = MockServer::start().await;
    mock.get_protection_policies().answer(types::ProtectionPolicyList::default()).times(1);
    let client = mock.client();
    client.get_protection_policies().send().await.unwrap();
    client.get_protection_policies().send().await.unwrap_err();
    assert!(verdict(mock).ends_with("with anything: all of its answers were given"));
}

#[tokio::test]
#[should_panic(expected = "nobody expected GET /v2/data-protect/policies (getProtectionPolicies)")]
async fn a_mock_that_is_dropped_fails_the_test() {
    let mock = MockServer::start().await;
    mock.client().get_protection_policies().send().await.unwrap_err();
}

#[tokio::test]
async fn what_a_test_asserts_about_a_call_fails_the_test() {
    let mock = MockServer::start().await;
    mock.get_protection_policy_by_id()
        .matching(|call| {
            assert_eq!(call.id, "something else");
            true
        })
        .answer(policy("daily"));
    mock.client().get_protection_policy_by_id().id(ID).send().await.unwrap_err();
    let verdict = verdict(mock);
    assert!(verdict.contains("looking at it panicked: assertion `left == right` failed"), "{verdict}");
}

#[test]
fn a_status_that_is_no_failure_is_refused() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mock = runtime.block_on(MockServer::start());
    let panic = catch_unwind(AssertUnwindSafe(|| {
        mock.get_protection_policies().fail(200, "fine");
    }));
    assert_eq!(panic.unwrap_err().downcast_ref::<String>().unwrap(), "200 is not the status of a failure");
}

/// A mock answers while the test blocks the only thread of its runtime.
#[tokio::test]
async fn a_mock_has_a_thread_of_its_own() {
    let mock = MockServer::start().await;
    mock.get_protection_policies().answer(types::ProtectionPolicyList::default());
    let client = mock.client();
    let blocking = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { client.get_protection_policies().send().await.map(|_| ()) })
    });
    blocking.join().unwrap().unwrap();
}

#[tokio::test]
async fn a_token_can_be_refused_and_run_out() {
    let mock = MockServer::start().await;
    let asked = mock
        .create_token()
        .matching(|call| call.apikey.as_ref().is_some_and(|key| key.expose() == "the key of ada"))
        .fail(400, ("BXNIM0415E", "no such key"))
        .times(1)
        .answer(("a first token", Duration::ZERO))
        .answer(("a second token", Duration::from_secs(3600)));
    mock.get_protection_policies().answer(types::ProtectionPolicyList::default());
    let client = mock.client_builder().api_key("the key of ada").build().unwrap();
    let refused = client.get_protection_policies().send().await.unwrap_err();
    assert_eq!((refused.kind(), refused.message()), (ErrorKind::Token, Some("no such key")));
    client.get_protection_policies().send().await.unwrap();
    client.get_protection_policies().send().await.unwrap();
    client.get_protection_policies().send().await.unwrap();
    assert_eq!(asked.calls().len(), 3);
    let sent: Vec<_> = mock.get_protection_policies().calls();
    let tokens: Vec<_> = sent.iter().map(|call| call.request.header("authorization").unwrap()).collect();
    assert_eq!(tokens, ["Bearer a first token", "Bearer a second token", "Bearer a second token"]);
}
