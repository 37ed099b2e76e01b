//! Connectors register and stay in contact.

use std::net::IpAddr;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::{Connector, ConnectorFacts, Engine};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::answer::{Body, Refusal, read};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registration {
    token: String,
    name: String,
    #[serde(flatten)]
    facts: Facts,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Contact {
    connector_key: String,
    #[serde(flatten)]
    facts: Facts,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Facts {
    software_version: Option<String>,
    patch_version: Option<String>,
    cluster_side_ip: Option<IpAddr>,
    tenant_side_ip: Option<IpAddr>,
}

pub(crate) async fn register(State(engine): State<Engine>, body: Body) -> Result<Response, Refusal> {
    let said: Registration = read(body)?;
    let new = engine.register_connector(&said.token, &said.name, said.facts.into()).await?;
    let answer = json!({
        "connectorId": new.connector.id.to_string(),
        "connectionId": new.connector.connection.to_string(),
        "connectorKey": new.key.expose(),
        "contactEverySecs": Connector::CONTACT_EVERY.as_secs(),
    });
    Ok((StatusCode::CREATED, axum::Json(answer)).into_response())
}

pub(crate) async fn contact(State(engine): State<Engine>, body: Body) -> Result<Response, Refusal> {
    let said: Contact = read(body)?;
    let connector = engine.connector_contact(&said.connector_key, said.facts.into()).await?;
    let answer = json!({
        "connectorId": connector.id.to_string(),
        "contactEverySecs": Connector::CONTACT_EVERY.as_secs(),
    });
    Ok(axum::Json(answer).into_response())
}

impl From<Facts> for ConnectorFacts {
    fn from(said: Facts) -> Self {
        Self {
            software_version: said.software_version,
            patch_version: said.patch_version,
            service_address: said.cluster_side_ip,
            network_address: said.tenant_side_ip,
        }
    }
}
