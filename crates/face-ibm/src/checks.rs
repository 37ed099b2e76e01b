//! A path of our own: whether what is stored is whole.
//!
//! The vendor's service looks after its storage itself, and its API has no word for it. Whoever runs this server has to
//! look: `POST /v2/strongroom/check?readData=PERCENT` checks everything that the tenant stores, and needs the same token and
//! tenant as any call. It answers in lines of JSON while it works: `{"progress": …}` some times a second, and at last
//! `{"report": …}`, or `{"error": {"message": …}}` where it broke off. When the caller hangs up, the check ends.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::post;
use engine::{Check, CheckDepth, CheckEvent};
use face_core::Api as _;
use futures::stream;
use http::{HeaderMap, Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::auth;
use crate::error::ApiError;
use crate::router::Face;
use crate::wire::WireIds;

/// Where it lies.
const PATH: &str = "/v2/strongroom/check";
pub(crate) fn routes(face: Arc<Face>) -> Router {
    Router::new().route(PATH, post(check).fallback(wrong_method)).with_state(face)
}

async fn wrong_method(State(face): State<Arc<Face>>, method: Method) -> Response {
    let message = format!("{PATH} takes POST and not {method}");
    face.respond(ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", message))
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
        let tenant = auth::tenant(&face.engine, &headers).await?;
        let Query(wanted) = wanted.map_err(|error| ApiError::invalid("query", error.body_text()))?;
        let depth =
            wanted.read_data.map_or(CheckDepth::Structure, |percent| CheckDepth::Contents { percent });
        let (check, first) = face.engine.begin_check(&tenant, depth).await?;
        Ok(told(check, first, WireIds::new(face.engine.installation())))
    };
    answered.await.unwrap_or_else(|error| face.respond(error))
}

/// What a check tells, line by line.
fn told(check: Check, first: CheckEvent, ids: WireIds) -> Response {
    let values = stream::unfold((check, Some(first), ids), |(mut check, first, ids)| async move {
        let event = match first {
            Some(first) => first,
            None => check.next().await?,
        };
        Some((line(event, &ids), (check, None, ids)))
    });
    face_core::lines(values)
}

fn line(event: CheckEvent, ids: &WireIds) -> Value {
    match event {
        CheckEvent::Progress(stats) => json!({ "progress": stats }),
        CheckEvent::Ended(Ok(report)) => {
            let mut shown = json!(report);
            shown["isGood"] = report.is_good().into();
            for (row, harmed) in shown["harmed"].as_array_mut().into_iter().flatten().zip(&report.harmed) {
                row["id"] = ids.snapshot(&harmed.snapshot).to_string().into();
            }
            json!({ "report": shown })
        }
        CheckEvent::Ended(Err(error)) => {
            tracing::warn!(%error, cause = ?error, "a check broke off");
            json!({ "error": { "message": error.message() } })
        }
    }
}
