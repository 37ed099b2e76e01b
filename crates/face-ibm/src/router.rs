//! From the operations of the spec to routes.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use contract::{Contract, Operation, strip_nulls};
use engine::Engine;
use futures::FutureExt as _;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use http_body_util::LengthLimitError;
use serde_json::Value;

use crate::answer::Answer;
use crate::call::Call;
use crate::compression::unpacked;
use crate::error::ApiError;
use crate::{auth, handlers};

/// The largest request body that is read.
const LARGEST_BODY: usize = 16 << 20;
/// The largest form for a token: anybody may send one.
const LARGEST_FORM: usize = 16 << 10;

/// A handler: a request that was held against the spec becomes an answer.
pub(crate) type Handler = fn(Call) -> Pin<Box<dyn Future<Output = Result<Answer, ApiError>> + Send>>;

/// The parameters in a path, unless it cannot be read.
type PathParams = Result<RawPathParams, RawPathParamsRejection>;

/// How the face behaves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// Hold every answer against the spec too, and answer 500 where it does not fit. For tests: it costs
    /// time, and a client is better served by an answer that is slightly wrong.
    pub check_answers: bool,
}

/// The ids of the operations that this face serves, sorted.
pub fn handled_operations() -> Vec<&'static str> {
    let mut ids: Vec<_> = handlers::TABLE.iter().map(|(id, _)| *id).collect();
    ids.push(handlers::token::OPERATION);
    ids.sort_unstable();
    ids
}

/// The routes of every operation in `contract`.
pub fn router(engine: Engine, contract: Arc<Contract>, settings: Settings) -> Router {
    let face = Arc::new(Face { engine, settings, requests: AtomicU64::new(1) });
    let mut router = Router::new();
    for (index, operation) in contract.operations().enumerate() {
        let Ok(filter) = MethodFilter::try_from(operation.method.clone()) else {
            continue;
        };
        let handler = handlers::TABLE.iter().find(|(id, _)| *id == operation.id).map(|(_, handler)| *handler);
        let (face, contract) = (Arc::clone(&face), Arc::clone(&contract));
        let route = move |path: PathParams, request: Request| {
            let (face, contract) = (Arc::clone(&face), Arc::clone(&contract));
            async move {
                match contract.operations().nth(index) {
                    Some(operation) => face.serve(operation, handler, path, request).await,
                    None => StatusCode::NOT_FOUND.into_response(),
                }
            }
        };
        router = router.route(&operation.path, on(filter, route));
    }
    let lost = Arc::clone(&face);
    let wrong_method = Arc::clone(&face);
    router
        .fallback(move |request: Request| async move {
            let message = format!("there is nothing at {} {}", request.method(), request.uri().path());
            ApiError::new(StatusCode::NOT_FOUND, "NotFound", message).respond(&lost.task_log_id())
        })
        .method_not_allowed_fallback(move |request: Request| async move {
            let message = format!("{} does not take {}", request.uri().path(), request.method());
            ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", message)
                .respond(&wrong_method.task_log_id())
        })
}

struct Face {
    engine: Engine,
    settings: Settings,
    /// Numbers requests, for task log ids.
    requests: AtomicU64,
}

impl Face {
    async fn serve(
        &self,
        operation: &Operation,
        handler: Option<Handler>,
        path: PathParams,
        request: Request,
    ) -> Response {
        let task_log_id = self.task_log_id();
        let answered = AssertUnwindSafe(self.answer(operation, handler, path, request)).catch_unwind().await;
        let response = match answered {
            Ok(Ok(response)) => response,
            Ok(Err(err)) => err.respond(&task_log_id),
            Err(_) => ApiError::internal("request", &"a handler panicked").respond(&task_log_id),
        };
        if self.settings.check_answers { checked(operation, response, &task_log_id).await } else { response }
    }

    async fn answer(
        &self,
        operation: &Operation,
        handler: Option<Handler>,
        path: PathParams,
        request: Request,
    ) -> Result<Response, ApiError> {
        let (head, body) = request.into_parts();
        if operation.id == handlers::token::OPERATION {
            let body = match read(body, LARGEST_FORM).await {
                Ok(body) => body,
                Err(err) => return Ok(handlers::token::refuse(err.status, "BXNIM0109E", err.message)),
            };
            return Ok(handlers::token::exchange(&self.engine, operation, &head.headers, &body).await);
        }
        // Nothing of a request is looked at before it is known who sends it.
        let tenant = auth::tenant(&self.engine, &head.headers).await?;
        let path = path.map_err(|_| ApiError::invalid("path", "holds an escape that is not UTF-8"))?;
        let path: Vec<_> = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let body = unpacked(&head.headers, read(body, LARGEST_BODY).await?, LARGEST_BODY)?;
        let body = json(&head.headers, &body)?;
        let inputs = operation.check_request(head.uri.query(), &head.headers, &path, body.as_ref())?;
        let Some(handler) = handler else {
            return Err(ApiError::new(
                StatusCode::NOT_IMPLEMENTED,
                "NotSupported",
                format!("this server does not serve the operation {} yet", operation.id),
            ));
        };
        let call = Call::new(self.engine.clone(), tenant, inputs, body);
        Ok(handler(call).await?.into_response())
    }

    fn task_log_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        format!("{}:{number}", self.engine.installation().incarnation_id)
    }
}

async fn read(body: Body, limit: usize) -> Result<Bytes, ApiError> {
    to_bytes(body, limit).await.map_err(|err| {
        let first: &(dyn std::error::Error + 'static) = &err;
        let (status, reason) = if std::iter::successors(Some(first), |err| err.source())
            .any(|err| err.is::<LengthLimitError>())
        {
            (
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("has more than {limit} bytes, which is all that is taken"),
            )
        } else {
            (StatusCode::BAD_REQUEST, format!("broke off: {err}"))
        };
        ApiError { status, ..ApiError::invalid("body", reason) }
    })
}

fn json(headers: &HeaderMap, body: &[u8]) -> Result<Option<Value>, ApiError> {
    if body.is_empty() {
        return Ok(None);
    }
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("application/json");
    let media = media.split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case("application/json") && !media.ends_with("+json") {
        return Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "InvalidRequest",
            format!("header Content-Type: must be application/json, not {media:?}"),
        ));
    }
    let mut value: Value = serde_json::from_slice(body)
        .map_err(|err| ApiError::invalid("body", format!("is not JSON: {err}")))?;
    strip_nulls(&mut value);
    Ok(Some(value))
}

/// The response, if it fits the spec; else a 500 that says where it does not.
async fn checked(operation: &Operation, response: Response, task_log_id: &str) -> Response {
    let (head, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return ApiError::internal("answer", &"its body broke off").respond(task_log_id);
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
            ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "AnswerOutsideSpec", message)
                .respond(task_log_id)
        }
    }
}
