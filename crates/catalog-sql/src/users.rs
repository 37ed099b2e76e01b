//! Users and their sessions: the part of the catalog that is [`UserCatalog`], with nodes in a file of their
//! own.

use async_trait::async_trait;
use engine::{
    Error, Extras, NewUser, NodeId, PasswordHash, Result, Role, SecretDigest, TaskNode, TenantId, User,
    UserCatalog, UserId,
};
use jiff::Timestamp;

use crate::body::{decode, decode_all, encode, micros, word};
use crate::catalog::SqlCatalog;
use crate::database::{commit, fault, set_body};
use crate::dialect::Connection;
use crate::nodes;

#[async_trait]
impl UserCatalog for SqlCatalog {
    async fn insert_user(
        &self,
        tenant: &TenantId,
        new: NewUser,
        password: &PasswordHash,
        now: Timestamp,
    ) -> Result<User> {
        let mut transaction = self.database.write().await?;
        let user = User {
            id: UserId(0),
            tenant: tenant.clone(),
            login: new.login,
            role: new.role,
            scope: new.scope,
            node: None,
            created_at: now,
            last_login_at: None,
            last_failed_login_at: None,
            extras: new.extras,
        };
        let user = insert(&mut transaction, user, password).await?;
        commit(transaction).await?;
        Ok(user)
    }

    async fn user(&self, tenant: &TenantId, id: UserId) -> Result<User> {
        find(&mut *self.database.read().await?, tenant, id).await
    }

    async fn users(&self, tenant: Option<&TenantId>) -> Result<Vec<User>> {
        let mut transaction = self.database.read().await?;
        let bodies: Vec<String> =
            sqlx::query_scalar("SELECT body FROM account WHERE $1 IS NULL OR tenant = $1 ORDER BY id")
                .bind(tenant.map(|tenant| &tenant.0))
                .fetch_all(&mut *transaction)
                .await
                .map_err(fault("reading the users"))?;
        decode_all(&bodies)
    }

    async fn user_by_login(&self, login: &str) -> Result<Option<(User, PasswordHash)>> {
        let mut transaction = self.database.read().await?;
        let found: Option<(String, String)> =
            sqlx::query_as("SELECT body, password FROM account WHERE login = $1")
                .bind(login)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(fault("looking for a user"))?;
        found.map(|(body, password)| Ok((decode(&body)?, PasswordHash(password)))).transpose()
    }

    async fn change_user_role(
        &self,
        tenant: &TenantId,
        id: UserId,
        role: Role,
        scope: Option<Vec<String>>,
    ) -> Result<User> {
        let mut transaction = self.database.write().await?;
        let mut user = find(&mut transaction, tenant, id).await?;
        if role != Role::Administrator {
            refuse_last_administrator(&mut transaction, &user).await?;
        }
        (user.role, user.scope) = (role, scope);
        replace(&mut transaction, &user).await?;
        commit(transaction).await?;
        Ok(user)
    }

    async fn set_user_extras(&self, tenant: &TenantId, id: UserId, extras: Extras) -> Result<User> {
        let mut transaction = self.database.write().await?;
        let mut user = find(&mut transaction, tenant, id).await?;
        user.extras = extras;
        replace(&mut transaction, &user).await?;
        commit(transaction).await?;
        Ok(user)
    }

    async fn set_password(&self, tenant: &TenantId, id: UserId, password: &PasswordHash) -> Result<()> {
        let doing = "replacing a password";
        let mut transaction = self.database.write().await?;
        find(&mut transaction, tenant, id).await?;
        sqlx::query("UPDATE account SET password = $1 WHERE id = $2")
            .bind(&password.0)
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(fault(doing))?;
        sqlx::query("DELETE FROM session WHERE account_id = $1")
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(fault(doing))?;
        commit(transaction).await
    }

    async fn delete_user(&self, tenant: &TenantId, id: UserId) -> Result<()> {
        let mut transaction = self.database.write().await?;
        let user = find(&mut transaction, tenant, id).await?;
        if let Some(node) = user.node {
            let login = &user.login;
            let message =
                format!("node {node} logs in as {login:?}; remove the node, and the user goes with it");
            return Err(Error::conflict(message));
        }
        refuse_last_administrator(&mut transaction, &user).await?;
        sqlx::query("DELETE FROM account WHERE id = $1")
            .bind(id.0)
            .execute(&mut *transaction)
            .await
            .map_err(fault("removing a user"))?;
        commit(transaction).await
    }

    async fn note_failed_login(&self, id: UserId, now: Timestamp) -> Result<()> {
        let mut transaction = self.database.write().await?;
        let Some((mut user, _)) = find_any(&mut transaction, id).await? else {
            return Ok(());
        };
        user.last_failed_login_at = Some(now);
        replace(&mut transaction, &user).await?;
        commit(transaction).await
    }

