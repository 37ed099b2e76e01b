//! Tasks.

mod list;
mod transfers;

use engine::{Error, NewRecovery, Recovery, Result, Run, Task, TaskChange, TaskDraft, TaskId, TenantId};
use jiff::Timestamp;

use crate::body::{decode, encode, micros, next_modified, word};
use crate::database::{Database, commit, fault, set_body};
use crate::dialect::Connection;
use crate::{recoveries, runs};

pub(crate) use list::{list, open};
pub(crate) use transfers::{add as add_transfer, list as transfers};

pub(crate) async fn insert(database: &Database, drafts: Vec<TaskDraft>) -> Result<Vec<Task>> {
    let mut transaction = database.write().await?;
    let mut made: Vec<Task> = Vec::new();
    for TaskDraft { mut task, follows_earlier } in drafts {
        if let Some(place) = follows_earlier {
            let earlier = made
                .get(place)
                .ok_or_else(|| Error::invalid("a task can only follow one that stands before it"))?;
            task.follows = Some(earlier.id);
        }
        if let Some(follows) = task.follows {
            find(&mut transaction, &task.tenant, follows).await?;
        }
        task.batch = made.first().map(|first| first.id.0);
        made.push(add(&mut transaction, task).await?);
    }
    if let Some(task) = made.first() {
        touch(&mut transaction, &task.tenant, task.created_at).await?;
    }
    commit(transaction).await?;
    Ok(made)
}

pub(crate) async fn get(database: &Database, tenant: &TenantId, id: TaskId) -> Result<Task> {
    let mut transaction = database.read().await?;
    find(&mut transaction, tenant, id).await
}

pub(crate) async fn update(
    database: &Database,
    changes: Vec<TaskChange>,
    now: Timestamp,
) -> Result<Vec<Task>> {
    let mut transaction = database.write().await?;
    let mut written = Vec::new();
    for TaskChange { mut task, next } in changes {
        replace(&mut transaction, &mut task, now).await?;
        if let Some(next) = next {
            let next = add(&mut transaction, next).await?;
            if next.retry_of == Some(task.id) {
                hand_followers_over(&mut transaction, &task, next.id, now).await?;
            }
        }
        written.push(task);
    }
    commit(transaction).await?;
    Ok(written)
}

pub(crate) async fn begin_run(
    database: &Database,
    mut task: Task,
    run: Run,
    now: Timestamp,
) -> Result<(Task, Run)> {
    let mut transaction = database.write().await?;
    let run = runs::add(&mut transaction, run).await?;
    task.outcome.run = Some(run.id);
    replace(&mut transaction, &mut task, now).await?;
    commit(transaction).await?;
    Ok((task, run))
}

pub(crate) async fn begin_recovery(
    database: &Database,
    mut task: Task,
    new: NewRecovery,
    now: Timestamp,
) -> Result<(Task, Recovery)> {
    let mut transaction = database.write().await?;
    let recovery = recoveries::add(&mut transaction, &task.tenant, new, now).await?;
    task.outcome.recovery = Some(recovery.id);
    replace(&mut transaction, &mut task, now).await?;
    commit(transaction).await?;
    Ok((task, recovery))
}

pub(crate) async fn delete(
    database: &Database,
    tenant: &TenantId,
    ids: &[TaskId],
    changed: Vec<Task>,
    now: Timestamp,
) -> Result<()> {
    let mut transaction = database.write().await?;
    for mut task in changed {
        replace(&mut transaction, &mut task, now).await?;
    }
    for id in ids {
        sqlx::query("DELETE FROM task WHERE id = $1 AND tenant = $2")
            .bind(id.0)
            .bind(&tenant.0)
            .execute(&mut *transaction)
            .await
            .map_err(fault("removing a task"))?;
    }
    touch(&mut transaction, tenant, now).await?;
    commit(transaction).await
}

pub(crate) async fn prune(database: &Database, before: Timestamp, now: Timestamp) -> Result<u64> {
    let mut transaction = database.write().await?;
    let tenants: Vec<String> = sqlx::query_scalar(
        "DELETE FROM task WHERE ended_us < $1 \
         AND NOT EXISTS (SELECT 1 FROM task f WHERE f.follows_id = task.id AND f.is_final = 0) \
         RETURNING tenant",
    )
    .bind(micros(before))
    .fetch_all(&mut *transaction)
    .await
    .map_err(fault("removing old tasks"))?;
    let count = tenants.len() as u64;
    let tenants: std::collections::BTreeSet<_> = tenants.into_iter().map(TenantId).collect();
    for tenant in &tenants {
        touch(&mut transaction, tenant, now).await?;
    }
    commit(transaction).await?;
    Ok(count)
}

