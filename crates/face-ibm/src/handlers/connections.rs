//! Data source connections.

use engine::ConnectionId;
use http::StatusCode;
use ibm_backup_recovery::types;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::wire;

pub(crate) async fn create(call: Call) -> Result<Answer, ApiError> {
    let body: types::CreateConnectionRequest = call.body()?;
    let name = named(&body.connection_name)?;
    let extras = wire::connection_extras(&body);
    let (connection, token) = call.engine.create_connection(&call.tenant, name, extras).await?;
    Answer::created(&wire::connection(&connection, Some(&token.secret)))
}

pub(crate) async fn list(call: Call) -> Result<Answer, ApiError> {
    let ids: Vec<String> = call.list("connectionIds")?;
    let names: Vec<String> = call.list("connectionNames")?;
    let connections = call.engine.connections(&call.tenant).await?;
    let connections = connections
        .iter()
        .filter(|connection| ids.is_empty() || ids.contains(&connection.id.to_string()))
        .filter(|connection| names.is_empty() || names.contains(&connection.name))
        .map(|connection| wire::connection(connection, None))
        .collect();
    Answer::ok(&types::DataSourceConnectionList {
        connections: Some(connections),
        unknown_fields: Default::default(),
    })
}

pub(crate) async fn get(call: Call) -> Result<Answer, ApiError> {
    let connection = call.engine.connection(&call.tenant, id(&call)?).await?;
    Answer::ok(&wire::connection(&connection, None))
}

/// For PATCH and for PUT, which say the same.
pub(crate) async fn rename(call: Call) -> Result<Answer, ApiError> {
    let body: types::PatchConnectionRequest = call.body()?;
    let name = named(&body.connection_name)?;
    let connection = call.engine.rename_connection(&call.tenant, id(&call)?, name).await?;
    Answer::ok(&wire::connection(&connection, None))
}

pub(crate) async fn delete(call: Call) -> Result<Answer, ApiError> {
    call.engine.delete_connection(&call.tenant, id(&call)?).await?;
    Ok(Answer::Empty(StatusCode::NO_CONTENT))
}

pub(crate) async fn issue_token(call: Call) -> Result<Answer, ApiError> {
    let token = call.engine.create_registration_token(&call.tenant, id(&call)?).await?;
    Answer::ok(&token.secret.expose())
}

fn id(call: &Call) -> Result<ConnectionId, ApiError> {
    let id: String = call.required("connectionId")?;
    wire::connection_id(&id)
}

fn named(name: &str) -> Result<&str, ApiError> {
    if name.trim().is_empty() {
        return Err(ApiError::invalid("connectionName", "must not be empty"));
    }
    Ok(name)
}
