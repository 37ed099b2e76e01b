//! From the operations of a document to routes.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, on};
use contract::{Contract, Operation, strip_nulls};
use futures::FutureExt as _;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::request::{json, read, unpacked};
use crate::{Call, Refusal};

/// The parameters in a path, unless it cannot be read.
type PathParams = Result<RawPathParams, RawPathParamsRejection>;

/// A handler: a request that was held against the document becomes an answer.
pub type Handler<A> =
    Arc<dyn Fn(Arc<A>, Call<<A as Api>::Caller>) -> Answering<<A as Api>::Error> + Send + Sync>;

/// An answer on its way.
pub type Answering<E> = Pin<Box<dyn Future<Output = Result<Response, E>> + Send>>;

/// An API that is to be served.
pub trait Api: Send + Sync + Sized + 'static {
    /// Who calls.
    type Caller: Send + 'static;
    /// A failure in the API's own terms.
    type Error: From<Refusal> + Send;

    /// Finds out who calls. Nothing else of a request is looked at before.
    fn authenticate(
        &self,
        operation: &Operation,
        headers: &HeaderMap,
    ) -> impl Future<Output = Result<Self::Caller, Self::Error>> + Send;

    /// What serves an operation.
    fn handler(&self, operation: &str) -> Option<Handler<Self>>;

    /// The API's own error answer.
    fn respond(&self, error: Self::Error) -> Response;

    /// Mends what clients of the API are known to send otherwise than the document says, before the request is
    /// held against it. `query` is the raw query string.
    fn loosen(&self, _operation: &Operation, _query: &mut String, _body: &mut Option<Value>) {}
}

/// How the routes of an API are made.
#[derive(Clone, Copy, Debug)]
pub struct Routes {
    /// Hold every answer against the document too, and answer 500 where it does not fit. For tests: it costs
    /// time, and a client is better served by an answer that is slightly wrong.
    pub check_answers: bool,
    /// Take paths with a slash at the end as well.
    pub slash_at_the_end: bool,
    /// The largest request body that is read, in bytes.
    pub largest_body: usize,
}

impl Routes {
    /// The routes of every operation of `contract` but those named in `except`, and answers in the API's terms
    /// to whatever leads nowhere. `base` is cut off the paths: what the router will be nested under.
    pub fn build<A: Api>(self, api: Arc<A>, contract: Arc<Contract>, base: &str, except: &[&str]) -> Router {
        let mut router = Router::new();
        for (index, operation) in contract.operations().enumerate() {
            let Ok(filter) = MethodFilter::try_from(operation.method.clone()) else {
                continue;
            };
            if except.contains(&operation.id.as_str()) {
                continue;
            }
            let (handler, serving) = (api.handler(&operation.id), Arc::clone(&api));
            let contract = Arc::clone(&contract);
            let route = move |path: PathParams, request: Request| {
                let (api, contract) = (Arc::clone(&serving), Arc::clone(&contract));
                let handler = handler.clone();
                async move {
                    match contract.operations().nth(index) {
                        Some(operation) => self.serve(api, operation, handler, path, request).await,
                        None => StatusCode::NOT_FOUND.into_response(),
                    }
                }
            };
            let path = operation.path.strip_prefix(base).unwrap_or(&operation.path);
            if self.slash_at_the_end {
                router = router.route(&format!("{path}/"), on(filter, route.clone()));
            }
            router = router.route(path, on(filter, route));
        }
        let lost = Arc::clone(&api);
        router
            .fallback(move |request: Request| async move {
                let message = format!("there is nothing at {} {}", request.method(), original_path(&request));
                lost.respond(Refusal::new(StatusCode::NOT_FOUND, message).into())
            })
            .method_not_allowed_fallback(move |request: Request| async move {
                let message = format!("{} does not take {}", original_path(&request), request.method());
                api.respond(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message).into())
            })
    }

    async fn serve<A: Api>(
        self,
        api: Arc<A>,
        operation: &Operation,
        handler: Option<Handler<A>>,
        path: PathParams,
        request: Request,
    ) -> Response {
        let answering = self.answer(&api, operation, handler, path, request);
        let response = match AssertUnwindSafe(answering).catch_unwind().await {
            Ok(Ok(response)) => response,
            Ok(Err(err)) => api.respond(err),
            Err(_) => api.respond(Refusal::internal("request", "a handler panicked").into()),
        };
        if self.check_answers { checked(&*api, operation, response).await } else { response }
    }

    async fn answer<A: Api>(
        self,
        api: &Arc<A>,
        operation: &Operation,
        handler: Option<Handler<A>>,
        path: PathParams,
        request: Request,
    ) -> Result<Response, A::Error> {
        let (head, body) = request.into_parts();
        let caller = api.authenticate(operation, &head.headers).await?;
        let path = path.map_err(|_| Refusal::invalid("path", "holds an escape that is not UTF-8"))?;
        let path: Vec<_> = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let body = unpacked(&head.headers, read(body, self.largest_body).await?, self.largest_body)?;
        let mut body = json(&head.headers, &body)?;
        if let Some(body) = &mut body {
            strip_nulls(body);
        }
        let sent = body.clone();
        let mut query = head.uri.query().unwrap_or_default().to_owned();
        api.loosen(operation, &mut query, &mut body);
        let inputs = operation
            .check_request(Some(&query), &head.headers, &path, body.as_ref())
            .map_err(Refusal::from)?;
        let Some(handler) = handler else {
            let message = format!("this server does not serve the operation {} yet", operation.id);
            return Err(Refusal::new(StatusCode::NOT_IMPLEMENTED, message).into());
        };
        handler(Arc::clone(api), Call::new(caller, head.headers, inputs, sent, body)).await
    }
}

/// The path as the caller wrote it, wherever the router is nested.
fn original_path(request: &Request) -> String {
    match request.extensions().get::<axum::extract::OriginalUri>() {
        Some(uri) => uri.path().to_owned(),
        None => request.uri().path().to_owned(),
    }
}

/// The response, if it fits the document; else a 500 that says where it does not.
async fn checked<A: Api>(api: &A, operation: &Operation, response: Response) -> Response {
    let (head, body) = response.into_parts();
    let body = match to_bytes(body, usize::MAX).await {
        Ok(body) => body,
        Err(err) => return api.respond(Refusal::internal("answer", err).into()),
    };
    let media = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    match operation.check_response(head.status.as_u16(), media, &body) {
        Ok(()) => Response::from_parts(head, Body::from(body)),
        Err(violation) => {
            let message = format!(
                "the answer {} to {} does not fit the spec: {violation}; it was {}",
                head.status.as_u16(),
                operation.id,
                String::from_utf8_lossy(&body)
            );
            api.respond(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, message).into())
        }
    }
}
