//! Which server a command calls, and as whom.

use std::fs;
use std::path::{Path, PathBuf};

use client_core::RetryPolicy;
use ibm_backup_recovery as ibm;
use storware_backup_recovery as storware;
use strongroom_profile::{
    Connection, Kind, Layers, Proof, Secret, Secrets, Settings, Surroundings, variables,
};

use crate::failure::Failure;
use crate::output::complain;

/// The flags with which a command that calls a server says which.
///
/// What none of them says comes from the environment and the profiles; [`Layers`] tells in which order.
#[derive(clap::Args, Clone, Default)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectArgs {
    /// The profile to use, as made by `strongroom login` [env: STRONGROOM_PROFILE]
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) profile: Option<String>,
    /// Where the server is [env: BACKUP_RECOVERY_URL or STORWARE_URL]
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) url: Option<String>,
    /// Where tokens come from, for ibm [env: BACKUP_RECOVERY_AUTH_URL]
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) iam_url: Option<String>,
    /// The tenant, for ibm [env: BACKUP_RECOVERY_TENANT_ID]
    #[arg(long, value_name = "ID", global = true)]
    pub(crate) tenant: Option<String>,
    /// Who logs in, for storware [env: STORWARE_LOGIN]
    #[arg(long, value_name = "LOGIN", global = true)]
    pub(crate) login: Option<String>,
    /// A file with the API key, for ibm [env: BACKUP_RECOVERY_APIKEY is the key]
    #[arg(long, value_name = "FILE", global = true, conflicts_with = "password_file")]
    pub(crate) api_key_file: Option<PathBuf>,
    /// A file with the password, for storware [env: STORWARE_PASSWORD is the password]
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) password_file: Option<PathBuf>,
    /// A PEM file with certificate authorities to trust besides those of this machine [env: STRONGROOM_CA_FILE]
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) ca_file: Option<PathBuf>,
    /// A PEM file with the certificate to show and its private key [env: STRONGROOM_CLIENT_CERTIFICATE]
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) client_certificate: Option<PathBuf>,
    /// The proxy to go through [env: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY]
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) proxy: Option<String>,
    /// Call another machine over http, where keys and passwords travel in the clear
    #[arg(long, global = true)]
    pub(crate) insecure_http: bool,
}

/// A client of one of the APIs.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// Of IBM Cloud Backup and Recovery.
    Ibm(ibm::Client),
    /// Of Storware Backup & Recovery.
    Storware(storware::Client),
}

impl Target {
    /// Makes a call that says whether the server knows who calls.
    pub(crate) async fn try_out(&self) -> Result<(), Failure> {
        match self {
            Self::Ibm(client) => {
                client.get_protection_policies().send().await?;
            }
            Self::Storware(client) => {
                client.check_session().send().await?;
                // It has served its purpose. A server that will not end it lets it run out.
                let _ = client.logout().send().await;
            }
        }
        Ok(())
    }

    /// The client of a connection.
    pub(crate) fn of(connection: &Connection) -> Result<Self, Failure> {
        Ok(match connection.kind {
            Kind::Storware => {
                let builder = storware::ClientBuilder::from_connection(connection).user_agent(USER_AGENT);
                Self::Storware(builder.build()?)
            }
            Kind::Ibm => {
                let builder = ibm::ClientBuilder::from_connection(connection).user_agent(USER_AGENT);
                Self::Ibm(builder.build()?)
            }
        })
    }

    /// Where it calls.
    pub(crate) fn url(&self) -> &str {
        match self {
            Self::Ibm(client) => client.base_url(),
            Self::Storware(client) => client.base_url(),
        }
    }
}

impl ConnectArgs {
    /// The client for a command that both APIs can do.
    pub(crate) fn target(&self) -> Result<Target, Failure> {
        Target::of(&self.connection(self.kind()?)?)
    }

    /// Which API a command calls that both can do.
    pub(crate) fn kind(&self) -> Result<Kind, Failure> {
        let surroundings = Surroundings::of_this_process();
        Ok(Layers::kind_of_call(&self.settings(None)?, self.profile.as_deref(), &surroundings)?)
    }

