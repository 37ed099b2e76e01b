//! The documents as the server shows them, to anybody.

use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::support::TestServer;

const ALL: [(&str, &str); 9] = [
    ("/docs", "text/html; charset=utf-8"),
    ("/docs/ibm", "text/html; charset=utf-8"),
    ("/docs/ibm/console", "text/html; charset=utf-8"),
    ("/docs/storware", "text/html; charset=utf-8"),
    ("/docs/storware/console", "text/html; charset=utf-8"),
    ("/openapi.json", "application/json"),
    ("/openapi.yaml", "application/yaml"),
    ("/api/openapi.json", "application/json"),
    ("/api/openapi.yaml", "application/yaml"),
];

async fn get(server: &TestServer, path: &str, headers: &[(&str, &str)]) -> (u16, HeaderMap, Vec<u8>) {
    // One that gives the bytes as they came.
    let mut options = client_core::ConnectionOptions::default();
    options.no_gzip();
    let mut request = options.http_client().unwrap().get(format!("{}{path}", server.url));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    (status, headers, answer.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn everybody_gets_them_and_nobody_gets_them_twice() {
    let server = TestServer::start().await;
    for (path, media) in ALL {
        let (status, headers, body) = get(&server, path, &[]).await;
        assert_eq!((status, headers["content-type"].to_str().unwrap()), (200, media), "{path}");
        assert!(
            headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"),
            "{path}"
        );
        let text = String::from_utf8(body).unwrap();
        for secret in [&server.tenant, &server.api_key, &server.password] {
            assert!(!text.contains(secret.as_str()), "{path} tells {secret}");
        }
        let tag = headers["etag"].to_str().unwrap();
        let (status, _, body) = get(&server, path, &[("if-none-match", tag)]).await;
        assert_eq!((status, body.len()), (304, 0), "{path}");
    }
}

#[tokio::test]
async fn the_documents_name_this_server_alone() {
    let server = TestServer::start().await;
    for (path, base) in [("/openapi.json", "/v2"), ("/api/openapi.json", "/api")] {
        let (_, _, body) = get(&server, path, &[]).await;
        let document: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(document["servers"].as_array().map(Vec::len), Some(1), "{path}");
        assert_eq!(document["servers"][0]["url"], base, "{path}");
        assert!(!document.to_string().contains("x-evidence"), "{path}");
    }
}

#[tokio::test]
async fn who_reads_gzip_gets_less() {
    let server = TestServer::start().await;
    let (_, plain, whole) = get(&server, "/openapi.json", &[]).await;
    let (_, packed, small) = get(&server, "/openapi.json", &[("accept-encoding", "br, gzip")]).await;
    assert_eq!(packed["content-encoding"], "gzip");
    assert_ne!(packed["etag"], plain["etag"]);
    assert!(small.len() * 5 < whole.len(), "{} of {}", small.len(), whole.len());
    let mut read = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(small.as_slice()), &mut read).unwrap();
    assert_eq!(read, whole);
}

#[tokio::test]
async fn the_console_may_call_this_server_and_the_reference_none() {
    let server = TestServer::start().await;
    for (path, calls) in [("/docs/storware", "'none'"), ("/docs/storware/console", "'self'")] {
        let (_, headers, _) = get(&server, path, &[]).await;
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains(&format!("connect-src {calls};")), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}
