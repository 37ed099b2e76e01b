//! TLS: a certificate chain and its key, from PEM files.

use std::error::Error as StdError;
use std::path::Path;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use crate::Error;
use crate::config::TlsFiles;

/// Reads both files. They are read once: a server that is to show a new certificate is started again.
pub(crate) fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, Error> {
    let certificates = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(|certificates| certificates.collect::<Result<Vec<_>, _>>())
        .map_err(|source| failed("read the certificate", &files.certificate, source))?;
    if certificates.is_empty() {
        let reason = "it holds no PEM section CERTIFICATE";
        return Err(failed("read the certificate", &files.certificate, reason));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|source| failed("read the private key", &files.key, source))?;
    let configured = |certificates, key| -> Result<ServerConfig, rustls::Error> {
        ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(certificates, key)
    };
    let mut config = configured(certificates, key)
        .map_err(|source| failed("use the certificate with its key:", &files.certificate, source))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn failed(act: &'static str, path: &Path, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
    Error::Tls { act, path: path.to_owned(), source: source.into() }
}
