//! Answers of any length: a line of JSON for each thing, as they are found.

use axum::body::Body;
use axum::response::Response;
use engine::Result;
use futures::{Stream, StreamExt as _, stream};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// How many batches wait for a slow reader.
const WAITING: usize = 4;

/// Where things come from on their way to the caller.
pub(crate) struct Lines<T> {
    batches: mpsc::Receiver<Vec<T>>,
    work: tokio::task::JoinHandle<Result<()>>,
}

/// Begins work that sends things. What fails before the first of them is the caller's answer.
pub(crate) async fn begin<T, W>(
    work: impl FnOnce(mpsc::Sender<Vec<T>>) -> W,
) -> Result<Response, engine::Error>
where
    T: Wire + Send + 'static,
    W: Future<Output = Result<()>> + Send + 'static,
{
    let (sender, mut batches) = mpsc::channel(WAITING);
    // It ends by itself when nobody receives any more.
    let work = tokio::spawn(work(sender));
    let first = batches.recv().await;
    let lines = Lines { batches, work };
    if first.is_none() {
        lines.outcome().await?;
        return Ok(response(Body::from(end(0))));
    }
    let state = Some((lines, first, 0_u64));
    let parts = stream::unfold(state, |state| async move {
        let (mut lines, next, count) = state?;
        let next = match next {
            Some(batch) => Some(batch),
            None => lines.batches.recv().await,
        };
        let Some(batch) = next else {
            let last = match lines.outcome().await {
                Ok(()) => end(count),
                Err(error) => failed(&error),
            };
            return Some((Ok::<_, std::io::Error>(last), None));
        };
        let mut text = String::new();
        for thing in &batch {
            line(&mut text, &thing.wire());
        }
        Some((Ok(text), Some((lines, None, count + batch.len() as u64))))
    });
    Ok(response(Body::from_stream(parts)))
}

/// Something that has a line.
pub(crate) trait Wire {
    /// What the line holds.
    fn wire(&self) -> impl Serialize;
}

impl<T> Lines<T> {
    async fn outcome(self) -> Result<()> {
        match self.work.await {
            Ok(outcome) => outcome,
            Err(error) => Err(engine::Error::internal("the list broke off", error)),
        }
    }
}

/// An answer of values that have no batches, each sent when it is there. When the caller goes away, the stream is
/// dropped.
pub(crate) fn each(values: impl Stream<Item = Value> + Send + 'static) -> Response {
    let lines = values.map(|value| Ok::<_, std::convert::Infallible>(format!("{value}\n")));
    response(Body::from_stream(lines))
}

fn response(body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn line(text: &mut String, value: &impl Serialize) {
    // Names, numbers and texts always have a JSON form.
    text.push_str(&serde_json::to_string(value).unwrap_or_default());
    text.push('\n');
}

fn end(count: u64) -> String {
    format!("{}\n", json!({ "end": { "count": count } }))
}

fn failed(error: &engine::Error) -> String {
    format!("{}\n", failure(error, "a list broke off"))
}

/// The line that says why there are no more.
pub(crate) fn failure(error: &engine::Error, what: &str) -> Value {
    tracing::error!(%error, cause = ?error, "{what}");
    json!({ "error": { "message": error.message() } })
}
