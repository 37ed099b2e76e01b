//! The thread that a server lives on, with a runtime of its own.
//!
//! A test's runtime may have one thread, which the test blocks, and its time may stand still; a server on it would
//! stand still too. And when a test ends, its runtime goes without waiting; a thread of its own still stops in order.

use std::fs;
use std::future::Future;
use std::path::PathBuf;
use std::thread;

use server::{Config, Server};
use tempfile::TempDir;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// How many threads serve. Two, so that the documents of both APIs are read at once.
const WORKERS: usize = 2;

/// A server on a thread of its own.
pub(crate) struct Host {
    runtime: Handle,
    folder: Option<PathBuf>,
    /// Dropped, it stops the server.
    stop: Option<oneshot::Sender<()>>,
    stopped: Option<oneshot::Receiver<Result<(), String>>>,
}

/// What a started server is asked, on its own thread.
pub(crate) trait Look<T>: FnOnce(&Server) -> T + Send + 'static {}
impl<T, F: FnOnce(&Server) -> T + Send + 'static> Look<T> for F {}

impl Host {
    /// Starts a server. `folder` is removed when it has stopped.
    pub(crate) async fn start<T: Send + 'static>(
        config: Config,
        folder: Option<TempDir>,
        look: impl Look<T>,
    ) -> Result<(Self, T), String> {
        let (stop, until) = oneshot::channel();
        let (ready, started) = oneshot::channel();
        let (done, stopped) = oneshot::channel();
        let path = folder.as_ref().map(|folder| folder.path().to_owned());
        let work = move || {
            let outcome = live(config, look, ready, until);
            drop(folder);
            // Nobody has to wait for it.
            let _ = done.send(outcome);
        };
        let spawned = thread::Builder::new().name("test-server".to_owned()).spawn(work);
        spawned.map_err(|error| error.to_string())?;
        match started.await {
            Ok((runtime, seen)) => {
                Ok((Self { runtime, folder: path, stop: Some(stop), stopped: Some(stopped) }, seen))
            }
            Err(_) => Err(match stopped.await {
                Ok(Err(error)) => error,
                _ => "its thread ended".to_owned(),
            }),
        }
    }

    /// Does something on the server's runtime, where time goes on.
    pub(crate) async fn run<T, E>(
        &self,
        work: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, String>
    where
        T: Send + 'static,
        E: std::error::Error + Send + 'static,
    {
        match self.runtime.spawn(work).await {
            Ok(done) => done.map_err(|error| chain(&error)),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Stops the server in order, and waits for it.
    pub(crate) async fn stop(mut self) -> Result<(), String> {
        drop(self.stop.take());
        match self.stopped.take() {
            Some(stopped) => stopped.await.unwrap_or_else(|_| Err("its thread ended".to_owned())),
            None => Ok(()),
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        drop(self.stop.take());
        // The thread removes the folder when the server has stopped. Where the program ends before, it does not: what
        // can go goes now. Whoever waited for the stop finds nothing here any more.
        if let (Some(folder), Some(_)) = (&self.folder, &self.stopped) {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// Starts a server, tells `ready` what was seen of it, and stops it when `until` is dropped.
fn live<T>(
    config: Config,
    look: impl Look<T>,
    ready: oneshot::Sender<(Handle, T)>,
    until: oneshot::Receiver<()>,
) -> Result<(), String> {
    let runtime = Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let served = runtime.block_on(async {
        let server = Server::start(config).await.map_err(|error| chain(&error))?;
        // Nobody waits any more: `until` is dropped too.
        let _ = ready.send((Handle::current(), look(&server)));
        let _ = until.await;
        server.stop().await.map_err(|error| chain(&error))
    });
    runtime.shutdown_background();
    served
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
