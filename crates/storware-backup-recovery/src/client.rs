//! The client: where it calls, and as whom.
//!
//! The operations are generated as methods of [`Client`]; here is only what they share.

use std::{env, fmt};

use client_core::{
    ConnectionOptions, Credentials, Error, ErrorBody, ErrorDetails, Method, RawRequest, Secret, Session,
    Transport,
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
        ClientBuilder {
            url: url.to_owned(),
            identity: Identity::Anonymous,
            connection: ConnectionOptions::default(),
        }
    }

    /// A client of the server at `STORWARE_URL`, for the user `STORWARE_LOGIN` with `STORWARE_PASSWORD`.
    ///
    /// # Errors
    ///
    /// When a variable is not set, and as [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }

    /// A request by method and path, for what has no method here, or whose answer is wanted with all that the service
    /// sent. The path is below [`Client::base_url`], and parameters in it are already encoded.
    ///
    /// ```no_run
    /// use storware_backup_recovery::Method;
    ///
    /// # async fn example(client: storware_backup_recovery::Client) -> Result<(), storware_backup_recovery::Error> {
    /// let tasks = client.request(Method::GET, "/tasks").query("size", "20").send().await?;
    /// println!("{}", tasks[0]["guid"]);
    /// # Ok(()) }
    /// ```
    pub fn request(&self, method: Method, path: &str) -> RawRequest<types::ErrorResponse> {
        self.transport.request(method, path)
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
///
/// ```no_run
/// use std::time::Duration;
/// use storware_backup_recovery::{Client, RetryPolicy};
///
/// # fn example(password: String) -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::builder("https://backup.example:8181")
///     .login("operator", password)
///     .root_certificates(std::fs::read("authority.pem")?)
///     .timeout(Duration::from_secs(120))
///     .retry(RetryPolicy::default().max_attempts(6))
///     .build()?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "settings are not a client until `build` is called"]
pub struct ClientBuilder {
    url: String,
    identity: Identity,
    connection: ConnectionOptions,
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
    /// Settings from the environment, to be added to. See [`Client::from_env`].
    ///
    /// # Errors
    ///
    /// When a variable is not set.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_variables(|name| env::var(name).ok())
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let required = |name: &str| {
            variable(name)
                .filter(|value| !value.is_empty())
                .ok_or_else(|| Error::invalid("client", format!("{name} is not set in the environment")))
        };
        let builder = Client::builder(&required("STORWARE_URL")?);
        Ok(builder.login(required("STORWARE_LOGIN")?, required("STORWARE_PASSWORD")?))
    }

    /// Calls as this user or node, in a session that is opened when needed.
    pub fn login(mut self, login: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.identity = Identity::Login { login: login.into(), password: password.into() };
        self
    }

    client_core::connection_setters!(connection);

    /// The client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// When a setting cannot be sent as a header, or TLS cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        let http = self.connection.http_client()?;
        let base = below_api(&self.url);
        let credentials = match &self.identity {
            Identity::Anonymous => Credentials::Anonymous,
            Identity::Login { login, password } => {
                let body = Login { login, password: password.expose() };
                let url = format!("{base}{LOGIN_PATH}");
                Credentials::Session(Session::new::<types::ErrorResponse>(http.clone(), url, &body)?)
            }
        };
        let transport = Transport::builder(http, &base).credentials(credentials).options(&self.connection);
        Ok(Client { transport: transport.build() })
    }
}

/// Shows neither the URL, which may hold a password, nor who calls.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ClientBuilder").field("connection", &self.connection).finish_non_exhaustive()
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
    use super::*;

    #[test]
    fn every_variable_is_needed() {
        let names = ["STORWARE_URL", "STORWARE_LOGIN", "STORWARE_PASSWORD"];
        let all = |name: &str| Some(format!("http://{name}"));
        assert!(ClientBuilder::from_variables(all).is_ok());
        for missing in names {
            let error = ClientBuilder::from_variables(|name| all(name).filter(|_| name != missing));
            let error = error.err().and_then(|error| error.message().map(str::to_owned));
            assert_eq!(error, Some(format!("{missing} is not set in the environment")));
        }
    }

    #[test]
    fn the_path_of_the_api_is_in_the_url_once() {
        for given in ["http://host", "http://host/", "http://host/api", "http://host/api/"] {
            assert_eq!(below_api(given), "http://host/api", "{given}");
        }
    }
}
