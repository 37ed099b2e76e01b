//! How the client logs in. That many calls log in once is tested in `client-core`.

use axum::http::HeaderValue;
use axum::response::Response;
use client_testing::{Server, empty, json};
use storware_backup_recovery::{Client, ErrorKind, types};

/// A login that sets this cookie.
fn session(cookie: &'static str) -> Response {
    let mut answer = json(200, r#"{"privileges":[]}"#);
    answer.headers_mut().insert("set-cookie", HeaderValue::from_static(cookie));
    answer
}

fn client(server: &Server) -> Client {
    Client::builder(&server.url).login("operator", "pass\"word").build().unwrap()
}

#[tokio::test]
async fn the_first_call_logs_in_and_the_next_has_the_session() {
    let script = [session("ANYTHING=one; Path=/api; HttpOnly"), json(200, "[]"), json(200, "[]")];
    let server = Server::start(script).await;
    let client = client(&server);
    client.list_tasks().send().await.unwrap();
    client.clone().list_tasks().send().await.unwrap();
    let asked = server.asked();
    assert_eq!(asked.len(), 3, "one login for two calls");
    assert_eq!((asked[0].method.as_str(), asked[0].path.as_str()), ("POST", "/api/session/login"));
    assert_eq!(asked[0].header("content-type"), ["application/json"]);
    assert_eq!(asked[0].header("cookie"), [""; 0]);
    assert_eq!(asked[1].header("cookie"), ["ANYTHING=one"]);
    assert_eq!(asked[2].header("cookie"), ["ANYTHING=one"]);
}

#[tokio::test]
async fn what_is_sent_to_log_in_is_the_documented_request() {
    let server = Server::start([session("S=1"), json(200, "[]")]).await;
    client(&server).list_tasks().send().await.unwrap();
    let documented = types::LoginRequest::new("operator", "pass\"word");
    assert_eq!(server.asked()[0].text(), serde_json::to_string(&documented).unwrap());
}

#[tokio::test]
async fn after_a_401_the_call_is_repeated_in_a_new_session() {
    let script = [session("S=old"), empty(401), session("S=new"), empty(201)];
    let server = Server::start(script).await;
    client(&server).cancel_running_tasks().body([types::SelectedTask::new("t")]).send().await.unwrap();
    let asked = server.asked();
    assert_eq!(asked[1].header("cookie"), ["S=old"]);
    assert_eq!(asked[3].header("cookie"), ["S=new"]);
    assert_eq!((&asked[3].path, &asked[3].body), (&asked[1].path, &asked[1].body));
}

#[tokio::test]
async fn a_refused_login_is_explained() {
    let server = Server::start([json(400, r#"{"message":"wrong password"}"#)]).await;
    let error = client(&server).list_tasks().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Login);
    assert_eq!(error.to_string(), "login: no session could be had (400 Bad Request): wrong password");
    assert!(!error.is_retryable());
    assert!(!format!("{error:?}").contains("pass\"word"));
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn the_login_can_be_called_by_hand() {
    let server = Server::start([session("S=1")]).await;
    let client = Client::builder(&server.url).build().unwrap();
    let answer = client.login().body(types::LoginRequest::new("ada", "hush")).send().await.unwrap();
    assert!(answer.privileges.is_empty());
    assert_eq!(answer.headers()["set-cookie"], "S=1");
}

#[test]
fn debug_shows_no_secret() {
    let settings = Client::builder("http://ada:hush@127.0.0.1:9").login("ada", "hush");
    let client = settings.clone().build().unwrap();
    let request = types::LoginRequest::new("ada", "hush");
    assert!(!format!("{settings:?} {client:?} {request:?}").contains("hush"));
}
