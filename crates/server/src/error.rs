//! Why a server cannot start or go on.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a server cannot start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A folder or file of the data folder cannot be used.
    #[error("cannot {act} {}", path.display())]
    DataDir {
        /// What was to be done.
        act: &'static str,
        /// With what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Two servers on one data folder would destroy each other's work.
    #[error("the data folder {} is in use by another server; stop it, or choose another folder with --data-dir", path.display())]
    InUse {
        /// The data folder.
        path: PathBuf,
    },
    /// The address is taken or not ours.
    #[error("cannot listen on {address}; choose another with --listen")]
    Listen {
        /// Which address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error("cannot {act} {}", path.display())]
    Tls {
        /// What was to be done.
        act: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The API key file cannot be used.
    #[error("cannot {act} the API key file {}", path.display())]
    ApiKeyFile {
        /// What was to be done.
        act: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file with a password cannot be used.
    #[error("cannot {act} the password file {}", path.display())]
    PasswordFile {
        /// What was to be done.
        act: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A data folder that no server was ever started on has no tenants and no users.
    #[error("no server was started on the data folder {} yet; start one, or name another folder with --data-dir", path.display())]
    NeverStarted {
        /// The folder.
        path: PathBuf,
    },
    /// The spec that was compiled in is broken; a build with this error never passes the tests.
    #[error("the built-in spec cannot be used: {0}")]
    Spec(String),
    /// The catalog, the vault or the engine refused.
    #[error(transparent)]
    Engine(#[from] engine::Error),
    /// The server's task broke off.
    #[error("the server broke off")]
    Broken(#[source] io::Error),
}
