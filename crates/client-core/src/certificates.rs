//! What to do about a certificate that somebody does not accept, in words.

use std::error::Error;

/// What TLS libraries say, rustls first and then OpenSSL, and what that means to the user of a client.
const MEANINGS: [(&[&str], &str); 5] = [
    (
        &[
            "UnknownIssuer",
            "self-signed certificate",
            "self signed certificate",
            "unable to get local issuer",
        ],
        "nobody here trusts the authority that issued the certificate of the service: name it with \
         `root_certificates`",
    ),
    (
        &["certificate not valid for name", "NotValidForName", "ostname mismatch", "IP address mismatch"],
        "the certificate of the service is for another host name than that of the URL",
    ),
    (
        &["certificate expired", "certificate has expired", "not valid yet"],
        "the certificate of the service is not valid at this time: it has expired, or the clock here is wrong",
    ),
    (
        &["CertificateRequired", "certificate required"],
        "the service wants a certificate of its caller: name one with `client_certificate`",
    ),
    (
        &[
            "fatal alert: UnknownCA",
            "fatal alert: BadCertificate",
            "fatal alert: CertificateUnknown",
            "alert unknown ca",
        ],
        "the service does not accept the certificate of `client_certificate`",
    ),
];

/// What is wrong with a certificate, if that is why there was no exchange.
pub(crate) fn meaning(error: &(dyn Error + 'static)) -> Option<&'static str> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let text = error.to_string();
        let said = |words: &[&str]| words.iter().any(|words| text.contains(words));
        if let Some((_, meaning)) = MEANINGS.iter().find(|(words, _)| said(words)) {
            return Some(meaning);
        }
        cause = error.source();
    }
    None
}
