//! TLS with rustls, by ring or by aws-lc.

use std::sync::Arc;

use reqwest::ClientBuilder;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::{built_in, failed, no_certificate, no_key, nobody_to_trust};
use crate::{ConnectionOptions, Error};

/// The builder with TLS by these options.
///
/// # Errors
///
/// When a certificate or key cannot be read, or there is nobody to trust.
pub(crate) fn configured(
    builder: ClientBuilder,
    options: &ConnectionOptions,
) -> Result<ClientBuilder, Error> {
    Ok(builder.tls_backend_preconfigured(config(options)?))
}

/// The provider is named and not installed for the process, which belongs to the program.
fn provider() -> CryptoProvider {
    #[cfg(feature = "rustls-aws-lc")]
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    #[cfg(not(feature = "rustls-aws-lc"))]
    let provider = rustls::crypto::ring::default_provider();
    provider
}

fn config(options: &ConnectionOptions) -> Result<ClientConfig, Error> {
    let provider = Arc::new(provider());
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
            return Err(nobody_to_trust());
        }
        builder.with_root_certificates(store)
    };
    let mut config = match &options.identity {
        None => builder.with_no_client_auth(),
        Some(pem) => {
            let pem = pem.expose().as_bytes();
            let chain = certificates(pem, "the client certificate")?;
            let key = PrivateKeyDer::from_pem_slice(pem).map_err(|_| no_key())?;
            builder.with_client_auth_cert(chain, key).map_err(failed)?
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn roots(options: &ConnectionOptions) -> Result<Vec<CertificateDer<'static>>, Error> {
    let mut roots: Vec<_> = built_in(options).into_iter().map(CertificateDer::from).collect();
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
        _ => Err(no_certificate(what)),
    }
}
