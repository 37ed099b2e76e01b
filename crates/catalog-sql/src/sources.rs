//! Registered sources.

use engine::{Error, HostFacts, NewSource, ObjectId, Result, Source, TenantId};
use jiff::Timestamp;

use crate::body::{decode, encode};
use crate::database::{Database, commit, fault, set_body};
use crate::dialect::Connection;

pub(crate) async fn insert(
    database: &Database,
    tenant: &TenantId,
    new: NewSource,
    host: HostFacts,
    now: Timestamp,
) -> Result<Source> {
    let mut transaction = database.write().await?;
    refuse_taken_endpoint(&mut transaction, tenant, &new.endpoint, None).await?;
    let id =
        sqlx::query_scalar("INSERT INTO source (tenant, endpoint, body) VALUES ($1, $2, '') RETURNING id")
            .bind(&tenant.0)
            .bind(&new.endpoint)
            .fetch_one(&mut *transaction)
            .await
            .map_err(fault("registering a source"))?;
    let source = Source {
        id: ObjectId(id),
        tenant: tenant.clone(),
        name: if new.name.is_empty() { host.hostname.clone() } else { new.name },
        endpoint: new.endpoint,
        host,
        registered_at: now,
        refreshed_at: now,
        extras: new.extras,
    };
    set_body(&mut transaction, "UPDATE source SET body = $1 WHERE id = $2", id, &source).await?;
    commit(transaction).await?;
    Ok(source)
}

pub(crate) async fn get(database: &Database, tenant: &TenantId, id: ObjectId) -> Result<Source> {
    let mut transaction = database.read().await?;
    find(&mut transaction, tenant, id).await
}

pub(crate) async fn list(database: &Database, tenant: &TenantId) -> Result<Vec<Source>> {
    database
        .tenants_bodies(
            "SELECT body FROM source WHERE tenant = $1 ORDER BY id",
            tenant,
            "reading the sources",
        )
        .await
}

pub(crate) async fn update(database: &Database, source: &Source) -> Result<()> {
    let mut transaction = database.write().await?;
    refuse_taken_endpoint(&mut transaction, &source.tenant, &source.endpoint, Some(source.id)).await?;
    let done = sqlx::query("UPDATE source SET endpoint = $1, body = $2 WHERE id = $3 AND tenant = $4")
        .bind(&source.endpoint)
        .bind(encode(source)?)
        .bind(source.id.0)
        .bind(&source.tenant.0)
        .execute(&mut *transaction)
        .await
        .map_err(fault("changing a source"))?;
    if done.rows_affected() == 0 {
        return Err(Error::not_found("source", source.id));
    }
    commit(transaction).await
}

pub(crate) async fn delete(database: &Database, tenant: &TenantId, id: ObjectId) -> Result<()> {
    let doing = "removing a source";
    let mut transaction = database.write().await?;
    let source = find(&mut transaction, tenant, id).await?;
    let group: Option<String> = sqlx::query_scalar(
        "SELECT g.name FROM group_object o JOIN protection_group g ON g.id = o.group_id \
         WHERE o.object_id = $1 ORDER BY g.id LIMIT 1",
    )
    .bind(id.0)
    .fetch_optional(&mut *transaction)
    .await
    .map_err(fault(doing))?;
    if let Some(group) = group {
        return Err(Error::conflict(format!(
            "source {id} ({:?}) is protected by the group {group:?}; take it out of the group first",
            source.name
        )));
    }
    sqlx::query("DELETE FROM source WHERE id = $1")
        .bind(id.0)
        .execute(&mut *transaction)
        .await
        .map_err(fault(doing))?;
    commit(transaction).await
}

async fn find(connection: &mut Connection, tenant: &TenantId, id: ObjectId) -> Result<Source> {
    let body: Option<String> = sqlx::query_scalar("SELECT body FROM source WHERE id = $1 AND tenant = $2")
        .bind(id.0)
        .bind(&tenant.0)
        .fetch_optional(connection)
        .await
        .map_err(fault("reading a source"))?;
    decode(&body.ok_or_else(|| Error::not_found("source", id))?)
}

/// A tenant has one source at an endpoint, whatever the case of its letters; `own` is the one that may be there already.
async fn refuse_taken_endpoint(
    connection: &mut Connection,
    tenant: &TenantId,
    endpoint: &str,
    own: Option<ObjectId>,
) -> Result<()> {
    let holder: Option<i64> =
        sqlx::query_scalar("SELECT id FROM source WHERE tenant = $1 AND lower(endpoint) = lower($2)")
            .bind(&tenant.0)
            .bind(endpoint)
            .fetch_optional(connection)
            .await
            .map_err(fault("looking for a source"))?;
    match holder {
        Some(holder) if own != Some(ObjectId(holder)) => {
            Err(Error::conflict(format!("source {holder} is already registered at {endpoint:?}")))
        }
        _ => Ok(()),
    }
}
