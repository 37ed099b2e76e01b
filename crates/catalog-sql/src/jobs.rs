//! The queue of slow work.

use engine::{Error, Job, JobId, Lane, Result, TenantId, Work};
use jiff::Timestamp;

use crate::body::{decode, encode, micros};
use crate::database::{Database, commit, fault};
use crate::dialect::Connection;
use crate::files::series;

/// Adds a job, in the transaction of what made it necessary. Nobody has claimed it: its attempt is 0.
pub(crate) async fn insert(connection: &mut Connection, tenant: &TenantId, work: Work) -> Result<()> {
    sqlx::query("INSERT INTO job (tenant, work, attempt) VALUES ($1, $2, 0)")
        .bind(&tenant.0)
        .bind(encode(&work)?)
        .execute(connection)
        .await
        .map_err(fault("adding a job"))?;
    Ok(())
}

pub(crate) async fn claim(
    database: &Database,
    lane: Lane,
    owner: &str,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Option<Job>> {
    let mut transaction = database.write().await?;
    let claimed: Option<(i64, String, String, i64)> = sqlx::query_as(
        "UPDATE job SET owner = $1, lease_until_us = $2, attempt = attempt + 1 \
         WHERE id = (SELECT id FROM job WHERE (owner IS NULL OR lease_until_us < $3) AND work LIKE $4 \
         ORDER BY id LIMIT 1) \
         RETURNING id, tenant, work, attempt",
    )
    .bind(owner)
    .bind(micros(lease_until))
    .bind(micros(now))
    .bind(work_of(lane))
    .fetch_optional(&mut *transaction)
    .await
    .map_err(fault("claiming a job"))?;
    let job = match claimed {
        None => None,
        Some((id, tenant, work, attempt)) => Some(Job {
            id: JobId(id),
            tenant: TenantId(tenant),
            work: decode(&work)?,
            attempt: u32::try_from(attempt).unwrap_or(u32::MAX),
            lease_until,
        }),
    };
    commit(transaction).await?;
    Ok(job)
}

pub(crate) async fn renew(database: &Database, id: JobId, owner: &str, lease_until: Timestamp) -> Result<()> {
    let mut transaction = database.write().await?;
    let done = sqlx::query("UPDATE job SET lease_until_us = $1 WHERE id = $2 AND owner = $3")
        .bind(micros(lease_until))
        .bind(id.0)
        .bind(owner)
        .execute(&mut *transaction)
        .await
        .map_err(fault("extending the claim on a job"))?;
    refuse_lost(done.rows_affected(), id, owner)?;
    commit(transaction).await
}

pub(crate) async fn finish(database: &Database, id: JobId, owner: &str) -> Result<()> {
    let mut transaction = database.write().await?;
    let done = sqlx::query("DELETE FROM job WHERE id = $1 AND owner = $2")
        .bind(id.0)
        .bind(owner)
        .execute(&mut *transaction)
        .await
        .map_err(fault("finishing a job"))?;
    refuse_lost(done.rows_affected(), id, owner)?;
    commit(transaction).await
}

/// Nobody works any more, so nobody stages files either: what was left half staged may be swept.
pub(crate) async fn release(database: &Database) -> Result<()> {
    let mut transaction = database.write().await?;
    sqlx::query("UPDATE job SET owner = NULL, lease_until_us = NULL WHERE owner IS NOT NULL")
        .execute(&mut *transaction)
        .await
        .map_err(fault("giving up the claims on jobs"))?;
    series::abandon_all(&mut transaction).await?;
    commit(transaction).await
}

/// How the work of a lane begins in its column.
fn work_of(lane: Lane) -> &'static str {
    match lane {
        Lane::Runs => r#"{"run":%"#,
        Lane::Recoveries => r#"{"recovery":%"#,
    }
}

fn refuse_lost(rows: u64, id: JobId, owner: &str) -> Result<()> {
    if rows == 0 {
        return Err(Error::conflict(format!("job {id} is no longer held by {owner:?}")));
    }
    Ok(())
}
