//! Every operation of both documents has its mock.

use std::collections::BTreeSet;

use openapi_check::Sources;
use serde_json::{Value, json};
use strongroom_testing::ibm_backup_recovery::mocks::Asked;
use strongroom_testing::{IbmMock, StorwareMock};

const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

/// Method, path and id of every operation of a document.
fn operations(entry: &str) -> Vec<(String, String, String)> {
    let sources = Sources::embedded(strongroom_spec::FILES);
    let bundle = openapi_check::bundle(&sources, entry).unwrap();
    let mut found = Vec::new();
    for (path, item) in bundle.document()["paths"].as_object().unwrap() {
        for method in METHODS {
            if let Some(id) = item[method]["operationId"].as_str() {
                found.push((method.to_uppercase(), path.clone(), id.to_owned()));
            }
        }
    }
    found
}

/// Calls an operation by hand, with a value for each parameter of its path. Gives the status and what the answer says.
async fn call(url: &str, method: &str, path: &str) -> (u16, String) {
    let steps: Vec<&str> =
        path.split('/').map(|step| if step.starts_with('{') { "some%20value" } else { step }).collect();
    let http = http();
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let answer = http.request(method, format!("{url}{}", steps.join("/"))).send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_else(|_| json!({}));
    (status, body["message"].as_str().unwrap_or_default().to_owned())
}

pub(crate) fn http() -> reqwest::Client {
    let mut options = client_core::ConnectionOptions::default();
    options.no_proxy();
    options.http_client().unwrap()
}

/// What a mock answers without being told: the ways to a token and a session.
const GIVEN: [&str; 2] = ["createToken", "login"];

/// The mock knows the call for the operation: it names it when nobody told it how to answer.
async fn all_are_known(url: &str, base: &str, entry: &str) -> usize {
    let operations = operations(entry);
    for (method, path, id) in &operations {
        // The document has it on a server of its own.
        let base = if id == "createToken" { "" } else { base };
        let (status, message) = call(&format!("{url}{base}"), method, path).await;
        if GIVEN.contains(&id.as_str()) {
            assert_eq!(status, 200, "{method} {path}");
            continue;
        }
        assert_eq!(status, 501, "{method} {path}");
        assert!(message.ends_with(&format!(" ({id})")), "{method} {path}: {message}");
    }
    operations.len()
}

/// How many operations these were calls of.
fn known_operations(asked: &[Asked]) -> usize {
    asked.iter().filter_map(|asked| asked.operation).collect::<BTreeSet<_>>().len()
}

/// Drops a mock that was not called as expected.
fn forgive(mock: impl Sized) {
    let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(mock)));
    assert!(dropped.is_err());
}

#[tokio::test]
async fn every_operation_of_the_ibm_api_has_its_mock() {
    let mock = IbmMock::start().await;
    let known = all_are_known(mock.url(), "/v2", strongroom_spec::IBM).await;
    assert_eq!(known_operations(&mock.asked()), known);
    forgive(mock);
}

#[tokio::test]
async fn every_operation_of_the_storware_api_has_its_mock() {
    let mock = StorwareMock::start().await;
    let known = all_are_known(mock.url(), "/api", strongroom_spec::STORWARE).await;
    assert_eq!(known_operations(&mock.asked()), known);
    forgive(mock);
}

#[tokio::test]
async fn what_is_no_operation_is_said_to_be_none() {
    let mock = StorwareMock::start().await;
    let (status, message) = call(mock.url(), "GET", "/api/nothing/of/that/name").await;
    assert_eq!(status, 501);
    assert!(message.ends_with("GET /api/nothing/of/that/name, which is no operation of the document"));
    forgive(mock);
}
