//! Connections.

use engine::{Connection, ConnectionId, Extras, Secret};
use ibm_backup_recovery::types;
use serde::Deserialize as _;
use serde_json::json;

use super::{EXTRAS, ids};
use crate::error::ApiError;

/// Where the connectors run, which is kept to be said again.
const ENV_TYPE: &str = "connectionEnvType";

/// A connection as the API shows it. `token` is shown once, to who made the connection.
pub(crate) fn connection(connection: &Connection, token: Option<&Secret>) -> types::DataSourceConnection {
    types::DataSourceConnection {
        connection_id: Some(connection.id.to_string().into()),
        connection_name: connection.name.clone(),
        connector_ids: Some(connection.connectors.iter().map(|id| id.to_string().into()).collect()),
        registration_token: token.map(|token| token.expose().into()),
        tenant_id: Some(connection.tenant.0.as_str().into()),
        connection_env_type: connection
            .extras
            .get(EXTRAS)
            .and_then(|kept| types::ConnectionEnvType::deserialize(kept.get(ENV_TYPE)?).ok()),
        // This server upgrades no connector.
        upgrading_connector_id: None,
        unknown_fields: Default::default(),
    }
}

/// What a request says that the engine has no use for.
pub(crate) fn connection_extras(request: &types::CreateConnectionRequest) -> Extras {
    match &request.connection_env_type {
        Some(kind) => Extras::from([(EXTRAS.to_owned(), json!({ ENV_TYPE: kind }))]),
        None => Extras::new(),
    }
}

/// An id that is no number of ours names nothing that is here.
pub(crate) fn connection_id(text: &str) -> Result<ConnectionId, ApiError> {
    ids::parse_number(text)
        .map(ConnectionId)
        .ok_or_else(|| ApiError::not_found("connection", format!("{text:?}")))
}
