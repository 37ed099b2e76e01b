//! The keyring of the operating system.

use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use client_core::Secret;
use keyring::Entry;

use super::SecretStore;
use crate::Error;

/// What the entries belong to.
const SERVICE: &str = "strongroom";
/// How long the keyring may take. It may ask its user for a password meanwhile.
const PATIENCE: Duration = Duration::from_secs(60);

/// The keyring of the operating system.
///
/// An entry belongs to `strongroom` and is called by its profile and the file of the profiles, so that several files
/// do not get in each other's way.
#[derive(Clone, Debug)]
pub struct KeyringStore {
    config: String,
}

impl KeyringStore {
    /// For the profiles in this file.
    #[must_use]
    pub fn new(config: &Path) -> Self {
        Self { config: config.display().to_string() }
    }

    /// Does something with an entry, on a thread of its own: the way to the keyring may want to run tasks of its own,
    /// which a thread that runs tasks does not allow, and may never end.
    fn with<T: Send + 'static>(
        &self,
        name: &str,
        act: impl FnOnce(&Entry) -> keyring::Result<T> + Send + 'static,
    ) -> Result<Option<T>, Error> {
        if let Some(reason) = absent() {
            return Err(Error::Keyring(reason.to_owned()));
        }
        let user = format!("{name} in {}", self.config);
        let (sender, receiver) = mpsc::channel();
        thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || {
                // Nobody listens any more when it took too long.
                let _ = sender.send(Entry::new(SERVICE, &user).and_then(|entry| act(&entry)));
            })
            .map_err(|error| Error::Keyring(error.to_string()))?;
        match receiver.recv_timeout(PATIENCE) {
            Ok(Ok(done)) => Ok(Some(done)),
            Ok(Err(keyring::Error::NoEntry)) => Ok(None),
            Ok(Err(error)) => Err(Error::Keyring(reason(&error))),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                Err(Error::Keyring(format!("it did not answer within {} s", PATIENCE.as_secs())))
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(Error::Keyring("it broke down".to_owned())),
        }
    }
}

impl SecretStore for KeyringStore {
    fn get(&self, name: &str) -> Result<Option<Secret>, Error> {
        Ok(self.with(name, Entry::get_password)?.map(Secret::new))
    }

    fn put(&self, name: &str, secret: &Secret) -> Result<(), Error> {
        let secret = secret.clone();
        self.with(name, move |entry| entry.set_password(secret.expose()))?;
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<bool, Error> {
        Ok(self.with(name, Entry::delete_credential)?.is_some())
    }
}

/// Why there is no keyring, as far as that is known without asking.
fn absent() -> Option<&'static str> {
    #[cfg(target_os = "linux")]
    if std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_none_or(|address| address.is_empty())
        && !std::env::var_os("XDG_RUNTIME_DIR").is_some_and(|folder| Path::new(&folder).join("bus").exists())
    {
        return Some("there is no D-Bus session");
    }
    None
}

/// Why the keyring refused, without what it may hold.
fn reason(error: &keyring::Error) -> String {
    match error {
        keyring::Error::NoDefaultStore => match Entry::store_status() {
            Err(error) => error.to_string(),
            Ok(()) => "there is none".to_owned(),
        },
        // Their texts may have parts of a secret.
        keyring::Error::BadEncoding(_) | keyring::Error::BadDataFormat(..) => {
            "what it has there is no text".to_owned()
        }
        other => other.to_string(),
    }
}
