//! What is sent again, how often, and what the caller learns of it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use client_core::{
    Call, CallOptions, CallReport, ConnectionOptions, Error, ErrorKind, Observer, RetryPolicy, Transport,
};
use reqwest::StatusCode;

use crate::server::{Server, answer};

#[derive(Default)]
struct Reports(Mutex<Vec<CallReport>>);

impl Observer for Reports {
    fn call_ended(&self, call: &CallReport) {
        self.0.lock().unwrap().push(call.clone());
    }
}

/// Four attempts without pauses.
fn options() -> ConnectionOptions {
    let mut options = ConnectionOptions::default();
    options.retry(RetryPolicy::default().pauses(Duration::ZERO, Duration::ZERO));
    options
}

fn transport(server: &Server, options: &ConnectionOptions) -> Transport {
    Transport::builder(options.http_client().unwrap(), &server.url).options(options).build()
}

async fn get(transport: &Transport, repeatable: bool, options: CallOptions) -> Result<i32, Error> {
    let request = transport.http().get(transport.base_url()).build();
    let call = Call::new("getNumber", repeatable, options);
    transport.json::<i32, ()>(call, request).await.map(client_core::Response::into_inner)
}

/// Fails `times` times with `status`, then gives 7.
async fn failing(times: usize, status: u16) -> Server {
    Server::start(move |number, _| if number < times { answer(status, "") } else { answer(200, "7") }).await
}

#[tokio::test]
async fn what_is_safe_to_repeat_is_repeated_when_the_cause_may_pass() {
    for status in [408, 429, 500, 502, 503, 504] {
        let server = failing(3, status).await;
        let number = get(&transport(&server, &options()), true, CallOptions::default()).await;
        assert_eq!(number.unwrap(), 7, "{status}");
        assert_eq!(server.count(), 4, "{status}");
    }
    for status in [400, 403, 404, 409, 501] {
        let server = failing(1, status).await;
        let error = get(&transport(&server, &options()), true, CallOptions::default()).await.unwrap_err();
        assert_eq!((error.attempts(), server.count()), (1, 1), "{status}");
    }
}

#[tokio::test]
async fn what_may_have_acted_is_not_repeated_unless_it_is_safe() {
    for (status, sent) in [(408, 1), (500, 1), (503, 1), (504, 1), (429, 2)] {
        let server = failing(1, status).await;
        let number = get(&transport(&server, &options()), false, CallOptions::default()).await;
        assert_eq!(number.is_ok(), sent == 2, "{status}");
        assert_eq!(server.count(), sent, "{status}");
    }
}

#[tokio::test]
async fn the_last_error_is_the_callers_with_the_number_of_attempts() {
    let server = failing(99, 503).await;
    let error = get(&transport(&server, &options()), true, CallOptions::default()).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!((error.attempts(), server.count()), (4, 4));

    let never = CallOptions::default().retry(RetryPolicy::never());
    let error = get(&transport(&server, &options()), true, never).await.unwrap_err();
    assert_eq!((error.attempts(), server.count()), (1, 5));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_fetched_again() {
    let server = Server::start(|number, _| {
        if number > 0 {
            return answer(200, "7");
        }
        let broken: [Result<&str, std::io::Error>; 2] = [Ok("7"), Err(std::io::Error::other("broken"))];
        answer(200, Body::from_stream(futures_util::stream::iter(broken)))
    })
    .await;
    let transport = transport(&server, &options());
    assert_eq!(get(&transport, true, CallOptions::default()).await.unwrap(), 7);
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn a_call_has_a_time_as_a_whole() {
    let server = Server::start(|_, _| {
        answer(200, Body::from_stream(futures_util::stream::pending::<Result<&str, std::io::Error>>()))
    })
    .await;
    let transport = transport(&server, &options());
    let hasty = CallOptions::default().timeout(Duration::from_millis(50));
    let error = get(&transport, true, hasty).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Timeout, "getNumber"));
    assert_eq!(error.to_string(), "getNumber: the service did not answer in time: the call was given 0.05 s");
    assert!(error.is_retryable());
}

#[tokio::test]
async fn an_observer_is_told_of_every_call() {
    let reports = Arc::new(Reports::default());
    let mut options = options();
    options.observer(reports.clone());
    let server =
        Server::start(|number, _| answer([503, 200, 404][number], if number == 1 { "7" } else { "" })).await;
    let transport = transport(&server, &options);
    get(&transport, true, CallOptions::default()).await.unwrap();
    get(&transport, true, CallOptions::default()).await.unwrap_err();
    let told: Vec<_> = reports
        .0
        .lock()
        .unwrap()
        .iter()
        .map(|it| format!("{} {} {} {:?} {:?}", it.operation, it.method, it.attempts, it.status, it.failure))
        .collect();
    assert_eq!(told, ["getNumber GET 2 Some(200) None", "getNumber GET 1 Some(404) Some(Status)"]);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let elsewhere = Server::start(|_, _| answer(200, "7")).await;
    let url = elsewhere.url.clone();
    let server = Server::start(move |_, _| {
        Response::builder().status(307).header("location", &url).body(Body::empty()).unwrap()
    })
    .await;
    let error = get(&transport(&server, &options()), true, CallOptions::default()).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::TEMPORARY_REDIRECT));
    assert_eq!(elsewhere.count(), 0);
}
