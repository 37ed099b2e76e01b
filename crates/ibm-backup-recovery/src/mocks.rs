//! A service that a test tells what to answer, for code that uses the client.
//!
//! [`MockServer`] has a method for every operation, named as in [`Client`], and a setter for every parameter.
//! Answers are the types of the document; [`answer_raw`](When::answer_raw) is the way around them. It is all made of
//! the document, at build time, as the client is.
//!
//! ```
//! use ibm_backup_recovery::mocks::MockServer;
//! use ibm_backup_recovery::types::ProtectionPolicyList;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), ibm_backup_recovery::Error> {
//! let mock = MockServer::start().await;
//! mock.get_protection_policies()
//!     .fail(503, "not now").times(2)
//!     .answer(ProtectionPolicyList::default());
//!
//! let policies = mock.client().get_protection_policies().send().await?; // tried three times
//! assert!(policies.policies.is_none());
//! # Ok(()) }
//! ```
//!
//! A call that nobody expected is answered with 501 and says what was expected. It fails the test when the mock is
//! dropped, or at [`MockServer::verify`], and so does an answer with [`times`](Then::times) that was not given that
//! often. Expectations are looked at in the order in which they were made; the first that a call fits and that has
//! an answer left is used. A token is given to whoever
//! asks for one, unless a test says otherwise with [`MockServer::create_token`].

use std::fmt;
use std::time::Duration;

use client_mocks::{Api, Aside, Content, MockService};
pub use client_mocks::{Asked, Bytes, Call, Operation, Then};

pub use self::generated::{When, calls};
pub use self::token::{CreateToken, Token, TokenRefused};
use crate::{Client, ClientBuilder, RetryPolicy, types};

mod token;

#[allow(dead_code, reason = "without any area there is nothing to expect")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/mocks.rs"));
}

/// The tenant of the clients of a mock. Mocks take every tenant.
const TENANT: &str = "mock/";
/// The key of the clients of a mock. Mocks take every key. It is no word that a message may hold: clients hide it there.
const API_KEY: &str = "api-key-for-the-mock";
/// A token that a mock gives. Mocks take every token.
const TOKEN: &str = r#"{"access_token": "token-of-the-mock", "token_type": "Bearer", "expires_in": 3600}"#;

/// A service of this API that answers as a test tells it. See [the module](self).
///
/// It listens on a free loopback port, on a thread of its own, until it is dropped.
pub struct MockServer {
    service: MockService,
}

impl MockServer {
    /// Starts a service that expects nothing yet.
    ///
    /// # Panics
    /// When there is no port or thread to be had.
    pub async fn start() -> Self {
        let content = Content::of("application/json", TOKEN);
        let token = Aside { method: "POST", path: token::PATH, content, header: None };
        let explain =
            |text: String| Content::json(&types::ApiError::from(("kUnexpectedCall", text.as_str())));
        let api = Api {
            base: "/v2",
            operations: generated::operations(),
            elsewhere: vec![CreateToken::INFO],
            asides: vec![token],
            explain,
        };
        Self { service: MockService::start(api).await }
    }

    /// Where it listens, without a slash at its end: what goes into `BACKUP_RECOVERY_URL`.
    #[must_use]
    pub fn url(&self) -> &str {
        self.service.url()
    }

    /// A client of it. It repeats calls as every client does, but without long pauses.
    ///
    /// # Panics
    /// When no HTTP client can be made.
    #[must_use]
    #[expect(clippy::panic, reason = "a test fails by panicking, in its helpers too")]
    pub fn client(&self) -> Client {
        self.client_builder().build().unwrap_or_else(|error| panic!("no client of the mock: {error}"))
    }

    /// Settings of a client of it, to be changed.
    pub fn client_builder(&self) -> ClientBuilder {
        let quick = RetryPolicy::default().pauses(Duration::from_millis(1), Duration::from_millis(1));
        Client::builder(self.url()).iam_url(self.url()).tenant(TENANT).api_key(API_KEY).retry(quick)
    }

    /// The environment variables that [`Client::from_env`] and IBM's SDKs read, for code that runs as a process of
    /// its own.
    #[must_use]
    pub fn env(&self) -> [(&'static str, String); 4] {
        [
            ("BACKUP_RECOVERY_URL", self.url().to_owned()),
            ("BACKUP_RECOVERY_AUTH_URL", self.url().to_owned()),
            ("BACKUP_RECOVERY_TENANT_ID", TENANT.to_owned()),
            ("BACKUP_RECOVERY_APIKEY", API_KEY.to_owned()),
        ]
    }

    /// Every request so far, in order, those for tokens among them.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.service.asked()
    }

    /// Fails the test unless all went as expected so far.
    ///
    /// # Panics
    /// With a list of what did not: calls that nobody expected, and answers that were not given as often as was said.
    #[track_caller]
    pub fn verify(&self) {
        self.service.verify();
    }
}

impl fmt::Debug for MockServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MockServer").field("url", &self.url()).finish_non_exhaustive()
    }
}

/// An error with a message, for [`Then::fail`].
impl From<&str> for types::ApiError {
    fn from(message: &str) -> Self {
        Self { message: Some(message.to_owned()), ..Self::default() }
    }
}

/// An error with a code and a message, for [`Then::fail`].
impl From<(&str, &str)> for types::ApiError {
    fn from((code, message): (&str, &str)) -> Self {
        let mut error = Self::from(message);
        error.error_code = Some(code.to_owned());
        error
    }
}
