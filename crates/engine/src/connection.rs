//! Connections: channels into a customer's network, which connectors serve.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ConnectionId, ConnectorId, Extras, SecretDigest, TenantId};

/// A connection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// Its number.
    pub id: ConnectionId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What people call it; unique for the tenant.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The connectors that serve it, the oldest first. They are read with it and not kept with it.
    #[serde(skip)]
    pub connectors: Vec<ConnectorId>,
    /// What a face keeps with it.
    #[serde(default)]
    pub extras: Extras,
}

/// A token that connectors of one connection register with, as the catalog keeps it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RegistrationToken {
    /// The digest of the token.
    pub digest: SecretDigest,
    /// When it runs out.
    pub expires_at: Timestamp,
}
