//! What the user of a client decides about its connections and calls, the same for every API.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::{Error, Observer, RetryPolicy, Secret};

/// How a client connects and calls. The builder of each client has a setter for every one of these, written by
/// [`connection_setters!`](crate::connection_setters).
#[derive(Clone)]
pub struct ConnectionOptions {
    pub(crate) connect_timeout: Duration,
    pub(crate) read_timeout: Duration,
    pub(crate) timeout: Option<Duration>,
    pub(crate) user_agent: String,
    pub(crate) retry: RetryPolicy,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) proxy: Proxy,
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) trusts_platform: bool,
    pub(crate) identity: Option<Secret>,
    pub(crate) gzip: bool,
}

/// Through what a client reaches the service.
#[derive(Clone)]
pub(crate) enum Proxy {
    /// What `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
    Environment,
    None,
    Url(Secret),
}

impl Default for ConnectionOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(60),
            timeout: None,
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
            retry: RetryPolicy::default(),
            observer: None,
            proxy: Proxy::Environment,
            root_certificates: Vec::new(),
            trusts_platform: true,
            identity: None,
            gzip: true,
        }
    }
}

impl ConnectionOptions {
    /// How long making a connection may take.
    pub fn connect_timeout(&mut self, timeout: Duration) {
        self.connect_timeout = timeout;
    }

    /// How long the service may be silent, before an answer or within one.
    pub fn read_timeout(&mut self, timeout: Duration) {
        self.read_timeout = timeout;
    }

    /// How long a call may take as a whole.
    pub fn timeout(&mut self, timeout: Duration) {
        self.timeout = Some(timeout);
    }

    /// How the client calls itself.
    pub fn user_agent(&mut self, name: String) {
        self.user_agent = name;
    }

    /// When calls are repeated.
    pub fn retry(&mut self, policy: RetryPolicy) {
        self.retry = policy;
    }

    /// Who is told of every call.
    pub fn observer(&mut self, observer: Arc<dyn Observer>) {
        self.observer = Some(observer);
    }

    /// Through what the service is reached.
    pub fn proxy(&mut self, url: Secret) {
        self.proxy = Proxy::Url(url);
    }

    /// Reaches the service directly, whatever the environment says.
    pub fn no_proxy(&mut self) {
        self.proxy = Proxy::None;
    }

    /// Trusts the certificate authorities in this PEM text.
    pub fn root_certificates(&mut self, pem: Vec<u8>) {
        self.root_certificates.push(pem);
    }

    /// Trusts the certificate authorities that were named and not those of the operating system.
    pub fn only_named_roots(&mut self) {
        self.trusts_platform = false;
    }

    /// Shows this certificate to the service: a PEM text with the chain and its private key.
    pub fn client_certificate(&mut self, pem: Secret) {
        self.identity = Some(pem);
    }

    /// Asks for no packed answers, and leaves those that come packed as they are.
    pub fn no_gzip(&mut self) {
        self.gzip = false;
    }

    /// An HTTP client with these options.
    ///
    /// Without one of the features `rustls`, `rustls-aws-lc` and `native-tls` only `http` URLs can be called, and an
    /// `https` one fails with what is missing.
    ///
    /// # Errors
    ///
    /// When a certificate, key or proxy cannot be read, the user agent is no header value, or TLS cannot be set
    /// up.
    pub fn http_client(&self) -> Result<reqwest::Client, Error> {
        let builder = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            .read_timeout(self.read_timeout)
            // A redirect could carry a token to another host, and no documented answer is one.
            .redirect(reqwest::redirect::Policy::none())
            .gzip(self.gzip)
            .user_agent(self.user_agent.clone());
        let builder = match &self.proxy {
            Proxy::Environment => builder,
            Proxy::None => builder.no_proxy(),
            Proxy::Url(url) => builder.proxy(
                reqwest::Proxy::all(url.expose())
                    .map_err(|_| Error::invalid("client", "the proxy is not a valid URL"))?,
            ),
        };
        #[cfg(any(feature = "native-tls", feature = "rustls", feature = "rustls-aws-lc"))]
        let builder = crate::tls::configured(builder, self)?;
        #[cfg(not(any(feature = "native-tls", feature = "rustls", feature = "rustls-aws-lc")))]
        if self.identity.is_some() || !self.root_certificates.is_empty() || !self.trusts_platform {
            let message = format!("certificates need https, and {}", crate::error::NO_TLS);
            return Err(Error::invalid("client", message));
        }
        builder.build().map_err(|error| Error::http("client", error))
    }
}

impl fmt::Debug for ConnectionOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ConnectionOptions")
            .field("connect_timeout", &self.connect_timeout)
            .field("read_timeout", &self.read_timeout)
            .field("timeout", &self.timeout)
            .field("user_agent", &self.user_agent)
            .field("retry", &self.retry)
            .field("root_certificates", &self.root_certificates.len())
            .finish_non_exhaustive()
    }
}

/// Writes the setters that the builders of all clients share. `$field` is the field of the builder that holds the
/// [`ConnectionOptions`].
#[macro_export]
macro_rules! connection_setters {
    ($field:ident) => {
        /// How long making a connection may take. Ten seconds unless set.
        pub fn connect_timeout(mut self, timeout: ::std::time::Duration) -> Self {
            self.$field.connect_timeout(timeout);
            self
        }

        /// How long the service may be silent, before an answer or within one. One minute unless set.
        pub fn read_timeout(mut self, timeout: ::std::time::Duration) -> Self {
            self.$field.read_timeout(timeout);
            self
        }

        /// How long a call may take as a whole: all attempts, the pauses between them, and the reading of the
        /// answer. Without limit unless set. Of a download it bounds the time until the answer begins.
        pub fn timeout(mut self, timeout: ::std::time::Duration) -> Self {
            self.$field.timeout(timeout);
            self
        }

        /// When calls are repeated. Four attempts within a minute unless set.
        pub fn retry(mut self, policy: $crate::RetryPolicy) -> Self {
            self.$field.retry(policy);
            self
        }

        /// Who is told of every call, for metrics.
        pub fn observer(mut self, observer: ::std::sync::Arc<dyn $crate::Observer>) -> Self {
            self.$field.observer(observer);
            self
        }

        /// Reaches the service through the proxy at this URL, which may hold a user and password. Unless set,
        /// `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` in the environment say which.
        pub fn proxy(mut self, url: impl Into<$crate::Secret>) -> Self {
            self.$field.proxy(url.into());
            self
        }

        /// Reaches the service directly, whatever the environment says.
        pub fn no_proxy(mut self) -> Self {
            self.$field.no_proxy();
            self
        }

        /// Trusts the certificate authorities in this PEM text, besides those of the operating system.
        pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
            self.$field.root_certificates(pem.into());
            self
        }

        /// Trusts the certificate authorities of [`root_certificates`](Self::root_certificates) alone.
        pub fn only_named_roots(mut self) -> Self {
            self.$field.only_named_roots();
            self
        }

        /// Shows this certificate to the service: a PEM text with the chain and its private key.
        pub fn client_certificate(mut self, pem: impl Into<$crate::Secret>) -> Self {
            self.$field.client_certificate(pem.into());
            self
        }

        /// Asks for no packed answers, and leaves those that come packed as they are. Answers are asked for with gzip
        /// unless set.
        pub fn no_gzip(mut self) -> Self {
            self.$field.no_gzip();
            self
        }

        /// How the client calls itself.
        pub fn user_agent(mut self, name: impl Into<String>) -> Self {
            self.$field.user_agent(name.into());
            self
        }
    };
}
