//! TLS with rustls and ring: whom the client trusts, and what it shows of itself.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::{ConnectionOptions, Error};

/// The configuration for these options.
///
/// The provider is named here and not installed for the process, which belongs to the program.
///
/// # Errors
///
/// When a certificate or key cannot be read, or there is nobody to trust.
pub(crate) fn config(options: &ConnectionOptions) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = roots(options)?;
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    let builder = if options.trusts_platform {
        let verifier = Verifier::new_with_extra_roots(roots, provider).map_err(failed)?;
        // "Dangerous" is the name of the way in for any verifier; this one is that of the platform.
        builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
    } else {
        let mut store = RootCertStore::empty();
        for root in roots {
            store.add(root).map_err(failed)?;
        }
        if store.is_empty() {
            let message = "only named certificate authorities are to be trusted, and none is named";
            return Err(Error::invalid("client", message));
        }
        builder.with_root_certificates(store)
    };
    let mut config = match &options.identity {
        None => builder.with_no_client_auth(),
        Some(pem) => {
            let pem = pem.expose().as_bytes();
            let chain = certificates(pem, "the client certificate")?;
            let key = PrivateKeyDer::from_pem_slice(pem).map_err(|_| {
                Error::invalid("client", "the client certificate has no readable private key")
            })?;
            builder.with_client_auth_cert(chain, key).map_err(failed)?
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn roots(options: &ConnectionOptions) -> Result<Vec<CertificateDer<'static>>, Error> {
    let mut roots = Vec::new();
    for pem in &options.root_certificates {
        roots.extend(certificates(pem, "a certificate authority")?);
    }
    Ok(roots)
}

/// The certificates in a PEM text, of which there must be one.
fn certificates(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(Error::invalid("client", format!("{what} is no PEM text with a certificate"))),
    }
}

fn failed(error: rustls::Error) -> Error {
    Error::invalid("client", "TLS cannot be set up").with(|inner| inner.source = Some(Box::new(error)))
}
