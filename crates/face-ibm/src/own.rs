//! Paths of our own: the files of snapshots, and the check of what is stored. The documented API searches the files of
//! all snapshots and downloads one; what a single snapshot holds, it does not tell. And the vendor's service looks after
//! its storage itself, while whoever runs this server has to look. All that a key may do below the documented paths it
//! may do here.

use std::sync::Arc;

use axum::response::Response;
use engine::{Engine, Snapshot, SnapshotId};
use face_core::Api as _;
use face_own::{Door, Visitor, Wish};
use http::{HeaderMap, Method, StatusCode};

use crate::auth;
use crate::error::ApiError;
use crate::router::Face;
use crate::wire::WireIds;

/// Below what they lie.
pub(crate) const BASE: &str = "/v2/strongroom";

/// Lets those in whom the documented operations let in.
pub(crate) struct Own {
    face: Arc<Face>,
    ids: WireIds,
}

impl Own {
    pub(crate) fn new(face: Arc<Face>) -> Self {
        let ids = WireIds::new(face.engine.installation());
        Self { face, ids }
    }
}

impl Door for Own {
    type Error = ApiError;

    fn engine(&self) -> &Engine {
        &self.face.engine
    }

    async fn enter(&self, headers: &HeaderMap, _: Wish) -> Result<Visitor, ApiError> {
        let tenant = auth::tenant(&self.face.engine, headers).await?;
        Ok(Visitor { tenant, groups: None })
    }

    async fn snapshot(&self, _: &Visitor, id: &str) -> Result<SnapshotId, ApiError> {
        self.ids.parse_snapshot(id)
    }

    fn id(&self, snapshot: &Snapshot) -> String {
        self.ids.snapshot(snapshot).to_string()
    }

    fn invalid(&self, parameter: &str, reason: &str) -> ApiError {
        ApiError::invalid(parameter, reason)
    }

    fn wrong_method(&self, path: &str, method: &Method) -> ApiError {
        let message = format!("{path} does not take {method}");
        ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", message)
    }

    fn respond(&self, error: ApiError) -> Response {
        self.face.respond(error)
    }
}
