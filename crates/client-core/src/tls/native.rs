//! TLS with what the operating system has, through `native-tls`.
//!
//! A private key has to be PKCS#8, `BEGIN PRIVATE KEY`: that is what every operating system reads.

use reqwest::{Certificate, ClientBuilder, Identity};

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
    let roots = roots(options)?;
    let mut builder = builder.tls_backend_native();
    builder = if options.trusts_platform {
        builder.tls_certs_merge(roots)
    } else if roots.is_empty() {
        return Err(nobody_to_trust());
    } else {
        builder.tls_certs_only(roots)
    };
    if let Some(pem) = &options.identity {
        builder = builder.identity(identity(pem.expose())?);
    }
    Ok(builder)
}

fn roots(options: &ConnectionOptions) -> Result<Vec<Certificate>, Error> {
    let mut roots = Vec::new();
    for der in built_in(options) {
        roots.push(Certificate::from_der(der).map_err(failed)?);
    }
    for pem in &options.root_certificates {
        let what = "a certificate authority";
        let found = Certificate::from_pem_bundle(pem).map_err(|_| no_certificate(what))?;
        if found.is_empty() {
            return Err(no_certificate(what));
        }
        roots.extend(found);
    }
    Ok(roots)
}

/// A certificate with its chain and its key, from one PEM text.
fn identity(pem: &str) -> Result<Identity, Error> {
    let (mut chain, mut key) = (String::new(), None);
    for (label, block) in blocks(pem) {
        match label {
            "CERTIFICATE" => chain.extend([block, "\n"]),
            "PRIVATE KEY" => key = Some(block),
            label if label.ends_with("PRIVATE KEY") => {
                let message = format!(
                    "the private key of the client certificate is `{label}`; with the feature `native-tls` it has \
                     to be PKCS#8, `PRIVATE KEY`"
                );
                return Err(Error::invalid("client", message));
            }
            _ => {}
        }
    }
    if chain.is_empty() {
        return Err(no_certificate("the client certificate"));
    }
    let key = key.ok_or_else(no_key)?;
    // The source could quote what was given.
    Identity::from_pkcs8_pem(chain.as_bytes(), key.as_bytes())
        .map_err(|_| Error::invalid("client", "the client certificate or its private key cannot be used"))
}

/// The blocks of a PEM text, each with its label.
fn blocks(pem: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = pem;
    std::iter::from_fn(move || {
        let begin = rest.find("-----BEGIN ")?;
        let (label, _) = rest[begin + "-----BEGIN ".len()..].split_once("-----")?;
        let end = format!("-----END {label}-----");
        let length = rest[begin..].find(&end)? + end.len();
        let block = &rest[begin..begin + length];
        rest = &rest[begin + length..];
        Some((label, block))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_told_apart_by_their_labels() {
        let pem = "words\n-----BEGIN A-----\nx\n-----END A-----\n\n-----BEGIN B C-----\ny\n-----END B C-----\n-----BEGIN A-----\ncut";
        let found: Vec<_> = blocks(pem).collect();
        let wanted = [
            ("A", "-----BEGIN A-----\nx\n-----END A-----"),
            ("B C", "-----BEGIN B C-----\ny\n-----END B C-----"),
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_key_in_an_older_form_is_refused_by_its_name() {
        let pem = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n\
                   -----BEGIN RSA PRIVATE KEY-----\n-----END RSA PRIVATE KEY-----\n";
        let error = identity(pem).err().and_then(|error| error.message().map(str::to_owned));
        assert!(error.is_some_and(|text| text.contains("`RSA PRIVATE KEY`") && text.contains("PKCS#8")));
    }
}
