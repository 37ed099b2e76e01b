//! Finding tasks.

use engine::{Result, Task, TaskFilter, TenantId};

use crate::body::{decode_all, micros};
use crate::database::{Database, fault};
use crate::runs::{one_of, words};

pub(crate) async fn list(database: &Database, tenant: &TenantId, filter: &TaskFilter) -> Result<Vec<Task>> {
    let mut query = sqlx::QueryBuilder::new("SELECT body FROM task WHERE tenant = ");
    query.push_bind(&tenant.0);
    one_of(&mut query, "id", filter.ids.iter().map(|id| id.0));
    one_of(&mut query, "state", words(&filter.states)?);
    one_of(&mut query, "kind", words(&filter.kinds)?);
    // No node has the number 0: it stands for the built-in one.
    one_of(&mut query, "COALESCE(node_id, 0)", filter.nodes.iter().map(|node| node.map_or(0, |id| id.0)));
    one_of(&mut query, "follows_id", filter.follows.iter().map(|id| id.0));
    if !filter.entities.is_empty() {
        query.push(" AND (group_id, object_id) IN (VALUES ");
        let mut pairs = query.separated(", ");
        for entity in &filter.entities {
            pairs.push("(").push_bind_unseparated(entity.group.0);
            pairs.push_unseparated(", ").push_bind_unseparated(entity.object.0).push_unseparated(")");
        }
        query.push(")");
    }
    if let Some(from) = filter.from {
        query.push(" AND created_us >= ").push_bind(micros(from));
    }
    if let Some(until) = filter.until {
        query.push(" AND created_us <= ").push_bind(micros(until));
    }
    query.push(" ORDER BY created_us DESC, id DESC");
    if let Some(limit) = filter.limit {
        query.push(" LIMIT ").push_bind(i64::from(limit));
    }
    let mut transaction = database.read().await?;
    let bodies: Vec<String> =
        query.build_query_scalar().fetch_all(&mut *transaction).await.map_err(fault("reading the tasks"))?;
    decode_all(&bodies)
}

/// The tasks of every tenant that are not final, in the order of their turns.
pub(crate) async fn open(database: &Database) -> Result<Vec<Task>> {
    let mut transaction = database.read().await?;
    let bodies: Vec<String> =
        sqlx::query_scalar("SELECT body FROM task WHERE is_final = 0 ORDER BY priority DESC, id")
            .fetch_all(&mut *transaction)
            .await
            .map_err(fault("reading the open tasks"))?;
    decode_all(&bodies)
}
