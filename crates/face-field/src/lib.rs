//! Where connectors and agents report.
//!
//! The vendor's API has connectors appear "by registering" and agents "on registered hosts", and documents
//! neither how they register nor how they stay in contact. These paths are **our own and no part of any
//! vendor's API**: they lie outside `/v2`, are in no document under `spec/`, and have an error body of their
//! own, `{"error": {"code": …, "message": …}}`.
//!
//! | Request | Shows | Says | Answer |
//! | --- | --- | --- | --- |
//! | `POST /connectors/register` | `token`: a registration token of the connection | `name` and facts | 201 `connectorId`, `connectionId`, `connectorKey`, `contactEverySecs` |
//! | `POST /connectors/contact` | `connectorKey` | facts | 200 `connectorId`, `contactEverySecs` |
//! | `POST /agents/contact` | `Authorization: Bearer …` | `endpoint`, `version` | 200 `agentId` and, when a task wants it, `upgradeTo` |
//!
//! Bodies are JSON. The facts of a connector are `softwareVersion`, `patchVersion`, `clusterSideIp` and
//! `tenantSideIp`, all optional; a contact keeps what it leaves out. A connector's key is shown once, and is
//! good until the connector is deleted. An agent's `endpoint` is the one under which its host is registered.

mod agents;
mod answer;
mod connectors;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::post;
use engine::Engine;

use crate::answer::Refusal;

/// The largest request that is read.
const LARGEST_BODY: usize = 64 << 10;

/// The routes for connectors and agents.
pub fn router(engine: Engine) -> Router {
    Router::new()
        .route("/connectors/register", post(connectors::register))
        .route("/connectors/contact", post(connectors::contact))
        .route("/agents/contact", post(agents::contact))
        .method_not_allowed_fallback(async || Refusal::wrong_method())
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(engine)
}
