//! Complete snapshots.

use jiff::Timestamp;

use engine::{Error, GroupId, Result, Snapshot, SnapshotFilter, SnapshotId, TenantId};

use crate::body::{decode, decode_all, encode, micros, word};
use crate::database::{Database, commit, fault};
use crate::dialect::Connection;
use crate::files::series;
use crate::mounts;
use crate::recoveries;
use crate::runs::{one_of, words};

pub(crate) async fn get(database: &Database, tenant: &TenantId, id: SnapshotId) -> Result<Snapshot> {
    let mut transaction = database.read().await?;
    let body: Option<String> = sqlx::query_scalar("SELECT body FROM snapshot WHERE id = $1 AND tenant = $2")
        .bind(id.0)
        .bind(&tenant.0)
        .fetch_optional(&mut *transaction)
        .await
        .map_err(fault("reading a snapshot"))?;
    decode(&body.ok_or_else(|| Error::not_found("snapshot", id))?)
}

pub(crate) async fn list(
    database: &Database,
    tenant: &TenantId,
    filter: &SnapshotFilter,
) -> Result<Vec<Snapshot>> {
    let mut query = sqlx::QueryBuilder::new("SELECT body FROM snapshot WHERE tenant = ");
    query.push_bind(&tenant.0);
    if let Some(object) = filter.object {
        query.push(" AND object_id = ").push_bind(object.0);
    }
    one_of(&mut query, "group_id", filter.groups.iter().map(|id| id.0));
    if let Some(run) = filter.run {
        query.push(" AND run_id = ").push_bind(run.0);
    }
    if let Some(from) = filter.from {
        query.push(" AND taken_us >= ").push_bind(micros(from));
    }
    if let Some(until) = filter.until {
        query.push(" AND taken_us <= ").push_bind(micros(until));
    }
    one_of(&mut query, "kind", words(&filter.kinds)?);
    query.push(" ORDER BY taken_us DESC, id DESC");
    let mut transaction = database.read().await?;
    let bodies: Vec<String> = query
        .build_query_scalar()
        .fetch_all(&mut *transaction)
        .await
        .map_err(fault("reading the snapshots"))?;
    decode_all(&bodies)
}

