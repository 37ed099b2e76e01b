//! https by whichever backend is on: the same options mean the same with each, or are refused by name.
//!
//! `cargo xtask features` runs these tests once a backend, and once without any.

use client_core::{Call, CallOptions, ConnectionOptions, Error, ErrorKind, Transport};
use serde_json::Value;

async fn call(options: &ConnectionOptions, url: &str) -> Result<Value, Error> {
    let transport = Transport::builder(options.http_client()?, url).options(options).build();
    let request = transport.http().get(format!("{url}/")).build();
    let call = Call::new("call", false, CallOptions::default());
    Ok(transport.json::<Value, ()>(call, request).await?.into_inner())
}

#[cfg(not(any(feature = "native-tls", feature = "rustls", feature = "rustls-aws-lc")))]
#[tokio::test]
async fn without_a_backend_https_says_what_is_missing() {
    let error = call(&ConnectionOptions::default(), "https://127.0.0.1:1").await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Request, false), "{error}");
    for feature in ["`rustls`", "`rustls-aws-lc`", "`native-tls`"] {
        assert!(error.message().unwrap().contains(feature), "{error}");
    }
    let mut options = ConnectionOptions::default();
    options.root_certificates(b"any".to_vec());
    let error = options.http_client().unwrap_err();
    assert!(error.message().unwrap().contains("`native-tls`"), "{error}");
    // What no backend is needed for works.
    let error = call(&ConnectionOptions::default(), "http://127.0.0.1:1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
}

#[cfg(any(feature = "native-tls", feature = "rustls", feature = "rustls-aws-lc"))]
mod over_tls {
    use std::sync::Arc;

    use client_core::Secret;
    use rcgen::{
        BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
        KeyUsagePurpose,
    };
    use serde_json::json;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::crypto::ring;
    use tokio_rustls::rustls::pki_types::PrivateKeyDer;
    use tokio_rustls::rustls::server::WebPkiClientVerifier;
    use tokio_rustls::rustls::{RootCertStore, ServerConfig};

    use super::*;

    type Authority = CertifiedIssuer<'static, KeyPair>;

    fn authority() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        // OpenSSL takes a certificate for signed by itself where issuer and subject have one name.
        params.distinguished_name.push(DnType::CommonName, "an authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    }

    /// A certificate of an authority for this machine, and its key.
    fn issued(authority: &Authority, purpose: ExtendedKeyUsagePurpose) -> (rcgen::Certificate, KeyPair) {
        let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
        params.extended_key_usages = vec![purpose];
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, authority).unwrap(), key)
    }

    /// A server that says with 1 whether its caller has shown a certificate, and with 0 that it has not. It ends with the runtime of its test.
    async fn start(authority: &Authority) -> String {
        let provider = Arc::new(ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .allow_unauthenticated()
            .build()
            .unwrap();
        let (certificate, key) = issued(authority, ExtendedKeyUsagePurpose::ServerAuth);
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Whoever does not trust this server goes away.
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                // OpenSSL sends those that issued it along.
                let shown = u8::from(stream.get_ref().1.peer_certificates().is_some_and(|it| !it.is_empty()));
                let _ = stream.read(&mut [0; 4096]).await;
                let body = shown.to_string();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                );
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        url
    }

    fn once() -> ConnectionOptions {
        let mut options = ConnectionOptions::default();
        options.no_proxy();
        options.retry(client_core::RetryPolicy::never());
        options
    }

    #[tokio::test]
    async fn an_authority_is_trusted_when_it_is_named_and_only_then() {
        let own = authority();
        let url = start(&own).await;
        let error = call(&once(), &url).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
        for only in [false, true] {
            let mut options = once();
            options.root_certificates(own.pem().into_bytes());
            if only {
                options.only_named_roots();
            }
            assert_eq!(call(&options, &url).await.unwrap(), json!(0), "only those that are named: {only}");
        }
        let mut other = once();
        other.root_certificates(authority().pem().into_bytes());
        assert_eq!(call(&other, &url).await.unwrap_err().kind(), ErrorKind::Connect);
    }

    #[tokio::test]
    async fn a_client_certificate_is_shown() {
        let own = authority();
        let url = start(&own).await;
        let (certificate, key) = issued(&own, ExtendedKeyUsagePurpose::ClientAuth);
        for pem in [certificate.pem() + &key.serialize_pem(), key.serialize_pem() + &certificate.pem()] {
            let mut options = once();
            options.root_certificates(own.pem().into_bytes());
            options.client_certificate(Secret::new(pem));
            assert_eq!(call(&options, &url).await.unwrap(), json!(1));
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_its_name() {
        let refusal = |change: &dyn Fn(&mut ConnectionOptions)| {
            let mut options = once();
            change(&mut options);
            let error = options.http_client().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Request);
            error.message().unwrap().to_owned()
        };
        let certificate = authority().pem();
        let no_text = refusal(&|options| options.root_certificates(b"no PEM".to_vec()));
        assert_eq!(no_text, "a certificate authority is no PEM text with a certificate");
        let nobody = refusal(&|options| options.only_named_roots());
        assert!(nobody.contains("none is named"), "{nobody}");
        let no_key = refusal(&|options| options.client_certificate(Secret::new(certificate.clone())));
        assert_eq!(no_key, "the client certificate has no readable private key");
        let key = KeyPair::generate().unwrap().serialize_pem();
        let no_chain = refusal(&|options| options.client_certificate(Secret::new(key.clone())));
        assert_eq!(no_chain, "the client certificate is no PEM text with a certificate");
    }
}
