//! Mounts, and that the snapshots they show stay.

use async_trait::async_trait;
use engine::{
    Error, FilePath, Mount, MountCatalog, MountId, MountState, NewMount, Result, Snapshot, SnapshotId,
    TenantId,
};
use jiff::Timestamp;

use crate::SqlCatalog;
use crate::body::{decode, decode_all, encode};
use crate::database::{commit, fault, set_body};
use crate::dialect::Connection;

#[async_trait]
impl MountCatalog for SqlCatalog {
    async fn insert_mount(
        &self,
        tenant: &TenantId,
        new: NewMount,
        snapshot: SnapshotId,
        now: Timestamp,
    ) -> Result<Mount> {
        let mut transaction = self.database.write().await?;
        if !is_there(&mut transaction, tenant, snapshot).await? {
            return Err(Error::not_found("snapshot", snapshot));
        }
        let path = new.path.as_deref().map(|path| FilePath::from(path).to_string());
        refuse_taken_path(&mut transaction, path.as_deref(), None).await?;
        let id = sqlx::query_scalar(
            "INSERT INTO mount (tenant, snapshot_id, path, in_use, body) VALUES ($1, $2, $3, 1, '') RETURNING id",
        )
        .bind(&tenant.0)
        .bind(snapshot.0)
        .bind(&path)
        .fetch_one(&mut *transaction)
        .await
        .map_err(fault("accepting a mount"))?;
        let mount = Mount {
            id: MountId(id),
            tenant: tenant.clone(),
            run: new.run,
            object: new.object,
            snapshot,
            wanted_path: new.path,
            path: None,
            state: MountState::Requested,
            unmount_at: new.unmount_at,
            reason: None,
            created_at: now,
            mounted_at: None,
            unmounted_at: None,
            extras: new.extras,
        };
        set_body(&mut transaction, "UPDATE mount SET body = $1 WHERE id = $2", id, &mount).await?;
        commit(transaction).await?;
        Ok(mount)
    }

    async fn mount(&self, tenant: &TenantId, id: MountId) -> Result<Mount> {
        let mut transaction = self.database.read().await?;
        let body: Option<String> = sqlx::query_scalar("SELECT body FROM mount WHERE id = $1 AND tenant = $2")
            .bind(id.0)
            .bind(&tenant.0)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(fault("reading a mount"))?;
        decode(&body.ok_or_else(|| Error::not_found("mount", id))?)
    }

    async fn mounts(&self, tenant: &TenantId) -> Result<Vec<Mount>> {
        let mut transaction = self.database.read().await?;
        let bodies: Vec<String> =
            sqlx::query_scalar("SELECT body FROM mount WHERE tenant = $1 ORDER BY id DESC")
                .bind(&tenant.0)
                .fetch_all(&mut *transaction)
                .await
                .map_err(fault("reading the mounts"))?;
        decode_all(&bodies)
    }

    async fn mounts_in_use(&self) -> Result<Vec<Mount>> {
        let mut transaction = self.database.read().await?;
        let bodies: Vec<String> = sqlx::query_scalar("SELECT body FROM mount WHERE in_use = 1 ORDER BY id")
            .fetch_all(&mut *transaction)
            .await
            .map_err(fault("reading the mounts in use"))?;
        decode_all(&bodies)
    }

    async fn update_mount(&self, mount: &Mount) -> Result<()> {
        let mut transaction = self.database.write().await?;
        if mount.state.is_in_use() {
            if !is_there(&mut transaction, &mount.tenant, mount.snapshot).await? {
                return Err(Error::conflict(format!(
                    "snapshot {} of mount {} was removed",
                    mount.snapshot, mount.id
                )));
            }
            let path = mount.wanted_path.as_deref().map(|path| FilePath::from(path).to_string());
            refuse_taken_path(&mut transaction, path.as_deref(), Some(mount.id)).await?;
        }
        let done = sqlx::query("UPDATE mount SET in_use = $1, body = $2 WHERE id = $3 AND tenant = $4")
            .bind(i64::from(mount.state.is_in_use()))
            .bind(encode(mount)?)
            .bind(mount.id.0)
            .bind(&mount.tenant.0)
            .execute(&mut *transaction)
            .await
            .map_err(fault("changing a mount"))?;
        if done.rows_affected() == 0 {
            return Err(Error::not_found("mount", mount.id));
        }
        commit(transaction).await
    }
}

/// The mount that needs a snapshot, if there is one.
pub(crate) async fn user_of(connection: &mut Connection, snapshot: SnapshotId) -> Result<Option<MountId>> {
    let user: Option<i64> =
        sqlx::query_scalar("SELECT id FROM mount WHERE snapshot_id = $1 AND in_use = 1 ORDER BY id LIMIT 1")
            .bind(snapshot.0)
            .fetch_optional(connection)
            .await
            .map_err(fault("looking for the mounts of a snapshot"))?;
    Ok(user.map(MountId))
}

/// A snapshot that a mount needs must stay.
pub(crate) async fn refuse_mounted(connection: &mut Connection, snapshot: &Snapshot) -> Result<()> {
    match user_of(connection, snapshot.id).await? {
        None => Ok(()),
        Some(mount) => Err(Error::conflict(format!(
            "snapshot {} of run {} is used by mount {mount}; unmount it first",
            snapshot.id, snapshot.run
        ))),
    }
}

async fn is_there(connection: &mut Connection, tenant: &TenantId, snapshot: SnapshotId) -> Result<bool> {
    let found: Option<i64> = sqlx::query_scalar("SELECT id FROM snapshot WHERE id = $1 AND tenant = $2")
        .bind(snapshot.0)
        .bind(&tenant.0)
        .fetch_optional(connection)
        .await
        .map_err(fault("looking for a snapshot"))?;
    Ok(found.is_some())
}

/// Two mounts cannot hang in one folder.
async fn refuse_taken_path(
    connection: &mut Connection,
    path: Option<&str>,
    own: Option<MountId>,
) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    let taken: Option<i64> =
        sqlx::query_scalar("SELECT id FROM mount WHERE path = $1 AND in_use = 1 AND id <> $2 LIMIT 1")
            .bind(path)
            // No mount has the number 0.
            .bind(own.map_or(0, |own| own.0))
            .fetch_optional(connection)
            .await
            .map_err(fault("looking for the mount of a folder"))?;
    match taken {
        None => Ok(()),
        // It may be another tenant's, so it is not named.
        Some(_) => Err(Error::conflict(format!("{path} is taken by another mount"))),
    }
}
