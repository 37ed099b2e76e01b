//! The API as `face_core` serves it.

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use contract::{Contract, Operation};
use engine::Engine;
use face_core::{Handler, Routes};
use http::{HeaderMap, HeaderValue};
use serde_json::Value;

use crate::auth::{self, Reach};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::{entities, handlers, lenient, own};

/// Where the API lies.
const BASE: &str = "/api";
/// The operation that nobody has to be logged in for.
const LOGIN: &str = "login";
/// The largest request body that is read. The largest that make sense are lists of some thousand tasks.
const LARGEST_BODY: usize = 16 << 20;

/// How the face behaves.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Hold every answer against the spec too, and answer 500 where it does not fit. For tests.
    pub check_answers: bool,
    /// Whether the server speaks HTTPS: browsers are then told to send cookies over nothing else.
    pub secure: bool,
    /// The origins of other sites' pages that may use the API with their visitors' sessions, as browsers write
    /// them. Who allows them to read the answers names them here too. Browsers only do it over HTTPS.
    pub other_sites: Vec<HeaderValue>,
}

/// The ids of the operations that this face serves, sorted.
pub fn handled_operations() -> Vec<&'static str> {
    let mut ids: Vec<_> = handlers::TABLE.iter().map(|(id, _, _)| *id).chain([LOGIN]).collect();
    ids.sort_unstable();
    ids
}

/// The routes of every operation in `contract`, and a few of our own, to be nested under `/api`.
pub fn router(engine: Engine, contract: Arc<Contract>, settings: &Settings) -> Router {
    let reach = match (!settings.other_sites.is_empty(), settings.secure) {
        (true, true) => Reach::AnySite,
        (_, secure) => Reach::SameSite { secure },
    };
    let face = Arc::new(Face { engine, reach, other_sites: settings.other_sites.clone() });
    let routes =
        Routes { check_answers: settings.check_answers, slash_at_the_end: true, largest_body: LARGEST_BODY };
    entities::routes(Arc::clone(&face))
        .nest(own::BASE, face_own::router(own::Own::new(Arc::clone(&face))))
        .merge(routes.build(face, contract, BASE, &[]))
}

/// What handlers work with.
pub(crate) struct Face {
    pub(crate) engine: Engine,
    pub(crate) reach: Reach,
    /// The origins of other sites' pages that may call.
    pub(crate) other_sites: Vec<HeaderValue>,
}

impl face_core::Api for Face {
    /// None for the one who is about to log in.
    type Caller = Option<Caller>;
    type Error = ApiError;

    async fn authenticate(
        &self,
        operation: &Operation,
        headers: &HeaderMap,
    ) -> Result<Option<Caller>, ApiError> {
        auth::check_site(&operation.method, headers, &self.other_sites)?;
        if operation.id == LOGIN {
            return Ok(None);
        }
        let caller = auth::caller(&self.engine, headers).await?;
        // Who may not do it learns nothing about what it would have said.
        if let Some((_, any_of, _)) = handlers::TABLE.iter().find(|(id, _, _)| *id == operation.id) {
            caller.must_be_allowed(any_of)?;
        }
        Ok(Some(caller))
    }

    fn handler(&self, operation: &str) -> Option<Handler<Self>> {
        if operation == LOGIN {
            return Some(Arc::new(|face, call| Box::pin(handlers::session::login(face, call))));
        }
        let (_, _, handler) = handlers::TABLE.iter().find(|(id, _, _)| *id == operation)?;
        Some(Arc::new(move |face, call| match call.caller.clone() {
            Some(caller) => handler(face, call.with_caller(caller)),
            None => Box::pin(async { Err(ApiError::unauthorized("nobody is logged in")) }),
        }))
    }

    fn respond(&self, error: ApiError) -> Response {
        error.respond()
    }

    fn loosen(&self, operation: &Operation, query: &mut String, body: &mut Option<Value>) {
        lenient::loosen(operation, query, body);
    }
}
