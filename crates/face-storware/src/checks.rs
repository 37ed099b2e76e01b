//! A path of our own: whether what is stored is whole.
//!
//! `POST /api/strongroom/check?readData=PERCENT` checks everything that the tenant stores. It is for administrators who are
//! confined to no project, since it looks at everybody's. It answers in lines of JSON while it works:
//! `{"progress": …}` some times a second, and at last `{"report": …}`, or `{"error": {"message": …}}` where it broke
//! off. When the caller hangs up, the check ends.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::post;
use engine::{Action, Check, CheckDepth, CheckEvent};
use futures::stream;
use http::{HeaderMap, Method};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::auth;
use crate::entities;
use crate::error::ApiError;
use crate::router::Face;
use crate::wire::{BackupKey, Guids};

pub(crate) fn routes(face: Arc<Face>) -> Router {
    let mut router = Router::new();
    // With a slash at the end too, as the documented paths are.
    for path in ["/strongroom/check", "/strongroom/check/"] {
        router = router.route(path, post(check).fallback(entities::wrong_method));
    }
    router.with_state(face)
}

/// What somebody asks to have checked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wanted {
    /// How much of the contents is read, in per cent from 1 to 100; none unless named.
    read_data: Option<u8>,
}

async fn check(
    State(face): State<Arc<Face>>,
    headers: HeaderMap,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Response {
    let answered = async {
        auth::check_site(&Method::POST, &headers, &face.other_sites)?;
        let caller = auth::caller(&face.engine, &headers).await?;
        caller.must_be_allowed(&[Action::Manage])?;
        if caller.user.scope.is_some() {
            return Err(ApiError::forbidden("a check looks at everything, and you are confined to projects"));
        }
        let Query(wanted) = wanted.map_err(|error| ApiError::invalid("query", error.body_text()))?;
        let depth =
            wanted.read_data.map_or(CheckDepth::Structure, |percent| CheckDepth::Contents { percent });
        let (check, first) = face.engine.begin_check(caller.tenant(), depth).await?;
        Ok(told(check, first, caller.guids))
    };
    answered.await.unwrap_or_else(ApiError::respond)
}

/// What a check tells, line by line.
fn told(check: Check, first: CheckEvent, guids: Guids) -> Response {
    let values = stream::unfold((check, Some(first), guids), |(mut check, first, guids)| async move {
        let event = match first {
            Some(first) => first,
            None => check.next().await?,
        };
        Some((line(event, &guids), (check, None, guids)))
    });
    face_core::lines(values)
}

fn line(event: CheckEvent, guids: &Guids) -> Value {
    match event {
        CheckEvent::Progress(stats) => json!({ "progress": stats }),
        CheckEvent::Ended(Ok(report)) => {
            let mut shown = json!(report);
            shown["isGood"] = report.is_good().into();
            for (row, harmed) in shown["harmed"].as_array_mut().into_iter().flatten().zip(&report.harmed) {
                row["id"] = guids.backup(key(&harmed.snapshot)).into();
            }
            json!({ "report": shown })
        }
        CheckEvent::Ended(Err(error)) => {
            tracing::warn!(%error, cause = ?error, "a check broke off");
            json!({ "error": { "message": error.message() } })
        }
    }
}

fn key(snapshot: &engine::Snapshot) -> BackupKey {
    BackupKey { run: snapshot.run, object: snapshot.object }
}
