//! The APIs, side by side: each under its own paths, with its own way of saying that there is nothing there.

use std::sync::Arc;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, Method};
use contract::Contract;
use engine::Engine;
use openapi_check::Sources;
use tokio::sync::OnceCell;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::{Config, Error, Origin, docs};

/// What every document says how to speak with.
#[derive(Clone)]
pub(crate) struct Contracts {
    ibm: Arc<Contract>,
    storware: Arc<Contract>,
}

impl Contracts {
    /// The contracts of the documents that were compiled in. They are made once a process: a test may start many
    /// servers.
    pub(crate) async fn load() -> Result<Self, Error> {
        static MADE: OnceCell<Contracts> = OnceCell::const_new();
        MADE.get_or_try_init(Self::make).await.cloned()
    }

    /// Each takes a moment, so they are made at once.
    async fn make() -> Result<Self, Error> {
        let load = |entry| tokio::task::spawn_blocking(move || contract(entry));
        let (ibm, storware) = (load(strongroom_spec::IBM), load(strongroom_spec::STORWARE));
        let broken = |err| Error::Broken(std::io::Error::other(err));
        Ok(Self {
            ibm: Arc::new(ibm.await.map_err(broken)??),
            storware: Arc::new(storware.await.map_err(broken)??),
        })
    }
}

fn contract(entry: &str) -> Result<Contract, Error> {
    let sources = Sources::embedded(strongroom_spec::FILES);
    let bundle = openapi_check::bundle(&sources, entry)
        .map_err(|diagnostics| Error::Spec(openapi_check::render(&diagnostics, &sources)))?;
    Contract::new(bundle.document()).map_err(|err| Error::Spec(err.to_string()))
}

/// The routes of every face. `over_tls` tells whether clients reach them over TLS: cookies are then sent over
/// nothing else.
pub(crate) fn router(engine: &Engine, contracts: Contracts, config: &Config, over_tls: bool) -> Router {
    let settings = face_ibm::Settings { check_answers: config.check_answers };
    let ibm = face_ibm::router(engine.clone(), contracts.ibm, settings);
    let settings = face_storware::Settings {
        check_answers: config.check_answers,
        secure: over_tls,
        other_sites: config.cors_origins.iter().map(Origin::header).collect(),
    };
    let mut storware = face_storware::router(engine.clone(), contracts.storware, &settings);
    if !config.cors_origins.is_empty() {
        storware = storware.layer(cors(&config.cors_origins));
    }
    ibm.merge(face_field::router(engine.clone())).nest("/api", storware).merge(docs::router())
}

/// Lets pages of these origins use the API in the name of whoever looks at them, and no others.
fn cors(origins: &[Origin]) -> CorsLayer {
    let origins: Vec<HeaderValue> = origins.iter().map(Origin::header).collect();
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([CONTENT_TYPE])
        .expose_headers([HeaderName::from_static("x-total-count")])
}
