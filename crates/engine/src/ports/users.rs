//! Where users, their sessions and nodes are kept.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::error::Result;
use crate::{Extras, NewUser, NodeId, PasswordHash, Role, SecretDigest, TaskNode, TenantId, User, UserId};

/// The part of the catalog that knows users and nodes. What holds for [`Catalog`](crate::Catalog) holds here:
/// each method is one transaction, and whatever belongs to another tenant is not there.
#[async_trait]
pub trait UserCatalog: Send + Sync + 'static {
    // Users.

    /// Makes a user. [`Kind::Conflict`](crate::Kind::Conflict) when the login is taken, by whichever tenant.
    async fn insert_user(
        &self,
        tenant: &TenantId,
        new: NewUser,
        password: &PasswordHash,
        now: Timestamp,
    ) -> Result<User>;
    /// One user.
    async fn user(&self, tenant: &TenantId, id: UserId) -> Result<User>;
    /// The users of a tenant, or of all, the oldest first.
    async fn users(&self, tenant: Option<&TenantId>) -> Result<Vec<User>>;
    /// The user with this login and the hash of its password, of whichever tenant.
    async fn user_by_login(&self, login: &str) -> Result<Option<(User, PasswordHash)>>;
    /// Changes what a user may do. [`Kind::Conflict`](crate::Kind::Conflict) when it is the tenant's last
    /// administrator and would not be one any more.
    async fn change_user_role(
        &self,
        tenant: &TenantId,
        id: UserId,
        role: Role,
        scope: Option<Vec<String>>,
    ) -> Result<User>;
    /// Replaces what faces keep with a user.
    async fn set_user_extras(&self, tenant: &TenantId, id: UserId, extras: Extras) -> Result<User>;
    /// Replaces a password, and ends the user's sessions.
    async fn set_password(&self, tenant: &TenantId, id: UserId, password: &PasswordHash) -> Result<()>;
    /// Removes a user and its sessions. [`Kind::Conflict`](crate::Kind::Conflict) when it is the tenant's last
    /// administrator, or the user of a node.
    async fn delete_user(&self, tenant: &TenantId, id: UserId) -> Result<()>;
    /// Notes that somebody failed to log in as this user. A user that is gone is passed over.
    async fn note_failed_login(&self, id: UserId, now: Timestamp) -> Result<()>;

    // Sessions.

    /// Keeps a session by its digest, notes the login and forgets the sessions that have run out. None when
    /// the user is gone or has another password than `password` by now.
    async fn insert_session(
        &self,
        id: UserId,
        password: &PasswordHash,
        digest: SecretDigest,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Option<User>>;
    /// Whose session this is, unless it ran out before `now`.
    async fn session(&self, digest: SecretDigest, now: Timestamp) -> Result<Option<User>>;
    /// Ends a session. One that is not there is passed over.
    async fn delete_session(&self, digest: SecretDigest) -> Result<()>;

    // Nodes.

    /// The built-in node of a tenant; made on first use.
    async fn built_in_node(&self, tenant: &TenantId, now: Timestamp) -> Result<TaskNode>;
    /// Registers an outside node together with its user. [`Kind::Conflict`](crate::Kind::Conflict) when the
    /// tenant has a node of that name, or the login is taken.
    async fn insert_node(
        &self,
        tenant: &TenantId,
        name: &str,
        extras: Extras,
        login: &str,
        password: &PasswordHash,
        now: Timestamp,
    ) -> Result<(TaskNode, User)>;
    /// One node.
    async fn node(&self, tenant: &TenantId, id: NodeId) -> Result<TaskNode>;
    /// All nodes of a tenant, the oldest first.
    async fn nodes(&self, tenant: &TenantId) -> Result<Vec<TaskNode>>;
    /// Notes that an outside node was heard of.
    async fn touch_node(&self, tenant: &TenantId, id: NodeId, now: Timestamp) -> Result<TaskNode>;
    /// Replaces what faces keep with a node.
    async fn set_node_extras(&self, tenant: &TenantId, id: NodeId, extras: Extras) -> Result<TaskNode>;
    /// Removes an outside node, its user and that user's sessions. [`Kind::Conflict`](crate::Kind::Conflict)
    /// for the built-in one.
    async fn delete_node(&self, tenant: &TenantId, id: NodeId) -> Result<()>;
}
