//! The client: where it calls, for which tenant, and as whom.
//!
//! The operations are generated as methods of [`Client`]; here is only what they share.

use std::fmt;

use client_core::{
    ConnectionOptions, Credentials, Error, ErrorBody, ErrorDetails, IamTokens, Method, RawRequest, Secret,
    Transport,
};
use reqwest::header::HeaderName;

use crate::types;

const TENANT: HeaderName = HeaderName::from_static("x-ibm-tenant-id");
const INITIATOR: HeaderName = HeaderName::from_static("requestinitiatortype");
const REQUEST_IDS: [HeaderName; 3] = [
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("x-correlation-id"),
    HeaderName::from_static("x-global-transaction-id"),
];
const DEFAULT_IAM_URL: &str = "https://iam.cloud.ibm.com";
/// Every path of the document is below this one.
const VERSION_PATH: &str = "/v2";

/// A client of one instance, for one tenant.
///
/// # Configuration
///
/// Made with [`Client::builder`], or with [`Client::from_env`] from what IBM's SDKs read. The timeouts are for making
/// a connection and for silence within an exchange; a call as a whole may take any time unless it is given one.
///
/// # Pooling and cloning
///
/// Cloning is cheap, and clones share connections and tokens. Make one client and clone it.
#[derive(Clone)]
pub struct Client {
    pub(crate) transport: Transport,
}

impl Client {
    /// Settings for a client of the instance at `base_url`, given with or without the `/v2` at its end.
    pub fn builder(base_url: &str) -> ClientBuilder {
        ClientBuilder {
            base_url: base_url.to_owned(),
            iam_url: DEFAULT_IAM_URL.to_owned(),
            tenant: None,
            request_initiator_type: None,
            identity: Identity::Anonymous,
            connection: ConnectionOptions::default(),
        }
    }

    /// A request by method and path, for what has no method here, or whose answer is wanted with all that the service
    /// sent. The path is below [`Client::base_url`], and parameters in it are already encoded.
    ///
    /// ```no_run
    /// use ibm_backup_recovery::Method;
    ///
    /// # async fn example(client: ibm_backup_recovery::Client) -> Result<(), ibm_backup_recovery::Error> {
    /// let policies = client.request(Method::GET, "/data-protect/policies").query("ids", "1:2:3").send().await?;
    /// println!("{}", policies["policies"][0]["name"]);
    /// # Ok(()) }
    /// ```
    pub fn request(&self, method: Method, path: &str) -> RawRequest<types::ApiError> {
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
/// use ibm_backup_recovery::{Client, RetryPolicy};
///
/// # fn example(api_key: String) -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::builder("https://backup.example")
///     .tenant("79mle1bk3m/")
///     .api_key(api_key)
///     // A service that is not IBM's may give out tokens itself, and have a certificate of its own authority.
///     .iam_url("https://backup.example")
///     .root_certificates(std::fs::read("authority.pem")?)
///     .timeout(Duration::from_secs(120))
///     .retry(RetryPolicy::default().max_attempts(6))
///     .build()?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "settings are not a client until `build` is called"]
pub struct ClientBuilder {
    base_url: String,
    iam_url: String,
    tenant: Option<String>,
    request_initiator_type: Option<String>,
    identity: Identity,
    connection: ConnectionOptions,
}

#[derive(Clone)]
enum Identity {
    Anonymous,
    ApiKey(Secret),
    Bearer(Secret),
}

impl ClientBuilder {
    /// The tenant that every call is for, such as `79mle1bk3m/`. The slash belongs to it. Required.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    /// Calls with tokens had from IAM for this key. They are fetched when needed and ahead of expiry.
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.identity = Identity::ApiKey(key.into());
        self
    }

    /// Calls with this token, which the caller keeps fresh.
    pub fn bearer_token(mut self, token: impl Into<Secret>) -> Self {
        self.identity = Identity::Bearer(token.into());
        self
    }

    /// Where tokens come from, `https://iam.cloud.ibm.com` unless set.
    pub fn iam_url(mut self, url: impl Into<String>) -> Self {
        self.iam_url = url.into();
        self
    }

    /// Who acts, as sent in the header `requestInitiatorType`: `UIUser`, `UIAuto` or `Helios`.
    pub fn request_initiator_type(mut self, kind: impl Into<String>) -> Self {
        self.request_initiator_type = Some(kind.into());
        self
    }

    client_core::connection_setters!(connection);

    /// The client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// When there is no tenant, a setting cannot be sent as a header, or TLS cannot be set up.
    pub fn build(mut self) -> Result<Client, Error> {
        let Some(tenant) = self.tenant.take() else {
            return Err(Error::missing("client", "tenant"));
        };
        let http = self.connection.http_client()?;
        let credentials = match self.identity {
            Identity::Anonymous => Credentials::Anonymous,
            Identity::Bearer(token) => Credentials::Bearer(token),
            Identity::ApiKey(key) => Credentials::ApiKey(IamTokens::new(http.clone(), &self.iam_url, key)),
        };
        let mut transport = Transport::builder(http, &versioned(&self.base_url))
            .header(TENANT, &tenant)?
            .request_id_headers(REQUEST_IDS)
            .credentials(credentials)
            .options(&self.connection);
        if let Some(kind) = &self.request_initiator_type {
            transport = transport.header(INITIATOR, kind)?;
        }
        Ok(Client { transport: transport.build() })
    }
}

/// Shows where the client would call, and nothing that proves who calls.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ClientBuilder").field("connection", &self.connection).finish_non_exhaustive()
    }
}

fn versioned(base_url: &str) -> String {
    let bare = base_url.trim_end_matches('/');
    if bare.ends_with(VERSION_PATH) { bare.to_owned() } else { format!("{bare}{VERSION_PATH}") }
}

impl ErrorBody for types::ApiError {
    fn into_details(self) -> ErrorDetails {
        ErrorDetails::new(self.error_code, self.message, self.task_log_id)
    }
}

#[cfg(test)]
mod tests {
    use super::versioned;

    #[test]
    fn the_version_is_in_the_url_once() {
        for given in ["http://host", "http://host/", "http://host/v2", "http://host/v2/"] {
            assert_eq!(versioned(given), "http://host/v2", "{given}");
        }
    }
}
