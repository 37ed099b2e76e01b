//! How fast tasks moved bytes.

use engine::{Error, Result, TaskId, TenantId, TransferSample};

use crate::body::{decode_all, encode};
use crate::database::{Database, commit, fault};

pub(crate) async fn add(
    database: &Database,
    tenant: &TenantId,
    id: TaskId,
    sample: TransferSample,
    most: u32,
) -> Result<()> {
    let doing = "keeping how fast a task is";
    let mut transaction = database.write().await?;
    let done = sqlx::query(
        "INSERT INTO task_transfer (task_id, body) SELECT id, $1 FROM task WHERE id = $2 AND tenant = $3",
    )
    .bind(encode(&sample)?)
    .bind(id.0)
    .bind(&tenant.0)
    .execute(&mut *transaction)
    .await
    .map_err(fault(doing))?;
    if done.rows_affected() == 0 {
        return Err(Error::not_found("task", id));
    }
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM task_transfer WHERE task_id = $1")
        .bind(id.0)
        .fetch_one(&mut *transaction)
        .await
        .map_err(fault(doing))?;
    if count > i64::from(most) {
        sqlx::query(
            "DELETE FROM task_transfer WHERE id IN (SELECT id FROM \
             (SELECT id, row_number() OVER (ORDER BY id) AS place FROM task_transfer WHERE task_id = $1) numbered \
             WHERE place % 2 = 0)",
        )
        .bind(id.0)
        .execute(&mut *transaction)
        .await
        .map_err(fault(doing))?;
    }
    commit(transaction).await
}

pub(crate) async fn list(database: &Database, tenant: &TenantId, id: TaskId) -> Result<Vec<TransferSample>> {
    let mut transaction = database.read().await?;
    let bodies: Vec<String> = sqlx::query_scalar(
        "SELECT s.body FROM task_transfer s JOIN task t ON t.id = s.task_id \
         WHERE t.id = $1 AND t.tenant = $2 ORDER BY s.id",
    )
    .bind(id.0)
    .bind(&tenant.0)
    .fetch_all(&mut *transaction)
    .await
    .map_err(fault("reading how fast a task was"))?;
    decode_all(&bodies)
}
