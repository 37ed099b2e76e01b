//! What the file of the profiles says.
//!
//! The descriptions are those that editors show, from the JSON Schema.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Profiles of the strongroom command line. Secrets have no place here: `strongroom login` keeps them in the keyring.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", default)]
#[non_exhaustive]
pub struct Config {
    /// The profile that is used when none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_profile: Option<String>,
    /// The profiles by their names.
    pub profiles: BTreeMap<String, Profile>,
}

/// A server, and as whom to call it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Profile {
    /// The API that the server speaks.
    pub kind: Kind,
    /// Where the server is, such as `https://backup.example`.
    pub url: String,
    /// Where tokens come from, for `ibm`: `https://iam.cloud.ibm.com` when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iam_url: Option<String>,
    /// The tenant that every call is for, for `ibm`, such as `79mle1bk3m/`. The slash belongs to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Who logs in, for `storware`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// A PEM file with certificate authorities to trust besides those of the operating system. A relative path starts
    /// at the folder of this file, as with the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// A PEM file with the certificate to show to the server, the chain above it and its private key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<PathBuf>,
    /// The proxy that leads to the server. Unless given, HTTPS_PROXY and its relatives in the environment say which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// Whether keys and passwords may travel in the clear to an http address of another machine.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub insecure_http: bool,
    /// Where the secret of this profile is. `strongroom login` writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_in: Option<SecretPlace>,
}

impl Profile {
    /// A profile of nothing but its server.
    #[must_use]
    pub fn new(kind: Kind, url: impl Into<String>) -> Self {
        Self {
            kind,
            url: url.into(),
            iam_url: None,
            tenant: None,
            login: None,
            ca_file: None,
            client_certificate: None,
            proxy: None,
            insecure_http: false,
            secret_in: None,
        }
    }
}

/// An API that servers speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// IBM Cloud Backup and Recovery: an API key and a tenant.
    Ibm,
    /// Storware Backup & Recovery: a login and a password.
    Storware,
}

impl Kind {
    /// As written in files and flags.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ibm => "ibm",
            Self::Storware => "storware",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "ibm" => Ok(Self::Ibm),
            "storware" => Ok(Self::Storware),
            other => Err(format!("`{other}` is neither `ibm` nor `storware`")),
        }
    }
}

/// Where a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SecretPlace {
    /// In the keyring of the operating system.
    Keyring,
    /// In `secrets.toml` beside this file, which only its owner can read.
    File,
}

impl SecretPlace {
    /// As written in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::File => "file",
        }
    }
}

impl fmt::Display for SecretPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Keyring => "the keyring",
            Self::File => "the file of the secrets",
        })
    }
}
