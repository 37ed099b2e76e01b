//! Paths of our own: the files of backups, and the check of what is stored. The documented API restores and mounts a
//! backup as a whole, and never says what is in it.
//!
//! Who may see backups may see what they hold; who may restore may have it. A user who is confined to projects sees
//! the backups of those, here as everywhere. A check looks at everybody's: it is for administrators who are not confined.

use std::sync::Arc;

use axum::response::Response;
use engine::{Action, Engine, Kind, Snapshot, SnapshotId};
use face_own::{Door, Visitor, Wish};
use http::{HeaderMap, Method, StatusCode};

use crate::auth;
use crate::error::ApiError;
use crate::router::Face;
use crate::wire::{self, BackupKey, Guids};

/// Below what they lie, within the API.
pub(crate) const BASE: &str = "/strongroom";

/// Lets those in who may see backups.
pub(crate) struct Own {
    face: Arc<Face>,
}

impl Own {
    pub(crate) fn new(face: Arc<Face>) -> Self {
        Self { face }
    }
}

impl Door for Own {
    type Error = ApiError;

    fn engine(&self) -> &Engine {
        &self.face.engine
    }

    async fn enter(&self, headers: &HeaderMap, wish: Wish) -> Result<Visitor, ApiError> {
        if wish == Wish::Check {
            auth::check_site(&Method::POST, headers, &self.face.other_sites)?;
        }
        let caller = auth::caller(&self.face.engine, headers).await?;
        caller.must_be_allowed(match wish {
            Wish::Look => &[Action::View, Action::ViewForRestore],
            Wish::Read => &[Action::Restore],
            Wish::Check => &[Action::Manage],
        })?;
        if wish == Wish::Check && caller.user.scope.is_some() {
            return Err(ApiError::forbidden("a check looks at everything, and you are confined to projects"));
        }
        let groups = match caller.user.scope {
            None => None,
            Some(_) => {
                let mut groups = self.face.engine.groups(caller.tenant()).await?;
                groups.retain(|group| caller.user.sees(&wire::projects(&group.rules.extras)));
                Some(groups.into_iter().map(|group| group.id).collect())
            }
        };
        Ok(Visitor { tenant: caller.user.tenant, groups })
    }

    async fn snapshot(&self, visitor: &Visitor, id: &str) -> Result<SnapshotId, ApiError> {
        let missing = || ApiError::not_found("backup", id);
        let guids = Guids::new(self.face.engine.installation(), &visitor.tenant);
        let BackupKey { run, object } = guids.parse_backup(id)?;
        let backup = match self.face.engine.backup(&visitor.tenant, run, object).await {
            Ok(backup) => backup,
            Err(error) if error.kind() == Kind::NotFound => return Err(missing()),
            Err(error) => return Err(error.into()),
        };
        if visitor.groups.as_ref().is_some_and(|groups| !groups.contains(&backup.group)) {
            return Err(missing());
        }
        let snapshot = backup.snapshot.ok_or_else(|| {
            ApiError::new(StatusCode::NOT_FOUND, format!("the backup {id} holds no files, or no longer"))
        })?;
        Ok(snapshot.id)
    }

    fn id(&self, snapshot: &Snapshot) -> String {
        let guids = Guids::new(self.face.engine.installation(), &snapshot.tenant);
        guids.backup(BackupKey { run: snapshot.run, object: snapshot.object })
    }

    fn invalid(&self, parameter: &str, reason: &str) -> ApiError {
        ApiError::invalid(parameter, reason)
    }

    fn wrong_method(&self, path: &str, method: &Method) -> ApiError {
        ApiError::new(StatusCode::METHOD_NOT_ALLOWED, format!("{path} does not take {method}"))
    }

    fn respond(&self, error: ApiError) -> Response {
        error.respond()
    }
}
