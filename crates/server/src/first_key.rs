//! The first API key: without one nobody could call, so a new server makes one and tells it once.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use engine::{Engine, Kind, NewApiKey, TenantId};

use crate::{Config, Error};

/// Sees to it that somebody can call. Answers with a new key when one was made that nobody has seen yet.
pub(crate) async fn ensure(engine: &Engine, config: &Config) -> Result<Option<NewApiKey>, Error> {
    let keys = engine.api_keys().await?;
    let tenant = match (&config.tenant, keys.first()) {
        (Some(tenant), _) => TenantId(tenant.clone()),
        (None, Some(key)) => key.tenant.clone(),
        (None, None) => make_up_tenant()?,
    };
    let Some(path) = &config.api_key_file else {
        return match keys.is_empty() {
            true => Ok(Some(engine.create_api_key(&tenant, "first").await?)),
            false => Ok(None),
        };
    };
    match fs::read_to_string(path) {
        Ok(key) => match engine.adopt_api_key(&tenant, "from file", key.trim()).await {
            Ok(_) => Ok(None),
            Err(err) if err.kind() == Kind::Unavailable => Err(err.into()),
            Err(err) => {
                let source = io::Error::new(io::ErrorKind::InvalidData, err);
                Err(Error::ApiKeyFile { act: "use", path: path.clone(), source })
            }
        },
        Err(err) if err.kind() == io::ErrorKind::NotFound => {
            let new = engine.create_api_key(&tenant, "from file").await?;
            write_private(path, new.secret.expose()).map_err(|source| Error::ApiKeyFile {
                act: "write",
                path: path.clone(),
                source,
            })?;
            Ok(None)
        }
        Err(source) => Err(Error::ApiKeyFile { act: "read", path: path.clone(), source }),
    }
}

pub(crate) fn write_private(path: &Path, secret: &str) -> io::Result<()> {
    let mut file = File::options().create_new(true).write(true).mode(0o600).open(path)?;
    writeln!(file, "{secret}")?;
    file.sync_all()
}

/// A tenant id in the API's shape: ten characters and a slash that belongs to it.
pub(crate) fn make_up_tenant() -> Result<TenantId, Error> {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut bytes = [0; 10];
    getrandom::fill(&mut bytes)
        .map_err(|err| engine::Error::internal("no random bytes could be had", err))?;
    let id: String = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    Ok(TenantId(format!("{id}/")))
}
