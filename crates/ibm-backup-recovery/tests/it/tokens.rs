//! How the client proves who it is.

use ibm_backup_recovery::ErrorKind;

use crate::server::{Server, empty, json};

fn token(text: &str, expires_in: u64) -> axum::response::Response {
    json(200, &format!(r#"{{"access_token":"{text}","token_type":"Bearer","expires_in":{expires_in}}}"#))
}

#[tokio::test]
async fn a_token_is_fetched_for_the_key_and_kept() {
    let server = Server::start([token("one", 3600), json(200, "{}"), json(200, "{}")]).await;
    let client = server.settings().api_key("k&y").build().unwrap();
    client.get_recoveries().send().await.unwrap();
    client.clone().get_recoveries().send().await.unwrap();
    let asked = server.asked();
    assert_eq!(asked.len(), 3, "one token for two calls");
    assert_eq!((asked[0].method.as_str(), asked[0].path.as_str()), ("POST", "/identity/token"));
    assert_eq!(asked[0].header("content-type"), ["application/x-www-form-urlencoded"]);
    assert_eq!(asked[0].text(), "grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey=k%26y");
    assert_eq!(asked[0].header("x-ibm-tenant-id"), [""; 0], "the tenant is none of IAM's business");
    assert_eq!(asked[1].header("authorization"), ["Bearer one"]);
    assert_eq!(asked[2].header("authorization"), ["Bearer one"]);
}

#[tokio::test]
async fn a_refused_token_is_replaced_once_and_the_request_repeated() {
    let script = [token("old", 3600), empty(401), token("new", 3600), json(202, "{}")];
    let server = Server::start(script).await;
    let client = server.settings().api_key("key").build().unwrap();
    let policy = ibm_backup_recovery::types::StartRunRequest::new("kRegular");
    client.create_protection_group_run().id("1:2:3").body(policy).send().await.unwrap();
    let asked = server.asked();
    assert_eq!(asked[1].header("authorization"), ["Bearer old"]);
    assert_eq!(asked[3].header("authorization"), ["Bearer new"]);
    assert_eq!(asked[1].body, asked[3].body);
}

#[tokio::test]
async fn a_second_401_is_the_callers() {
    let script = [token("old", 3600), empty(401), token("new", 3600), empty(401)];
    let server = Server::start(script).await;
    let client = server.settings().api_key("key").build().unwrap();
    let error = client.get_recoveries().send().await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Status, 401));
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn a_given_token_is_sent_and_never_replaced() {
    let server = Server::start([empty(401)]).await;
    let client = server.settings().bearer_token("mine").build().unwrap();
    assert_eq!(client.get_recoveries().send().await.unwrap_err().status().unwrap().as_u16(), 401);
    assert_eq!(server.asked_once().header("authorization"), ["Bearer mine"]);
}

#[tokio::test]
async fn a_refused_key_is_explained() {
    let refusal = json(400, r#"{"errorCode":"BXNIM0415E","errorMessage":"no such key"}"#);
    let server = Server::start([refusal]).await;
    let client = server.settings().api_key("wrong-key").build().unwrap();
    let error = client.get_recoveries().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Token);
    assert_eq!(error.code(), Some("BXNIM0415E"));
    assert!(!error.is_retryable());
    assert!(!format!("{error} {error:?}").contains("wrong-key"));
}
