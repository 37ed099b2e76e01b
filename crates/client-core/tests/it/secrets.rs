//! Whatever a service answers, what proves who calls is printed nowhere.

use std::io::Write;
use std::sync::{Arc, Mutex};

use client_core::{
    Call, CallOptions, ConnectionOptions, Credentials, ErrorBody, ErrorDetails, Secret, Session, Transport,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::server::{Server, answer};

const SECRET: &str = "hush-hush-0123456789";

#[derive(Deserialize)]
struct Problem {
    message: String,
}

impl ErrorBody for Problem {
    fn into_details(self) -> ErrorDetails {
        ErrorDetails::new(Some(self.message.clone()), Some(self.message.clone()), Some(self.message))
    }
}

/// Everything that a subscriber writes.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Everything that can be printed about a call that a service refuses by repeating the whole request.
async fn printed(credentials: impl Fn(&Server) -> Credentials, body: fn(String) -> String) -> String {
    let server = Server::start(move |_, request| {
        let mut answer = answer(418, body(format!("{:?}", request.headers())));
        if request.uri().path() == "/login" {
            *answer.status_mut() = reqwest::StatusCode::OK;
            let cookie = format!("S={SECRET}; Path=/").parse().unwrap();
            answer.headers_mut().insert("set-cookie", cookie);
        }
        answer
    })
    .await;
    let http = ConnectionOptions::default().http_client().unwrap();
    let transport = Transport::builder(http, &server.url)
        .header(reqwest::header::HeaderName::from_static("x-key"), "public")
        .unwrap()
        .credentials(credentials(&server))
        .build();
    let request = transport.http().get(format!("{}/x", server.url)).build();
    let call = Call::new("call", true, CallOptions::default());
    let error = transport.json::<Value, Problem>(call, request).await.unwrap_err();
    let excerpt = error.body_excerpt().unwrap().to_owned();
    assert!(excerpt.contains("public"), "the answer does repeat the request: {excerpt}");
    format!("{error} {error:?} {:?} {:?} {excerpt} {transport:?}", error.code(), error.reference())
}

#[tokio::test]
async fn an_answer_that_repeats_the_request_gives_no_secret_away() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // For the whole process: one for this thread alone misses what other tests were the first to reach.
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let bodies: [fn(String) -> String; 2] =
        [|headers| format!("<html>{headers}</html>"), |headers| json!({ "message": headers }).to_string()];
    for body in bodies {
        let bearer = printed(|_| Credentials::Bearer(Secret::new(SECRET)), body).await;
        assert!(!bearer.contains(SECRET), "{bearer}");
        let session = printed(
            |server| {
                let http = ConnectionOptions::default().http_client().unwrap();
                let login = json!({ "password": SECRET });
                let url = format!("{}/login", server.url);
                Credentials::Session(Session::new::<Problem>(http, url, &login).unwrap())
            },
            body,
        )
        .await;
        assert!(!session.contains(SECRET), "{session}");
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("operation"), "{log}");
    assert!(!log.contains(SECRET), "{log}");
}

#[test]
fn options_show_neither_keys_nor_proxies() {
    let mut options = ConnectionOptions::default();
    options.proxy(Secret::new(format!("http://user:{SECRET}@proxy")));
    options.client_certificate(Secret::new(SECRET));
    let shown = format!("{options:?} {:?}", Secret::new(SECRET));
    assert!(!shown.contains(SECRET), "{shown}");
}
