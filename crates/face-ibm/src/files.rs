//! Paths of our own: the files of snapshots. The documented API searches the files of all snapshots and downloads one;
//! what a single snapshot holds, it does not tell.

use std::sync::Arc;

use axum::response::Response;
use engine::{Engine, Snapshot, SnapshotId};
use face_core::Api as _;
use face_files::{Door, Visitor, Wish};
use http::HeaderMap;

use crate::auth;
use crate::error::ApiError;
use crate::router::Face;
use crate::wire::WireIds;

/// Below what they lie.
pub(crate) const BASE: &str = "/v2/strongroom";

/// Lets those in whom the documented operations let in.
pub(crate) struct Files {
    face: Arc<Face>,
    ids: WireIds,
}

impl Files {
    pub(crate) fn new(face: Arc<Face>) -> Self {
        let ids = WireIds::new(face.engine.installation());
        Self { face, ids }
    }
}

impl Door for Files {
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

    fn respond(&self, error: ApiError) -> Response {
        self.face.respond(error)
    }
}