pub(crate) async fn modified_at(database: &Database, tenant: &TenantId) -> Result<Option<Timestamp>> {
    let mut transaction = database.read().await?;
    changed_at(&mut transaction, tenant).await
}

/// Adds a task within a transaction. The first of a batch gives it its number.
async fn add(transaction: &mut Connection, mut task: Task) -> Result<Task> {
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO task \
         (tenant, kind, state, is_final, priority, node_id, group_id, object_id, follows_id, created_us, body) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '') RETURNING id",
    )
    .bind(&task.tenant.0)
    .bind(word(&task.plan.kind())?)
    .bind(word(&task.state)?)
    .bind(i64::from(task.state.is_final()))
    .bind(i64::from(task.priority))
    .bind(task.node.map(|node| node.0))
    .bind(task.entity.map(|entity| entity.group.0))
    .bind(task.entity.map(|entity| entity.object.0))
    .bind(task.follows.map(|id| id.0))
    .bind(micros(task.created_at))
    .fetch_one(&mut *transaction)
    .await
    .map_err(fault("accepting a task"))?;
    task.id = TaskId(id);
    task.batch.get_or_insert(id);
    set_body(transaction, "UPDATE task SET body = $1 WHERE id = $2", id, &task).await?;
    Ok(task)
}

/// Replaces a task within a transaction, and says when that was.
async fn replace(transaction: &mut Connection, task: &mut Task, now: Timestamp) -> Result<()> {
    let stored = find(transaction, &task.tenant, task.id).await?;
    task.modified_at = next_modified(stored.modified_at, now);
    sqlx::query(
        "UPDATE task SET state = $1, is_final = $2, priority = $3, follows_id = $4, ended_us = $5, body = $6 \
         WHERE id = $7",
    )
    .bind(word(&task.state)?)
    .bind(i64::from(task.state.is_final()))
    .bind(i64::from(task.priority))
    .bind(task.follows.map(|id| id.0))
    .bind(task.ended_at.map(micros))
    .bind(encode(task)?)
    .bind(task.id.0)
    .execute(&mut *transaction)
    .await
    .map_err(fault("changing a task"))?;
    touch(transaction, &task.tenant, now).await
}

/// What waits for a task that failed waits for its repetition.
async fn hand_followers_over(
    transaction: &mut Connection,
    task: &Task,
    repetition: TaskId,
    now: Timestamp,
) -> Result<()> {
    let bodies: Vec<String> =
        sqlx::query_scalar("SELECT body FROM task WHERE follows_id = $1 AND tenant = $2 AND is_final = 0")
            .bind(task.id.0)
            .bind(&task.tenant.0)
            .fetch_all(&mut *transaction)
            .await
            .map_err(fault("reading what follows a task"))?;
    for body in bodies {
        let mut follower: Task = decode(&body)?;
        follower.follows = Some(repetition);
        replace(transaction, &mut follower, now).await?;
    }
    Ok(())
}

async fn find(transaction: &mut Connection, tenant: &TenantId, id: TaskId) -> Result<Task> {
    let body: Option<String> = sqlx::query_scalar("SELECT body FROM task WHERE id = $1 AND tenant = $2")
        .bind(id.0)
        .bind(&tenant.0)
        .fetch_optional(transaction)
        .await
        .map_err(fault("reading a task"))?;
    decode(&body.ok_or_else(|| Error::not_found("task", id))?)
}

/// Notes that a task of the tenant was changed: later than the change before it, whatever the clock does.
async fn touch(transaction: &mut Connection, tenant: &TenantId, now: Timestamp) -> Result<()> {
    let modified = match changed_at(transaction, tenant).await? {
        Some(before) => next_modified(before, now),
        None => now,
    };
    sqlx::query(
        "INSERT INTO task_change (tenant, modified_us) VALUES ($1, $2) \
         ON CONFLICT (tenant) DO UPDATE SET modified_us = excluded.modified_us",
    )
    .bind(&tenant.0)
    .bind(micros(modified))
    .execute(transaction)
    .await
    .map_err(fault("noting a change of the tasks"))?;
    Ok(())
}

async fn changed_at(transaction: &mut Connection, tenant: &TenantId) -> Result<Option<Timestamp>> {
    let modified: Option<i64> = sqlx::query_scalar("SELECT modified_us FROM task_change WHERE tenant = $1")
        .bind(&tenant.0)
        .fetch_optional(transaction)
        .await
        .map_err(fault("reading when tasks were changed"))?;
    modified
        .map(Timestamp::from_microsecond)
        .transpose()
        .map_err(|error| Error::internal("a time of the catalog cannot be understood", error))
}
