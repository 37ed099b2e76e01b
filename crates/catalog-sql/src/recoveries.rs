//! Recoveries.

use std::collections::HashSet;

use engine::{
    Error, NewRecovery, Recovery, RecoveryFilter, RecoveryId, RecoveryState, RestoreStats, Result,
    SnapshotId, TenantId, Work,
};
use jiff::Timestamp;

use crate::body::{decode, decode_all, encode, micros, word};
use crate::database::{Database, commit, fault, set_body};
use crate::dialect::Connection;
use crate::jobs;
use crate::runs::{one_of, words};

pub(crate) async fn insert(
    database: &Database,
    tenant: &TenantId,
    new: NewRecovery,
    unique_name: bool,
    now: Timestamp,
) -> Result<Recovery> {
    let mut transaction = database.write().await?;
    if unique_name {
        let taken: Option<i64> =
            sqlx::query_scalar("SELECT id FROM recovery WHERE tenant = $1 AND name = $2 LIMIT 1")
                .bind(&tenant.0)
                .bind(&new.name)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(fault("accepting a recovery"))?;
        if let Some(taken) = taken {
            return Err(Error::conflict(format!("recovery {taken} has the name {:?} already", new.name)));
        }
    }
    let recovery = add(&mut transaction, tenant, new, now).await?;
    commit(transaction).await?;
    Ok(recovery)
}

/// Adds a recovery and its job within a transaction.
pub(crate) async fn add(
    transaction: &mut Connection,
    tenant: &TenantId,
    new: NewRecovery,
    now: Timestamp,
) -> Result<Recovery> {
    let state = RecoveryState::Queued;
    let id = sqlx::query_scalar(
        "INSERT INTO recovery (tenant, name, state, created_us, body) VALUES ($1, $2, $3, $4, '') RETURNING id",
    )
    .bind(&tenant.0)
    .bind(&new.name)
    .bind(word(&state)?)
    .bind(micros(now))
    .fetch_one(&mut *transaction)
    .await
    .map_err(fault("accepting a recovery"))?;
    let recovery = Recovery {
        id: RecoveryId(id),
        tenant: tenant.clone(),
        name: new.name,
        plan: new.plan,
        state,
        reason: None,
        created_at: now,
        started_at: None,
        ended_at: None,
        stats: RestoreStats::default(),
        warnings: Vec::new(),
        extras: new.extras,
    };
    set_body(&mut *transaction, "UPDATE recovery SET body = $1 WHERE id = $2", id, &recovery).await?;
    jobs::insert(transaction, tenant, Work::Recovery(recovery.id)).await?;
    Ok(recovery)
}

pub(crate) async fn get(database: &Database, tenant: &TenantId, id: RecoveryId) -> Result<Recovery> {
    let mut transaction = database.read().await?;
    let body: Option<String> = sqlx::query_scalar("SELECT body FROM recovery WHERE id = $1 AND tenant = $2")
        .bind(id.0)
        .bind(&tenant.0)
        .fetch_optional(&mut *transaction)
        .await
        .map_err(fault("reading a recovery"))?;
    decode(&body.ok_or_else(|| Error::not_found("recovery", id))?)
}

pub(crate) async fn list(
    database: &Database,
    tenant: &TenantId,
    filter: &RecoveryFilter,
) -> Result<Vec<Recovery>> {
    let mut query = sqlx::QueryBuilder::new("SELECT body FROM recovery WHERE tenant = ");
    query.push_bind(&tenant.0);
    one_of(&mut query, "id", filter.ids.iter().map(|id| id.0));
    if let Some(from) = filter.from {
        query.push(" AND created_us >= ").push_bind(micros(from));
    }
    if let Some(until) = filter.until {
        query.push(" AND created_us <= ").push_bind(micros(until));
    }
    one_of(&mut query, "state", words(&filter.states)?);
    query.push(" ORDER BY created_us DESC, id DESC");
    let mut transaction = database.read().await?;
    let bodies: Vec<String> = query
        .build_query_scalar()
        .fetch_all(&mut *transaction)
        .await
        .map_err(fault("reading the recoveries"))?;
    decode_all(&bodies)
}

/// The snapshots of a tenant that recoveries read, or are to read, which have not ended.
pub(crate) async fn wanted_snapshots(
    connection: &mut Connection,
    tenant: &TenantId,
) -> Result<HashSet<SnapshotId>> {
    let going = [RecoveryState::Queued, RecoveryState::Running, RecoveryState::Cancelling];
    let mut query = sqlx::QueryBuilder::new("SELECT body FROM recovery WHERE tenant = ");
    query.push_bind(&tenant.0);
    one_of(&mut query, "state", words(&going)?);
    let bodies: Vec<String> = query
        .build_query_scalar()
        .fetch_all(connection)
        .await
        .map_err(fault("reading the recoveries that go on"))?;
    let recoveries: Vec<Recovery> = decode_all(&bodies)?;
    Ok(recoveries.into_iter().map(|recovery| recovery.plan.snapshot()).collect())
}

pub(crate) async fn update(database: &Database, recovery: &Recovery) -> Result<()> {
    let mut transaction = database.write().await?;
    let done = sqlx::query(
        "UPDATE recovery SET name = $1, state = $2, created_us = $3, body = $4 WHERE id = $5 AND tenant = $6",
    )
    .bind(&recovery.name)
    .bind(word(&recovery.state)?)
    .bind(micros(recovery.created_at))
    .bind(encode(recovery)?)
    .bind(recovery.id.0)
    .bind(&recovery.tenant.0)
    .execute(&mut *transaction)
    .await
    .map_err(fault("changing a recovery"))?;
    if done.rows_affected() == 0 {
        return Err(Error::not_found("recovery", recovery.id));
    }
    commit(transaction).await
}
