//! A server that records what it is asked and answers from a script.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;

/// What the server was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// GET, POST and so on.
    pub method: Method,
    /// The path, as escaped by the client.
    pub path: String,
    /// What stands behind `?`, as escaped by the client; empty without one.
    pub query: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The body, empty without one.
    pub body: Bytes,
}

impl Asked {
    /// All values of a header, in order.
    #[must_use]
    pub fn header(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// One running server. It ends with the runtime of its test.
pub struct Server {
    /// Where it listens, without a slash at its end.
    pub url: String,
    state: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    script: Mutex<VecDeque<Response>>,
    asked: Mutex<Vec<Asked>>,
}

impl Server {
    /// Starts a server that gives these answers, one a request. A request beyond them is answered with 501.
    pub async fn start(script: impl IntoIterator<Item = Response>) -> Self {
        let state =
            Arc::new(Shared { script: Mutex::new(script.into_iter().collect()), ..Shared::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(play).with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, state }
    }

    /// What was asked so far, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.state.asked.lock().unwrap().clone()
    }

    /// The only thing that was asked.
    #[must_use]
    pub fn asked_once(&self) -> Asked {
        let asked = self.asked();
        assert_eq!(asked.len(), 1, "{asked:?}");
        asked.into_iter().next().unwrap()
    }
}

async fn play(State(state): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    state.asked.lock().unwrap().push(Asked {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body,
    });
    let answer = state.script.lock().unwrap().pop_front();
    answer.unwrap_or_else(|| StatusCode::NOT_IMPLEMENTED.into_response())
}

/// A JSON answer.
#[must_use]
pub fn json(status: u16, body: &str) -> Response {
    answer(status, "application/json", body.to_owned())
}

/// An answer of any kind.
#[must_use]
pub fn answer(status: u16, media: &str, body: impl Into<Body>) -> Response {
    Response::builder().status(status).header("content-type", media).body(body.into()).unwrap()
}

/// An answer with nothing but a status.
#[must_use]
pub fn empty(status: u16) -> Response {
    Response::builder().status(status).body(Body::empty()).unwrap()
}
