//! Requests by method and path: what is sent, what comes back, and what is repeated.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::Request;
use client_core::{ConnectionOptions, ErrorKind, Method, RawRequest, RetryPolicy, Transport};
use reqwest::header::HeaderName;
use serde_json::{Value, json};

use crate::server::{Server, answer};

/// A transport whose attempts do not wait for each other.
fn transport(url: &str) -> Transport {
    let mut options = ConnectionOptions::default();
    let pause = Duration::from_millis(1);
    options.retry(RetryPolicy::default().max_attempts(3).pauses(pause, pause));
    let builder = Transport::builder(options.http_client().unwrap(), url).options(&options);
    builder.header(HeaderName::from_static("x-tenant"), "t/").unwrap().build()
}

fn request(url: &str, method: Method, path: &str) -> RawRequest<()> {
    transport(url).request(method, path)
}

/// A server that answers `{}` and keeps of each request its head, as one line, and the body.
async fn recorder() -> (Server, Arc<Mutex<Vec<Request>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    let server = Server::start(move |_, request| {
        kept.lock().unwrap().push(request);
        answer(200, "{}")
    })
    .await;
    (server, asked)
}

async fn text(request: Request) -> String {
    String::from_utf8(to_bytes(request.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn what_was_given_is_sent() {
    let (server, asked) = recorder().await;
    let sent = request(&server.url, Method::PATCH, "/things/a%2Fb?fixed=1")
        .query("name", "a b&c")
        .query("name", "\u{fc}")
        .header("X-Own", "mine")
        .body(json!({"a": [1, null]}));
    assert_eq!(*sent.send().await.unwrap(), json!({}));
    let asked = asked.lock().unwrap().pop().unwrap();
    assert_eq!(asked.method(), Method::PATCH);
    assert_eq!(asked.uri().to_string(), "/things/a%2Fb?fixed=1&name=a+b%26c&name=%C3%BC");
    let header = |name: &str| asked.headers()[name].to_str().unwrap().to_owned();
    assert_eq!([header("x-own"), header("x-tenant")], ["mine", "t/"]);
    assert_eq!(header("content-type"), "application/json");
    assert_eq!(text(asked).await, r#"{"a":[1,null]}"#);
}

#[tokio::test]
async fn a_path_needs_no_slash_and_a_form_no_json() {
    let (server, asked) = recorder().await;
    let pairs = [("grant".to_owned(), "a:b".to_owned()), ("key".to_owned(), "c d".to_owned())];
    request(&server.url, Method::POST, "token").form(pairs).send().await.unwrap();
    let asked = asked.lock().unwrap().pop().unwrap();
    assert_eq!(asked.uri().path(), "/token");
    assert_eq!(asked.headers()["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(text(asked).await, "grant=a%3Ab&key=c+d");
}

#[tokio::test]
async fn the_headers_of_the_client_win() {
    let (server, asked) = recorder().await;
    request(&server.url, Method::GET, "/x").header("X-Tenant", "other/").send().await.unwrap();
    let asked = asked.lock().unwrap().pop().unwrap();
    let tenants: Vec<_> = asked.headers().get_all("x-tenant").iter().collect();
    assert_eq!(tenants, ["t/"]);
}

#[tokio::test]
async fn all_that_comes_back_is_kept() {
    let body = r#"{"known":1,"large":18446744073709551615,"tomorrow":{"a":[true,null,-0.5]}}"#;
    let server = Server::start(move |_, _| answer(200, body)).await;
    let value: Value = request(&server.url, Method::GET, "/x").send().await.unwrap().into_inner();
    assert_eq!(value.to_string(), body);
    let server = Server::start(|_, _| answer(204, "")).await;
    assert_eq!(*request(&server.url, Method::DELETE, "/x").send().await.unwrap(), Value::Null);
    // Bytes are nobody's business but the caller's.
    let server = Server::start(|_, _| answer(200, vec![0xff, 0, 1])).await;
    let bytes = request(&server.url, Method::GET, "/x").send_for_bytes().await.unwrap();
    assert_eq!(bytes.into_inner().collect().await.unwrap(), vec![0xff, 0, 1]);
    let server = Server::start(|_, _| answer(200, "no JSON")).await;
    let error = request(&server.url, Method::GET, "/x").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn what_is_safe_by_its_method_is_repeated_and_nothing_else() {
    for (method, attempts) in [
        (Method::GET, 3),
        (Method::HEAD, 3),
        (Method::PUT, 3),
        (Method::DELETE, 3),
        (Method::OPTIONS, 3),
        (Method::POST, 1),
        (Method::PATCH, 1),
    ] {
        let server = Server::start(|_, _| answer(502, "")).await;
        let error = request(&server.url, method.clone(), "/x").send().await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(502));
        assert_eq!(server.count(), attempts, "{method}");
    }
    // Whoever knows the service better says so.
    for (method, repeatable, attempts) in [(Method::POST, true, 3), (Method::GET, false, 1)] {
        let server = Server::start(|_, _| answer(502, "")).await;
        request(&server.url, method, "/x").repeatable(repeatable).send().await.unwrap_err();
        assert_eq!(server.count(), attempts);
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before_it_is() {
    let server = Server::start(|_, _| answer(200, "{}")).await;
    for (name, value) in [("", "a"), ("a b", "a"), ("a", "b\nc"), ("a", "\u{1b}")] {
        let sent = request(&server.url, Method::GET, "/x").operation("getThing").header(name, value);
        let error = sent.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Request);
        assert!(error.to_string().starts_with("getThing: "), "{error}");
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn a_request_that_is_shown_is_the_one_that_is_sent() {
    let request = request("http://host/v2", Method::PUT, "/x").query("a", "1").body(json!({"b": 2}));
    let shown = request.clone().prepared().unwrap();
    assert_eq!((shown.method(), shown.url().as_str()), (&Method::PUT, "http://host/v2/x?a=1"));
    assert_eq!(shown.headers()["x-tenant"], "t/");
    assert_eq!(shown.headers().get("authorization"), None);
    assert_eq!(shown.body().and_then(|body| body.as_bytes()), Some(&br#"{"b":2}"#[..]));
}

#[test]
fn debug_shows_neither_url_nor_body() {
    let request = request("http://host", Method::POST, "/hush").query("hush", "hush").body(json!("hush"));
    let shown = format!("{request:?}");
    assert!(shown.contains("POST") && !shown.contains("hush"), "{shown}");
}
