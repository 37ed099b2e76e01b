//! What sources say, each for itself.

use std::fmt;
use std::path::PathBuf;

use client_core::Secret;

use crate::SecretPlace;

/// What one source says. Everything is optional.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Settings {
    /// Where the server is.
    pub url: Option<String>,
    /// Where tokens come from.
    pub iam_url: Option<String>,
    /// The tenant.
    pub tenant: Option<String>,
    /// Who logs in.
    pub login: Option<String>,
    /// What proves who calls.
    pub proof: Option<Proof>,
    /// A file with certificate authorities.
    pub ca_file: Option<PathBuf>,
    /// A file with the certificate to show.
    pub client_certificate: Option<PathBuf>,
    /// The proxy.
    pub proxy: Option<Secret>,
    /// Whether http to other machines is allowed.
    pub insecure_http: bool,
}

/// What proves who calls.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Proof {
    /// Nothing, and that is meant.
    Nobody,
    /// An API key.
    ApiKey(Secret),
    /// A token.
    Bearer(Secret),
    /// The password of the login.
    Password(Secret),
    /// What is kept for the profile. It is fetched when it is used, and not before.
    Kept(SecretPlace),
}

/// Where settings come from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// The flags of a command.
    Flags,
    /// The environment.
    Environment,
    /// The profile with this name.
    Profile(String),
    /// A file with properties of IBM's SDKs.
    CredentialsFile(PathBuf),
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flags => formatter.write_str("the flags"),
            Self::Environment => formatter.write_str("the environment"),
            Self::Profile(name) => write!(formatter, "the profile `{name}`"),
            Self::CredentialsFile(path) => write!(formatter, "{}", path.display()),
        }
    }
}
