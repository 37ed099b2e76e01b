//! Policies.

use engine::{Error, Kind, Policy, PolicyId, PolicyRules, Result, TenantId};
use jiff::Timestamp;

use crate::body::{decode, encode, micros, next_modified};
use crate::database::{Database, commit, fault, set_body};
use crate::dialect::Connection;

pub(crate) async fn insert(
    database: &Database,
    tenant: &TenantId,
    rules: PolicyRules,
    now: Timestamp,
) -> Result<Policy> {
    let mut transaction = database.write().await?;
    refuse_taken_name(&mut transaction, tenant, &rules.name, None).await?;
    let id = sqlx::query_scalar(
        "INSERT INTO policy (tenant, name, modified_us, body) VALUES ($1, $2, $3, '') RETURNING id",
    )
    .bind(&tenant.0)
    .bind(&rules.name)
    .bind(micros(now))
    .fetch_one(&mut *transaction)
    .await
    .map_err(fault("making a policy"))?;
    let policy =
        Policy { id: PolicyId(id), tenant: tenant.clone(), rules, created_at: now, modified_at: now };
    set_body(&mut transaction, "UPDATE policy SET body = $1 WHERE id = $2", id, &policy).await?;
    commit(transaction).await?;
    Ok(policy)
}

pub(crate) async fn get(database: &Database, tenant: &TenantId, id: PolicyId) -> Result<Policy> {
    let mut transaction = database.read().await?;
    find(&mut transaction, tenant, id).await
}

pub(crate) async fn list(database: &Database, tenant: &TenantId) -> Result<Vec<Policy>> {
    database
        .tenants_bodies(
            "SELECT body FROM policy WHERE tenant = $1 ORDER BY id",
            tenant,
            "reading the policies",
        )
        .await
}

pub(crate) async fn update(
    database: &Database,
    tenant: &TenantId,
    id: PolicyId,
    rules: PolicyRules,
    expected: Option<Timestamp>,
    now: Timestamp,
) -> Result<Policy> {
    let mut transaction = database.write().await?;
    let mut policy = find(&mut transaction, tenant, id).await?;
    refuse_stale("policy", &policy.rules.name, policy.modified_at, expected)?;
    refuse_taken_name(&mut transaction, tenant, &rules.name, Some(id)).await?;
    policy.modified_at = next_modified(policy.modified_at, now);
    policy.rules = rules;
    sqlx::query("UPDATE policy SET name = $1, modified_us = $2, body = $3 WHERE id = $4")
        .bind(&policy.rules.name)
        .bind(micros(policy.modified_at))
        .bind(encode(&policy)?)
        .bind(id.0)
        .execute(&mut *transaction)
        .await
        .map_err(fault("changing a policy"))?;
    commit(transaction).await?;
    Ok(policy)
}

pub(crate) async fn delete(database: &Database, tenant: &TenantId, id: PolicyId) -> Result<()> {
    let doing = "removing a policy";
    let mut transaction = database.write().await?;
    let policy = find(&mut transaction, tenant, id).await?;
    let group: Option<String> = sqlx::query_scalar(
        "SELECT name FROM protection_group WHERE policy_id = $1 AND deleted_us IS NULL ORDER BY id LIMIT 1",
    )
    .bind(id.0)
    .fetch_optional(&mut *transaction)
    .await
    .map_err(fault(doing))?;
    if let Some(group) = group {
        return Err(Error::conflict(format!(
            "the policy {:?} is followed by the group {group:?}; give the group another policy first",
            policy.rules.name
        )));
    }
    sqlx::query("DELETE FROM policy WHERE id = $1")
        .bind(id.0)
        .execute(&mut *transaction)
        .await
        .map_err(fault(doing))?;
    commit(transaction).await
}

/// One policy, as the transaction sees it.
pub(crate) async fn find(connection: &mut Connection, tenant: &TenantId, id: PolicyId) -> Result<Policy> {
    let body: Option<String> = sqlx::query_scalar("SELECT body FROM policy WHERE id = $1 AND tenant = $2")
        .bind(id.0)
        .bind(&tenant.0)
        .fetch_optional(connection)
        .await
        .map_err(fault("reading a policy"))?;
    decode(&body.ok_or_else(|| Error::not_found("policy", id))?)
}

/// Refuses a change that was made to an older copy.
pub(crate) fn refuse_stale(
    what: &str,
    name: &str,
    modified_at: Timestamp,
    expected: Option<Timestamp>,
) -> Result<()> {
    match expected {
        Some(expected) if expected != modified_at => Err(Error::new(
            Kind::Stale,
            format!("the {what} {name:?} was changed meanwhile; read it again and repeat the change"),
        )),
        _ => Ok(()),
    }
}

async fn refuse_taken_name(
    connection: &mut Connection,
    tenant: &TenantId,
    name: &str,
    own: Option<PolicyId>,
) -> Result<()> {
    let holder: Option<i64> = sqlx::query_scalar("SELECT id FROM policy WHERE tenant = $1 AND name = $2")
        .bind(&tenant.0)
        .bind(name)
        .fetch_optional(connection)
        .await
        .map_err(fault("looking for a policy"))?;
    match holder {
        Some(holder) if own != Some(PolicyId(holder)) => {
            Err(Error::conflict(format!("there is already a policy {name:?}")))
        }
        _ => Ok(()),
    }
}
