//! All that a client needs to call a server.

use std::fmt;

use client_core::Secret;

use crate::Kind;

/// All that a client needs to call a server. `Debug` shows no secret.
#[derive(Clone)]
#[non_exhaustive]
pub struct Connection {
    /// The API that the server speaks.
    pub kind: Kind,
    /// Where the server is.
    pub url: String,
    /// Where tokens come from, when not from IBM.
    pub iam_url: Option<String>,
    /// The tenant, for [`Kind::Ibm`].
    pub tenant: Option<String>,
    /// As whom.
    pub identity: Identity,
    /// Certificate authorities to trust besides those of the operating system: a PEM text.
    pub root_certificates: Option<Vec<u8>>,
    /// The certificate to show: a PEM text with its private key.
    pub client_certificate: Option<Secret>,
    /// Whether keys and passwords may travel in the clear to another machine.
    pub insecure_http: bool,
    /// The proxy; without one, the environment says which.
    pub proxy: Option<Secret>,
    /// What there is to tell the caller about the choice, such as settings that were left aside.
    pub notes: Vec<String>,
}

/// As whom a server is called.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Identity {
    /// As nobody.
    Anonymous,
    /// With tokens had for this key.
    ApiKey(Secret),
    /// With this token.
    Bearer(Secret),
    /// In a session.
    Login {
        /// Who.
        login: String,
        /// The password.
        password: Secret,
    },
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // URLs are left out: they may hold a password.
        formatter
            .debug_struct("Connection")
            .field("kind", &self.kind)
            .field("tenant", &self.tenant)
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}
