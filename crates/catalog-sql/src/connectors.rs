//! Connectors, by their keys' digests where they speak for themselves.

use engine::{ConnectionId, Connector, ConnectorFacts, ConnectorId, Error, Result, SecretDigest, TenantId};
use jiff::Timestamp;

use crate::body::{decode, encode, micros};
use crate::database::{Database, commit, fault, set_body};
use crate::dialect::Connection;

pub(crate) async fn insert(
    database: &Database,
    token: SecretDigest,
    key: SecretDigest,
    name: &str,
    facts: ConnectorFacts,
    now: Timestamp,
) -> Result<Option<Connector>> {
    let doing = "registering a connector";
    let mut transaction = database.write().await?;
    let connection: Option<(i64, String)> = sqlx::query_as(
        "SELECT c.id, c.tenant FROM registration_token t JOIN connection c ON c.id = t.connection_id \
         WHERE t.digest = $1 AND t.expires_us >= $2",
    )
    .bind(token.0.as_slice())
    .bind(micros(now))
    .fetch_optional(&mut *transaction)
    .await
    .map_err(fault(doing))?;
    let Some((connection, tenant)) = connection else {
        return Ok(None);
    };
    refuse_taken_name(&mut transaction, ConnectionId(connection), name, None).await?;
    let id = sqlx::query_scalar(
        "INSERT INTO connector (tenant, connection_id, name, key_digest, body) \
         VALUES ($1, $2, $3, $4, '') RETURNING id",
    )
    .bind(&tenant)
    .bind(connection)
    .bind(name)
    .bind(key.0.as_slice())
    .fetch_one(&mut *transaction)
    .await
    .map_err(fault(doing))?;
    let connector = Connector {
        id: ConnectorId(id),
        tenant: TenantId(tenant),
        connection: ConnectionId(connection),
        name: name.to_owned(),
        facts,
        registered_at: now,
        last_contact_at: now,
    };
    set_body(&mut transaction, "UPDATE connector SET body = $1 WHERE id = $2", id, &connector).await?;
    commit(transaction).await?;
    Ok(Some(connector))
}

pub(crate) async fn touch(
    database: &Database,
    key: SecretDigest,
    facts: ConnectorFacts,
    now: Timestamp,
) -> Result<Option<Connector>> {
    let mut transaction = database.write().await?;
    let body: Option<String> = sqlx::query_scalar("SELECT body FROM connector WHERE key_digest = $1")
        .bind(key.0.as_slice())
        .fetch_optional(&mut *transaction)
        .await
        .map_err(fault("noting the contact of a connector"))?;
    let Some(body) = body else {
        return Ok(None);
    };
    let mut connector: Connector = decode(&body)?;
    connector.facts = facts.over(connector.facts);
    // A clock that was set back does not make a connector look lost.
    connector.last_contact_at = connector.last_contact_at.max(now);
    replace(&mut transaction, &connector).await?;
    commit(transaction).await?;
    Ok(Some(connector))
}

pub(crate) async fn get(database: &Database, tenant: &TenantId, id: ConnectorId) -> Result<Connector> {
    let mut transaction = database.read().await?;
    find(&mut transaction, tenant, id).await
}

pub(crate) async fn list(database: &Database, tenant: &TenantId) -> Result<Vec<Connector>> {
    database
        .tenants_bodies(
            "SELECT body FROM connector WHERE tenant = $1 ORDER BY id",
            tenant,
            "reading the connectors",
        )
        .await
}

pub(crate) async fn rename(
    database: &Database,
    tenant: &TenantId,
    id: ConnectorId,
    name: &str,
) -> Result<Connector> {
    let mut transaction = database.write().await?;
    let mut connector = find(&mut transaction, tenant, id).await?;
    refuse_taken_name(&mut transaction, connector.connection, name, Some(id)).await?;
    name.clone_into(&mut connector.name);
    replace(&mut transaction, &connector).await?;
    commit(transaction).await?;
    Ok(connector)
}

pub(crate) async fn delete(database: &Database, tenant: &TenantId, id: ConnectorId) -> Result<()> {
    let mut transaction = database.write().await?;
    let done = sqlx::query("DELETE FROM connector WHERE id = $1 AND tenant = $2")
        .bind(id.0)
        .bind(&tenant.0)
        .execute(&mut *transaction)
        .await
        .map_err(fault("removing a connector"))?;
    if done.rows_affected() == 0 {
        return Err(Error::not_found("connector", id));
    }
    commit(transaction).await
}

async fn find(connection: &mut Connection, tenant: &TenantId, id: ConnectorId) -> Result<Connector> {
    let body: Option<String> = sqlx::query_scalar("SELECT body FROM connector WHERE id = $1 AND tenant = $2")
        .bind(id.0)
        .bind(&tenant.0)
        .fetch_optional(connection)
        .await
        .map_err(fault("reading a connector"))?;
    decode(&body.ok_or_else(|| Error::not_found("connector", id))?)
}

async fn replace(connection: &mut Connection, connector: &Connector) -> Result<()> {
    sqlx::query("UPDATE connector SET name = $1, body = $2 WHERE id = $3")
        .bind(&connector.name)
        .bind(encode(connector)?)
        .bind(connector.id.0)
        .execute(connection)
        .await
        .map_err(fault("changing a connector"))?;
    Ok(())
}

async fn refuse_taken_name(
    connection: &mut Connection,
    of: ConnectionId,
    name: &str,
    own: Option<ConnectorId>,
) -> Result<()> {
    let holder: Option<i64> =
        sqlx::query_scalar("SELECT id FROM connector WHERE connection_id = $1 AND name = $2")
            .bind(of.0)
            .bind(name)
            .fetch_optional(connection)
            .await
            .map_err(fault("looking for a connector"))?;
    match holder {
        Some(holder) if own != Some(ConnectorId(holder)) => Err(Error::conflict(format!(
            "the connection has a connector {name:?} already, with the id {holder}; delete that one first \
             or choose another name"
        ))),
        _ => Ok(()),
    }
}
