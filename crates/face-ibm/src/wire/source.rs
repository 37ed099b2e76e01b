//! Sources.

use engine::{Extras, OsFamily, Source};
use ibm_backup_recovery::types;
use serde_json::Value;

use super::{EXTRAS, kept};

/// A registration as the API shows it.
pub(crate) fn registration(source: &Source) -> types::SourceRegistration {
    types::SourceRegistration {
        id: Some(source.id.0.into()),
        source_id: Some(source.id.0.into()),
        source_info: Some(source_object(source)),
        environment: Some(types::Environment::Physical),
        name: Some(source.name.clone()),
        authentication_status: Some(types::SourceRegistrationAuthenticationStatus::Finished),
        registration_time_msecs: Some(source.registered_at.as_millisecond().into()),
        last_refreshed_time_msecs: Some(source.refreshed_at.as_millisecond().into()),
        physical_params: Some(types::PhysicalSourceRegistrationParams {
            endpoint: source.endpoint.clone(),
            host_type: os_type(source),
            ..kept::<types::SourceRegistration>(&source.extras).physical_params.unwrap_or_default()
        }),
        ..kept(&source.extras)
    }
}

/// A source as the root of its objects.
pub(crate) fn source_object(source: &Source) -> types::SourceObject {
    types::SourceObject {
        id: Some(source.id.0.into()),
        name: Some(source.name.clone()),
        source_id: Some(source.id.0.into()),
        source_name: Some(source.name.clone()),
        environment: Some(types::Environment::Physical),
        object_type: Some("kHost".to_owned()),
        os_type: os_type(source),
        protection_type: Some(types::ObjectProtectionType::File),
        ..types::SourceObject::default()
    }
}

/// What is kept of a registration: all of it but the encryption key, which this server has no use for and
/// must not lie about in the clear.
pub(crate) fn remember(mut body: Value) -> Extras {
    if let Some(body) = body.as_object_mut() {
        body.remove("encryptionKey");
    }
    Extras::from([(EXTRAS.to_owned(), body)])
}

fn os_type(source: &Source) -> Option<types::OsType> {
    match source.host.os {
        OsFamily::Linux => Some(types::OsType::Linux),
        OsFamily::MacOs | OsFamily::Other => None,
    }
}
