//! Where API keys and passwords are kept.

mod file;
#[cfg(feature = "keyring")]
mod keyring;

use std::fmt;
use std::path::Path;

use client_core::Secret;

pub use self::file::FileStore;
#[cfg(feature = "keyring")]
pub use self::keyring::KeyringStore;
use crate::{Error, SecretPlace, Surroundings, variables};

/// A place for secrets, each under a name.
pub trait SecretStore: fmt::Debug + Send + Sync {
    /// The secret with this name, if it is there.
    ///
    /// # Errors
    ///
    /// When the place cannot be looked into.
    fn get(&self, name: &str) -> Result<Option<Secret>, Error>;

    /// Keeps a secret, in place of one that has the name.
    ///
    /// # Errors
    ///
    /// When the place takes none.
    fn put(&self, name: &str, secret: &Secret) -> Result<(), Error>;

    /// Forgets the secret with this name. Says whether there was one.
    ///
    /// # Errors
    ///
    /// When the place cannot be changed.
    fn remove(&self, name: &str) -> Result<bool, Error>;
}

/// Whether secrets go into the keyring of the operating system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyringUse {
    /// When there is one that takes them, and else into a file.
    #[default]
    Auto,
    /// Never: it is not even asked.
    Never,
    /// Always: nothing is written to a file.
    Only,
}

impl KeyringUse {
    /// What [`variables::KEYRING`] says.
    ///
    /// # Errors
    ///
    /// When it is no value of that variable.
    pub fn of(surroundings: &Surroundings) -> Result<Self, Error> {
        match surroundings.variable(variables::KEYRING) {
            None | Some("auto") => Ok(Self::Auto),
            Some("file" | "off") => Ok(Self::Never),
            Some("only") => Ok(Self::Only),
            Some(other) => Err(Error::Refused(format!(
                "{} is `{other}`: it can be `auto`, `file`, `off` or `only`",
                variables::KEYRING
            ))),
        }
    }
}

/// What became of a secret that was to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stored {
    /// Where it is now.
    pub place: SecretPlace,
    /// Why not in the keyring, when it was asked and refused.
    pub instead: Option<String>,
}

/// The keyring, if it may be used, and the file.
#[derive(Debug)]
pub struct Secrets {
    keyring: Option<Box<dyn SecretStore>>,
    file: FileStore,
    usage: KeyringUse,
}

impl Secrets {
    /// Those of the profiles in the file that the surroundings lead to.
    ///
    /// # Errors
    ///
    /// When there is no place for them, or [`variables::KEYRING`] has no known value.
    pub fn of(surroundings: &Surroundings) -> Result<Self, Error> {
        Ok(Self::beside(&surroundings.config_file()?, KeyringUse::of(surroundings)?))
    }

    /// Those of the profiles in this file.
    #[must_use]
    pub fn beside(config: &Path, usage: KeyringUse) -> Self {
        #[cfg(feature = "keyring")]
        let keyring: Option<Box<dyn SecretStore>> = Some(Box::new(KeyringStore::new(config)));
        #[cfg(not(feature = "keyring"))]
        let keyring = None;
        Self::with_keyring(config, usage, keyring)
    }

    /// As [`Secrets::beside`], with another keyring than that of the operating system.
    #[must_use]
    pub fn with_keyring(config: &Path, usage: KeyringUse, keyring: Option<Box<dyn SecretStore>>) -> Self {
        let file = FileStore::new(config.with_file_name("secrets.toml"));
        let keyring = keyring.filter(|_| usage != KeyringUse::Never);
        Self { keyring, file, usage }
    }

    /// The file that takes secrets when no keyring does.
    #[must_use]
    pub fn file(&self) -> &FileStore {
        &self.file
    }

    /// The secret of a profile, from where the profile says it is.
    ///
    /// # Errors
    ///
    /// When it is not there, or the place cannot be looked into.
    pub fn get(&self, profile: &str, place: SecretPlace) -> Result<Secret, Error> {
        let found = match place {
            SecretPlace::File => self.file.get(profile)?,
            SecretPlace::Keyring => self.keyring()?.get(profile)?,
        };
        found.ok_or_else(|| Error::NoSecret { profile: profile.to_owned(), place })
    }

    /// Keeps the secret of a profile: in the keyring when there is one that takes it, else in the file.
    ///
    /// # Errors
    ///
    /// When neither takes it.
    pub fn put(&self, profile: &str, secret: &Secret) -> Result<Stored, Error> {
        let instead = match (self.keyring(), self.usage) {
            (_, KeyringUse::Never) => None,
            (Ok(keyring), usage) => match keyring.put(profile, secret) {
                Ok(()) => {
                    // An older one would otherwise lie there for ever.
                    self.file.remove(profile)?;
                    return Ok(Stored { place: SecretPlace::Keyring, instead: None });
                }
                Err(error) if usage == KeyringUse::Only => return Err(error),
                Err(error) => Some(error.to_string()),
            },
            (Err(error), KeyringUse::Only) => return Err(error),
            (Err(error), KeyringUse::Auto) => Some(error.to_string()),
        };
        self.file.put(profile, secret)?;
        Ok(Stored { place: SecretPlace::File, instead })
    }

    /// Forgets the secret of a profile. Says whether there was one.
    ///
    /// # Errors
    ///
    /// When the place cannot be changed.
    pub fn remove(&self, profile: &str, place: SecretPlace) -> Result<bool, Error> {
        match place {
            SecretPlace::File => self.file.remove(profile),
            SecretPlace::Keyring => self.keyring()?.remove(profile),
        }
    }

    fn keyring(&self) -> Result<&dyn SecretStore, Error> {
        self.keyring.as_deref().ok_or_else(|| {
            Error::Keyring(if self.usage == KeyringUse::Never {
                format!("{} in the environment forbids it", variables::KEYRING)
            } else {
                "this program was built without it".to_owned()
            })
        })
    }
}
