//! Connectors: the appliances in a customer's network that serve a connection.
//!
//! A connector appears by registering with a token of its connection and is then known by a key of its own,
//! with which it keeps in contact. Whether it is connected is told by its last contact alone.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{ConnectionId, ConnectorId, TenantId};

/// A connector.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connector {
    /// Its number.
    pub id: ConnectorId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Which connection it serves.
    pub connection: ConnectionId,
    /// What people call it; unique for the connection.
    pub name: String,
    /// What it said of itself last.
    pub facts: ConnectorFacts,
    /// When it registered.
    pub registered_at: Timestamp,
    /// When it was last heard of.
    pub last_contact_at: Timestamp,
}

impl Connector {
    /// How often a connector should be in contact.
    pub const CONTACT_EVERY: SignedDuration = SignedDuration::from_secs(60);
    /// For how long it counts as connected after a contact: three may fail in a row.
    const PATIENCE: SignedDuration = SignedDuration::from_secs(200);

    /// Whether it was in contact of late.
    pub fn is_connected(&self, now: Timestamp) -> bool {
        now.duration_since(self.last_contact_at) <= Self::PATIENCE
    }
}

/// What a connector says of itself. What it leaves out is not known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConnectorFacts {
    /// The version of its software.
    pub software_version: Option<String>,
    /// The version of the patch on top of it.
    pub patch_version: Option<String>,
    /// Its address on the side of the service.
    pub service_address: Option<std::net::IpAddr>,
    /// Its address in the customer's network.
    pub network_address: Option<std::net::IpAddr>,
}

impl ConnectorFacts {
    /// These facts, and for what they leave out the ones that were known before.
    #[must_use]
    pub fn over(self, before: Self) -> Self {
        Self {
            software_version: self.software_version.or(before.software_version),
            patch_version: self.patch_version.or(before.patch_version),
            service_address: self.service_address.or(before.service_address),
            network_address: self.network_address.or(before.network_address),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connector_is_connected_for_a_while_after_its_contact() {
        let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).unwrap();
        let connector = Connector {
            id: ConnectorId(1),
            tenant: TenantId("ours".into()),
            connection: ConnectionId(1),
            name: "one".into(),
            facts: ConnectorFacts::default(),
            registered_at: at(0),
            last_contact_at: at(100),
        };
        for (now, expected) in [(100, true), (300, true), (301, false), (90, true)] {
            assert_eq!(connector.is_connected(at(now)), expected, "{now}");
        }
    }
}
