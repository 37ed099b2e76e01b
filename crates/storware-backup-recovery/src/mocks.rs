//! A service that a test tells what to answer, for code that uses the client.
//!
//! [`MockServer`] has a method for every operation, named as in [`Client`], and a setter for every parameter.
//! Answers are the types of the document; [`answer_raw`](When::answer_raw) is the way around them. It is all made of
//! the document, at build time, as the client is.
//!
//! ```
//! use storware_backup_recovery::mocks::MockServer;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), storware_backup_recovery::Error> {
//! let mock = MockServer::start().await;
//! mock.delete_task().guid("4f1c").fail(404, "there is no such task");
//!
//! let refused = mock.client().delete_task().guid("4f1c").send().await.unwrap_err();
//! assert!(refused.is_not_found());
//! # Ok(()) }
//! ```
//!
//! A call that nobody expected is answered with 501 and says what was expected. It fails the test when the mock is
//! dropped, or at [`MockServer::verify`], and so does an answer with [`times`](Then::times) that was not given that
//! often. Expectations are looked at in the order in which they were made; the first that a call fits and that has
//! an answer left is used. The login needs no expectation, unless a test wants it to fail.

use std::fmt;
use std::time::Duration;

use client_mocks::{Api, Aside, Content, MockService};
pub use client_mocks::{Asked, Bytes, Call, Operation, Then};

pub use self::generated::{When, calls};
use crate::{Client, ClientBuilder, RetryPolicy, types};

#[allow(dead_code, reason = "without any area there is nothing to expect")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/mocks.rs"));
}

/// A session that a mock opens. Mocks take every session, and every login.
const SESSION: (&str, &str) = ("set-cookie", "JSESSIONID=mock; Path=/api; HttpOnly");
const LOGIN: &str = "mock";
/// It is no word that a message may hold: clients hide it there.
const PASSWORD: &str = "password-for-the-mock";

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
        let content = Content::of("application/json", "{}");
        let login = Aside { method: "POST", path: "/api/session/login", content, header: Some(SESSION) };
        let explain = |text: String| Content::json(&types::ErrorResponse::from(text.as_str()));
        let operations = generated::operations();
        let api = Api { base: "/api", operations, elsewhere: Vec::new(), asides: vec![login], explain };
        Self { service: MockService::start(api).await }
    }

    /// Where it listens, without a slash at its end: what goes into `STORWARE_URL`.
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
        Client::builder(self.url()).login(LOGIN, PASSWORD).retry(quick)
    }

    /// The environment variables that [`Client::from_env`] reads, for code that runs as a process of its own.
    #[must_use]
    pub fn env(&self) -> [(&'static str, String); 3] {
        [
            ("STORWARE_URL", self.url().to_owned()),
            ("STORWARE_LOGIN", LOGIN.to_owned()),
            ("STORWARE_PASSWORD", PASSWORD.to_owned()),
        ]
    }

    /// Every request so far, in order, the login among them.
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
impl From<&str> for types::ErrorResponse {
    fn from(message: &str) -> Self {
        Self { message: Some(message.to_owned()), ..Self::default() }
    }
}
