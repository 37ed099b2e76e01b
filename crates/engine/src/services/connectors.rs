//! Connectors: they register themselves and keep in contact; people rename and remove them.

use super::access::{Secret, digest};
use crate::{Connector, ConnectorFacts, ConnectorId, Engine, Error, Kind, Result, TenantId};

/// A connector that has just registered, with its key: this is the only time the key can be seen.
#[derive(Clone, Debug)]
pub struct NewConnector {
    /// The connector.
    pub connector: Connector,
    /// What it proves itself with from now on.
    pub key: Secret,
}

impl Engine {
    /// Takes a connector in that shows a registration token of its connection.
    ///
    /// # Errors
    /// [`Kind::Forbidden`] for a token that is unknown or has run out, [`Kind::Invalid`] without a name
    /// or with one or a version that is too long, [`Kind::Conflict`] when the connection has a connector of that name.
    pub async fn register_connector(
        &self,
        token: &str,
        name: &str,
        facts: ConnectorFacts,
    ) -> Result<NewConnector> {
        check_name(name)?;
        check_facts(&facts)?;
        let key = Secret::random()?;
        let catalog = &self.shared.catalog;
        let now = self.shared.clock.now();
        let kept = catalog.insert_connector(digest(token), digest(key.expose()), name, facts, now).await?;
        let connector = kept.ok_or_else(|| {
            Error::new(
                Kind::Forbidden,
                "the registration token is unknown or has run out; issue a new one for the connection",
            )
        })?;
        Ok(NewConnector { connector, key })
    }

    /// A connector shows its key and says how it is.
    ///
    /// # Errors
    /// [`Kind::Forbidden`] for a key that is unknown, as it is once the connector was removed;
    /// [`Kind::Invalid`] for a version that is too long.
    pub async fn connector_contact(&self, key: &str, facts: ConnectorFacts) -> Result<Connector> {
        check_facts(&facts)?;
        let now = self.shared.clock.now();
        self.shared.catalog.touch_connector(digest(key), facts, now).await?.ok_or_else(|| {
            Error::new(
                Kind::Forbidden,
                "the connector's key is unknown: if the connector was removed, register it again",
            )
        })
    }

    /// All connectors of a tenant.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn connectors(&self, tenant: &TenantId) -> Result<Vec<Connector>> {
        self.shared.catalog.connectors(tenant).await
    }

    /// One connector.
    ///
    /// # Errors
    /// [`Kind::NotFound`].
    pub async fn connector(&self, tenant: &TenantId, id: ConnectorId) -> Result<Connector> {
        self.shared.catalog.connector(tenant, id).await
    }

    /// Gives a connector another name.
    ///
    /// # Errors
    /// [`Kind::NotFound`], [`Kind::Invalid`] without a name, and [`Kind::Conflict`] when the connection has
    /// another connector of that name.
    pub async fn rename_connector(
        &self,
        tenant: &TenantId,
        id: ConnectorId,
        name: &str,
    ) -> Result<Connector> {
        check_name(name)?;
        self.shared.catalog.rename_connector(tenant, id, name).await
    }

    /// Removes a connector; its key is good for nothing from then on.
    ///
    /// # Errors
    /// [`Kind::NotFound`].
    pub async fn delete_connector(&self, tenant: &TenantId, id: ConnectorId) -> Result<()> {
        self.shared.catalog.delete_connector(tenant, id).await
    }
}

fn check_name(name: &str) -> Result<()> {
    if name.trim().is_empty() {
        return Err(Error::invalid("a connector needs a name"));
    }
    check_length("the name of a connector", name)
}

/// What a device says of itself is kept and shown: it is bounded.
fn check_facts(facts: &ConnectorFacts) -> Result<()> {
    check_length("softwareVersion", facts.software_version.as_deref().unwrap_or_default())?;
    check_length("patchVersion", facts.patch_version.as_deref().unwrap_or_default())
}

/// Refuses what no name or version is as long as.
pub(super) fn check_length(what: &str, text: &str) -> Result<()> {
    const MOST: usize = 255;
    if text.chars().count() > MOST {
        return Err(Error::invalid(format!("{what} takes at most {MOST} characters")));
    }
    Ok(())
}
