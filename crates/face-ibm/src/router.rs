//! The API as `face_core` serves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use contract::{Contract, Operation};
use engine::{Engine, TenantId};
use face_core::{Routes, read};
use http::HeaderMap;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::{auth, handlers, own};

/// The largest request body that is read.
const LARGEST_BODY: usize = 16 << 20;
/// The largest form for a token: anybody may send one.
const LARGEST_FORM: usize = 16 << 10;

/// A handler: a request that was held against the spec becomes an answer.
pub(crate) type Handler =
    fn(Call) -> std::pin::Pin<Box<dyn Future<Output = Result<Answer, ApiError>> + Send>>;

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

/// The routes of every operation in `contract`, and a few of our own.
pub fn router(engine: Engine, contract: Arc<Contract>, settings: Settings) -> Router {
    let routes =
        Routes { check_answers: settings.check_answers, slash_at_the_end: false, largest_body: LARGEST_BODY };
    let face = Arc::new(Face { engine: engine.clone(), requests: AtomicU64::new(1) });
    let router = routes
        .build(Arc::clone(&face), Arc::clone(&contract), "", &[handlers::token::OPERATION])
        .nest(own::BASE, face_own::router(own::Own::new(face)));
    // Tokens are another service's business: a form comes in, nobody is known yet, and errors look otherwise.
    let Some(path) = contract.operation(handlers::token::OPERATION).map(|token| token.path.clone()) else {
        return router;
    };
    router.route(&path, post(move |request: Request| exchange(engine, contract, request)))
}

async fn exchange(engine: Engine, contract: Arc<Contract>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    match (contract.operation(handlers::token::OPERATION), read(body, LARGEST_FORM).await) {
        (Some(operation), Ok(body)) => {
            handlers::token::exchange(&engine, operation, &head.headers, &body).await
        }
        (_, Err(refusal)) => handlers::token::refuse(refusal.status, "BXNIM0109E", refusal.message),
        (None, _) => http::StatusCode::NOT_FOUND.into_response(),
    }
}

pub(crate) struct Face {
    pub(crate) engine: Engine,
    /// Numbers failures, for task log ids.
    requests: AtomicU64,
}

impl face_core::Api for Face {
    type Caller = TenantId;
    type Error = ApiError;

    async fn authenticate(&self, _: &Operation, headers: &HeaderMap) -> Result<TenantId, ApiError> {
        auth::tenant(&self.engine, headers).await
    }

    fn handler(&self, operation: &str) -> Option<face_core::Handler<Self>> {
        let (_, handler) = handlers::TABLE.iter().find(|(id, _)| *id == operation)?;
        Some(Arc::new(move |face: Arc<Self>, call| {
            let call = Call::new(face.engine.clone(), call);
            let (ids, written) = (call.ids, call.written());
            let answering = handler(call);
            Box::pin(async move {
                answering.await.map(Answer::into_response).map_err(|error| error.spelt(&ids, &written))
            })
        }))
    }

    fn respond(&self, error: ApiError) -> Response {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        error.respond(&format!("{}:{number}", self.engine.installation().incarnation_id))
    }
}
