//! The client: where it calls, and as whom.
//!
//! The operations are generated as methods of [`Client`]; here is only what they share.

use std::fmt;
use std::time::Duration;

use client_core::{
    Credentials, Error, ErrorBody, ErrorDetails, HttpOptions, Secret, Session, Transport, http_client,
};
use serde::Serialize;

use crate::types;

/// Every path of the document is below this one.
const API_PATH: &str = "/api";
const LOGIN_PATH: &str = "/session/login";

/// A client of one server, for one user.
///
/// # Configuration
///
/// Made with [`Client::builder`]. The timeouts are for making a connection and for silence within an
/// exchange.
///
/// # Sessions
///
/// The first call logs in, once however many calls wait for it. A call that is answered with 401 is repeated
/// once in a new session, so a session may end, or be ended with `logout`, at any time.
///
/// # Pooling and cloning
///
/// Cloning is cheap, and clones share connections and the session. Make one client and clone it.
#[derive(Clone)]
pub struct Client {
    pub(crate) transport: Transport,
}

impl Client {
    /// Settings for a client of the server at `url`, given with or without the `/api` at its end.
    pub fn builder(url: &str) -> ClientBuilder {
        ClientBuilder { url: url.to_owned(), identity: Identity::Anonymous, http: HttpOptions::default() }
    }

    /// The URL that the paths of the operations are added to.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.transport.base_url()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").finish_non_exhaustive()
    }
}

/// Settings of a [`Client`].
#[derive(Clone)]
#[must_use = "settings are not a client until `build` is called"]
pub struct ClientBuilder {
    url: String,
    identity: Identity,
    http: HttpOptions,
}

#[derive(Clone)]
enum Identity {
    Anonymous,
    Login { login: String, password: Secret },
}

/// The body of the login. The area that has its type may be left out of the crate.
#[derive(Serialize)]
struct Login<'a> {
    login: &'a str,
    password: &'a str,
}

impl ClientBuilder {
    /// Calls as this user or node, in a session that is opened when needed.
    pub fn login(mut self, login: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.identity = Identity::Login { login: login.into(), password: password.into() };
        self
    }

    /// How long making a connection may take. Ten seconds unless set.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http.connect_timeout = timeout;
        self
    }

    /// How long the service may be silent, before an answer or within one. One minute unless set.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.http.read_timeout = timeout;
        self
    }

    /// How the client calls itself.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.http.user_agent = name.into();
        self
    }

    /// The client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// When a setting cannot be sent as a header, or TLS cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        let http = http_client(&self.http)?;
        let base = below_api(&self.url);
        let credentials = match &self.identity {
            Identity::Anonymous => Credentials::Anonymous,
            Identity::Login { login, password } => {
                let body = Login { login, password: password.expose() };
                let url = format!("{base}{LOGIN_PATH}");
                Credentials::Session(Session::new::<types::ErrorResponse>(http.clone(), url, &body)?)
            }
        };
        Ok(Client { transport: Transport::builder(http, &base).credentials(credentials).build() })
    }
}

/// Shows neither the URL, which may hold a password, nor who calls.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ClientBuilder").field("http", &self.http).finish_non_exhaustive()
    }
}

fn below_api(url: &str) -> String {
    let bare = url.trim_end_matches('/');
    if bare.ends_with(API_PATH) { bare.to_owned() } else { format!("{bare}{API_PATH}") }
}

impl ErrorBody for types::ErrorResponse {
    fn into_details(self) -> ErrorDetails {
        ErrorDetails::new(None, self.message, None)
    }
}

#[cfg(test)]
mod tests {
    use super::below_api;

    #[test]
    fn the_path_of_the_api_is_in_the_url_once() {
        for given in ["http://host", "http://host/", "http://host/api", "http://host/api/"] {
            assert_eq!(below_api(given), "http://host/api", "{given}");
        }
    }
}
