//! Nodes: the built-in one, and outside ones that register.

use super::access::Secret;
use super::users::check_login;
use crate::{Engine, Error, Extras, NewNode, NodeId, Result, TaskNode, TenantId, User};

impl Engine {
    /// The node that is this server. Every tenant has it.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn built_in_node(&self, tenant: &TenantId) -> Result<TaskNode> {
        self.shared.catalog.built_in_node(tenant, self.shared.clock.now()).await
    }

    /// Takes an outside node in. It logs in as the user that is made with it, with the password that comes
    /// back: this is the only time it can be seen.
    ///
    /// # Errors
    /// [`Kind::Invalid`](crate::Kind::Invalid) without a name, or with one that is no login;
    /// [`Kind::Conflict`](crate::Kind::Conflict) when the tenant has a node of that name or the login is
    /// taken.
    pub async fn register_node(&self, tenant: &TenantId, new: NewNode) -> Result<(TaskNode, User, Secret)> {
        let NewNode { name, login, extras } = new;
        if name.trim().is_empty() {
            return Err(Error::invalid("a node needs a name"));
        }
        let login = login.as_deref().unwrap_or(&name);
        check_login(login)?;
        // First, so that no outside node takes its name.
        self.built_in_node(tenant).await?;
        let password = Secret::random()?;
        let hash = self.shared.doorkeeper.hash(password.expose()).await?;
        let now = self.shared.clock.now();
        let (node, user) = self.shared.catalog.insert_node(tenant, &name, extras, login, &hash, now).await?;
        Ok((node, user, password))
    }

    /// One node.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound).
    pub async fn node(&self, tenant: &TenantId, id: NodeId) -> Result<TaskNode> {
        self.shared.catalog.node(tenant, id).await
    }

    /// All nodes of a tenant, the built-in one too, the oldest first.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn nodes(&self, tenant: &TenantId) -> Result<Vec<TaskNode>> {
        self.built_in_node(tenant).await?;
        self.shared.catalog.nodes(tenant).await
    }

    /// An outside node is in contact.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound).
    pub async fn node_contact(&self, tenant: &TenantId, id: NodeId) -> Result<TaskNode> {
        self.shared.catalog.touch_node(tenant, id, self.shared.clock.now()).await
    }

    /// Replaces what faces keep with a node.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound).
    pub async fn set_node_extras(&self, tenant: &TenantId, id: NodeId, extras: Extras) -> Result<TaskNode> {
        self.shared.catalog.set_node_extras(tenant, id, extras).await
    }

    /// Removes an outside node; its user cannot log in any more, and its sessions end.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound), and [`Kind::Conflict`](crate::Kind::Conflict) for the
    /// built-in one.
    pub async fn delete_node(&self, tenant: &TenantId, id: NodeId) -> Result<()> {
        self.shared.catalog.delete_node(tenant, id).await
    }
}
