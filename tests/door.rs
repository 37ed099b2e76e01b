//! How clients come in: over TLS, over plain HTTP where it is harmless, and not for ever.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use server::{Config, TlsFiles};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::support::TestServer;

/// A certificate for `localhost`, as files, and the roots of somebody who trusts it.
fn certificate(dir: &Path) -> (TlsFiles, RootCertStore) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let files = TlsFiles { certificate: dir.join("cert.pem"), key: dir.join("key.pem") };
    fs::write(&files.certificate, cert.pem()).unwrap();
    fs::write(&files.key, signing_key.serialize_pem()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    (files, roots)
}

/// Sends bytes and reads until the server closes.
fn exchange(mut stream: impl std::io::Read + std::io::Write, sent: &str) -> std::io::Result<String> {
    stream.write_all(sent.as_bytes())?;
    stream.flush()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

const ASK: &str = "GET /v2/data-protect/policies HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

fn over_tls(address: &str, roots: RootCertStore) -> std::io::Result<String> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    exchange(StreamOwned::new(connection, TcpStream::connect(address)?), ASK)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_a_certificate_speaks_tls_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let (tls, roots) = certificate(dir.path());
    let config = Config { tls: Some(tls), ..Config::on_loopback(dir.path().join("data")) };
    let server = TestServer::start_as(config, None).await;
    let address = server.url.strip_prefix("https://").unwrap().to_owned();
    let plain = TcpStream::connect(&address).unwrap();
    let refused = blocking(move || exchange(plain, ASK)).await.unwrap_or_default();
    assert!(!refused.contains("HTTP/1.1"), "{refused}");

    let asked = address.clone();
    let answer = blocking(move || over_tls(&asked, roots)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(answer.contains("errorCode"), "{answer}");
    let stranger = blocking(move || over_tls(&address, RootCertStore::empty())).await;
    assert!(stranger.is_err(), "a certificate that nobody vouches for");
    // A client in the middle of its handshake does not keep the server from stopping.
    let _silent = TcpStream::connect(server.url.strip_prefix("https://").unwrap()).unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_holds_a_connection_for_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let config = Config { patience: Duration::from_millis(300), ..Config::on_loopback(dir.path()) };
    let server = TestServer::start_as(config, None).await;
    let address = server.url.strip_prefix("http://").unwrap().to_owned();
    let ask = |sent: &'static str| {
        let stream = TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        blocking(move || exchange(stream, sent))
    };
    assert_eq!(
        ask("GET /v2/data-protect/policies HTTP/1.1\r\nHost: x\r\n").await.unwrap(),
        "",
        "half a head"
    );
    assert_eq!(ask("").await.unwrap(), "", "not a word");
    let half = "POST /identity/token HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n\r\ngrant_type=";
    let answer = ask(half).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("broke off"), "{answer}");
    let half = "POST /connectors/register HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{";
    let answer = ask(half).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    server.stop().await;
}

/// Runs `strongroom serve` with arguments that it refuses.
fn refused(dir: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_strongroom"));
    let Output { status, stdout, stderr } =
        command.arg("serve").arg("--data-dir").arg(dir.join("data")).args(arguments).output().unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert!(!status.success() && stdout.is_empty(), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

#[test]
fn what_would_travel_in_the_clear_needs_a_word() {
    let dir = tempfile::tempdir().unwrap();
    let said = refused(dir.path(), &["--listen", "0.0.0.0:0"]);
    assert!(said.contains("--tls-cert") && said.contains("--insecure-http"), "{said}");
    assert!(refused(dir.path(), &["--listen", "[::]:0"]).contains("--tls-cert"));
    assert!(!dir.path().join("data").exists(), "nothing was made");
}

#[test]
fn a_certificate_that_cannot_be_used_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let (mine, _) = certificate(dir.path());
    let other = dir.path().join("other");
    fs::create_dir(&other).unwrap();
    let (theirs, _) = certificate(&other);
    let empty = dir.path().join("empty.pem");
    fs::write(&empty, "nothing").unwrap();
    let with = |certificate: &PathBuf, key: &PathBuf| {
        let (certificate, key) = (certificate.to_str().unwrap(), key.to_str().unwrap());
        refused(dir.path(), &["--listen", "127.0.0.1:0", "--tls-cert", certificate, "--tls-key", key])
    };
    assert!(with(&empty, &mine.key).contains("empty.pem"));
    assert!(with(&mine.certificate, &empty).contains("empty.pem"));
    assert!(with(&mine.certificate, &dir.path().join("none")).contains("none"));
    assert!(with(&mine.certificate, &theirs.key).contains("cert.pem"), "the key of another certificate");
    let alone = refused(dir.path(), &["--tls-cert", mine.certificate.to_str().unwrap()]);
    assert!(alone.contains("--tls-key"), "{alone}");
}

#[test]
fn odd_flags_are_refused_or_harmless() {
    let dir = tempfile::tempdir().unwrap();
    for tenant in ["", "a b", "ü/", "x\ny", &"x".repeat(65)] {
        let said = refused(dir.path(), &["--listen", "127.0.0.1:0", "--tenant", tenant]);
        assert!(said.contains("cannot be the id of a tenant"), "{tenant:?}: {said}");
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_strongroom"))
        .args(["serve", "--listen", "127.0.0.1:0", "--jobs", "18446744073709551615", "--data-dir"])
        .arg(dir.path().join("many"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env("RUST_LOG", "debug")
        .spawn()
        .unwrap();
    // Nobody reads the log: that must not end what writes to it.
    drop(child.stderr.take());
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().rsplit('/').next().unwrap().to_owned();
    for _ in 0..3 {
        let stream = TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let answer = exchange(stream, ASK).unwrap();
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer:?}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_file_that_cannot_be_used_is_named_once() {
    let dir = tempfile::tempdir().unwrap();
    let key = dir.path().join("api.key");
    fs::write(&key, "short").unwrap();
    let said = refused(dir.path(), &["--listen", "127.0.0.1:0", "--api-key-file", key.to_str().unwrap()]);
    assert!(said.contains("api.key"), "{said}");
    assert_eq!(said.matches("at least 20 characters").count(), 1, "{said}");
    let other = dir.path().join("other");
    fs::create_dir_all(other.join("data")).unwrap();
    fs::write(other.join("data/catalog.db"), "no database".repeat(1_000)).unwrap();
    let said = refused(&other, &["--listen", "127.0.0.1:0"]);
    assert_eq!(said.matches("the catalog failed").count(), 1, "{said}");
}
