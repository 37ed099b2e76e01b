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
        self.look_again(tenant, id, endpoint, |source| {
            if let Some(name) = name.filter(|name| !name.trim().is_empty()) {
                source.name = name;
            }
            source.extras = extras;
        })
        .await
    }

    /// Looks at a source anew.
    ///
    /// # Errors
    /// Those of [`Engine::register_source`], and [`Kind::NotFound`](crate::Kind::NotFound).
    pub async fn refresh_source(&self, tenant: &TenantId, id: ObjectId) -> Result<Source> {
        self.look_again(tenant, id, None, |_| {}).await
    }

    /// Forgets a source. Its snapshots stay and can be restored.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound), and [`Kind::Conflict`](crate::Kind::Conflict) while a group
    /// protects it.
    pub async fn delete_source(&self, tenant: &TenantId, id: ObjectId) -> Result<()> {
        self.shared.catalog.delete_source(tenant, id).await
    }

    /// Looks at the host of a source, which may take long, and only then reads, changes and writes the source:
    /// nothing that was changed meanwhile is lost.
    async fn look_again(
        &self,
        tenant: &TenantId,
        id: ObjectId,
        endpoint: Option<String>,
        change: impl FnOnce(&mut Source),
    ) -> Result<Source> {
        let catalog = &self.shared.catalog;
        let before = catalog.source(tenant, id).await?;
        let is_moved = endpoint.is_some();
        let looked_at = endpoint.unwrap_or(before.endpoint);
        let host = self.shared.hosts.probe(&looked_at).await?;
        let _turn = self.shared.sources.lock().await;
        let mut source = catalog.source(tenant, id).await?;
        if is_moved || source.endpoint == looked_at {
            source.endpoint = looked_at;
            source.host = host;
            source.refreshed_at = self.shared.clock.now();
        }
        change(&mut source);
        catalog.update_source(&source).await?;
        Ok(source)
    }
}
