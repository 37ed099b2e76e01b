//! Addresses of servers: whether two are the same, and whether one may be called.

use url::{Host, Url};

use crate::Error;

/// Whether two URLs name the same server, with or without the path of its API at the end.
pub(crate) fn same_server(one: &str, other: &str) -> bool {
    match (Url::parse(one), Url::parse(other)) {
        (Ok(one), Ok(other)) => one.origin() == other.origin() && path(&one) == path(&other),
        _ => one.trim_end_matches('/') == other.trim_end_matches('/'),
    }
}

fn path(url: &Url) -> &str {
    let bare = url.path().trim_end_matches('/');
    ["/v2", "/api"].iter().find_map(|end| bare.strip_suffix(end)).unwrap_or(bare).trim_end_matches('/')
}

/// Refuses what is no URL of a server, and http to other machines unless that is allowed.
///
/// # Errors
///
/// What is wrong with it, as a sentence for whoever gave it.
pub fn check_address(url: &str, insecure_http: bool) -> Result<(), Error> {
    let parsed =
        Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let Some(parsed) = parsed else {
        // It may hold a password, so it is shown only where it cannot.
        let shown = if url.contains('@') { "the URL".to_owned() } else { format!("`{url}`") };
        return Err(Error::Refused(format!(
            "{shown} is no address of a server: it looks like https://backup.example"
        )));
    };
    let loopback = match parsed.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if parsed.scheme() == "http" && !loopback && !insecure_http {
        return Err(Error::Refused(format!(
            "keys and passwords would travel in the clear to http://{}: use https, or allow it with --insecure-http or \
             `insecure-http = true` in the profile",
            parsed.host_str().unwrap_or_default()
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_known_by_its_origin_and_path() {
        let same = |one, other| same_server(one, other);
        assert!(same("https://Host", "https://host:443/v2/"));
        assert!(same("http://host/api", "http://host/"));
        assert!(!same("http://host", "https://host"));
        assert!(!same("http://host:81", "http://host"));
        assert!(!same("http://host/one", "http://host/two"));
        assert!(!same("http://host.evil", "http://host"));
    }

    #[test]
    fn secrets_go_in_the_clear_only_where_that_is_allowed() {
        for url in ["http://127.0.0.1:8440", "http://[::1]", "http://localhost", "https://host"] {
            assert!(check_address(url, false).is_ok(), "{url}");
        }
        for url in ["http://host", "http://127.0.0.1.example", "http://10.0.0.1"] {
            assert!(check_address(url, false).unwrap_err().to_string().contains("--insecure-http"), "{url}");
            assert!(check_address(url, true).is_ok(), "{url}");
        }
        for url in ["host", "ftp://host", "https://", "host:8440"] {
            assert!(check_address(url, true).unwrap_err().to_string().contains("no address"), "{url}");
        }
        let shown = check_address("user:hush@host", true).unwrap_err().to_string();
        assert!(!shown.contains("hush"), "{shown}");
    }
}
