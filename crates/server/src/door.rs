//! The door: takes connections in, with or without TLS, and lets nobody hold one for nothing.
//!
//! A client that never finishes its handshake, its head or its body costs a connection, so each of these has
//! to come in time. What takes long is the answer, and that may.

use std::future::Future;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::Request;
use futures::{StreamExt as _, stream};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsAcceptor;

/// How long to wait when no connection can be taken in, as when there are too many open files.
const BREATHER: Duration = Duration::from_millis(500);

/// Where clients come in.
pub(crate) struct Door {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    patience: Duration,
}

impl Door {
    pub(crate) fn new(
        listener: TcpListener,
        tls: Option<TlsAcceptor>,
        router: Router,
        patience: Duration,
    ) -> Self {
        let in_time = move |request: Request| std::future::ready(bounded(request, patience));
        let router = router.layer(axum::middleware::map_request(in_time));
        Self { listener, tls, router, patience }
    }

    /// Serves until `stopping` completes; then lets the requests that go on end. Dropped, it ends them at
    /// once.
    pub(crate) async fn serve(self, stopping: impl Future<Output = ()>) {
        let Self { listener, tls, router, patience } = self;
        let mut stopping = std::pin::pin!(stopping);
        let graceful = GracefulShutdown::new();
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                () = &mut stopping => break,
                accepted = listener.accept() => accepted,
            };
            while connections.try_join_next().is_some() {}
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(err) => {
                    if !is_of_one_connection(&err) {
                        tracing::warn!(error = %err, "no connection can be taken in");
                        tokio::time::sleep(BREATHER).await;
                    }
                    continue;
                }
            };
            let (tls, router, watcher) = (tls.clone(), router.clone(), graceful.watcher());
            connections.spawn(async move {
                match tls {
                    None => talk(stream, router, watcher, patience).await,
                    Some(tls) => match greet(&tls, stream, patience).await {
                        Ok(stream) => talk(stream, router, watcher, patience).await,
                        Err(err) => tracing::debug!(error = %err, "a TLS handshake failed"),
                    },
                }
            });
        }
        drop(listener);
        graceful.shutdown().await;
    }
}

async fn greet(
    tls: &TlsAcceptor,
    stream: TcpStream,
    patience: Duration,
) -> io::Result<tokio_rustls::server::TlsStream<TcpStream>> {
    let _ = stream.set_nodelay(true);
    timeout(patience, tls.accept(stream)).await?
}

async fn talk<S>(stream: S, router: Router, watcher: Watcher, patience: Duration)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    if let Err(err) = watcher.watch(connection).await {
        tracing::debug!(error = %err, "a connection broke off");
    }
}

/// The request with a body that breaks off when it takes too long.
fn bounded(request: Request, patience: Duration) -> Request {
    let until = Instant::now() + patience;
    request.map(|body| {
        if body.is_end_stream() {
            return body;
        }
        let parts = stream::unfold(Some(body.into_data_stream()), move |parts| async move {
            let mut parts = parts?;
            match timeout_at(until, parts.next()).await {
                Ok(part) => part.map(|part| (part, Some(parts))),
                Err(_) => Some((Err(axum::Error::new(io::Error::from(io::ErrorKind::TimedOut))), None)),
            }
        });
        Body::from_stream(parts)
    })
}

/// Whether only the one connection that was to be taken in is gone.
fn is_of_one_connection(err: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(err.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
