//! TLS: whom the client trusts, and what it shows of itself.
//!
//! A backend is a feature. Where several are on, what somebody asked for comes before what is the default of the
//! clients: `native-tls`, then `rustls-aws-lc`, then `rustls`. All of them take the same options, and refuse the same
//! ones; what only one of them cannot do is said where it refuses it.

#[cfg(feature = "native-tls")]
mod native;
#[cfg(not(feature = "native-tls"))]
mod with_rustls;

#[cfg(feature = "native-tls")]
pub(crate) use native::configured;
#[cfg(not(feature = "native-tls"))]
pub(crate) use with_rustls::configured;

use crate::{ConnectionOptions, Error};

/// The authorities that are trusted besides those that were named and those of the operating system, as DER.
fn built_in(options: &ConnectionOptions) -> Vec<&'static [u8]> {
    #[cfg(feature = "webpki-roots")]
    if options.trusts_platform {
        return webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(|root| root.as_ref()).collect();
    }
    // Whoever trusts only whom they named trusts nobody else.
    let _ = options;
    Vec::new()
}

fn nobody_to_trust() -> Error {
    Error::invalid("client", "only named certificate authorities are to be trusted, and none is named")
}

fn no_certificate(what: &str) -> Error {
    Error::invalid("client", format!("{what} is no PEM text with a certificate"))
}

fn no_key() -> Error {
    Error::invalid("client", "the client certificate has no readable private key")
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::invalid("client", "TLS cannot be set up").with(|inner| inner.source = Some(error.into()))
}
