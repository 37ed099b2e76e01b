//! Connections, and the tokens that connectors register with.

use jiff::SignedDuration;

use super::access::{Secret, Token, digest};
use crate::{Connection, ConnectionId, Engine, Error, Extras, RegistrationToken, Result, TenantId};

/// How long a registration token is good for.
const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

impl Engine {
    /// Makes a connection, with a first registration token.
    ///
    /// # Errors
    /// [`Kind::Invalid`](crate::Kind::Invalid) without a name, [`Kind::Conflict`](crate::Kind::Conflict) when
    /// the name is taken.
    pub async fn create_connection(
        &self,
        tenant: &TenantId,
        name: &str,
        extras: Extras,
    ) -> Result<(Connection, Token)> {
        check_name(name)?;
        let (token, kept) = self.new_registration_token()?;
        let now = self.shared.clock.now();
        let connection = self.shared.catalog.insert_connection(tenant, name, extras, kept, now).await?;
        Ok((connection, token))
    }

    /// One connection.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound).
    pub async fn connection(&self, tenant: &TenantId, id: ConnectionId) -> Result<Connection> {
        self.shared.catalog.connection(tenant, id).await
    }

    /// All connections of a tenant.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn connections(&self, tenant: &TenantId) -> Result<Vec<Connection>> {
        self.shared.catalog.connections(tenant).await
    }

    /// Gives a connection another name.
    ///
    /// # Errors
    /// Those of [`Engine::create_connection`], and [`Kind::NotFound`](crate::Kind::NotFound).
    pub async fn rename_connection(
        &self,
        tenant: &TenantId,
        id: ConnectionId,
        name: &str,
    ) -> Result<Connection> {
        check_name(name)?;
        self.shared.catalog.rename_connection(tenant, id, name).await
    }

    /// Removes a connection, and its registration tokens with it.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound), and [`Kind::Conflict`](crate::Kind::Conflict) while it has
    /// connectors.
    pub async fn delete_connection(&self, tenant: &TenantId, id: ConnectionId) -> Result<()> {
        self.shared.catalog.delete_connection(tenant, id).await
    }

    /// Makes a token that any number of connectors may register with. Earlier ones stay good until they run
    /// out.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound).
    pub async fn create_registration_token(&self, tenant: &TenantId, id: ConnectionId) -> Result<Token> {
        let (token, kept) = self.new_registration_token()?;
        let now = self.shared.clock.now();
        self.shared.catalog.insert_registration_token(tenant, id, kept, now).await?;
        Ok(token)
    }

    /// A token in the clear, and what is kept of it.
    fn new_registration_token(&self) -> Result<(Token, RegistrationToken)> {
        let secret = Secret::random()?;
        let expires_at = self
            .shared
            .clock
            .now()
            .checked_add(TOKEN_LIFETIME)
            .map_err(|err| Error::internal("the clock is at the end of the calendar", err))?;
        let kept = RegistrationToken { digest: digest(secret.expose()), expires_at };
        Ok((Token { secret, lifetime: TOKEN_LIFETIME, expires_at }, kept))
    }
}

fn check_name(name: &str) -> Result<()> {
    if name.trim().is_empty() {
        return Err(Error::invalid("a connection needs a name"));
    }
    Ok(())
}
