//! When the schedules of groups are next due.

use engine::{FireTime, GroupId, Result, Run};
use jiff::Timestamp;

use crate::body::micros;
use crate::database::{Database, commit, fault};
use crate::dialect::Connection;
use crate::runs;

pub(crate) async fn list(database: &Database) -> Result<Vec<FireTime>> {
    let mut transaction = database.read().await?;
    let rows: Vec<(i64, String, i64, String)> =
        sqlx::query_as("SELECT group_id, slot, due_us, basis FROM fire_time ORDER BY group_id, slot")
            .fetch_all(&mut *transaction)
            .await
            .map_err(fault("reading the schedules"))?;
    let time = |(group, slot, due, basis)| {
        // What was written as a time can be read as one.
        let due_at = Timestamp::from_microsecond(due).unwrap_or_default();
        FireTime { group: GroupId(group), slot, due_at, basis }
    };
    Ok(rows.into_iter().map(time).collect())
}

pub(crate) async fn replace(database: &Database, group: GroupId, times: &[FireTime]) -> Result<()> {
    let mut transaction = database.write().await?;
    write(&mut transaction, group, times).await?;
    commit(transaction).await
}

pub(crate) async fn insert_run(database: &Database, run: Run, times: &[FireTime]) -> Result<Run> {
    let mut transaction = database.write().await?;
    let run = runs::add(&mut transaction, run).await?;
    write(&mut transaction, run.group, times).await?;
    commit(transaction).await?;
    Ok(run)
}

async fn write(connection: &mut Connection, group: GroupId, times: &[FireTime]) -> Result<()> {
    let doing = "writing down when a group is due";
    sqlx::query("DELETE FROM fire_time WHERE group_id = $1")
        .bind(group.0)
        .execute(&mut *connection)
        .await
        .map_err(fault(doing))?;
    for time in times {
        sqlx::query("INSERT INTO fire_time (group_id, slot, due_us, basis) VALUES ($1, $2, $3, $4)")
            .bind(group.0)
            .bind(&time.slot)
            .bind(micros(time.due_at))
            .bind(&time.basis)
            .execute(&mut *connection)
            .await
            .map_err(fault(doing))?;
    }
    Ok(())
}
