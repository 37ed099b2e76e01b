//! What can go wrong with profiles and their secrets.

use std::io;
use std::path::PathBuf;

use crate::{Kind, SecretPlace};

/// What can go wrong. Every text says what to do; none holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file of the profiles, or that of the secrets, does not say what it should.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// In characters, counted from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// A file cannot be read or written.
    #[error("cannot {act} {}: {source}", path.display())]
    File {
        /// What was to be done with it.
        act: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Others than its owner can read the file of the secrets.
    #[error(
        "{} can be read by others than its owner (mode {mode:03o}): run `chmod 600 {}`, and consider its secrets known",
        path.display(),
        path.display()
    )]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// There is no folder for configuration.
    #[error("there is no home folder, so no place for profiles: name a file with STRONGROOM_CONFIG")]
    NoHome,
    /// There is no profile with this name.
    #[error("there is no profile `{name}`{}", listed(.known))]
    NoSuchProfile {
        /// The name.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// The profile is for the other API.
    #[error("the profile `{name}` is for {is}, and this needs one for {wanted}{}", listed(.known))]
    OtherKind {
        /// The profile.
        name: String,
        /// What it is for.
        is: Kind,
        /// What it should be for.
        wanted: Kind,
        /// The profiles that would do.
        known: Vec<String>,
    },
    /// Several profiles could be meant.
    #[error(
        "none of the profiles{} is the default one: name one with --profile{}, or choose with \
         `strongroom profile use NAME`",
        kind.map_or_else(String::new, |kind| format!(" for {kind}")),
        listed(.known)
    )]
    NoDefault {
        /// What is wanted, if not any.
        kind: Option<Kind>,
        /// The profiles that would do.
        known: Vec<String>,
    },
    /// Something that a connection needs is said nowhere.
    #[error("{0}")]
    Missing(String),
    /// A setting cannot be honoured.
    #[error("{0}")]
    Refused(String),
    /// The secret of a profile is not where it should be.
    #[error(
        "the secret of the profile `{profile}` is not in {place}: run `strongroom login --profile {profile}`"
    )]
    NoSecret {
        /// The profile.
        profile: String,
        /// Where it should be.
        place: SecretPlace,
    },
    /// The keyring refuses, or is not there.
    #[error("the keyring cannot be used: {0}")]
    Keyring(String),
}

/// The names there are, as the end of a sentence.
fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "; `strongroom login` makes one".to_owned();
    }
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!(" ({})", names.join(", "))
}
