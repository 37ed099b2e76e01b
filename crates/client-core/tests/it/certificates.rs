//! Certificates that one side does not accept, and what is said of it.

use std::sync::Arc;
use std::time::Duration;

use client_core::{Call, CallOptions, ConnectionOptions, Error, ErrorKind, Secret, Transport};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for a host, good in the years from the first to the second, and its key.
fn issued(
    authority: &Authority,
    host: &str,
    purpose: ExtendedKeyUsagePurpose,
    years: [i32; 2],
) -> (rcgen::Certificate, KeyPair) {
    let mut params = CertificateParams::new([host.to_owned()]).unwrap();
    params.extended_key_usages = vec![purpose];
    params.not_before = date_time_ymd(years[0], 1, 1);
    params.not_after = date_time_ymd(years[1], 1, 1);
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, authority).unwrap(), key)
}

/// Years around now, moved by some.
fn years(moved: i32) -> [i32; 2] {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let now = i32::try_from(1970 + seconds / 31_556_952).unwrap() + moved;
    [now - 1, now + 2]
}

/// A server with a certificate, which may want one of its callers. It ends with the runtime of its test.
async fn start((certificate, key): (rcgen::Certificate, KeyPair), wants: Option<&Authority>) -> String {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = match wants {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = builder.with_single_cert(vec![certificate.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = match acceptor.accept(stream).into_fallible().await {
                Ok(stream) => stream,
                Err((_, mut stream)) => {
                    // Closed with something unread in it, the other side may never see why.
                    let _ = stream.read_to_end(&mut Vec::new()).await;
                    continue;
                }
            };
            let _ = stream.read(&mut [0; 4096]).await;
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: close\r\n\r\n1";
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    url
}

async fn call(options: &ConnectionOptions, url: &str) -> Result<Value, Error> {
    let transport = Transport::builder(options.http_client()?, url).options(options).build();
    let request = transport.http().get(format!("{url}/")).build();
    let call = Call::new("call", true, CallOptions::default());
    Ok(transport.json::<Value, ()>(call, request).await?.into_inner())
}

fn trusting(authority: &Authority) -> ConnectionOptions {
    let mut options = ConnectionOptions::default();
    options.no_proxy();
    options.timeout(Duration::from_secs(20));
    options.root_certificates(authority.pem().into_bytes());
    options
}

/// What is said when a call fails for good, at the first attempt.
#[track_caller]
fn said(result: Result<Value, Error>) -> String {
    let error = result.unwrap_err();
    assert!(!error.is_retryable(), "a certificate does not mend itself: {error:?}");
    assert!(error.attempts() <= 1, "it was tried {} times", error.attempts());
    error.message().unwrap_or_else(|| panic!("{error:?}")).to_owned()
}

#[tokio::test]
async fn what_is_wrong_with_the_certificate_of_a_service_is_said() {
    let own = authority();
    let server =
        |host, moved| start(issued(&own, host, ExtendedKeyUsagePurpose::ServerAuth, years(moved)), None);
    let good = server("127.0.0.1", 0).await;
    assert_eq!(call(&trusting(&own), &good).await.unwrap(), 1);
    let unknown = said(call(&trusting(&authority()), &good).await);
    assert!(unknown.contains("`root_certificates`"), "{unknown}");
    let other = server("service.example", 0).await;
    let other = said(call(&trusting(&own), &other).await);
    assert!(other.contains("another host name"), "{other}");
    for moved in [-5, 5] {
        let url = server("127.0.0.1", moved).await;
        let past = said(call(&trusting(&own), &url).await);
        assert!(past.contains("not valid at this time"), "{past}");
    }
}

#[tokio::test]
async fn a_service_that_wants_a_certificate_is_served_one_or_says_so() {
    let own = authority();
    let certificate = issued(&own, "127.0.0.1", ExtendedKeyUsagePurpose::ServerAuth, years(0));
    let url = start(certificate, Some(&own)).await;
    let shown = |authority: &Authority| {
        let (certificate, key) = issued(authority, "me", ExtendedKeyUsagePurpose::ClientAuth, this_year());
        let mut options = trusting(&own);
        options.client_certificate(Secret::new(certificate.pem() + &key.serialize_pem()));
        options
    };
    assert_eq!(call(&shown(&own), &url).await.unwrap(), 1);
    let none = said(call(&trusting(&own), &url).await);
    assert!(none.contains("`client_certificate`") && none.contains("wants"), "{none}");
    let other = said(call(&shown(&authority()), &url).await);
    assert!(other.contains("does not accept"), "{other}");
}

#[tokio::test]
async fn no_service_at_all_is_another_matter() {
    let error = call(&trusting(&authority()), "https://127.0.0.1:1").await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Connect, None));
    assert!(error.is_retryable());
}
