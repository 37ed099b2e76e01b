//! How requests prove who sends them.

use std::fmt;

use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderValue};

use crate::{Error, IamTokens, Secret, Session};

/// How requests prove who sends them.
pub enum Credentials {
    /// Not at all.
    Anonymous,
    /// With a token that somebody else keeps fresh.
    Bearer(Secret),
    /// With tokens had for an API key.
    ApiKey(IamTokens),
    /// With the cookies of a session.
    Session(Session),
}

/// What one request was sent with.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Proof {
    Token(Secret),
    Cookies(Secret),
}

impl Proof {
    /// Puts the proof into the headers of a request.
    pub(crate) fn apply(&self, operation: &'static str, headers: &mut HeaderMap) -> Result<(), Error> {
        let (name, text) = match self {
            Self::Token(token) => (AUTHORIZATION, format!("Bearer {}", token.expose())),
            Self::Cookies(cookies) => (COOKIE, cookies.expose().to_owned()),
        };
        let mut value = HeaderValue::from_str(&text)
            .map_err(|_| Error::invalid(operation, "the token or cookie cannot be sent in a header"))?;
        value.set_sensitive(true);
        headers.insert(name, value);
        Ok(())
    }
}

impl Proof {
    /// `text` without what proves who calls, should it be in there.
    pub(crate) fn hidden_in(&self, text: &str) -> String {
        match self {
            Self::Token(token) => token.hidden_in(text),
            // Each value alone, too: an error page may show a cookie in another form.
            Self::Cookies(cookies) => cookies
                .expose()
                .split("; ")
                .filter_map(|cookie| cookie.split_once('='))
                .fold(text.to_owned(), |text, (_, value)| Secret::new(value).hidden_in(&text)),
        }
    }
}

impl Credentials {
    /// What to send now, if anything.
    pub(crate) async fn proof(&self) -> Result<Option<Proof>, Error> {
        match self {
            Self::Anonymous => Ok(None),
            Self::Bearer(token) => Ok(Some(Proof::Token(token.clone()))),
            Self::ApiKey(tokens) => tokens.token().await.map(Proof::Token).map(Some),
            Self::Session(session) => session.cookies().await.map(Proof::Cookies).map(Some),
        }
    }

    /// Another proof after `refused` was answered with 401, if another can be had.
    pub(crate) async fn replacement(&self, refused: &Proof) -> Result<Option<Proof>, Error> {
        match (self, refused) {
            (Self::ApiKey(tokens), Proof::Token(token)) => {
                tokens.replacement(token).await.map(Proof::Token).map(Some)
            }
            (Self::Session(session), Proof::Cookies(cookies)) => {
                session.replacement(cookies).await.map(Proof::Cookies).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Takes over what an answer changes about a proof that it was sent with.
    pub(crate) async fn answered(&self, sent: &Proof, headers: &HeaderMap) {
        if let (Self::Session(session), Proof::Cookies(cookies)) = (self, sent) {
            session.answered(cookies, headers).await;
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Anonymous => "Anonymous",
            Self::Bearer(_) => "Bearer(..)",
            Self::ApiKey(_) => "ApiKey(..)",
            Self::Session(_) => "Session(..)",
        })
    }
}
