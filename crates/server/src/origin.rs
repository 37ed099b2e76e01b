//! Origins: where pages come from that may call.

use std::fmt;
use std::str::FromStr;

use axum::http::HeaderValue;
use url::Url;

/// Where pages come from: a scheme, a host and a port, such as `https://console.example:8443`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(HeaderValue);

impl Origin {
    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

/// A text is no origin. It says why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoOrigin(String);

impl FromStr for Origin {
    type Err = NoOrigin;

    /// Reads an origin as people write it: a port that goes without saying is left out, as browsers do.
    fn from_str(text: &str) -> Result<Self, NoOrigin> {
        let wrong =
            |why: &str| NoOrigin(format!("{text:?} {why}; an origin is like https://console.example"));
        let url = Url::parse(text).map_err(|err| wrong(&format!("is no URL: {err}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("is neither http nor https"));
        }
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("is more than a scheme, a host and a port"));
        }
        let origin = url.origin().ascii_serialization();
        HeaderValue::try_from(origin).map(Self).map_err(|_| wrong("is no header value"))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_browsers_write_them() {
        for (written, read) in [
            ("https://Console.Example", "https://console.example"),
            ("https://console.example:443/", "https://console.example"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ] {
            assert_eq!(written.parse::<Origin>().unwrap().to_string(), read);
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in ["*", "null", "console.example", "https://a/b", "https://a?b", "https://u@a", "file:///a"]
        {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }
}
