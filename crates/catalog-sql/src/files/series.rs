//! Series: the staging of their next snapshot, and sweeping.

use engine::{Error, GroupId, ObjectId, Result, SnapshotId, TenantId};

use super::NEVER;
use crate::database::{Database, commit, fault};
use crate::dialect::Connection;

/// How many files one transaction of a sweep looks at: some tens of milliseconds of the write lock.
const PAGE: i64 = 2_000;

/// The right to stage the next snapshot of a series. A later one takes it away.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Staging {
    /// Of which series.
    pub(crate) series: i64,
    /// The number that the snapshot will have.
    pub(crate) snapshot: SnapshotId,
    /// Whether the series has a snapshot to compare with.
    pub(crate) has_history: bool,
}

impl Staging {
    /// Begins the next snapshot of a series, makes the series where it is missing, and sweeps away what an
    /// attempt before left.
    pub(crate) async fn begin(
        database: &Database,
        tenant: &TenantId,
        object: ObjectId,
        group: GroupId,
    ) -> Result<Self> {
        let doing = "beginning to index a snapshot";
        let mut transaction = database.write().await?;
        sqlx::query(
            "INSERT INTO series (tenant, object_id, group_id, unswept) VALUES ($1, $2, $3, 0) \
             ON CONFLICT (object_id, group_id) DO NOTHING",
        )
        .bind(&tenant.0)
        .bind(object.0)
        .bind(group.0)
        .execute(&mut *transaction)
        .await
        .map_err(fault(doing))?;
        let snapshot: i64 = sqlx::query_scalar(
            "UPDATE snapshot_sequence SET last_id = last_id + 1 WHERE singleton = 1 RETURNING last_id",
        )
        .fetch_one(&mut *transaction)
        .await
        .map_err(fault(doing))?;
        let (series, unswept): (i64, i64) = sqlx::query_as(
            "UPDATE series SET unswept = unswept + (CASE WHEN pending_snapshot IS NULL THEN 0 ELSE 1 END), \
             pending_snapshot = $1 WHERE object_id = $2 AND group_id = $3 AND tenant = $4 \
             RETURNING id, unswept",
        )
        .bind(snapshot)
        .bind(object.0)
        .bind(group.0)
        .bind(&tenant.0)
        .fetch_one(&mut *transaction)
        .await
        .map_err(fault(doing))?;
        let latest: Option<i64> = sqlx::query_scalar("SELECT max(id) FROM snapshot WHERE series_id = $1")
            .bind(series)
            .fetch_one(&mut *transaction)
            .await
            .map_err(fault(doing))?;
        commit(transaction).await?;
        let staging = Self { series, snapshot: SnapshotId(snapshot), has_history: latest.is_some() };
        if unswept > 0 {
            sweep(database, series, Some(staging.snapshot)).await?;
        }
        staging.check(&mut *database.read().await?).await?;
        Ok(staging)
    }

    /// Fails when the right to stage was lost: to a later attempt, or because snapshots of the series were
    /// deleted, which ends what this one was compared with.
    pub(crate) async fn check(&self, connection: &mut Connection) -> Result<()> {
        let held: Option<i64> = sqlx::query_scalar(
            "SELECT id FROM series WHERE id = $1 AND pending_snapshot = $2 AND unswept = 0",
        )
        .bind(self.series)
        .bind(self.snapshot.0)
        .fetch_optional(connection)
        .await
        .map_err(fault("checking what is being indexed"))?;
        if held.is_none() {
            return Err(Error::conflict(
                "the snapshot was not completed: another attempt at it began, or older snapshots of the \
                 object were deleted meanwhile",
            ));
        }
        Ok(())
    }

    /// Ends staging, in the transaction that adds the snapshot.
    pub(crate) async fn finish(&self, connection: &mut Connection) -> Result<()> {
        sqlx::query("UPDATE series SET pending_snapshot = NULL WHERE id = $1")
            .bind(self.series)
            .execute(connection)
            .await
            .map_err(fault("completing a snapshot"))?;
        Ok(())
    }
}

