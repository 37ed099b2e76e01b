//! Sessions: how often is logged in, and what goes back and forth.

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::response::Response;
use client_core::{
    Call, CallOptions, ConnectionOptions, Credentials, Error, ErrorBody, ErrorDetails, ErrorKind, Session,
    Transport,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::server::{Server, answer};

#[derive(Deserialize)]
struct Refusal {
    message: String,
}

impl ErrorBody for Refusal {
    fn into_details(self) -> ErrorDetails {
        ErrorDetails::new(None, Some(self.message), None)
    }
}

/// A transport to `service` with a session opened at `door`.
fn transport(service: &Server, door: &Server) -> Transport {
    let http = ConnectionOptions::default().http_client().unwrap();
    let login = json!({"user": "ada", "secret": "hush"});
    let session = Session::new::<Refusal>(http.clone(), format!("{}/door", door.url), &login).unwrap();
    Transport::builder(http, &service.url).credentials(Credentials::Session(session)).build()
}

async fn call(transport: &Transport) -> Result<Value, Error> {
    let request = transport.http().get(format!("{}/x", transport.base_url())).build();
    transport
        .json::<Value, ()>(Call::new("call", false, CallOptions::default()), request)
        .await
        .map(client_core::Response::into_inner)
}

fn setting(lines: &[String]) -> Response {
    with_cookies(answer(200, "null"), lines)
}

fn with_cookies(mut answer: Response, lines: &[String]) -> Response {
    for line in lines {
        answer.headers_mut().append("set-cookie", HeaderValue::from_str(line).unwrap());
    }
    answer
}

/// Logins that set `S=s0`, `S=s1` and so on.
async fn door() -> Server {
    Server::start(|number, _| setting(&[format!("S=s{number}; Path=/; HttpOnly")])).await
}

/// What was sent as `Cookie`, as JSON.
fn echo(request: &Request) -> String {
    format!("{:?}", cookie(request))
}

fn cookie(request: &Request) -> &str {
    request.headers().get("cookie").map_or("", |value| value.to_str().unwrap())
}

/// Twenty calls at once.
async fn many(transport: &Transport) -> Vec<Value> {
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let transport = transport.clone();
            tokio::spawn(async move { call(&transport).await.unwrap() })
        })
        .collect();
    let mut results = Vec::new();
    for result in calls {
        results.push(result.await.unwrap());
    }
    results
}

#[tokio::test]
async fn many_calls_at_once_log_in_once_and_send_every_cookie() {
    let door = Server::start(|_, request| {
        assert_eq!((request.method().as_str(), request.uri().path()), ("POST", "/door"));
        assert_eq!(request.headers()["content-type"], "application/json");
        setting(&["S=1; Path=/".to_owned(), "route=node-2".to_owned()])
    })
    .await;
    let service = Server::start(|_, request| answer(200, echo(&request))).await;
    let transport = transport(&service, &door);
    assert!(many(&transport).await.iter().all(|sent| sent == "S=1; route=node-2"));
    assert_eq!(door.count(), 1);
}

#[tokio::test]
async fn many_refusals_of_one_session_log_in_once_more_and_repeat_the_calls() {
    let door = door().await;
    let service =
        Server::start(|_, request| answer(if cookie(&request) == "S=s0" { 401 } else { 200 }, "1")).await;
    let transport = transport(&service, &door);
    assert!(many(&transport).await.iter().all(|result| result == 1));
    assert_eq!(door.count(), 2);
}

#[tokio::test]
async fn a_second_401_is_the_callers() {
    let door = door().await;
    let service = Server::start(|_, _| answer(401, "")).await;
    let error = call(&transport(&service, &door)).await.unwrap_err();
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Status, 401));
    assert_eq!((door.count(), service.count()), (2, 2));
}

#[tokio::test]
async fn a_cookie_that_an_answer_renews_is_sent_from_then_on() {
    let door = door().await;
    let service = Server::start(|number, request| {
        let answer = answer(200, echo(&request));
        if number == 0 { with_cookies(answer, &["S=renewed".to_owned()]) } else { answer }
    })
    .await;
    let transport = transport(&service, &door);
    assert_eq!(call(&transport).await.unwrap(), "S=s0");
    assert_eq!(call(&transport).await.unwrap(), "S=renewed");
    assert_eq!(door.count(), 1);
}

#[tokio::test]
async fn a_session_that_an_answer_ends_is_opened_again() {
    let door = door().await;
    let service = Server::start(|number, request| {
        let answer = answer(200, echo(&request));
        if number == 0 { with_cookies(answer, &["S=; Max-Age=0".to_owned()]) } else { answer }
    })
    .await;
    let transport = transport(&service, &door);
    assert_eq!(call(&transport).await.unwrap(), "S=s0");
    assert_eq!(call(&transport).await.unwrap(), "S=s1");
}

#[tokio::test]
async fn a_refused_login_is_explained_and_nothing_else_is_sent() {
    let door = Server::start(|_, _| answer(400, r#"{"message":"wrong password"}"#)).await;
    let service = Server::start(|_, _| answer(200, "1")).await;
    let error = call(&transport(&service, &door)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Login);
    assert_eq!(error.to_string(), "login: no session could be had (400 Bad Request): wrong password");
    assert!(!error.is_retryable());
    assert!(!format!("{error:?}").contains("hush"));
    assert_eq!(service.count(), 0);
}

#[tokio::test]
async fn a_login_without_a_cookie_is_no_session() {
    let door = Server::start(|_, _| answer(200, "null")).await;
    let service = Server::start(|_, _| answer(200, "1")).await;
    let error = call(&transport(&service, &door)).await.unwrap_err();
    assert_eq!(error.message(), Some("the answer to the login sets no cookie"));
    assert_eq!(service.count(), 0);
}

#[tokio::test]
async fn a_login_is_tried_again_after_one_that_failed() {
    let door =
        Server::start(|number, _| if number == 0 { answer(503, "") } else { setting(&["S=1".to_owned()]) })
            .await;
    let service = Server::start(|_, request| answer(200, echo(&request))).await;
    let transport = transport(&service, &door);
    // Within one call, although the call itself is not safe to repeat: it was not sent.
    assert_eq!(call(&transport).await.unwrap(), "S=1");
    assert_eq!((door.count(), service.count()), (2, 1));
}

#[tokio::test]
async fn debug_shows_neither_login_nor_cookies() {
    let door = door().await;
    let service = Server::start(|_, _| answer(200, "1")).await;
    let transport = transport(&service, &door);
    call(&transport).await.unwrap();
    assert_eq!(format!("{transport:?}"), "Transport { headers: [], credentials: Session(..), .. }");
    let http = ConnectionOptions::default().http_client().unwrap();
    let session = Session::new::<()>(http, "http://ada:hush@host", &"hush").unwrap();
    assert_eq!(format!("{session:?}"), "Session { .. }");
}
