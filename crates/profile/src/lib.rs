//! Profiles of the `strongroom` command line: servers by name, in a file that people edit, with their secrets
//! elsewhere.
//!
//! The clients depend on this crate with their feature `profile`; `Client::from_profile` is all that most programs
//! need. The command line uses the rest.
//!
//! - [`Profiles`] is the file: read with line and column in every error, and changed with its comments and unknown
//!   members kept.
//! - [`Secrets`] is where API keys and passwords are: in the keyring of the operating system when there is one, else
//!   in a file beside the profiles that only its owner can read. They are never in the file of the profiles.
//! - [`Layers`] decides what holds when flags, the environment and profiles speak of the same thing.
//! - [`Connection`] is what comes out: all that a client needs.
//! - [`variables`] names every environment variable that is read.
//!
//! # Where things are
//!
//! The file is `config.toml` in the folder `strongroom` below `$XDG_CONFIG_HOME` or `~/.config`, on macOS too; below
//! `%APPDATA%` on Windows. [`variables::CONFIG`] names another file. `secrets.toml` and `config.schema.json` lie
//! beside it.
//!
//! # Features
//!
//! - `keyring`: secrets in the keyring of the operating system.
//! - `schemars`: the JSON Schema of the file, made from the types.

mod connection;
mod disk;
mod environment;
mod error;
mod file;
mod layers;
mod model;
mod place;
mod secrets;
mod server;
mod source;
pub mod variables;

pub use client_core::Secret;
pub use connection::{Connection, Identity};
pub use error::Error;
pub use file::{Profiles, SCHEMA};
pub use layers::Layers;
pub use model::{Config, Kind, Profile, SecretPlace};
pub use place::Surroundings;
#[cfg(feature = "keyring")]
pub use secrets::KeyringStore;
pub use secrets::{FileStore, KeyringUse, SecretStore, Secrets, Stored};
pub use server::check_address;
pub use source::{Proof, Settings, Source};

/// What the profile with this name says, or the default profile of this kind, with its secret.
///
/// Without a name, [`variables::PROFILE`] in the environment names one. Files are read, and the keyring is asked, on
/// the calling thread.
///
/// # Errors
///
/// When there is no such profile, it is of the other kind, it has no secret, or a file cannot be read.
pub fn connection(kind: Kind, name: Option<&str>) -> Result<Connection, Error> {
    let surroundings = Surroundings::of_this_process();
    Layers::of_profile(kind, name, &surroundings)?.resolve(&Secrets::of(&surroundings)?)
}
