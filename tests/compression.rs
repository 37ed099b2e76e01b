//! Requests whose body is compressed.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::support::{TestServer, http};

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

/// Sends what may be the request for a policy, in some coding.
async fn post(server: &TestServer, token: &str, coding: &str, body: Vec<u8>) -> (u16, Value) {
    let sent = http()
        .post(format!("{}/v2/data-protect/policies", server.url))
        .bearer_auth(token)
        .header("X-IBM-Tenant-Id", &server.tenant)
        .header("Content-Type", "application/json")
        .header("Content-Encoding", coding)
        .body(body);
    let answer = sent.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_unpacked() {
    let server = TestServer::start().await;
    let token = server.token().await;
    let retention = json!({ "unit": "Days", "duration": 7 });
    let policy = |name: &str| {
        json!({ "name": name, "backupPolicy": { "regular": { "retention": retention } } })
            .to_string()
            .into_bytes()
    };
    let (status, made) = post(&server, &token, "gzip", gzip(&policy("packed"))).await;
    assert_eq!((status, &made["name"]), (201, &json!("packed")), "{made}");
    let (status, made) = post(&server, &token, "identity", policy("plain")).await;
    assert_eq!((status, &made["name"]), (201, &json!("plain")), "{made}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_unpacked_is_refused() {
    let server = TestServer::start().await;
    let token = server.token().await;
    let whole = gzip(b"{\"name\": \"x\"}");
    // Few bytes that would become more than any request may have.
    let bomb = gzip(&vec![b' '; (16 << 20) + 1]);
    assert!(bomb.len() < 1 << 20);
    for (coding, body, status, named) in [
        ("gzip", b"{}".to_vec(), 400, "is not gzip"),
        ("gzip", whole[..whole.len() - 4].to_vec(), 400, "is not gzip"),
        ("gzip", whole.clone(), 400, "backupPolicy"),
        ("br", whole, 415, "Content-Encoding"),
        ("gzip", bomb, 413, "unpacked"),
    ] {
        let (told, error) = post(&server, &token, coding, body).await;
        assert_eq!((told, &error["errorCode"]), (status, &json!("InvalidRequest")), "{error}");
        assert!(error["message"].as_str().unwrap().contains(named), "{error}");
    }
    server.stop().await;
}
