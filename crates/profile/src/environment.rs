//! Settings from the environment, and from the file that IBM's SDKs read.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use client_core::Secret;

use crate::{Error, Kind, Proof, Settings, Source, Surroundings, variables};

const FILE_NAME: &str = "ibm-credentials.env";
/// What asks for connections that nobody verifies.
const UNVERIFIED: [&str; 2] = ["BACKUP_RECOVERY_DISABLE_SSL", "BACKUP_RECOVERY_AUTH_DISABLE_SSL"];

/// What the environment says for an API.
pub(crate) fn settings(kind: Kind, surroundings: &Surroundings) -> Result<Settings, Error> {
    let get = |name: &str| surroundings.variable(name).map(str::to_owned);
    let settings = match kind {
        Kind::Ibm => ibm(get, "the environment")?,
        Kind::Storware => Settings {
            url: get(variables::STORWARE_URL),
            login: get(variables::STORWARE_LOGIN),
            proof: get(variables::STORWARE_PASSWORD).map(|password| Proof::Password(Secret::new(password))),
            ..Settings::default()
        },
    };
    Ok(Settings {
        ca_file: get(variables::CA_FILE).map(PathBuf::from),
        client_certificate: get(variables::CLIENT_CERTIFICATE).map(PathBuf::from),
        ..settings
    })
}

/// What the file of IBM's SDKs says, if there is one with anything for this service.
pub(crate) fn credentials_file(surroundings: &Surroundings) -> Result<Option<(Source, Settings)>, Error> {
    let named = surroundings.variable(variables::IBM_CREDENTIALS_FILE).map(PathBuf::from);
    let folders = [&surroundings.working_folder, &surroundings.home];
    let Some(path) = named.or_else(|| {
        let paths = folders.into_iter().flatten().map(|folder| folder.join(FILE_NAME));
        paths.into_iter().find(|path| path.is_file())
    }) else {
        return Ok(None);
    };
    let text = fs::read_to_string(&path).map_err(|source| Error::File {
        act: "read the credentials file",
        path: path.clone(),
        source,
    })?;
    let properties: BTreeMap<&str, &str> = text.lines().filter_map(pair).collect();
    if !properties.keys().any(|name| name.starts_with("BACKUP_RECOVERY_")) {
        return Ok(None);
    }
    let get =
        |name: &str| properties.get(name).filter(|value| !value.is_empty()).map(|value| (*value).to_owned());
    let settings = ibm(get, &path.display().to_string())?;
    Ok(Some((Source::CredentialsFile(path), settings)))
}

/// The name and value of a line, unless it is empty or a comment.
fn pair(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.trim().split_once('=')?;
    (!name.starts_with('#')).then(|| (name.trim(), value.trim()))
}

/// The properties of IBM's SDKs, from a place that is named in errors.
fn ibm(get: impl Fn(&str) -> Option<String>, place: &str) -> Result<Settings, Error> {
    for name in UNVERIFIED {
        if get(name).is_some_and(|value| matches!(&*value.to_ascii_lowercase(), "true" | "1" | "t")) {
            return Err(Error::Refused(format!(
                "{name} is set in {place}: certificates are always verified; name the authority that issued them with \
                 --ca-file or {}",
                variables::CA_FILE
            )));
        }
    }
    let kind = get(variables::IBM_AUTH_TYPE);
    let key = || get(variables::IBM_IAM_API_KEY).or_else(|| get(variables::IBM_API_KEY));
    let proof = match kind.as_deref().map(str::to_ascii_lowercase).as_deref() {
        None | Some("iam") => key().map(|key| Proof::ApiKey(Secret::new(key))),
        Some("bearertoken") => {
            get(variables::IBM_BEARER_TOKEN).map(|token| Proof::Bearer(Secret::new(token)))
        }
        Some("noauth") => Some(Proof::Nobody),
        Some(_) => {
            return Err(Error::Refused(format!(
                "{} is `{}` in {place}: only `iam`, `bearerToken` and `noAuth` are known here",
                variables::IBM_AUTH_TYPE,
                kind.unwrap_or_default()
            )));
        }
    };
    Ok(Settings {
        url: get(variables::IBM_URL),
        iam_url: get(variables::IBM_AUTH_URL),
        tenant: get(variables::IBM_TENANT),
        proof,
        ..Settings::default()
    })
}
