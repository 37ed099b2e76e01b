//! Paths of our own: what is protected.
//!
//! The documented part of the API starts with a protected entity's guid and never says where one comes from: the
//! vendor's server finds entities on hypervisors and by agents, and manages them in parts of its API that nobody
//! has described. Here they are protection groups, made through any face. So that this face alone is enough, it
//! has three paths of its own, which are no part of the vendor's API:
//!
//! - `GET /api/entities` lists what is protected, with its folders, which the documented list does not know;
//! - `POST /api/entities` protects folders of the server's machine under a name;
//! - `DELETE /api/entities/{guid}` protects them no longer; what was backed up stays until its time is over.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{self, OriginalUri, State};
use axum::response::Response;
use axum::routing::{delete, get};
use engine::{Action, Entity, Extras, FilePath, NewEntity};
use http::{HeaderMap, Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::error::ApiError;
use crate::router::Face;
use crate::wire::{self, Guids};
use crate::{answer, auth};

/// How long backups are kept when nobody says otherwise, in days.
const DEFAULT_KEEP_DAYS: u32 = 30;

pub(crate) fn routes(face: Arc<Face>) -> Router {
    let mut router = Router::new();
    // With a slash at the end too, as the documented paths are.
    for path in ["/entities", "/entities/"] {
        router = router.route(path, get(list).post(protect).fallback(wrong_method));
    }
    for path in ["/entities/{guid}", "/entities/{guid}/"] {
        router = router.route(path, delete(remove).fallback(wrong_method));
    }
    router.with_state(face)
}

async fn wrong_method(method: Method, OriginalUri(uri): OriginalUri) -> Response {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, format!("{} does not take {method}", uri.path())).respond()
}

/// What somebody asks to have protected.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewProtection {
    /// What people call it.
    name: String,
    /// Folders and files of the server's machine, by absolute path; at least one.
    paths: Vec<String>,
    /// Absolute paths below them that are left out.
    #[serde(default)]
    excluded_paths: Vec<String>,
    /// How long backups are kept, in days.
    keep_days: Option<u32>,
    /// The projects that it belongs to.
    #[serde(default)]
    projects: Vec<String>,
}

/// What is protected.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Protection {
    guid: String,
    name: String,
    host: String,
    hypervisor_manager: serde_json::Value,
    paths: Vec<String>,
    excluded_paths: Vec<String>,
    projects: Vec<String>,
}

async fn list(State(face): State<Arc<Face>>, headers: HeaderMap) -> Response {
    let answered = async {
        auth::check_site(&Method::GET, &headers, &face.other_sites)?;
        let caller = auth::caller(&face.engine, &headers).await?;
        caller.must_be_allowed(&[Action::View, Action::ViewForRestore])?;
        let entities = face.engine.entities(caller.tenant()).await?;
        let visible = entities.iter().filter(|entity| caller.user.sees(&wire::projects(&entity.extras)));
        let shown: Vec<_> = visible.map(|entity| shown(entity, &caller.guids)).collect();
        answer::ok(&shown)
    };
    answered.await.unwrap_or_else(ApiError::respond)
}

async fn protect(
    State(face): State<Arc<Face>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let answered = async {
        auth::check_site(&Method::POST, &headers, &face.other_sites)?;
        let caller = auth::caller(&face.engine, &headers).await?;
        caller.must_be_allowed(&[Action::Manage])?;
        let body = body.map_err(|err| ApiError::new(err.status(), format!("body: {err}")))?;
        let new: NewProtection =
            serde_json::from_slice(&body).map_err(|err| ApiError::invalid("body", err))?;
        if !caller.user.sees(&new.projects) {
            return Err(ApiError::forbidden("projects: at least one of yours has to be among them"));
        }
        let new = NewEntity {
            name: new.name,
            paths: paths(&new.paths),
            excluded: paths(&new.excluded_paths),
            keep_days: new.keep_days.unwrap_or(DEFAULT_KEEP_DAYS),
            extras: Extras::from([(wire::EXTRAS.to_owned(), json!({ "projects": new.projects }))]),
        };
        let entity = face.engine.protect_folders(caller.tenant(), new).await?;
        answer::created(&shown(&entity, &caller.guids))
    };
    answered.await.unwrap_or_else(ApiError::respond)
}

async fn remove(
    State(face): State<Arc<Face>>,
    guid: Result<extract::Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Response {
    let answered = async {
        auth::check_site(&Method::DELETE, &headers, &face.other_sites)?;
        let caller = auth::caller(&face.engine, &headers).await?;
        caller.must_be_allowed(&[Action::Manage])?;
        let extract::Path(guid) = guid.map_err(|err| ApiError::invalid("path", err))?;
        let id = caller.guids.parse_entity(&guid)?;
        let entity = face.engine.entity(caller.tenant(), id).await?;
        if !caller.user.sees(&wire::projects(&entity.extras)) {
            return Err(ApiError::not_found("protected entity", guid));
        }
        face.engine.remove_entity(caller.tenant(), id).await?;
        answer::empty(StatusCode::NO_CONTENT)
    };
    answered.await.unwrap_or_else(ApiError::respond)
}

fn paths(texts: &[String]) -> Vec<FilePath> {
    let path = |text: &String| {
        let Ok(path) = text.parse();
        path
    };
    texts.iter().map(path).collect()
}

fn shown(entity: &Entity, guids: &Guids) -> Protection {
    Protection {
        guid: guids.entity(entity.id),
        name: entity.name.clone(),
        host: entity.host.clone(),
        hypervisor_manager: json!({ "guid": guids.source(entity.id.object), "name": entity.host }),
        paths: entity.roots.iter().map(|root| root.path.to_string()).collect(),
        excluded_paths: entity
            .roots
            .iter()
            .flat_map(|root| &root.excluded)
            .map(FilePath::to_string)
            .collect(),
        projects: wire::projects(&entity.extras),
    }
}
