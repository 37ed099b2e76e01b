//! Protection groups.

use engine::{Error, Group, GroupId, GroupRules, ObjectId, Result, TenantId};
use jiff::Timestamp;

use crate::body::{decode, decode_all, encode, micros, next_modified};
use crate::database::{Database, commit, fault, set_body};
use crate::dialect::Connection;
use crate::{policies, snapshots};

/// A deleted group is there for as long as a snapshot of it is left.
const VISIBLE: &str = "(g.deleted_us IS NULL OR EXISTS (SELECT 1 FROM snapshot s WHERE s.group_id = g.id))";

pub(crate) async fn insert(
    database: &Database,
    tenant: &TenantId,
    rules: GroupRules,
    now: Timestamp,
) -> Result<Group> {
    let mut transaction = database.write().await?;
    check_rules(&mut transaction, tenant, &rules, None).await?;
    let id = sqlx::query_scalar(
        "INSERT INTO protection_group (tenant, name, policy_id, modified_us, body) \
         VALUES ($1, $2, $3, $4, '') RETURNING id",
    )
    .bind(&tenant.0)
    .bind(&rules.name)
    .bind(rules.policy.0)
    .bind(micros(now))
    .fetch_one(&mut *transaction)
    .await
    .map_err(fault("making a group"))?;
    let group = Group {
        id: GroupId(id),
        tenant: tenant.clone(),
        rules,
        created_at: now,
        modified_at: now,
        deleted_at: None,
    };
    set_body(&mut transaction, "UPDATE protection_group SET body = $1 WHERE id = $2", id, &group).await?;
    select_objects(&mut transaction, &group).await?;
    commit(transaction).await?;
    Ok(group)
}

pub(crate) async fn get(database: &Database, tenant: &TenantId, id: GroupId) -> Result<Group> {
    let mut transaction = database.read().await?;
    find(&mut transaction, tenant, id).await
}

pub(crate) async fn list(database: &Database, tenant: &TenantId) -> Result<Vec<Group>> {
    let mut transaction = database.read().await?;
    let mut query = sqlx::QueryBuilder::new("SELECT g.body FROM protection_group g WHERE g.tenant = ");
    query.push_bind(&tenant.0).push(" AND ").push(VISIBLE).push(" ORDER BY g.id");
    let bodies: Vec<String> =
        query.build_query_scalar().fetch_all(&mut *transaction).await.map_err(fault("reading the groups"))?;
    decode_all(&bodies)
}

/// The groups of every tenant that are not deleted.
pub(crate) async fn all(database: &Database) -> Result<Vec<Group>> {
    let mut transaction = database.read().await?;
    let bodies: Vec<String> =
        sqlx::query_scalar("SELECT body FROM protection_group WHERE deleted_us IS NULL ORDER BY id")
            .fetch_all(&mut *transaction)
            .await
            .map_err(fault("reading the groups"))?;
    decode_all(&bodies)
}

pub(crate) async fn update(
    database: &Database,
    tenant: &TenantId,
    id: GroupId,
    rules: GroupRules,
    expected: Option<Timestamp>,
    now: Timestamp,
) -> Result<Group> {
    let mut transaction = database.write().await?;
    let mut group = find_live(&mut transaction, tenant, id).await?;
    policies::refuse_stale("group", &group.rules.name, group.modified_at, expected)?;
    check_rules(&mut transaction, tenant, &rules, Some(id)).await?;
    group.modified_at = next_modified(group.modified_at, now);
    group.rules = rules;
    sqlx::query(
        "UPDATE protection_group SET name = $1, policy_id = $2, modified_us = $3, body = $4 WHERE id = $5",
    )
    .bind(&group.rules.name)
    .bind(group.rules.policy.0)
    .bind(micros(group.modified_at))
    .bind(encode(&group)?)
    .bind(id.0)
    .execute(&mut *transaction)
    .await
    .map_err(fault("changing a group"))?;
    select_objects(&mut transaction, &group).await?;
    commit(transaction).await?;
    Ok(group)
}

