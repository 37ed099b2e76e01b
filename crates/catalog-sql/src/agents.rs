//! What agents said, and the tasks that upgrade them.

use engine::{AgentReport, Error, Result, TenantId, UpgradeTask, UpgradeTaskId};

use crate::body::encode;
use crate::database::{Database, commit, fault, set_body};

pub(crate) async fn reports(database: &Database, tenant: &TenantId) -> Result<Vec<AgentReport>> {
    database
        .tenants_bodies(
            "SELECT body FROM agent_report WHERE tenant = $1 ORDER BY source_id",
            tenant,
            "reading what agents said",
        )
        .await
}

pub(crate) async fn keep_report(
    database: &Database,
    report: &AgentReport,
    tasks: &[UpgradeTask],
) -> Result<()> {
    let doing = "keeping what an agent said";
    let mut transaction = database.write().await?;
    // From the source's own row, so that a source removed meanwhile gets no agent.
    let kept = sqlx::query(
        "INSERT INTO agent_report (source_id, tenant, body) \
         SELECT id, tenant, $1 FROM source WHERE id = $2 AND tenant = $3 \
         ON CONFLICT (source_id) DO UPDATE SET body = excluded.body",
    )
    .bind(encode(report)?)
    .bind(report.host.0)
    .bind(&report.tenant.0)
    .execute(&mut *transaction)
    .await
    .map_err(fault(doing))?;
    if kept.rows_affected() == 0 {
        return Err(Error::not_found("source", report.host));
    }
    for task in tasks {
        sqlx::query("UPDATE upgrade_task SET body = $1 WHERE id = $2 AND tenant = $3")
            .bind(encode(task)?)
            .bind(task.id.0)
            .bind(&task.tenant.0)
            .execute(&mut *transaction)
            .await
            .map_err(fault(doing))?;
    }
    commit(transaction).await
}

pub(crate) async fn insert_task(database: &Database, mut task: UpgradeTask) -> Result<UpgradeTask> {
    let mut transaction = database.write().await?;
    let id = sqlx::query_scalar("INSERT INTO upgrade_task (tenant, body) VALUES ($1, '') RETURNING id")
        .bind(&task.tenant.0)
        .fetch_one(&mut *transaction)
        .await
        .map_err(fault("making an upgrade task"))?;
    task.id = UpgradeTaskId(id);
    set_body(&mut transaction, "UPDATE upgrade_task SET body = $1 WHERE id = $2", id, &task).await?;
    commit(transaction).await?;
    Ok(task)
}

pub(crate) async fn tasks(database: &Database, tenant: &TenantId) -> Result<Vec<UpgradeTask>> {
    database
        .tenants_bodies(
            "SELECT body FROM upgrade_task WHERE tenant = $1 ORDER BY id DESC",
            tenant,
            "reading the upgrade tasks",
        )
        .await
}
