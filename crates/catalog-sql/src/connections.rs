//! Connections, and the tokens that connectors register with.

use engine::{
    Connection as Channel, ConnectionId, ConnectorId, Error, Extras, RegistrationToken, Result, TenantId,
};
use jiff::Timestamp;

use crate::body::{decode, encode, micros};
use crate::database::{Database, commit, fault, set_body};
use crate::dialect::Connection;

pub(crate) async fn insert(
    database: &Database,
    tenant: &TenantId,
    name: &str,
    extras: Extras,
    token: RegistrationToken,
    now: Timestamp,
) -> Result<Channel> {
    let mut transaction = database.write().await?;
    refuse_taken_name(&mut transaction, tenant, name, None).await?;
    let id =
        sqlx::query_scalar("INSERT INTO connection (tenant, name, body) VALUES ($1, $2, '') RETURNING id")
            .bind(&tenant.0)
            .bind(name)
            .fetch_one(&mut *transaction)
            .await
            .map_err(fault("making a connection"))?;
    let connection = Channel {
        id: ConnectionId(id),
        tenant: tenant.clone(),
        name: name.to_owned(),
        created_at: now,
        connectors: Vec::new(),
        extras,
    };
    set_body(&mut transaction, "UPDATE connection SET body = $1 WHERE id = $2", id, &connection).await?;
    insert_token(&mut transaction, connection.id, token, now).await?;
    commit(transaction).await?;
    Ok(connection)
}

pub(crate) async fn get(database: &Database, tenant: &TenantId, id: ConnectionId) -> Result<Channel> {
    let mut transaction = database.read().await?;
    find(&mut transaction, tenant, id).await
}

pub(crate) async fn list(database: &Database, tenant: &TenantId) -> Result<Vec<Channel>> {
    let doing = "reading the connections";
    let mut transaction = database.read().await?;
    let bodies: Vec<String> = sqlx::query_scalar("SELECT body FROM connection WHERE tenant = $1 ORDER BY id")
        .bind(&tenant.0)
        .fetch_all(&mut *transaction)
        .await
        .map_err(fault(doing))?;
    let connectors: Vec<(i64, i64)> =
        sqlx::query_as("SELECT connection_id, id FROM connector WHERE tenant = $1 ORDER BY id")
            .bind(&tenant.0)
            .fetch_all(&mut *transaction)
            .await
            .map_err(fault(doing))?;
    let mut connections = Vec::new();
    for body in bodies {
        let mut connection: Channel = decode(&body)?;
        let own = connectors.iter().filter(|(of, _)| *of == connection.id.0);
        connection.connectors = own.map(|(_, id)| ConnectorId(*id)).collect();
        connections.push(connection);
    }
    Ok(connections)
}

pub(crate) async fn rename(
    database: &Database,
    tenant: &TenantId,
    id: ConnectionId,
    name: &str,
) -> Result<Channel> {
    let mut transaction = database.write().await?;
    let mut connection = find(&mut transaction, tenant, id).await?;
    refuse_taken_name(&mut transaction, tenant, name, Some(id)).await?;
    name.clone_into(&mut connection.name);
    sqlx::query("UPDATE connection SET name = $1, body = $2 WHERE id = $3")
        .bind(name)
        .bind(encode(&connection)?)
        .bind(id.0)
        .execute(&mut *transaction)
        .await
        .map_err(fault("renaming a connection"))?;
    commit(transaction).await?;
    Ok(connection)
}

pub(crate) async fn delete(database: &Database, tenant: &TenantId, id: ConnectionId) -> Result<()> {
    let doing = "removing a connection";
    let mut transaction = database.write().await?;
    let connection = find(&mut transaction, tenant, id).await?;
    let connectors: Vec<(i64, String)> =
        sqlx::query_as("SELECT id, name FROM connector WHERE connection_id = $1 ORDER BY id")
            .bind(id.0)
            .fetch_all(&mut *transaction)
            .await
            .map_err(fault(doing))?;
    if !connectors.is_empty() {
        let names: Vec<_> = connectors.iter().map(|(id, name)| format!("{name:?} ({id})")).collect();
        return Err(Error::conflict(format!(
            "the connection {:?} has connectors: {}; delete them first",
            connection.name,
            names.join(", ")
        )));
    }
    sqlx::query("DELETE FROM connection WHERE id = $1")
        .bind(id.0)
        .execute(&mut *transaction)
        .await
        .map_err(fault(doing))?;
    commit(transaction).await
}

pub(crate) async fn add_token(
    database: &Database,
    tenant: &TenantId,
    id: ConnectionId,
    token: RegistrationToken,
    now: Timestamp,
) -> Result<()> {
    let mut transaction = database.write().await?;
    find(&mut transaction, tenant, id).await?;
    insert_token(&mut transaction, id, token, now).await?;
    commit(transaction).await
}

async fn insert_token(
    connection: &mut Connection,
    id: ConnectionId,
    token: RegistrationToken,
    now: Timestamp,
) -> Result<()> {
    let doing = "keeping a registration token";
    sqlx::query("DELETE FROM registration_token WHERE expires_us < $1")
        .bind(micros(now))
        .execute(&mut *connection)
        .await
        .map_err(fault(doing))?;
    sqlx::query("INSERT INTO registration_token (digest, connection_id, expires_us) VALUES ($1, $2, $3)")
        .bind(token.digest.0.as_slice())
        .bind(id.0)
        .bind(micros(token.expires_at))
        .execute(connection)
        .await
        .map_err(fault(doing))?;
    Ok(())
}

async fn find(connection: &mut Connection, tenant: &TenantId, id: ConnectionId) -> Result<Channel> {
    let doing = "reading a connection";
    let body: Option<String> =
        sqlx::query_scalar("SELECT body FROM connection WHERE id = $1 AND tenant = $2")
            .bind(id.0)
            .bind(&tenant.0)
            .fetch_optional(&mut *connection)
            .await
            .map_err(fault(doing))?;
    let mut found: Channel = decode(&body.ok_or_else(|| Error::not_found("connection", id))?)?;
    let connectors: Vec<i64> =
        sqlx::query_scalar("SELECT id FROM connector WHERE connection_id = $1 ORDER BY id")
            .bind(id.0)
            .fetch_all(connection)
            .await
            .map_err(fault(doing))?;
    found.connectors = connectors.into_iter().map(ConnectorId).collect();
    Ok(found)
}

async fn refuse_taken_name(
    connection: &mut Connection,
    tenant: &TenantId,
    name: &str,
    own: Option<ConnectionId>,
) -> Result<()> {
    let holder: Option<i64> = sqlx::query_scalar("SELECT id FROM connection WHERE tenant = $1 AND name = $2")
        .bind(&tenant.0)
        .bind(name)
        .fetch_optional(connection)
        .await
        .map_err(fault("looking for a connection"))?;
    match holder {
        Some(holder) if own != Some(ConnectionId(holder)) => {
            Err(Error::conflict(format!("there is already a connection {name:?}")))
        }
        _ => Ok(()),
    }
}
