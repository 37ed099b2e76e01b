//! Tokens: how many are asked for, and what happens when none can be had.

use client_core::{
    Call, CallOptions, ConnectionOptions, Credentials, ErrorKind, IamTokens, Secret, Transport,
};
use serde_json::Value;

use crate::server::{Server, answer, bearer};

/// A transport to `service` with tokens from `iam`.
fn transport(service: &Server, iam: &Server) -> Transport {
    let http = ConnectionOptions::default().http_client().unwrap();
    let tokens = IamTokens::new(http.clone(), &iam.url, Secret::new("key"));
    Transport::builder(http, &service.url).credentials(Credentials::ApiKey(tokens)).build()
}

async fn call(transport: &Transport) -> Result<Value, client_core::Error> {
    let request = transport.http().get(format!("{}/x", transport.base_url())).build();
    transport
        .json::<Value, ()>(Call::new("call", false, CallOptions::default()), request)
        .await
        .map(client_core::Response::into_inner)
}

fn token(number: usize, expires_in: u64) -> String {
    format!(r#"{{"access_token":"t{number}","expires_in":{expires_in}}}"#)
}

#[tokio::test]
async fn many_calls_at_once_fetch_one_token() {
    let iam = Server::start(|number, _| answer(200, token(number, 3600))).await;
    let service = Server::start(|_, request| answer(200, format!("{:?}", bearer(&request)))).await;
    let transport = transport(&service, &iam);
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let transport = transport.clone();
            tokio::spawn(async move { call(&transport).await.unwrap() })
        })
        .collect();
    for result in calls {
        assert_eq!(result.await.unwrap(), "t0");
    }
    assert_eq!(iam.count(), 1);
}

#[tokio::test]
async fn many_refusals_of_one_token_fetch_one_more() {
    let iam = Server::start(|number, _| answer(200, token(number, 3600))).await;
    let service =
        Server::start(|_, request| answer(if bearer(&request) == "t0" { 401 } else { 200 }, "1")).await;
    let transport = transport(&service, &iam);
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let transport = transport.clone();
            tokio::spawn(async move { call(&transport).await.unwrap() })
        })
        .collect();
    for result in calls {
        assert_eq!(result.await.unwrap(), 1);
    }
    assert_eq!(iam.count(), 2);
}

#[tokio::test]
async fn a_token_without_a_life_left_is_fetched_anew() {
    let iam = Server::start(|number, _| answer(200, token(number, 0))).await;
    let service = Server::start(|_, request| answer(200, format!("{:?}", bearer(&request)))).await;
    let transport = transport(&service, &iam);
    assert_eq!(call(&transport).await.unwrap(), "t0");
    assert_eq!(call(&transport).await.unwrap(), "t1");
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    let iam = Server::start(|_, _| answer(500, "<html>")).await;
    let service = Server::start(|_, _| answer(200, "1")).await;
    let error = call(&transport(&service, &iam)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Token);
    assert_eq!(error.status().unwrap().as_u16(), 500);
    assert!(error.is_retryable());
    assert_eq!(service.count(), 0);
}

#[tokio::test]
async fn an_answer_without_a_token_is_not_quoted() {
    let iam = Server::start(|_, _| answer(200, r#"{"accessToken":"hush"}"#)).await;
    let service = Server::start(|_, _| answer(200, "1")).await;
    let error = call(&transport(&service, &iam)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "token: no token could be had (200 OK): the answer of the token service has no `access_token`"
    );
    assert!(!format!("{error:?} {:?}", error.body_excerpt()).contains("hush"));
}