/// Ends all staging: nobody is at it any more.
pub(crate) async fn abandon_all(connection: &mut Connection) -> Result<()> {
    sqlx::query(
        "UPDATE series SET pending_snapshot = NULL, unswept = unswept + 1 WHERE pending_snapshot IS NOT NULL",
    )
    .execute(connection)
    .await
    .map_err(fault("giving up half indexed snapshots"))?;
    Ok(())
}

/// Notes that snapshots of a group were deleted.
pub(crate) async fn mark_unswept(connection: &mut Connection, group: GroupId) -> Result<()> {
    sqlx::query("UPDATE series SET unswept = unswept + 1 WHERE group_id = $1")
        .bind(group.0)
        .execute(connection)
        .await
        .map_err(fault("forgetting the files of a group"))?;
    Ok(())
}

/// Sweeps every series that needs it and that nobody stages.
pub(crate) async fn sweep_all(database: &Database) -> Result<()> {
    let unswept: Vec<i64> = {
        let mut transaction = database.read().await?;
        sqlx::query_scalar("SELECT id FROM series WHERE unswept > 0 AND pending_snapshot IS NULL ORDER BY id")
            .fetch_all(&mut *transaction)
            .await
            .map_err(fault("looking for files to forget"))?
    };
    for series in unswept {
        sweep(database, series, None).await?;
    }
    Ok(())
}

/// Removes the versions that no snapshot shows and the files that are left without a version, a page to a
/// transaction. Ends early when the staging of the series is no longer `pending`.
async fn sweep(database: &Database, series: i64, pending: Option<SnapshotId>) -> Result<()> {
    let doing = "forgetting files";
    let mut after = 0_i64;
    let mut marks_at_start = None;
    loop {
        let mut transaction = database.write().await?;
        let (object, now_pending, marks): (i64, Option<i64>, i64) =
            sqlx::query_as("SELECT object_id, pending_snapshot, unswept FROM series WHERE id = $1")
                .bind(series)
                .fetch_one(&mut *transaction)
                .await
                .map_err(fault(doing))?;
        if now_pending != pending.map(|id| id.0) {
            return Ok(());
        }
        let marks_at_start = *marks_at_start.get_or_insert(marks);
        let last: Option<i64> = sqlx::query_scalar(
            "SELECT max(file_id) FROM (SELECT file_id FROM version \
             WHERE series_id = $1 AND file_id > $2 ORDER BY file_id LIMIT $3) AS page",
        )
        .bind(series)
        .bind(after)
        .bind(PAGE)
        .fetch_one(&mut *transaction)
        .await
        .map_err(fault(doing))?;
        let Some(last) = last else {
            // A mark made meanwhile asks for another sweep.
            sqlx::query("UPDATE series SET unswept = unswept - $1 WHERE id = $2")
                .bind(marks_at_start)
                .bind(series)
                .execute(&mut *transaction)
                .await
                .map_err(fault(doing))?;
            return commit(transaction).await;
        };
        let mut versions = sqlx::QueryBuilder::new("DELETE FROM version WHERE series_id = ");
        versions.push_bind(series).push(" AND file_id > ").push_bind(after);
        versions.push(" AND file_id <= ").push_bind(last);
        versions.push(" AND NOT EXISTS (SELECT 1 FROM snapshot s WHERE s.series_id = version.series_id");
        versions.push(" AND s.id >= version.from_snapshot");
        versions.push(format_args!(" AND s.id < coalesce(version.until_snapshot, {NEVER}))"));
        versions.build().execute(&mut *transaction).await.map_err(fault(doing))?;
        // By the range of ids, not by the index of paths: hence the sum.
        sqlx::query(
            "DELETE FROM file WHERE id > $1 AND id <= $2 AND object_id + 0 = $3 AND NOT EXISTS \
             (SELECT 1 FROM series r JOIN version v ON v.series_id = r.id AND v.file_id = file.id \
              WHERE r.object_id = file.object_id)",
        )
        .bind(after)
        .bind(last)
        .bind(object)
        .execute(&mut *transaction)
        .await
        .map_err(fault(doing))?;
        commit(transaction).await?;
        after = last;
    }
}