    async fn insert_session(
        &self,
        id: UserId,
        password: &PasswordHash,
        digest: SecretDigest,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Option<User>> {
        let doing = "keeping a session";
        let mut transaction = self.database.write().await?;
        let found = find_any(&mut transaction, id).await?;
        let Some((mut user, _)) = found.filter(|(_, kept)| kept == password) else {
            return Ok(None);
        };
        sqlx::query("DELETE FROM session WHERE expires_us < $1")
            .bind(micros(now))
            .execute(&mut *transaction)
            .await
            .map_err(fault(doing))?;
        sqlx::query("INSERT INTO session (digest, account_id, expires_us) VALUES ($1, $2, $3)")
            .bind(digest.0.as_slice())
            .bind(id.0)
            .bind(micros(expires_at))
            .execute(&mut *transaction)
            .await
            .map_err(fault(doing))?;
        user.last_login_at = Some(now);
        replace(&mut transaction, &user).await?;
        commit(transaction).await?;
        Ok(Some(user))
    }

    async fn session(&self, digest: SecretDigest, now: Timestamp) -> Result<Option<User>> {
        let mut transaction = self.database.read().await?;
        let body: Option<String> = sqlx::query_scalar(
            "SELECT a.body FROM session s JOIN account a ON a.id = s.account_id \
             WHERE s.digest = $1 AND s.expires_us >= $2",
        )
        .bind(digest.0.as_slice())
        .bind(micros(now))
        .fetch_optional(&mut *transaction)
        .await
        .map_err(fault("reading a session"))?;
        body.map(|body| decode(&body)).transpose()
    }

    async fn delete_session(&self, digest: SecretDigest) -> Result<()> {
        let mut transaction = self.database.write().await?;
        sqlx::query("DELETE FROM session WHERE digest = $1")
            .bind(digest.0.as_slice())
            .execute(&mut *transaction)
            .await
            .map_err(fault("ending a session"))?;
        commit(transaction).await
    }

    async fn built_in_node(&self, tenant: &TenantId, now: Timestamp) -> Result<TaskNode> {
        nodes::built_in(&self.database, tenant, now).await
    }

    async fn insert_node(
        &self,
        tenant: &TenantId,
        name: &str,
        extras: Extras,
        login: &str,
        password: &PasswordHash,
        now: Timestamp,
    ) -> Result<(TaskNode, User)> {
        nodes::insert(&self.database, tenant, name, extras, login, password, now).await
    }

    async fn node(&self, tenant: &TenantId, id: NodeId) -> Result<TaskNode> {
        nodes::get(&self.database, tenant, id).await
    }

    async fn nodes(&self, tenant: &TenantId) -> Result<Vec<TaskNode>> {
        nodes::list(&self.database, tenant).await
    }

    async fn touch_node(&self, tenant: &TenantId, id: NodeId, now: Timestamp) -> Result<TaskNode> {
        nodes::touch(&self.database, tenant, id, now).await
    }

    async fn set_node_extras(&self, tenant: &TenantId, id: NodeId, extras: Extras) -> Result<TaskNode> {
        nodes::set_extras(&self.database, tenant, id, extras).await
    }

    async fn delete_node(&self, tenant: &TenantId, id: NodeId) -> Result<()> {
        nodes::delete(&self.database, tenant, id).await
    }
}

/// Keeps a new user; the id in `user` is ignored, the answer has the real one.
pub(crate) async fn insert(
    connection: &mut Connection,
    mut user: User,
    password: &PasswordHash,
) -> Result<User> {
    let doing = "keeping a user";
    let login = &user.login;
    let taken: Option<i64> = sqlx::query_scalar("SELECT id FROM account WHERE login = $1")
        .bind(login)
        .fetch_optional(&mut *connection)
        .await
        .map_err(fault(doing))?;
    if taken.is_some() {
        // Of whichever tenant, so nothing but the login is told.
        return Err(Error::conflict(format!("the login {login:?} is taken; choose another")));
    }
    let id = sqlx::query_scalar(
        "INSERT INTO account (tenant, login, password, role, node_id, body) \
         VALUES ($1, $2, $3, $4, $5, '') RETURNING id",
    )
    .bind(&user.tenant.0)
    .bind(login)
    .bind(&password.0)
    .bind(word(&user.role)?)
    .bind(user.node.map(|node| node.0))
    .fetch_one(&mut *connection)
    .await
    .map_err(fault(doing))?;
    user.id = UserId(id);
    set_body(connection, "UPDATE account SET body = $1 WHERE id = $2", id, &user).await?;
    Ok(user)
}

async fn find(connection: &mut Connection, tenant: &TenantId, id: UserId) -> Result<User> {
    let found = find_any(connection, id).await?.map(|(user, _)| user);
    found.filter(|user| user.tenant == *tenant).ok_or_else(|| Error::not_found("user", id))
}

async fn find_any(connection: &mut Connection, id: UserId) -> Result<Option<(User, PasswordHash)>> {
    let found: Option<(String, String)> = sqlx::query_as("SELECT body, password FROM account WHERE id = $1")
        .bind(id.0)
        .fetch_optional(connection)
        .await
        .map_err(fault("reading a user"))?;
    found.map(|(body, password)| Ok((decode(&body)?, PasswordHash(password)))).transpose()
}

async fn replace(connection: &mut Connection, user: &User) -> Result<()> {
    sqlx::query("UPDATE account SET role = $1, body = $2 WHERE id = $3")
        .bind(word(&user.role)?)
        .bind(encode(user)?)
        .bind(user.id.0)
        .execute(connection)
        .await
        .map_err(fault("changing a user"))?;
    Ok(())
}

/// A tenant that had an administrator keeps one: nobody else could make another.
async fn refuse_last_administrator(connection: &mut Connection, user: &User) -> Result<()> {
    if user.role != Role::Administrator {
        return Ok(());
    }
    let others: i64 =
        sqlx::query_scalar("SELECT count(*) FROM account WHERE tenant = $1 AND role = $2 AND id <> $3")
            .bind(&user.tenant.0)
            .bind(word(&Role::Administrator)?)
            .bind(user.id.0)
            .fetch_one(connection)
            .await
            .map_err(fault("counting the administrators"))?;
    if others == 0 {
        return Err(Error::conflict(format!(
            "{:?} is the last administrator of its tenant; make another one first",
            user.login
        )));
    }
    Ok(())
}
