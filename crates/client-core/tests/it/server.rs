//! A server whose answers depend on the number of the request.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use tokio::net::TcpListener;

/// One running server. It ends with the runtime of its test.
pub(crate) struct Server {
    pub(crate) url: String,
    count: Arc<AtomicUsize>,
}

impl Server {
    /// Starts a server that answers with what `play` gives for the number of the request, from 0.
    pub(crate) async fn start<F>(play: F) -> Self
    where
        F: Fn(usize, Request) -> Response + Clone + Send + Sync + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let handler = move |request: Request| {
            let answer = play(counted.fetch_add(1, Ordering::SeqCst), request);
            async move { answer }
        };
        let router = Router::new().fallback(handler);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, count }
    }

    /// How many requests came so far.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}

pub(crate) fn answer(status: u16, body: impl Into<axum::body::Body>) -> Response {
    Response::builder().status(StatusCode::from_u16(status).unwrap()).body(body.into()).unwrap()
}

/// The bearer token of a request.
pub(crate) fn bearer(request: &Request) -> &str {
    let value = request.headers().get("authorization").map(|value| value.to_str().unwrap());
    value.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default()
}
