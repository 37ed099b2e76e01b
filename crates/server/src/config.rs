//! What a server is told at its start.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use engine::{Clock, SystemClock};

use crate::Origin;

/// What a server is told at its start.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where everything is kept. Made when it is missing.
    pub data_dir: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// What to show clients that speak TLS; none means plain HTTP.
    pub tls: Option<TlsFiles>,
    /// How long a client may take over a TLS handshake, over the head of a request, and over its body.
    pub patience: Duration,
    /// The tenant of the first API key; none makes up an id. Only used when there is no key yet, or with
    /// `api_key_file`.
    pub tenant: Option<String>,
    /// A file that holds an API key. It is written when it is missing, with mode 0600, and its key is
    /// accepted from then on.
    pub api_key_file: Option<PathBuf>,
    /// A file that holds the password of the user `admin`. It is written when it is missing, with mode 0600, and
    /// its password is the user's from then on.
    pub admin_password_file: Option<PathBuf>,
    /// Where pages come from that may use the Storware API with the sessions of those who look at them; none is the
    /// rule. Browsers send them along over HTTPS only.
    pub cors_origins: Vec<Origin>,
    /// How many runs, how many recoveries, and how many tasks are worked on at a time.
    pub jobs_at_once: usize,
    /// Let every user of the machine look into mounted backups, as far as the modes of the files allow it; else only
    /// the server's user can.
    pub share_mounts: bool,
    /// What time it is. Tests have a clock that they turn; what waits for a time looks at it every second.
    pub clock: Arc<dyn Clock>,
    /// Hold every answer against the spec and turn those that do not fit into errors: for tests.
    pub check_answers: bool,
}

/// A certificate and its key, as PEM files.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The server's certificate, followed by those that lead to one that clients trust.
    pub certificate: PathBuf,
    /// The private key of the first certificate.
    pub key: PathBuf,
}

impl Config {
    /// A server on a free loopback port that keeps everything in `data_dir`.
    pub fn on_loopback(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            tls: None,
            patience: Duration::from_secs(60),
            tenant: None,
            api_key_file: None,
            admin_password_file: None,
            cors_origins: Vec::new(),
            jobs_at_once: 2,
            share_mounts: false,
            clock: Arc::new(SystemClock),
            check_answers: false,
        }
    }
}
