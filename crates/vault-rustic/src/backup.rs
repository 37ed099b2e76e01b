//! Taking a snapshot: the source, the store and the library put together.

use std::sync::Arc;
use std::thread;

use engine::{BackupJob, BackupOutcome, BackupStats, JobControl, Progress, Result};
use rustic_core::{
    BackupOptions, IndexedIdsStatus, ParentOptions, Repository, RusticResult, SnapshotOptions,
    repofile::SnapshotFile,
};

use crate::errors::failed;
use crate::job_store::JobStore;
use crate::repository::{TenantRepository, dated};
use crate::source::{CLOCK_GRAIN, HostSource};
use crate::walk::{Plan, printable};
use crate::watch::Watch;

/// A backup that is ready to begin.
pub(crate) struct Backup {
    job: BackupJob,
    watch: Arc<Watch>,
    store: Arc<JobStore>,
    source: HostSource,
    repository: Repository<IndexedIdsStatus>,
}

impl Backup {
    /// Checks the job and opens the repository, which is made if need be.
    pub(crate) fn prepare(
        repository: &TenantRepository,
        job: &BackupJob,
        control: Arc<JobControl>,
        progress: Arc<dyn Progress<BackupStats>>,
    ) -> Result<Self> {
        let plan = Plan::new(job)?;
        control.checkpoint()?;
        repository.make()?;
        let watch = Arc::new(Watch::new(control, progress, job.parent.is_none()));
        let store = Arc::new(JobStore::new(repository.store().clone(), watch.clone()));
        let source = HostSource::new(plan, watch.clone());
        let repository = repository
            .open(store.clone())?
            .to_indexed_ids()
            .map_err(|error| failed("load the index of the repository", error))?;
        Ok(Self { job: job.clone(), watch, store, source, repository })
    }

    /// Reads the files and keeps them.
    pub(crate) fn run(self) -> Result<BackupOutcome> {
        settle();
        let archived = thread::scope(|scope| {
            scope.spawn(|| self.source.count());
            let archived = self.archive();
            archived.map_err(|error| {
                // What stopped the work explains the failure better than what broke because of it.
                let reason = self.watch.reason().err();
                // Ends the count, which nobody waits for any more.
                self.watch.failed();
                reason.unwrap_or_else(|| failed("keep the files", error))
            })
        });
        let snapshot = archived?;
        let summary = snapshot.summary.unwrap_or_default();
        let (stats, warnings) = self.watch.finish(summary.files_new, summary.files_changed);
        Ok(BackupOutcome { vault_snapshot: snapshot.id.to_hex().as_str().to_owned(), stats, warnings })
    }

    fn archive(&self) -> RusticResult<SnapshotFile> {
        let mut snapshot = SnapshotOptions::default()
            .host(self.job.host.clone())
            .time(dated(self.job.taken_at))
            // Else the library keeps the command line of this process.
            .command("strongroom".to_owned())
            .to_snapshot()?;
        snapshot.tags.add(self.job.tag.clone());
        let parent = match &self.job.parent {
            Some(parent) => ParentOptions::default().parents(vec![parent.clone()]),
            None => ParentOptions::default().force(true),
        };
        let options = BackupOptions::default().parent_opts(parent).no_scan(true);
        let roots: Vec<_> = self.source.plan().roots().map(printable).collect();
        self.repository.archive(&options, &self.source, snapshot, &roots)
    }
}

impl Drop for Backup {
    fn drop(&mut self) {
        // Also when the library panicked: nothing of this job writes after it.
        self.store.close();
    }
}

/// Lets the clock of the file systems move on, so that what was written just before the backup began is
/// seen to be older than it and need not be read again by the next.
fn settle() {
    thread::sleep(CLOCK_GRAIN);
}
