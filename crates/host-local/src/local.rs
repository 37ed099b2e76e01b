//! The port itself.

use std::sync::Arc;

use async_trait::async_trait;
use engine::{Error, FilePath, FileSink, HostFacts, Hosts, Progress, RestoreStats, Result, WriteJob};

use crate::{endpoint, facts, roots, writer};

/// The machine this process runs on.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalHost;

impl LocalHost {
    /// The machine this process runs on.
    pub fn new() -> Self {
        Self
    }
}

#[async_trait]
impl Hosts for LocalHost {
    async fn probe(&self, endpoint: &str) -> Result<HostFacts> {
        let endpoint = endpoint.to_owned();
        blocking(move || {
            endpoint::require_local(&endpoint)?;
            Ok(facts::read())
        })
        .await
    }

    async fn check_root(&self, endpoint: &str, root: &FilePath) -> Result<()> {
        let (endpoint, root) = (endpoint.to_owned(), root.clone());
        blocking(move || {
            endpoint::require_local(&endpoint)?;
            roots::check(&root)
        })
        .await
    }

    async fn check_places(&self, job: &WriteJob) -> Result<()> {
        let job = job.clone();
        blocking(move || {
            endpoint::require_local(&job.endpoint)?;
            writer::check(&job)
        })
        .await
    }

    /// As the port says. May block for as long as the name of the endpoint takes to resolve.
    ///
    /// What is written gets mode, owner, times and extended attributes of the snapshot with
    /// [`preserve_attributes`](engine::RestoreOptions::preserve_attributes); owners only as far as this
    /// process may give files away, and setuid and setgid only together with their owner. Without it an entry
    /// keeps its plain permission bits (so that programs stay executable and private files private) and
    /// nothing else: no setuid, setgid or sticky bit, owner and times of the moment.
    ///
    /// Folders missing above a place are made with mode 0700. Folders that stand already are used whatever
    /// the options say; their own attributes are only touched with `overwrite`.
    fn writer(&self, job: WriteJob, progress: Arc<dyn Progress<RestoreStats>>) -> Result<Box<dyn FileSink>> {
        endpoint::require_local(&job.endpoint)?;
        Ok(Box::new(writer::Writer::open(job, progress)?))
    }
}

/// Runs what may block outside the threads that must not.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(lost) => Err(Error::internal("looking at this machine was broken off", lost)),
    }
}
