//! A server that writes what it is told, byte for byte, and hangs up.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the next requests are answered with.
#[derive(Default)]
struct Script {
    operation: Vec<u8>,
    login: Vec<u8>,
    /// The requests since, one after the other.
    asked: Vec<u8>,
}

/// One running server. It ends with its runtime.
pub(crate) struct Server {
    pub(crate) url: String,
    script: Arc<Mutex<Script>>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let script = Arc::<Mutex<Script>>::default();
        let shared = Arc::clone(&script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&shared)));
            }
        });
        Self { url, script }
    }

    /// Answers operations with one and logins with the other, from now on.
    pub(crate) fn play(&self, operation: &[u8], login: &[u8]) {
        *self.script.lock().unwrap() =
            Script { operation: operation.to_vec(), login: login.to_vec(), asked: Vec::new() };
    }

    /// Everything that was sent since the last `play`.
    pub(crate) fn asked(&self) -> String {
        String::from_utf8_lossy(&self.script.lock().unwrap().asked).into_owned()
    }
}

/// Reads one request and answers it. A client that has gone is no failure.
async fn answer(mut stream: TcpStream, script: Arc<Mutex<Script>>) {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    while !is_whole(&request) {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return,
            Ok(length) => request.extend_from_slice(&chunk[..length]),
        }
    }
    let line = String::from_utf8_lossy(&request);
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let is_login = path.ends_with("/identity/token") || path.ends_with("/session/login");
    let bytes = {
        let mut script = script.lock().unwrap();
        script.asked.extend_from_slice(&request);
        if is_login { script.login.clone() } else { script.operation.clone() }
    };
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
}

fn is_whole(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    request.len() >= end + 4 + length.unwrap_or(0)
}