    /// The client of an API for somebody who must not be asked anything, as a keyring would ask for its password.
    /// Nothing is said either.
    pub(crate) fn without_asking(&self, kind: Kind) -> Result<Target, Failure> {
        let mut surroundings = Surroundings::of_this_process();
        surroundings.variables.insert(variables::KEYRING.to_owned(), "off".to_owned());
        let layers =
            Layers::gather(kind, self.settings(Some(kind))?, self.profile.as_deref(), &surroundings)?;
        let connection = layers.resolve(&Secrets::of(&surroundings)?)?;
        Ok(match kind {
            Kind::Ibm => {
                let builder = ibm::ClientBuilder::from_connection(&connection).user_agent(USER_AGENT);
                Target::Ibm(builder.retry(RetryPolicy::never()).build()?)
            }
            Kind::Storware => {
                let builder = storware::ClientBuilder::from_connection(&connection).user_agent(USER_AGENT);
                Target::Storware(builder.retry(RetryPolicy::never()).build()?)
            }
        })
    }

    /// What flags, environment and profiles come to, for an API. Tells on standard error what may surprise.
    pub(crate) fn connection(&self, kind: Kind) -> Result<Connection, Failure> {
        self.resolved(kind, self.settings(Some(kind))?)
    }

    /// The way to the token service, for somebody who has no token yet; `None` where nothing leads to a server, so
    /// that tokens are those of the vendor.
    pub(crate) fn to_tokens(&self) -> Result<Option<Connection>, Failure> {
        let mut settings = self.settings(Some(Kind::Ibm))?;
        settings.proof = Some(Proof::Nobody);
        // No token is for a tenant.
        settings.tenant.get_or_insert_default();
        let surroundings = Surroundings::of_this_process();
        let layers = Layers::gather(Kind::Ibm, settings.clone(), self.profile.as_deref(), &surroundings)?;
        if layers.server().is_none() {
            if self.iam_url.is_none() {
                return Ok(None);
            }
            // What the flags say of the way there still holds.
            settings.url.clone_from(&self.iam_url);
        }
        let connection = self.resolved(Kind::Ibm, settings)?;
        if let Some(url) = &connection.iam_url {
            strongroom_profile::check_address(url, self.insecure_http || connection.insecure_http)?;
        }
        Ok(Some(connection))
    }

    fn resolved(&self, kind: Kind, settings: Settings) -> Result<Connection, Failure> {
        let surroundings = Surroundings::of_this_process();
        let layers = Layers::gather(kind, settings, self.profile.as_deref(), &surroundings)?;
        let connection = layers.resolve(&Secrets::of(&surroundings)?)?;
        for note in &connection.notes {
            complain(format_args!("note: {note}"));
        }
        Ok(connection)
    }

    /// What the flags say. For a known API, those of the other are refused.
    fn settings(&self, kind: Option<Kind>) -> Result<Settings, Failure> {
        let foreign: &[(&str, bool)] = match kind {
            None => &[],
            Some(Kind::Ibm) => {
                &[("--login", self.login.is_some()), ("--password-file", self.password_file.is_some())]
            }
            Some(Kind::Storware) => &[
                ("--tenant", self.tenant.is_some()),
                ("--iam-url", self.iam_url.is_some()),
                ("--api-key-file", self.api_key_file.is_some()),
            ],
        };
        if let (Some(kind), Some((flag, _))) = (kind, foreign.iter().find(|(_, given)| *given)) {
            return Err(Failure::Usage(format!("{flag} means nothing for {kind}")));
        }
        let proof = match (&self.api_key_file, &self.password_file) {
            (Some(file), _) => Some(Proof::ApiKey(secret_in(file)?)),
            (_, Some(file)) => Some(Proof::Password(secret_in(file)?)),
            _ => None,
        };
        let mut settings = Settings::default();
        settings.url.clone_from(&self.url);
        settings.iam_url.clone_from(&self.iam_url);
        settings.tenant.clone_from(&self.tenant);
        settings.login.clone_from(&self.login);
        settings.proof = proof;
        settings.ca_file.clone_from(&self.ca_file);
        settings.client_certificate.clone_from(&self.client_certificate);
        settings.proxy = self.proxy.as_deref().map(Secret::new);
        settings.insecure_http = self.insecure_http;
        Ok(settings)
    }
}

/// How the command line calls itself.
pub(crate) const USER_AGENT: &str = concat!("strongroom/", env!("CARGO_PKG_VERSION"));

/// The secret in a file, without the line break at its end.
pub(crate) fn secret_in(file: &Path) -> Result<Secret, Failure> {
    let text = fs::read_to_string(file)
        .map_err(|error| Failure::machine(format!("read {}", file.display()), error))?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(Failure::Usage(format!("{} is empty", file.display())));
    }
    Ok(Secret::new(text))
}
