//! From a connection to the rules and back.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::{Body as HttpBody, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::reply::{Body, Fault, Reply};
use crate::rules::Rules;
use crate::{Api, Asked, Content, OperationInfo};

/// Listens and serves until `stopped` is dropped. Tells `ready` where, or why not.
pub(crate) fn serve(
    api: Api,
    rules: &Arc<Rules>,
    ready: oneshot::Sender<Result<SocketAddr, String>>,
    mut stopped: oneshot::Receiver<()>,
) {
    let accept = async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        io::Result::Ok((listener, address))
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return drop(ready.send(Err(error.to_string()))),
    };
    runtime.block_on(async {
        let listener = match accept.await {
            Ok((listener, address)) => {
                // Nobody waits any more: the loop below sees it too.
                let _ = ready.send(Ok(address));
                listener
            }
            Err(error) => return drop(ready.send(Err(error.to_string()))),
        };
        let api = Arc::new(api);
        // Dropped at the end, it ends the connections.
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                _ = &mut stopped => break,
                accepted = listener.accept() => accepted,
            };
            while connections.try_join_next().is_some() {}
            if let Ok((stream, _)) = accepted {
                connections.spawn(talk(stream, Arc::clone(&api), Arc::clone(rules)));
            }
        }
    });
}

async fn talk(stream: TcpStream, api: Arc<Api>, rules: Arc<Rules>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(Arc::clone(&api), Arc::clone(&rules), request));
    // It fails where a connection breaks off, as tests ask for it.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(api: Arc<Api>, rules: Arc<Rules>, request: Request<Incoming>) -> io::Result<Response<Sent>> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let (method, path) = (parts.method, parts.uri.path().to_owned());
    let below = path.strip_prefix(api.base);
    let found = below
        .and_then(|below| OperationInfo::find(&api.operations, method.as_str(), below))
        .or_else(|| OperationInfo::find(&api.elsewhere, method.as_str(), &path));
    let (operation, path_values) = found.unzip();
    let asked = Asked {
        method,
        path,
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body,
        operation,
        path_values: path_values.unwrap_or_default(),
    };
    let reply = match rules.choose(&asked) {
        Ok(reply) => reply,
        Err(reasons) => aside(&api, &asked).unwrap_or_else(|| unexpected(&api, &rules, &asked, &reasons)),
    };
    send(reply, &asked).await
}

fn aside(api: &Api, asked: &Asked) -> Option<Reply> {
    let found = api.asides.iter().find(|aside| aside.method == asked.method && aside.path == asked.path)?;
    let mut reply = Reply::new(200, Body::Ready(found.content.clone()));
    let header =
        found.header.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
    reply.headers.extend(header);
    Some(reply)
}

fn unexpected(api: &Api, rules: &Rules, asked: &Asked, reasons: &str) -> Reply {
    rules.complain(format!("{asked}{reasons}"));
    let text = format!("nobody told the mock how to answer {asked}{reasons}");
    Reply::new(501, Body::Ready((api.explain)(text)))
}

async fn send(reply: Reply, asked: &Asked) -> io::Result<Response<Sent>> {
    if !reply.delay.is_zero() {
        tokio::time::sleep(reply.delay).await;
    }
    let Content { media, bytes } = match reply.body {
        Body::Ready(content) => content,
        Body::Made(make) => make(asked),
    };
    let sent = match reply.fault {
        Fault::None => Sent::whole(bytes),
        Fault::Truncated => Sent::half(&bytes),
        Fault::Dropped => return Err(io::Error::from(io::ErrorKind::ConnectionAborted)),
    };
    let mut response = Response::new(sent);
    *response.status_mut() = StatusCode::from_u16(reply.status).map_err(io::Error::other)?;
    let headers = response.headers_mut();
    if let Some(media) = media {
        headers.insert(CONTENT_TYPE, HeaderValue::try_from(media).map_err(io::Error::other)?);
    }
    if let Some(announced) = response.body().announced {
        response.headers_mut().insert(CONTENT_LENGTH, announced.into());
    }
    for (name, value) in reply.headers {
        response.headers_mut().append(name, value);
    }
    Ok(response)
}

/// A body, or its first half and then nothing.
struct Sent {
    bytes: Bytes,
    /// How long the whole would have been, where only half of it comes.
    announced: Option<usize>,
    /// How often the half was looked for: once it is sent, time has to pass for it to leave before the connection
    /// breaks.
    polls: u8,
}

impl Sent {
    fn whole(bytes: Bytes) -> Self {
        Self { bytes, announced: None, polls: 0 }
    }

    fn half(bytes: &Bytes) -> Self {
        Self { bytes: bytes.slice(..bytes.len() / 2), announced: Some(bytes.len().max(1)), polls: 0 }
    }
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.polls = self.polls.saturating_add(1);
        if !self.bytes.is_empty() {
            let bytes = std::mem::take(&mut self.bytes);
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match self.announced {
            None => Poll::Ready(None),
            // What was handed over is written while this waits.
            Some(_) if self.polls < 4 => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Some(_) => Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::ConnectionAborted)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty() && self.announced.is_none()
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        let length = self.announced.unwrap_or(self.bytes.len());
        hyper::body::SizeHint::with_exact(length as u64)
    }
}