/// Adds a snapshot whose number was given by [`series::Staging`].
pub(crate) async fn insert(connection: &mut Connection, series: i64, snapshot: &Snapshot) -> Result<()> {
    let taken: Option<i64> =
        sqlx::query_scalar("SELECT id FROM snapshot WHERE run_id = $1 AND object_id = $2")
            .bind(snapshot.run.0)
            .bind(snapshot.object.0)
            .fetch_optional(&mut *connection)
            .await
            .map_err(fault("looking for a snapshot"))?;
    if let Some(taken) = taken {
        return Err(Error::conflict(format!(
            "run {} has completed object {} before, as snapshot {taken}",
            snapshot.run, snapshot.object
        )));
    }
    sqlx::query(
        "INSERT INTO snapshot \
         (id, tenant, series_id, object_id, group_id, run_id, kind, taken_us, body, expires_us) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(snapshot.id.0)
    .bind(&snapshot.tenant.0)
    .bind(series)
    .bind(snapshot.object.0)
    .bind(snapshot.group.0)
    .bind(snapshot.run.0)
    .bind(word(&snapshot.kind)?)
    .bind(micros(snapshot.taken_at))
    .bind(encode(snapshot)?)
    .bind(snapshot.expires_at.map(micros))
    .execute(connection)
    .await
    .map_err(fault("adding a snapshot"))?;
    Ok(())
}

/// Replaces the body of a snapshot.
pub(crate) async fn update(database: &Database, snapshot: &Snapshot) -> Result<()> {
    update_all(database, std::slice::from_ref(snapshot)).await
}

/// Replaces the bodies of snapshots, all of them or none.
pub(crate) async fn update_all(database: &Database, snapshots: &[Snapshot]) -> Result<()> {
    let mut transaction = database.write().await?;
    for snapshot in snapshots {
        replace(&mut transaction, snapshot).await?;
    }
    commit(transaction).await
}

async fn replace(connection: &mut Connection, snapshot: &Snapshot) -> Result<()> {
    let done = sqlx::query("UPDATE snapshot SET expires_us = $1, body = $2 WHERE id = $3 AND tenant = $4")
        .bind(snapshot.expires_at.map(micros))
        .bind(encode(snapshot)?)
        .bind(snapshot.id.0)
        .bind(&snapshot.tenant.0)
        .execute(connection)
        .await
        .map_err(fault("changing a snapshot"))?;
    if done.rows_affected() == 0 {
        return Err(Error::not_found("snapshot", snapshot.id));
    }
    Ok(())
}

/// Forgets single snapshots and gives their names in the vault.
pub(crate) async fn forget(
    database: &Database,
    tenant: &TenantId,
    ids: &[SnapshotId],
) -> Result<Vec<String>> {
    let mut transaction = database.write().await?;
    let mut names = Vec::new();
    for id in ids {
        let body: Option<String> =
            sqlx::query_scalar("DELETE FROM snapshot WHERE id = $1 AND tenant = $2 RETURNING body")
                .bind(id.0)
                .bind(&tenant.0)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(fault("forgetting a snapshot"))?;
        let Some(body) = body else {
            continue;
        };
        let snapshot: Snapshot = decode(&body)?;
        mounts::refuse_mounted(&mut transaction, &snapshot).await?;
        series::mark_unswept(&mut transaction, snapshot.group).await?;
        names.push(snapshot.vault_snapshot);
    }
    commit(transaction).await?;
    Ok(names)
}

/// Forgets those of these snapshots whose time is over, that nothing keeps and that no recovery waits for.
pub(crate) async fn forget_expired(
    database: &Database,
    tenant: &TenantId,
    ids: &[SnapshotId],
    now: Timestamp,
) -> Result<Vec<String>> {
    let doing = "forgetting snapshots whose time is over";
    let mut transaction = database.write().await?;
    let wanted = recoveries::wanted_snapshots(&mut transaction, tenant).await?;
    let mut names = Vec::new();
    for id in ids.iter().filter(|id| !wanted.contains(id)) {
        let body: Option<String> = sqlx::query_scalar(
            "SELECT body FROM snapshot WHERE id = $1 AND tenant = $2 AND expires_us <= $3",
        )
        .bind(id.0)
        .bind(&tenant.0)
        .bind(micros(now))
        .fetch_optional(&mut *transaction)
        .await
        .map_err(fault(doing))?;
        let Some(body) = body else {
            continue;
        };
        let snapshot: Snapshot = decode(&body)?;
        let is_mounted = mounts::user_of(&mut transaction, snapshot.id).await?.is_some();
        if is_mounted || snapshot.kept_because(now).is_some() {
            continue;
        }
        sqlx::query("DELETE FROM snapshot WHERE id = $1")
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(fault(doing))?;
        series::mark_unswept(&mut transaction, snapshot.group).await?;
        names.push(snapshot.vault_snapshot);
    }
    commit(transaction).await?;
    Ok(names)
}

/// Snapshots of every tenant whose time is over, the longest over first.
pub(crate) async fn expired(database: &Database, now: Timestamp, limit: u32) -> Result<Vec<Snapshot>> {
    let mut transaction = database.read().await?;
    let bodies: Vec<String> =
        sqlx::query_scalar("SELECT body FROM snapshot WHERE expires_us <= $1 ORDER BY expires_us LIMIT $2")
            .bind(micros(now))
            .bind(i64::from(limit))
            .fetch_all(&mut *transaction)
            .await
            .map_err(fault("looking for snapshots whose time is over"))?;
    decode_all(&bodies)
}

/// Forgets every snapshot of a group, the oldest first, and gives their names in the vault.
/// Refuses when one of them is held or locked at `now`, or mounted.
pub(crate) async fn forget_group(
    connection: &mut Connection,
    group: GroupId,
    now: Timestamp,
) -> Result<Vec<String>> {
    let doing = "forgetting the snapshots of a group";
    let bodies: Vec<String> = sqlx::query_scalar("SELECT body FROM snapshot WHERE group_id = $1 ORDER BY id")
        .bind(group.0)
        .fetch_all(&mut *connection)
        .await
        .map_err(fault(doing))?;
    let snapshots: Vec<Snapshot> = decode_all(&bodies)?;
    for snapshot in &snapshots {
        if let Some(reason) = snapshot.kept_because(now) {
            return Err(Error::conflict(format!(
                "snapshot {} of run {} {reason}; delete the group without its snapshots",
                snapshot.id, snapshot.run
            )));
        }
        mounts::refuse_mounted(connection, snapshot).await?;
    }
    sqlx::query("DELETE FROM snapshot WHERE group_id = $1")
        .bind(group.0)
        .execute(&mut *connection)
        .await
        .map_err(fault(doing))?;
    series::mark_unswept(connection, group).await?;
    Ok(snapshots.into_iter().map(|snapshot| snapshot.vault_snapshot).collect())
}
