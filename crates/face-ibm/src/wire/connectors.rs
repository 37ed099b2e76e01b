//! Connectors.

use engine::{Connector, ConnectorId};
use ibm_backup_recovery::types;
use jiff::Timestamp;

use super::ids;
use crate::error::ApiError;

/// A connector as the API shows it at `now`.
///
/// Its kind is absent, since the API's kinds are the vendor's appliances; and so is its upgrade, since this
/// server upgrades no connector.
pub(crate) fn connector(connector: &Connector, now: Timestamp) -> types::DataSourceConnector {
    let facts = &connector.facts;
    types::DataSourceConnector {
        connector_id: Some(connector.id.to_string().into()),
        connector_name: Some(connector.name.clone()),
        connection_id: Some(connector.connection.to_string().into()),
        connectivity_status: Some(connectivity(connector, now)),
        cluster_side_ip: facts.service_address.map(|address| address.to_string()),
        tenant_side_ip: facts.network_address.map(|address| address.to_string()),
        software_version: facts.software_version.clone(),
        patch_software_version: facts.patch_version.clone(),
        ..types::DataSourceConnector::default()
    }
}

fn connectivity(connector: &Connector, now: Timestamp) -> types::ConnectorConnectivity {
    let is_connected = connector.is_connected(now);
    let last = connector.last_contact_at;
    types::ConnectorConnectivity {
        is_connected,
        last_connected_timestamp_secs: Some(last.as_second().into()),
        message: (!is_connected).then(|| {
            let silent = now.duration_since(last).as_secs();
            format!("the connector was last in contact {silent} seconds ago")
        }),
        unknown_fields: Default::default(),
    }
}

/// An id that is no number of ours names nothing that is here.
pub(crate) fn connector_id(text: &str) -> Result<ConnectorId, ApiError> {
    ids::parse_number(text)
        .map(ConnectorId)
        .ok_or_else(|| ApiError::not_found("connector", format!("{text:?}")))
}

#[cfg(test)]
mod tests {
    use engine::{ConnectionId, ConnectorFacts, TenantId};

    use super::*;

    #[test]
    fn a_silent_connector_says_since_when() {
        let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).unwrap();
        let known = Connector {
            id: ConnectorId(3),
            tenant: TenantId("acme/".into()),
            connection: ConnectionId(2),
            name: "one".into(),
            facts: ConnectorFacts::default(),
            registered_at: at(0),
            last_contact_at: at(10),
        };
        let status = connector(&known, at(20)).connectivity_status.unwrap();
        assert_eq!((status.is_connected, status.message), (true, None));
        let status = connector(&known, at(1010)).connectivity_status.unwrap();
        assert!(!status.is_connected);
        assert_eq!(status.last_connected_timestamp_secs, Some(1_800_000_010.into()));
        assert!(status.message.unwrap().contains("1000 seconds"));
    }
}
