//! Registering machines.

use crate::{Engine, Extras, NewSource, ObjectId, Result, Source, TenantId};

impl Engine {
    /// Looks at a host and registers it.
    ///
    /// # Errors
    /// [`Kind::Unsupported`](crate::Kind::Unsupported) when the host cannot be reached by this installation,
    /// [`Kind::Conflict`](crate::Kind::Conflict) when the tenant has a source there already.
    pub async fn register_source(&self, tenant: &TenantId, mut new: NewSource) -> Result<Source> {
        let host = self.shared.hosts.probe(&new.endpoint).await?;
        if new.name.trim().is_empty() {
            new.name.clone_from(&host.hostname);
        }
        self.shared.catalog.insert_source(tenant, new, host, self.shared.clock.now()).await
    }

    /// One source.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound).
    pub async fn source(&self, tenant: &TenantId, id: ObjectId) -> Result<Source> {
        self.shared.catalog.source(tenant, id).await
    }

    /// All sources of a tenant.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn sources(&self, tenant: &TenantId) -> Result<Vec<Source>> {
        self.shared.catalog.sources(tenant).await
    }

    /// Changes what a source is called and where it answers, and looks at it anew.
    ///
    /// # Errors
    /// Those of [`Engine::register_source`], and [`Kind::NotFound`](crate::Kind::NotFound).
    pub async fn update_source(
        &self,
        tenant: &TenantId,
        id: ObjectId,
        name: Option<String>,
        endpoint: Option<String>,
        extras: Extras,
    ) -> Result<Source> {
        let mut source = self.shared.catalog.source(tenant, id).await?;
        if let Some(endpoint) = endpoint {
            source.endpoint = endpoint;
        }
        if let Some(name) = name.filter(|name| !name.trim().is_empty()) {
            source.name = name;
        }
        source.extras = extras;
        self.look_again(source).await
    }

    /// Looks at a source anew.
    ///
    /// # Errors
    /// Those of [`Engine::register_source`], and [`Kind::NotFound`](crate::Kind::NotFound).
    pub async fn refresh_source(&self, tenant: &TenantId, id: ObjectId) -> Result<Source> {
        let source = self.shared.catalog.source(tenant, id).await?;
        self.look_again(source).await
    }

    /// Forgets a source. Its snapshots stay and can be restored.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound), and [`Kind::Conflict`](crate::Kind::Conflict) while a group
    /// protects it.
    pub async fn delete_source(&self, tenant: &TenantId, id: ObjectId) -> Result<()> {
        self.shared.catalog.delete_source(tenant, id).await
    }

    async fn look_again(&self, mut source: Source) -> Result<Source> {
        source.host = self.shared.hosts.probe(&source.endpoint).await?;
        source.refreshed_at = self.shared.clock.now();
        self.shared.catalog.update_source(&source).await?;
        Ok(source)
    }
}
