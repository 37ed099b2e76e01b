//! What a failure says, and what it does not.

use std::time::Duration;

use axum::http::HeaderValue;
use ibm_backup_recovery::{Client, ErrorKind};
use tokio::net::TcpListener;

use crate::server::{Server, answer, empty, json};

#[tokio::test]
async fn a_documented_error_is_read() {
    let mut refusal = json(404, r#"{"errorCode":"KNotFound","message":"no such policy","taskLogId":"t-7"}"#);
    refusal.headers_mut().insert("x-request-id", HeaderValue::from_static("r-1"));
    let server = Server::start([refusal]).await;
    let error = server.client().get_protection_policy_by_id().id("1:2:3").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Status);
    assert!(error.is_not_found());
    assert_eq!(error.code(), Some("KNotFound"));
    assert_eq!(error.reference(), Some("t-7"));
    assert_eq!(error.request_id(), Some("r-1"));
    assert_eq!(
        error.to_string(),
        "getProtectionPolicyById: the service refused (404 Not Found): no such policy [KNotFound], \
         reference t-7, request r-1"
    );
}

#[tokio::test]
async fn a_proxys_html_keeps_its_status_and_stays_out_of_the_message() {
    let html = "<html><body>upstream said: password=hush</body></html>";
    let server = Server::start([answer(502, "text/html", html)]).await;
    let error = server.client().get_recoveries().send().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 502);
    assert_eq!(error.to_string(), "getRecoveries: the service refused (502 Bad Gateway)");
    assert!(!format!("{error:?}").contains("hush"));
    assert_eq!(error.body_excerpt(), Some(html));
    assert!(error.is_retryable());
}

#[tokio::test]
async fn an_empty_error_body_keeps_its_status() {
    let mut busy = empty(503);
    busy.headers_mut().insert("retry-after", HeaderValue::from_static("7"));
    let server = Server::start([busy]).await;
    let error = server.client().get_recoveries().send().await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 503);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(error.body_excerpt(), None);
}

#[tokio::test]
async fn only_what_is_safe_to_repeat_is_called_retryable() {
    let server = Server::start([empty(503), empty(503), empty(429), empty(500), empty(500)]).await;
    let client = server.client();
    let read = client.get_recoveries().send().await.unwrap_err();
    let token = || client.generate_data_source_connection_registration_token().connection_id("1").send();
    assert!(read.is_retryable());
    assert!(!token().await.unwrap_err().is_retryable(), "503 on POST: it may have been done");
    assert!(token().await.unwrap_err().is_retryable(), "429: it was not done");
    assert!(!token().await.unwrap_err().is_retryable());
    let refreshed = client.refresh_protection_source_by_id().id(1).send().await.unwrap_err();
    assert!(refreshed.is_retryable(), "the document says that this POST may be repeated");
}

#[tokio::test]
async fn a_service_that_is_not_there_may_be_asked_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::builder(&url).tenant("acme/").build().unwrap();
    let error = client.refresh_protection_source_by_id().id(1).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.is_retryable());
    assert!(!format!("{error:?}").contains(&url), "{error:?}");
}

#[tokio::test]
async fn silence_ends_with_a_timeout() {
    // Accepts connections into its backlog and never answers.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let client =
        Client::builder(&url).tenant("acme/").read_timeout(Duration::from_millis(50)).build().unwrap();
    let request = client.generate_data_source_connection_registration_token().connection_id("1");
    let error = request.send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(!error.is_retryable(), "a POST may have been done");
}

#[test]
fn nothing_that_proves_who_calls_is_printed() {
    let settings = Client::builder("http://user:hush@host").tenant("acme/").api_key("hush");
    assert!(!format!("{settings:?}").contains("hush"));
    let client = settings.build().unwrap();
    assert!(!format!("{client:?}").contains("hush"));
    assert!(!format!("{:?}", client.get_recoveries()).contains("hush"));
    let request = ibm_backup_recovery::types::Secret::from("hush");
    assert_eq!(format!("{request:?}"), "Secret(..)");
}
