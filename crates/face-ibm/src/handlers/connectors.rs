//! Data source connectors. They register themselves, outside this API.

use engine::ConnectorId;
use http::StatusCode;
use ibm_backup_recovery::types;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::wire;

pub(crate) async fn list(call: Call) -> Result<Answer, ApiError> {
    let ids: Vec<String> = call.list("connectorIds")?;
    let names: Vec<String> = call.list("connectorNames")?;
    let connection: Option<String> = call.parameter("connectionId")?;
    let now = call.engine.now();
    let connectors = call.engine.connectors(&call.tenant).await?;
    let connectors = connectors
        .iter()
        .filter(|connector| ids.is_empty() || ids.contains(&connector.id.to_string()))
        .filter(|connector| names.is_empty() || names.contains(&connector.name))
        .filter(|connector| connection.as_ref().is_none_or(|id| connector.connection.to_string() == *id))
        .map(|connector| wire::connector(connector, now))
        .collect();
    Answer::ok(&types::DataSourceConnectorList {
        connectors: Some(connectors),
        unknown_fields: Default::default(),
    })
}

/// There are neither images nor charts of a connector for this server, and that is what the lists say.
pub(crate) async fn metadata(_call: Call) -> Result<Answer, ApiError> {
    Answer::ok(&types::ConnectorMetadata {
        connector_image_metadata: Some(types::ConnectorImageMetadata {
            connector_image_file_list: Vec::new(),
            unknown_fields: Default::default(),
        }),
        k8s_connector_info_list: Some(Vec::new()),
        unknown_fields: Default::default(),
    })
}

pub(crate) async fn rename(call: Call) -> Result<Answer, ApiError> {
    let body: types::PatchConnectorRequest = call.body()?;
    let id = id(&call)?;
    let connector = match body.connector_name {
        Some(name) if name.trim().is_empty() => {
            return Err(ApiError::invalid("connectorName", "must not be empty"));
        }
        Some(name) => call.engine.rename_connector(&call.tenant, id, &name).await?,
        None => call.engine.connector(&call.tenant, id).await?,
    };
    Answer::ok(&wire::connector(&connector, call.engine.now()))
}

pub(crate) async fn delete(call: Call) -> Result<Answer, ApiError> {
    call.engine.delete_connector(&call.tenant, id(&call)?).await?;
    Ok(Answer::Empty(StatusCode::NO_CONTENT))
}

fn id(call: &Call) -> Result<ConnectorId, ApiError> {
    let id: String = call.required("connectorId")?;
    wire::connector_id(&id)
}
