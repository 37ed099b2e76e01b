//! Settings from a profile of the command line.

use client_core::Error;
use strongroom_profile::{Connection, Identity, Kind};

use crate::{Client, ClientBuilder};

impl Client {
    /// A client with the settings and the password of a profile, as `strongroom login` makes them.
    ///
    /// Without a name it is the profile that `STRONGROOM_PROFILE` names, else the default one, else the only one for
    /// this API. Nothing else of the environment is asked. The file of the profiles is read and the keyring is asked on
    /// the calling thread.
    ///
    /// ```no_run
    /// # fn example() -> Result<(), storware_backup_recovery::Error> {
    /// let client = storware_backup_recovery::Client::from_profile(Some("work"))?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// When there is no such profile, it is for another API, its password is not where it should be, or a file cannot
    /// be read; and as [`ClientBuilder::build`].
    pub fn from_profile(name: Option<&str>) -> Result<Self, Error> {
        ClientBuilder::from_profile(name)?.build()
    }
}

impl ClientBuilder {
    /// Settings from a profile, to be added to. See [`Client::from_profile`].
    ///
    /// # Errors
    ///
    /// As [`Client::from_profile`].
    pub fn from_profile(name: Option<&str>) -> Result<Self, Error> {
        let connection = strongroom_profile::connection(Kind::Storware, name)
            .map_err(|error| Error::invalid("client", error.to_string()))?;
        Ok(Self::from_connection(&connection))
    }

    /// Settings that were put together elsewhere, such as from profiles and flags.
    pub fn from_connection(connection: &Connection) -> Self {
        let mut builder = Client::builder(&connection.url);
        builder = match &connection.identity {
            Identity::Login { login, password } => builder.login(login, password.clone()),
            _ => builder,
        };
        if let Some(pem) = &connection.root_certificates {
            builder = builder.root_certificates(pem.clone());
        }
        if let Some(pem) = &connection.client_certificate {
            builder = builder.client_certificate(pem.clone());
        }
        match &connection.proxy {
            Some(url) => builder.proxy(url.clone()),
            None => builder,
        }
    }
}
