//! Agents stay in contact.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::Engine;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde::Deserialize;
use serde_json::json;

use crate::answer::{Body, Refusal, read};

#[derive(Deserialize)]
struct Contact {
    endpoint: String,
    version: String,
}

pub(crate) async fn contact(
    State(engine): State<Engine>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| Refusal::unauthorized("the header Authorization must carry a bearer token"))?;
    let caller = engine
        .authenticate(token)
        .await?
        .ok_or_else(|| Refusal::unauthorized("the token is unknown or has run out"))?;
    let said: Contact = read(body)?;
    let orders = engine.agent_contact(&caller.tenant, &said.endpoint, &said.version).await?;
    let mut answer = json!({ "agentId": orders.id.0 });
    if let Some(version) = orders.upgrade_to {
        answer["upgradeTo"] = version.into();
    }
    Ok(axum::Json(answer).into_response())
}
