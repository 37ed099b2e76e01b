//! Runs.

use engine::{Error, GroupId, Result, Run, RunFilter, RunId, TenantId, Work};

use crate::body::{decode, decode_all, encode, micros, word};
use crate::database::{Database, commit, fault, set_body};
use crate::dialect::Connection;
use crate::{groups, jobs};

pub(crate) async fn insert(database: &Database, run: Run) -> Result<Run> {
    let mut transaction = database.write().await?;
    let run = add(&mut transaction, run).await?;
    commit(transaction).await?;
    Ok(run)
}

/// Adds a run within a transaction. One that is final from the start (missed, skipped) is only put on record:
/// it gets no job and another run does not stand in its way.
pub(crate) async fn add(transaction: &mut Connection, mut run: Run) -> Result<Run> {
    groups::find_live(&mut *transaction, &run.tenant, run.group).await?;
    let is_final = run.state.is_final();
    if !is_final {
        refuse_second_run(&mut *transaction, run.group, &run.group_name, None).await?;
    }
    let id = sqlx::query_scalar(
        "INSERT INTO run (tenant, group_id, state, is_final, kind, queued_us, body) \
         VALUES ($1, $2, $3, $4, $5, $6, '') RETURNING id",
    )
    .bind(&run.tenant.0)
    .bind(run.group.0)
    .bind(word(&run.state)?)
    .bind(i64::from(is_final))
    .bind(word(&run.kind)?)
    .bind(micros(run.queued_at))
    .fetch_one(&mut *transaction)
    .await
    .map_err(fault("accepting a run"))?;
    run.id = RunId(id);
    set_body(&mut *transaction, "UPDATE run SET body = $1 WHERE id = $2", id, &run).await?;
    if !is_final {
        jobs::insert(&mut *transaction, &run.tenant, Work::Run(run.id)).await?;
    }
    Ok(run)
}

pub(crate) async fn get(database: &Database, tenant: &TenantId, id: RunId) -> Result<Run> {
    let mut transaction = database.read().await?;
    find(&mut transaction, tenant, id).await
}

pub(crate) async fn list(database: &Database, tenant: &TenantId, filter: &RunFilter) -> Result<Vec<Run>> {
    let mut query = sqlx::QueryBuilder::new("SELECT body FROM run WHERE tenant = ");
    query.push_bind(&tenant.0);
    if let Some(group) = filter.group {
        query.push(" AND group_id = ").push_bind(group.0);
    }
    if let Some(run) = filter.run {
        query.push(" AND id = ").push_bind(run.0);
    }
    if let Some(from) = filter.from {
        query.push(" AND queued_us >= ").push_bind(micros(from));
    }
    if let Some(until) = filter.until {
        query.push(" AND queued_us <= ").push_bind(micros(until));
    }
    one_of(&mut query, "state", words(&filter.states)?);
    one_of(&mut query, "kind", words(&filter.kinds)?);
    query.push(" ORDER BY queued_us DESC, id DESC");
    if let Some(limit) = filter.limit {
        query.push(" LIMIT ").push_bind(i64::from(limit));
    }
    let mut transaction = database.read().await?;
    let bodies: Vec<String> =
        query.build_query_scalar().fetch_all(&mut *transaction).await.map_err(fault("reading the runs"))?;
    decode_all(&bodies)
}

pub(crate) async fn update(database: &Database, run: &Run) -> Result<()> {
    let mut transaction = database.write().await?;
    replace(&mut transaction, run).await?;
    commit(transaction).await
}

/// Replaces a run within a transaction.
pub(crate) async fn replace(connection: &mut Connection, run: &Run) -> Result<()> {
    let is_final = run.state.is_final();
    if !is_final {
        refuse_second_run(&mut *connection, run.group, &run.group_name, Some(run.id)).await?;
    }
    let done = sqlx::query(
        "UPDATE run SET state = $1, is_final = $2, kind = $3, queued_us = $4, body = $5 \
         WHERE id = $6 AND tenant = $7 AND group_id = $8",
    )
    .bind(word(&run.state)?)
    .bind(i64::from(is_final))
    .bind(word(&run.kind)?)
    .bind(micros(run.queued_at))
    .bind(encode(run)?)
    .bind(run.id.0)
    .bind(&run.tenant.0)
    .bind(run.group.0)
    .execute(connection)
    .await
    .map_err(fault("changing a run"))?;
    if done.rows_affected() == 0 {
        return Err(Error::not_found("run", run.id));
    }
    Ok(())
}

/// One run, as the transaction sees it.
pub(crate) async fn find(connection: &mut Connection, tenant: &TenantId, id: RunId) -> Result<Run> {
    let body: Option<String> = sqlx::query_scalar("SELECT body FROM run WHERE id = $1 AND tenant = $2")
        .bind(id.0)
        .bind(&tenant.0)
        .fetch_optional(connection)
        .await
        .map_err(fault("reading a run"))?;
    decode(&body.ok_or_else(|| Error::not_found("run", id))?)
}

/// The words of some values of a plain enum.
pub(crate) fn words<T: serde::Serialize>(values: &[T]) -> Result<Vec<String>> {
    values.iter().map(word).collect()
}

/// Adds `AND column IN (…)`; no values mean any.
pub(crate) fn one_of<'a, T>(
    query: &mut sqlx::QueryBuilder<crate::dialect::Db>,
    column: &str,
    values: impl IntoIterator<Item = T>,
) where
    T: sqlx::Encode<'a, crate::dialect::Db> + sqlx::Type<crate::dialect::Db> + 'a,
{
    let mut values = values.into_iter().peekable();
    if values.peek().is_none() {
        return;
    }
    query.push(format_args!(" AND {column} IN ("));
    let mut list = query.separated(", ");
    for value in values {
        list.push_bind(value);
    }
    query.push(")");
}

async fn refuse_second_run(
    connection: &mut Connection,
    group: GroupId,
    group_name: &str,
    own: Option<RunId>,
) -> Result<()> {
    let other: Option<i64> = sqlx::query_scalar("SELECT id FROM run WHERE group_id = $1 AND is_final = 0")
        .bind(group.0)
        .fetch_optional(connection)
        .await
        .map_err(fault("looking for a run"))?;
    match other {
        Some(other) if own != Some(RunId(other)) => {
            Err(Error::conflict(format!("run {other} of the group {group_name:?} has not ended")))
        }
        _ => Ok(()),
    }
}
