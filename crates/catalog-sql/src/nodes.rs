//! Nodes. An outside one is made and removed together with its user.

use engine::{Error, Extras, NodeId, PasswordHash, Result, Role, TaskNode, TenantId, User, UserId};
use jiff::Timestamp;

use crate::body::{decode, encode};
use crate::database::{Database, commit, fault, set_body};
use crate::dialect::Connection;
use crate::users;

pub(crate) async fn built_in(database: &Database, tenant: &TenantId, now: Timestamp) -> Result<TaskNode> {
    if let Some(node) = find_built_in(&mut *database.read().await?, tenant).await? {
        return Ok(node);
    }
    let mut transaction = database.write().await?;
    // Somebody else may have made it in between.
    if let Some(node) = find_built_in(&mut transaction, tenant).await? {
        return Ok(node);
    }
    let node = TaskNode {
        id: NodeId(0),
        tenant: tenant.clone(),
        name: TaskNode::BUILT_IN.to_owned(),
        built_in: true,
        user: None,
        registered_at: now,
        last_contact_at: None,
        extras: Extras::new(),
    };
    let node = insert_row(&mut transaction, node).await?;
    commit(transaction).await?;
    Ok(node)
}

pub(crate) async fn insert(
    database: &Database,
    tenant: &TenantId,
    name: &str,
    extras: Extras,
    login: &str,
    password: &PasswordHash,
    now: Timestamp,
) -> Result<(TaskNode, User)> {
    let mut transaction = database.write().await?;
    let taken: Option<i64> = sqlx::query_scalar("SELECT id FROM node WHERE tenant = $1 AND name = $2")
        .bind(&tenant.0)
        .bind(name)
        .fetch_optional(&mut *transaction)
        .await
        .map_err(fault("looking for a node"))?;
    if let Some(id) = taken {
        return Err(Error::conflict(format!("there is already a node {name:?}, with the id {id}")));
    }
    let node = TaskNode {
        id: NodeId(0),
        tenant: tenant.clone(),
        name: name.to_owned(),
        built_in: false,
        user: None,
        registered_at: now,
        last_contact_at: None,
        extras,
    };
    let mut node = insert_row(&mut transaction, node).await?;
    let user = User {
        id: UserId(0),
        tenant: tenant.clone(),
        login: login.to_owned(),
        role: Role::Node,
        scope: None,
        node: Some(node.id),
        created_at: now,
        last_login_at: None,
        last_failed_login_at: None,
        extras: Extras::new(),
    };
    let user = users::insert(&mut transaction, user, password).await?;
    node.user = Some(user.id);
    replace(&mut transaction, &node).await?;
    commit(transaction).await?;
    Ok((node, user))
}

pub(crate) async fn get(database: &Database, tenant: &TenantId, id: NodeId) -> Result<TaskNode> {
    find(&mut *database.read().await?, tenant, id).await
}

pub(crate) async fn list(database: &Database, tenant: &TenantId) -> Result<Vec<TaskNode>> {
    database
        .tenants_bodies("SELECT body FROM node WHERE tenant = $1 ORDER BY id", tenant, "reading the nodes")
        .await
}

pub(crate) async fn touch(
    database: &Database,
    tenant: &TenantId,
    id: NodeId,
    now: Timestamp,
) -> Result<TaskNode> {
    let mut transaction = database.write().await?;
    let mut node = find(&mut transaction, tenant, id).await?;
    // The built-in one is always there, and a clock that was set back does not make another look lost.
    if !node.built_in {
        node.last_contact_at = node.last_contact_at.max(Some(now));
        replace(&mut transaction, &node).await?;
    }
    commit(transaction).await?;
    Ok(node)
}

pub(crate) async fn set_extras(
    database: &Database,
    tenant: &TenantId,
    id: NodeId,
    extras: Extras,
) -> Result<TaskNode> {
    let mut transaction = database.write().await?;
    let mut node = find(&mut transaction, tenant, id).await?;
    node.extras = extras;
    replace(&mut transaction, &node).await?;
    commit(transaction).await?;
    Ok(node)
}

pub(crate) async fn delete(database: &Database, tenant: &TenantId, id: NodeId) -> Result<()> {
    let mut transaction = database.write().await?;
    let node = find(&mut transaction, tenant, id).await?;
    if node.built_in {
        return Err(Error::conflict("the built-in node is the server itself and cannot be removed"));
    }
    // Its user and that user's sessions go with it.
    sqlx::query("DELETE FROM node WHERE id = $1")
        .bind(id.0)
        .execute(&mut *transaction)
        .await
        .map_err(fault("removing a node"))?;
    commit(transaction).await
}

async fn insert_row(connection: &mut Connection, mut node: TaskNode) -> Result<TaskNode> {
    let id = sqlx::query_scalar(
        "INSERT INTO node (tenant, name, built_in, body) VALUES ($1, $2, $3, '') RETURNING id",
    )
    .bind(&node.tenant.0)
    .bind(&node.name)
    .bind(i64::from(node.built_in))
    .fetch_one(&mut *connection)
    .await
    .map_err(fault("keeping a node"))?;
    node.id = NodeId(id);
    set_body(connection, "UPDATE node SET body = $1 WHERE id = $2", id, &node).await?;
    Ok(node)
}

async fn find_built_in(connection: &mut Connection, tenant: &TenantId) -> Result<Option<TaskNode>> {
    let body: Option<String> = sqlx::query_scalar("SELECT body FROM node WHERE tenant = $1 AND built_in = 1")
        .bind(&tenant.0)
        .fetch_optional(connection)
        .await
        .map_err(fault("reading the built-in node"))?;
    body.map(|body| decode(&body)).transpose()
}

async fn find(connection: &mut Connection, tenant: &TenantId, id: NodeId) -> Result<TaskNode> {
    let body: Option<String> = sqlx::query_scalar("SELECT body FROM node WHERE id = $1 AND tenant = $2")
        .bind(id.0)
        .bind(&tenant.0)
        .fetch_optional(connection)
        .await
        .map_err(fault("reading a node"))?;
    decode(&body.ok_or_else(|| Error::not_found("node", id))?)
}

async fn replace(connection: &mut Connection, node: &TaskNode) -> Result<()> {
    sqlx::query("UPDATE node SET body = $1 WHERE id = $2")
        .bind(encode(node)?)
        .bind(node.id.0)
        .execute(connection)
        .await
        .map_err(fault("changing a node"))?;
    Ok(())
}
