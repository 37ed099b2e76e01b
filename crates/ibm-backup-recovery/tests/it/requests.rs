//! What goes out.

use ibm_backup_recovery::{Client, types};

use crate::server::{Server, empty, json};

#[tokio::test]
async fn a_list_in_the_query_is_one_value_joined_by_commas() {
    let server = Server::start([json(200, "{}")]).await;
    server
        .client()
        .get_protection_groups()
        .names(["a b", "c&d"])
        .source_ids([1, i64::MAX])
        .environments([types::Environment::Sql, "kFuture".into()])
        .send()
        .await
        .unwrap();
    let asked = server.asked_once();
    assert_eq!(asked.path, "/v2/data-protect/protection-groups");
    assert_eq!(
        asked.query,
        "environments=kSQL%2CkFuture&names=a+b%2Cc%26d&sourceIds=1%2C9223372036854775807"
    );
}

#[tokio::test]
async fn a_value_with_a_comma_is_refused_before_anything_is_sent() {
    let server = Server::start([]).await;
    let error = server.client().get_protection_groups().names(["a,b"]).send().await.unwrap_err();
    assert_eq!(error.kind(), ibm_backup_recovery::ErrorKind::Request);
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn the_headers_of_the_client_are_sent_once_with_every_request() {
    let server = Server::start([json(200, "{}"), empty(204)]).await;
    let client = server.settings().request_initiator_type("UIAuto").build().unwrap();
    client.get_protection_policies().send().await.unwrap();
    client.clone().delete_protection_policy().id("1:2:3").send().await.unwrap();
    for asked in server.asked() {
        assert_eq!(asked.header("x-ibm-tenant-id"), ["acme/"]);
        assert_eq!(asked.header("requestinitiatortype"), ["UIAuto"]);
        assert_eq!(asked.header("api-version"), [""; 0], "progenitor's own header");
        assert_eq!(asked.header("authorization"), [""; 0]);
    }
}

#[tokio::test]
async fn a_path_parameter_is_escaped() {
    let server = Server::start([json(200, r#"{"name":"p","backupPolicy":{"regular":{}}}"#)]).await;
    server.client().get_protection_policy_by_id().id("a/b:c?d%").send().await.unwrap();
    assert_eq!(server.asked_once().path, "/v2/data-protect/policies/a%2Fb:c%3Fd%25");
}

#[tokio::test]
async fn what_the_caller_leaves_out_is_not_sent_and_what_is_said_is() {
    let server = Server::start([json(201, r#"{"name":"p","backupPolicy":{"regular":{}}}"#)]).await;
    let policy = types::ProtectionPolicyRequest::new(
        types::BackupPolicy::new(types::RegularBackupPolicy::new()).with_run_timeouts([]),
        "nightly",
    );
    server.client().create_protection_policy().body(policy).send().await.unwrap();
    let asked = server.asked_once();
    assert_eq!(asked.method, "POST");
    assert_eq!(asked.header("content-type"), ["application/json"]);
    assert_eq!(asked.text(), r#"{"backupPolicy":{"regular":{},"runTimeouts":[]},"name":"nightly"}"#);
}

#[tokio::test]
async fn a_required_parameter_that_is_missing_is_named() {
    let server = Server::start([]).await;
    let error = server.client().get_protection_policy_by_id().send().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "getProtectionPolicyById: the request is not valid: `id` is required and was not set"
    );
    assert!(server.asked().is_empty());
}

#[test]
fn a_client_needs_a_tenant() {
    let error = Client::builder("http://127.0.0.1:9").build().unwrap_err();
    assert_eq!(error.message(), Some("`tenant` is required and was not set"));
}

#[tokio::test]
async fn the_version_in_the_base_url_is_not_doubled() {
    let server = Server::start([json(200, "{}")]).await;
    let client = Client::builder(&format!("{}/v2/", server.url)).tenant("t/").build().unwrap();
    client.get_recoveries().send().await.unwrap();
    assert_eq!(server.asked_once().path, "/v2/data-protect/recoveries");
}
