//! The way to a service: through proxies or past them.

use std::process::Command;
use std::sync::{Arc, Mutex};

use client_core::{Call, CallOptions, ConnectionOptions, Error, ErrorKind, RetryPolicy, Secret, Transport};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::server::{Server, answer};

/// A proxy that writes down the head of every request, and answers each with this status. It ends with the runtime of
/// its test.
struct Proxy {
    address: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    async fn start(status: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&heads);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let Ok(byte) = stream.read_u8().await else { break };
                    head.push(byte);
                }
                written.lock().unwrap().push(String::from_utf8(head).unwrap());
                let answer =
                    format!("HTTP/1.1 {status}\r\ncontent-length: 4\r\nconnection: close\r\n\r\nnull");
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self { address, heads }
    }

    /// The first lines of what was asked, and whether each came with a password.
    fn asked(&self) -> Vec<(String, bool)> {
        let told = |head: &String| {
            let line = head.lines().next().unwrap_or_default().to_owned();
            (line, head.to_ascii_lowercase().contains("proxy-authorization: basic "))
        };
        self.heads.lock().unwrap().iter().map(told).collect()
    }
}

async fn call(options: &ConnectionOptions, url: &str) -> Result<Value, Error> {
    let transport = Transport::builder(options.http_client()?, url).options(options).build();
    let request = transport.http().get(format!("{url}/x")).build();
    let call = Call::new("call", true, CallOptions::default());
    Ok(transport.json::<Value, ()>(call, request).await?.into_inner())
}

fn once() -> ConnectionOptions {
    let mut options = ConnectionOptions::default();
    options.retry(RetryPolicy::never());
    options
}

#[tokio::test]
async fn a_proxy_that_is_named_gets_every_request() {
    let proxy = Proxy::start("200 OK").await;
    let mut options = once();
    options.proxy(Secret::new(format!("http://me:hush@{}", proxy.address)));
    assert_eq!(call(&options, "http://service.invalid").await.unwrap(), Value::Null);
    assert_eq!(proxy.asked(), [("GET http://service.invalid/x HTTP/1.1".to_owned(), true)]);
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn https_goes_through_a_tunnel_that_the_proxy_may_refuse() {
    let proxy = Proxy::start("407 Proxy Authentication Required").await;
    let mut options = once();
    options.proxy(Secret::new(format!("http://me:hush@{}", proxy.address)));
    let error = call(&options, "https://service.invalid").await.unwrap_err();
    assert_eq!(proxy.asked(), [("CONNECT service.invalid:443 HTTP/1.1".to_owned(), true)]);
    assert_eq!(error.kind(), ErrorKind::Connect);
    let mut shown = format!("{error} {error:?}");
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        shown.push_str(&cause.to_string());
        source = cause.source();
    }
    assert!(!shown.contains("hush"), "{shown}");
}

#[tokio::test]
async fn a_proxy_that_is_no_url_is_refused_without_showing_it() {
    let mut options = once();
    options.proxy(Secret::new("me:hush@proxy:not-a-port"));
    let error = options.http_client().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
}

/// What the environment says is read when a client is made, so this runs itself once more with another environment.
#[tokio::test]
async fn the_environment_names_a_proxy_and_exceptions() {
    const ROUTE: &str = "CLIENT_CORE_TEST_ROUTE";
    if let Ok(route) = std::env::var(ROUTE) {
        let mut options = once();
        if route == "direct" {
            options.no_proxy();
        }
        let url = std::env::var("CLIENT_CORE_TEST_URL").unwrap();
        println!("answer: {:?}", call(&options, &url).await.map_err(|error| error.kind()));
        return;
    }
    let proxy = Proxy::start("200 OK").await;
    let service = Server::start(|_, _| answer(200, "1")).await;
    let run = async |route: &'static str, variables: &[(&str, &str)]| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "routes::the_environment_names_a_proxy_and_exceptions", "--nocapture"]);
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
            command.env_remove(name).env_remove(name.to_ascii_lowercase());
        }
        command.env(ROUTE, route).env("CLIENT_CORE_TEST_URL", &service.url).envs(variables.iter().copied());
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let (_, answer) = text.split_once("answer: ").unwrap();
        answer.lines().next().unwrap().to_owned()
    };
    let through = "Ok(Null)";
    let direct = "Ok(Number(1))";
    let address = format!("http://{}", proxy.address);
    for name in ["http_proxy", "HTTP_PROXY", "ALL_PROXY"] {
        assert_eq!(run("usual", &[(name, &address)]).await, through, "{name}");
    }
    assert_eq!(proxy.asked().len(), 3);
    assert_eq!(run("usual", &[]).await, direct);
    assert_eq!(run("usual", &[("HTTP_PROXY", &address), ("NO_PROXY", "127.0.0.1")]).await, direct);
    assert_eq!(run("usual", &[("HTTPS_PROXY", &address)]).await, direct, "another scheme");
    assert_eq!(run("direct", &[("HTTP_PROXY", &address)]).await, direct, "`no_proxy`");
    assert_eq!(proxy.asked().len(), 3, "nothing more went through it");
}
