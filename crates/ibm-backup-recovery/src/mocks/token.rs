//! The way to a token. It lives on a server of its own in the document, takes a form, and is called by the
//! hand-written part of the client; so its mock is written by hand too.

use std::time::Duration;

use client_mocks::{Asked, Content, Operation, OperationInfo, Unreadable};

use super::{MockServer, When};
use crate::Secret;

/// The whole path, which is not below that of the other operations.
pub(super) const PATH: &str = "/identity/token";

/// What a call for a token carries.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CreateToken {
    /// How the caller proves who it is.
    pub grant_type: Option<String>,
    /// The API key.
    pub apikey: Option<Secret>,
}

/// A token, and how long it is good for.
#[derive(Clone, Debug)]
pub struct Token {
    token: Secret,
    life: Duration,
}

/// Why no token is given.
#[derive(Clone, Debug)]
pub struct TokenRefused {
    code: String,
    message: String,
}

impl From<(&str, Duration)> for Token {
    fn from((token, life): (&str, Duration)) -> Self {
        Self { token: token.into(), life }
    }
}

impl From<(&str, &str)> for TokenRefused {
    fn from((code, message): (&str, &str)) -> Self {
        Self { code: code.to_owned(), message: message.to_owned() }
    }
}

impl Operation for CreateToken {
    const INFO: OperationInfo = OperationInfo { id: "createToken", method: "POST", path: PATH };
    const STATUS: u16 = 200;
    type Answer = Token;
    type Error = TokenRefused;

    fn read(asked: &Asked) -> Result<Self, Unreadable> {
        Ok(Self {
            grant_type: asked.in_form("grant_type")?,
            apikey: asked.in_form::<Option<String>>("apikey")?.map(Secret::from),
        })
    }

    fn write(answer: Token) -> Content {
        let (token, life) = (answer.token.expose(), answer.life.as_secs());
        Content::json(&serde_json::json!({"access_token": token, "token_type": "Bearer", "expires_in": life}))
    }

    fn write_error(error: TokenRefused) -> Content {
        Content::json(&serde_json::json!({"errorCode": error.code, "errorMessage": error.message}))
    }
}

impl MockServer {
    /// Calls for a token. Without an answer named here, each is given one that lasts an hour.
    ///
    /// An answer is a token and how long it is good for, a failure a code and a message.
    pub fn create_token(&self) -> When<'_, CreateToken> {
        When::new(&self.service)
    }
}
