//! What a test server is told at its start.

use std::path::PathBuf;
use std::sync::Arc;

use server::{Clock, Config};

use crate::TestServer;

/// What a test does to the configuration.
type Change = Box<dyn FnOnce(&mut Config) + Send>;

/// Settings of a [`TestServer`].
#[must_use = "settings are not a server until `start` is called"]
pub struct TestServerBuilder {
    pub(crate) data_dir: Option<PathBuf>,
    changes: Vec<Change>,
}

impl TestServerBuilder {
    pub(crate) fn new() -> Self {
        Self { data_dir: None, changes: Vec::new() }
    }

    /// Keeps everything in a folder of the test's, which stays when the server ends. Another server that is started
    /// on it later has the same tenant, key and password.
    pub fn data_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(folder.into());
        self
    }

    /// The id of the first tenant, such as `acme/`. One is made up unless it is set.
    pub fn tenant(self, id: impl Into<String>) -> Self {
        let id = id.into();
        self.configure(move |config| config.tenant = Some(id))
    }

    /// Tells the time, such as a [`TestClock`](crate::TestClock).
    pub fn clock(self, clock: impl Clock) -> Self {
        self.configure(move |config| config.clock = Arc::new(clock))
    }

    /// Changes what the server is told besides, such as a certificate.
    pub fn configure(mut self, change: impl FnOnce(&mut Config) + Send + 'static) -> Self {
        self.changes.push(Box::new(change));
        self
    }

    /// Starts the server. When this returns, it answers.
    ///
    /// # Panics
    /// When it cannot start.
    pub async fn start(self) -> TestServer {
        TestServer::start_as(self).await
    }

    pub(crate) fn change(self, config: &mut Config) {
        for change in self.changes {
            change(config);
        }
    }
}