/// A group that is deleted already may be deleted again with its snapshots.
pub(crate) async fn delete(
    database: &Database,
    tenant: &TenantId,
    id: GroupId,
    delete_snapshots: bool,
    now: Timestamp,
) -> Result<Vec<String>> {
    let doing = "deleting a group";
    let mut transaction = database.write().await?;
    let mut group = if delete_snapshots {
        find(&mut transaction, tenant, id).await?
    } else {
        find_live(&mut transaction, tenant, id).await?
    };
    let running: Option<i64> =
        sqlx::query_scalar("SELECT id FROM run WHERE group_id = $1 AND is_final = 0 LIMIT 1")
            .bind(id.0)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(fault(doing))?;
    if let Some(run) = running {
        return Err(Error::conflict(format!(
            "run {run} of the group {:?} has not ended; cancel it or wait for it",
            group.rules.name
        )));
    }
    if group.deleted_at.is_none() {
        group.modified_at = next_modified(group.modified_at, now);
        group.deleted_at = Some(now);
        sqlx::query("UPDATE protection_group SET modified_us = $1, deleted_us = $2, body = $3 WHERE id = $4")
            .bind(micros(group.modified_at))
            .bind(micros(now))
            .bind(encode(&group)?)
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(fault(doing))?;
        release_objects(&mut transaction, id).await?;
    }
    let forgotten =
        if delete_snapshots { snapshots::forget_group(&mut transaction, id, now).await? } else { Vec::new() };
    commit(transaction).await?;
    Ok(forgotten)
}

/// One group that is not deleted, as the transaction sees it.
pub(crate) async fn find_live(connection: &mut Connection, tenant: &TenantId, id: GroupId) -> Result<Group> {
    let group = find(connection, tenant, id).await?;
    if group.deleted_at.is_some() {
        return Err(Error::not_found("group", format_args!("{id} any more: it was deleted")));
    }
    Ok(group)
}

async fn find(connection: &mut Connection, tenant: &TenantId, id: GroupId) -> Result<Group> {
    let mut query = sqlx::QueryBuilder::new("SELECT g.body FROM protection_group g WHERE g.id = ");
    query.push_bind(id.0).push(" AND g.tenant = ").push_bind(&tenant.0).push(" AND ").push(VISIBLE);
    let body: Option<String> =
        query.build_query_scalar().fetch_optional(connection).await.map_err(fault("reading a group"))?;
    decode(&body.ok_or_else(|| Error::not_found("group", id))?)
}

/// What a group refers to must be there, and its name free.
async fn check_rules(
    connection: &mut Connection,
    tenant: &TenantId,
    rules: &GroupRules,
    own: Option<GroupId>,
) -> Result<()> {
    policies::find(&mut *connection, tenant, rules.policy).await?;
    for selection in &rules.selections {
        let there: Option<i64> = sqlx::query_scalar("SELECT id FROM source WHERE id = $1 AND tenant = $2")
            .bind(selection.object.0)
            .bind(&tenant.0)
            .fetch_optional(&mut *connection)
            .await
            .map_err(fault("looking for an object"))?;
        if there.is_none() {
            return Err(Error::not_found("object", selection.object));
        }
    }
    let holder: Option<i64> = sqlx::query_scalar(
        "SELECT id FROM protection_group WHERE tenant = $1 AND name = $2 AND deleted_us IS NULL",
    )
    .bind(&tenant.0)
    .bind(&rules.name)
    .fetch_optional(connection)
    .await
    .map_err(fault("looking for a group"))?;
    match holder {
        Some(holder) if own != Some(GroupId(holder)) => {
            Err(Error::conflict(format!("there is already a group {:?}", rules.name)))
        }
        _ => Ok(()),
    }
}

/// Writes down which objects a group selects.
async fn select_objects(connection: &mut Connection, group: &Group) -> Result<()> {
    release_objects(&mut *connection, group.id).await?;
    let mut objects: Vec<ObjectId> = group.rules.selections.iter().map(|one| one.object).collect();
    objects.sort_unstable();
    objects.dedup();
    for object in objects {
        sqlx::query("INSERT INTO group_object (group_id, object_id) VALUES ($1, $2)")
            .bind(group.id.0)
            .bind(object.0)
            .execute(&mut *connection)
            .await
            .map_err(fault("selecting the objects of a group"))?;
    }
    Ok(())
}

async fn release_objects(connection: &mut Connection, group: GroupId) -> Result<()> {
    sqlx::query("DELETE FROM group_object WHERE group_id = $1")
        .bind(group.0)
        .execute(connection)
        .await
        .map_err(fault("releasing the objects of a group"))?;
    Ok(())
}
