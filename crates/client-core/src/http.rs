//! The HTTP library, set up once: timeouts that suit downloads, and TLS.

use std::time::Duration;

use crate::Error;

/// Timeouts of the connection. There is none for a whole exchange: a download takes as long as it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpOptions {
    /// How long making a connection may take. Ten seconds unless set.
    pub connect_timeout: Duration,
    /// How long the service may be silent, before an answer or within one. One minute unless set.
    pub read_timeout: Duration,
    /// How the client calls itself.
    pub user_agent: String,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(60),
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// An HTTP client with these options. Certificates are judged by the operating system's rules.
///
/// Without the feature `rustls` only `http` URLs can be called.
///
/// # Errors
///
/// When the TLS library cannot be set up, or the user agent is no header value.
pub fn http_client(options: &HttpOptions) -> Result<reqwest::Client, Error> {
    let builder = reqwest::Client::builder()
        .connect_timeout(options.connect_timeout)
        .read_timeout(options.read_timeout)
        .user_agent(options.user_agent.clone());
    #[cfg(feature = "rustls")]
    let builder = builder.tls_backend_preconfigured(tls()?);
    builder.build().map_err(|error| Error::http("client", error))
}

/// The provider is named here and not installed for the process, which belongs to the program.
#[cfg(feature = "rustls")]
fn tls() -> Result<rustls::ClientConfig, Error> {
    use std::sync::Arc;

    use rustls_platform_verifier::Verifier;

    let failed = |error: rustls::Error| {
        Error::invalid("client", "TLS cannot be set up").with(|inner| inner.source = Some(Box::new(error)))
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier::new(provider.clone()).map_err(failed)?;
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        // "Dangerous" is the name of the way in for any verifier; this one is that of the platform.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
