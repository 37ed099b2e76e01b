//! The service: a thread that listens, and what it was told.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::sync::oneshot;

use crate::rules::Rules;
use crate::serve::serve;
use crate::{Asked, Content, OperationInfo};

/// What a service is told about its API.
#[derive(Clone, Debug)]
pub struct Api {
    /// What the paths of the operations are below, `/v2`.
    pub base: &'static str,
    /// The operations.
    pub operations: Vec<OperationInfo>,
    /// Operations whose paths are not below the base.
    pub elsewhere: Vec<OperationInfo>,
    /// What is answered where no test says anything, such as the way to a token.
    pub asides: Vec<Aside>,
    /// The body that says what is wrong with a call, in the form of the API's errors.
    pub explain: fn(String) -> Content,
}

/// A request that no test has to expect.
#[derive(Clone, Debug)]
pub struct Aside {
    /// `GET`, `POST` and so on.
    pub method: &'static str,
    /// The whole path.
    pub path: &'static str,
    /// What is answered, with status 200.
    pub content: Content,
    /// A header of the answer.
    pub header: Option<(&'static str, &'static str)>,
}

/// A service that answers as a test tells it.
///
/// It has a thread of its own, so it answers whatever the test does with its runtime. Dropped, it ends, and panics
/// as [`verify`](Self::verify) does unless the test is failing anyway.
pub struct MockService {
    url: String,
    rules: Arc<Rules>,
    /// Whether somebody was told already what went wrong.
    told: AtomicBool,
    /// Dropped, it ends the thread.
    _stop: oneshot::Sender<()>,
}

impl MockService {
    /// Starts a service on a free loopback port.
    ///
    /// # Panics
    /// When there is no port or thread to be had.
    pub async fn start(api: Api) -> Self {
        let rules = Arc::new(Rules::default());
        let (stop, stopped) = oneshot::channel();
        let (ready, started) = oneshot::channel();
        let theirs = Arc::clone(&rules);
        let work = move || serve(api, &theirs, ready, stopped);
        let begun = thread::Builder::new().name("mock-service".to_owned()).spawn(work).map(|_| ());
        let address = match begun {
            Ok(()) => started.await.unwrap_or_else(|_| Err("its thread ended".to_owned())),
            Err(error) => Err(error.to_string()),
        };
        match address {
            Ok(address) => {
                Self { url: format!("http://{address}"), rules, told: AtomicBool::new(false), _stop: stop }
            }
            Err(error) => panic!("the mock service cannot listen: {error}"),
        }
    }

    /// Where it listens, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Everything that was asked so far, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.rules.asked().into_iter().map(|(asked, _)| asked).collect()
    }

    /// Fails the test unless all went as expected so far: no call that nobody expected, and every answer with a
    /// number given that often.
    ///
    /// # Panics
    /// With a list of what did not.
    #[track_caller]
    pub fn verify(&self) {
        let verdict = self.rules.verdict();
        if !verdict.is_empty() {
            self.told.store(true, Ordering::Relaxed);
            panic!("the mock was not called as expected:{verdict}");
        }
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }
}

impl Drop for MockService {
    fn drop(&mut self) {
        // A second panic would hide the first, which is the one to be read.
        if !thread::panicking() && !self.told.load(Ordering::Relaxed) {
            self.verify();
        }
    }
}

impl fmt::Debug for MockService {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MockService").field("url", &self.url).finish_non_exhaustive()
    }
}
