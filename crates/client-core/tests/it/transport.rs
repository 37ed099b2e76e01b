//! What an API brings along: headers and the meaning of its error bodies.

use client_core::{
    Call, CallOptions, ConnectionOptions, ErrorBody, ErrorDetails, ErrorKind, Secret, Transport,
};
use reqwest::header::HeaderName;
use serde::Deserialize;

use crate::server::{Server, answer};

#[derive(Debug, Deserialize)]
struct Problem {
    reason: String,
}

impl ErrorBody for Problem {
    fn into_details(self) -> ErrorDetails {
        ErrorDetails::new(None, Some(self.reason), None)
    }
}

fn http() -> reqwest::Client {
    ConnectionOptions::default().http_client().unwrap()
}

fn get(transport: &Transport) -> reqwest::Result<reqwest::Request> {
    transport.http().get(format!("{}/x", transport.base_url())).build()
}

#[tokio::test]
async fn the_error_body_is_read_by_the_api() {
    let server = Server::start(|_, _| answer(409, r#"{"reason":"stale"}"#)).await;
    let transport = Transport::builder(http(), &server.url).build();
    let error = transport.empty::<Problem>(call("put"), get(&transport)).await.unwrap_err();
    assert_eq!(error.to_string(), "put: the service refused (409 Conflict): stale");
}

#[tokio::test]
async fn an_empty_body_is_null() {
    let server = Server::start(|_, _| answer(204, "")).await;
    let transport = Transport::builder(http(), &server.url).build();
    let value = transport.json::<Option<String>, ()>(call("get"), get(&transport)).await.unwrap();
    assert_eq!(*value, None);
}

#[tokio::test]
async fn an_endless_error_body_is_read_no_further_than_needed() {
    let server = Server::start(|_, _| {
        let body = endless();
        answer(500, axum::body::Body::from_stream(body))
    })
    .await;
    let transport = Transport::builder(http(), &server.url).build();
    let error = transport.empty::<()>(call("get"), get(&transport)).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 500);
    assert_eq!(error.body_excerpt().map(str::len), Some(2048));
}

/// The same kilobyte for ever.
fn endless() -> impl futures_core::Stream<Item = Result<&'static [u8], std::io::Error>> + Send {
    struct Endless;
    impl futures_core::Stream for Endless {
        type Item = Result<&'static [u8], std::io::Error>;
        fn poll_next(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Ready(Some(Ok(&[b'x'; 1024])))
        }
    }
    Endless
}

#[tokio::test]
async fn a_request_that_cannot_be_built_is_not_sent() {
    let transport = Transport::builder(http(), "http://host").build();
    let broken = transport.http().get("no url").build();
    let error = transport.empty::<()>(call("get"), broken).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
}

#[test]
fn a_header_of_the_client_must_be_a_header() {
    let name = HeaderName::from_static("x-tenant");
    let error = Transport::builder(http(), "http://host").header(name, "a\nb").unwrap_err();
    assert_eq!(error.message(), Some("the value of header `x-tenant` is not valid"));
}

#[test]
fn debug_shows_the_names_of_headers_and_nothing_else() {
    let name = HeaderName::from_static("x-tenant");
    let transport = Transport::builder(http(), "http://user:hush@host")
        .header(name, "hush")
        .unwrap()
        .credentials(client_core::Credentials::Bearer(Secret::new("hush")))
        .build();
    assert_eq!(
        format!("{transport:?}"),
        "Transport { headers: [\"x-tenant\"], credentials: Bearer(..), .. }"
    );
}

fn call(operation: &'static str) -> Call {
    Call::new(operation, false, CallOptions::default())
}
