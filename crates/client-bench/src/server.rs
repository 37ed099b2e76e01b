//! The server that is called and downloaded from. It does as little as it can, the same for everybody, so that what
//! is timed is the client.
//!
//! Below `/v2/data-protect/policies/` it gives one policy, whatever the id. Everywhere else it gives a file of
//! nothing: all of it, or as much as `startOffset` and `length` in the query ask for. The bytes of the file are
//! the same block of memory again and again; they are copied into the socket and nowhere else.

use std::convert::Infallible;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context, Poll};
use std::thread;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// What is written to a socket at once, at most.
const BLOCK: usize = 256 * 1024;

/// What the server gives.
#[derive(Clone)]
pub(crate) struct Content {
    policy: Bytes,
    /// How long the file is, in bytes.
    file: u64,
    block: Bytes,
}

impl Content {
    pub(crate) fn new(policy: String, file: u64) -> Self {
        Self { policy: policy.into(), file, block: vec![0x5a; BLOCK].into() }
    }

    fn answer(&self, request: &Request<Incoming>) -> Response<Repeated> {
        if request.uri().path().starts_with("/v2/data-protect/policies/") {
            let left = self.policy.len() as u64;
            let mut answer = Response::new(Repeated { block: self.policy.clone(), left });
            let json = hyper::header::HeaderValue::from_static("application/json");
            answer.headers_mut().insert(hyper::header::CONTENT_TYPE, json);
            return answer;
        }
        let number = |name: &str| {
            let pairs = request.uri().query().unwrap_or_default().split('&');
            pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?.1.parse::<u64>().ok()
        };
        let left = self.file.saturating_sub(number("startOffset").unwrap_or(0));
        let left = left.min(number("length").unwrap_or(u64::MAX));
        Response::new(Repeated { block: self.block.clone(), left })
    }
}

/// A body of one block again and again.
struct Repeated {
    block: Bytes,
    left: u64,
}

impl Body for Repeated {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let length = usize::try_from(self.left).unwrap_or(usize::MAX).min(self.block.len());
        self.left -= length as u64;
        Poll::Ready(Some(Ok(Frame::data(self.block.slice(..length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// Serves on a thread of its own until the process ends. Gives the base URL.
///
/// # Errors
/// When nothing can be listened on.
pub(crate) fn start(content: Content) -> io::Result<String> {
    let (send, receive) = mpsc::channel();
    thread::Builder::new().name("server".to_owned()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        let failed = runtime.and_then(|runtime| runtime.block_on(serve(content, &send)));
        if let Err(error) = failed {
            // Nobody waits any more if it had begun to serve.
            drop(send.send(Err(error)));
        }
    })?;
    let address = receive.recv().map_err(|_| io::Error::other("the server has not started"))??;
    Ok(format!("http://{address}"))
}

/// Serves as a process of its own, and says where on standard output.
///
/// # Errors
/// When nothing can be listened on.
pub(crate) fn run(content: Content) -> io::Result<()> {
    println!("{}", start(content)?);
    io::stdout().flush()?;
    // Ends with whoever has started it.
    io::copy(&mut io::stdin(), &mut io::sink()).map(drop)
}

async fn serve(content: Content, started: &mpsc::Sender<io::Result<SocketAddr>>) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    drop(started.send(listener.local_addr()));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let content = content.clone();
        let service = service_fn(move |request| {
            let answer = content.answer(&request);
            async move { Ok::<_, Infallible>(answer) }
        });
        // A peer that goes away in the middle is nothing to tell of.
        tokio::spawn(async move {
            drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await)
        });
    }
}
