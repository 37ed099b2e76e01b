//! A server with a script, and clients of it.

pub(crate) use client_testing::{answer, empty, json};
use ibm_backup_recovery::{Client, ClientBuilder, RetryPolicy};

/// A [`client_testing::Server`] that makes clients.
pub(crate) struct Server(client_testing::Server);

impl Server {
    pub(crate) async fn start(script: impl IntoIterator<Item = axum::response::Response>) -> Self {
        Self(client_testing::Server::start(script).await)
    }

    /// Settings of a client for this server, with a tenant and without credentials. It repeats nothing, so that a
    /// script has an answer a call.
    pub(crate) fn settings(&self) -> ClientBuilder {
        Client::builder(&self.url).tenant("acme/").iam_url(&self.url).retry(RetryPolicy::never())
    }

    pub(crate) fn client(&self) -> Client {
        self.settings().build().unwrap()
    }
}

impl std::ops::Deref for Server {
    type Target = client_testing::Server;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
