//! The worker: claims jobs and executes them.

use std::collections::HashSet;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use crate::work::{execute_recovery, execute_run};
use crate::{Engine, Error, Job, JobId, Kind, Lane, Result, Work};

/// How long a claim holds without being renewed.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How often a claim is renewed.
const RENEWAL: Duration = Duration::from_secs(20);
/// How long to wait before looking for jobs when nobody rang.
const IDLE: Duration = Duration::from_secs(5);

/// Executes what an engine accepted. One worker a process is enough: it works on several jobs at a time. Runs
/// and recoveries have places of their own, so that neither waits for the other.
pub struct Worker {
    engine: Engine,
    owner: String,
    jobs_at_once: usize,
    /// The jobs at work. Where the clock jumps (a test, or a laptop that slept), the claim on one of them looks
    /// as if it had run out, although its work goes on right here.
    held: Arc<Mutex<HashSet<JobId>>>,
}

impl Worker {
    /// A worker that executes at most `jobs_at_once` runs, and as many recoveries, at a time. `owner` tells its
    /// claims from those of other processes.
    pub fn new(engine: Engine, owner: impl Into<String>, jobs_at_once: usize) -> Self {
        let jobs_at_once = jobs_at_once.clamp(1, Semaphore::MAX_PERMITS);
        Self { engine, owner: owner.into(), jobs_at_once, held: Arc::default() }
    }

    /// Works until `shutdown` completes; then ends what is going on and waits for it. What was ended so is
    /// written as failed, with the reason.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let (stop, stopping) = watch::channel(());
        let close = async {
            shutdown.await;
            drop(stop);
            self.engine.shared.board.close();
        };
        // Loops of their own: a claim of one lane must not be dropped half-way because the other had one.
        tokio::join!(
            close,
            self.work(Lane::Runs, stopping.clone()),
            self.work(Lane::Recoveries, stopping.clone()),
        );
    }

    /// Works on one lane until `stopping` closes, and waits for what is going on then.
    async fn work(&self, lane: Lane, mut stopping: watch::Receiver<()>) {
        let slots = Arc::new(Semaphore::new(self.jobs_at_once));
        let mut jobs = JoinSet::new();
        loop {
            let claim = async {
                let slot = Arc::clone(&slots).acquire_owned().await.ok()?;
                Some((slot, self.next_job(lane).await))
            };
            let (slot, job) = tokio::select! {
                _ = stopping.changed() => break,
                claimed = claim => match claimed {
                    Some(claimed) => claimed,
                    None => break,
                },
            };
            let (engine, owner, held) = (self.engine.clone(), self.owner.clone(), Arc::clone(&self.held));
            lock(&held).insert(job.id);
            let held = Held { jobs: held, id: job.id };
            let slot = Arc::new(Slot { slots: Arc::clone(&slots), permit: Mutex::new(Some(slot)) });
            jobs.spawn(async move {
                execute(&engine, &owner, &job, &slot).await;
                drop(slot);
                drop(held);
                // A slot is free again, and perhaps the next job waited for it.
                bell(&engine, lane).notify_one();
            });
            while jobs.try_join_next().is_some() {}
        }
        while jobs.join_next().await.is_some() {}
    }

    /// Waits until there is a job to claim. Cancelling this never loses a claim: a job is claimed in the
    /// last step.
    async fn next_job(&self, lane: Lane) -> Job {
        loop {
            let rung = bell(&self.engine, lane).notified();
            let now = self.engine.shared.clock.now();
            match self.engine.shared.catalog.claim_job(lane, &self.owner, now, lease_from(now)).await {
                // Claiming has made the claim longer, so that it is not seen again at once.
                Ok(Some(job)) if lock(&self.held).contains(&job.id) => continue,
                Ok(Some(job)) => return job,
                Ok(None) => {}
                Err(err) => tracing::error!(error = %err, cause = ?err, "the job queue cannot be read"),
            }
            let _ = tokio::time::timeout(IDLE, rung).await;
        }
    }
}

/// A job that is at work; it is so no more when this goes, whatever became of the work.
struct Held {
    jobs: Arc<Mutex<HashSet<JobId>>>,
    id: JobId,
}

impl Drop for Held {
    fn drop(&mut self) {
        lock(&self.jobs).remove(&self.id);
    }
}

fn bell(engine: &Engine, lane: Lane) -> &Notify {
    match lane {
        Lane::Runs => &engine.shared.jobs,
        Lane::Recoveries => &engine.shared.recoveries,
    }
}

/// The right of one job to be worked on.
#[derive(Debug)]
pub(crate) struct Slot {
    slots: Arc<Semaphore>,
    permit: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Slot {
    /// Lets others work while this job only waits.
    pub(crate) async fn lend<T>(&self, wait: impl Future<Output = T>) -> T {
        self.give_up();
        let waited = wait.await;
        // An error means that nobody hands out slots any more; then nobody has to have one.
        let permit = Arc::clone(&self.slots).acquire_owned().await.ok();
        *self.permit.lock().unwrap_or_else(PoisonError::into_inner) = permit;
        waited
    }

    /// Lets others work from now on. A job that gave its place up and goes on works beside them all the same.
    pub(crate) fn give_up(&self) {
        self.permit.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

async fn execute(engine: &Engine, owner: &str, job: &Job, slot: &Arc<Slot>) {
    let work = async {
        match job.work {
            Work::Run(id) => execute_run(engine, job, id, slot).await,
            Work::Recovery(id) => execute_recovery(engine, job, id).await,
        }
    };
    let done = tokio::select! {
        done = work => done,
        lost = keep_lease(engine, owner, job) => Err(lost),
    };
    let finished = match done {
        Ok(()) => engine.shared.catalog.finish_job(job.id, owner).await,
        Err(err) => Err(err),
    };
    if let Err(err) = &finished
        && err.kind() == Kind::Cancelled
    {
        tracing::info!(job = job.id.0, work = ?job.work, "a job waits for the next start of the server");
    } else if let Err(err) = finished {
        // The job stays in the queue; who claims it next finds out how far it came.
        tracing::error!(job = job.id.0, work = ?job.work, error = %err, cause = ?err, "a job broke off");
    }
}

/// Renews a claim for as long as this is polled; answers only when somebody else has it, and has then asked
/// the work to end. A catalog that does not answer for a moment is no such thing: nobody else works on what
/// is on this process's board.
async fn keep_lease(engine: &Engine, owner: &str, job: &Job) -> Error {
    loop {
        tokio::time::sleep(RENEWAL).await;
        let until = lease_from(engine.shared.clock.now());
        let Err(err) = engine.shared.catalog.renew_job(job.id, owner, until).await else {
            continue;
        };
        if err.kind() != Kind::Conflict {
            tracing::warn!(job = job.id.0, error = %err, cause = ?err, "a claim could not be renewed");
            continue;
        }
        match job.work {
            Work::Run(id) => {
                if let Some(live) = engine.shared.board.runs.get(id) {
                    live.control.cancel();
                }
            }
            Work::Recovery(id) => {
                if let Some(live) = engine.shared.board.recoveries.get(id) {
                    live.control.cancel();
                }
            }
        }
        return err;
    }
}

fn lock(held: &Mutex<HashSet<JobId>>) -> MutexGuard<'_, HashSet<JobId>> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

fn lease_from(now: Timestamp) -> Timestamp {
    now.checked_add(LEASE).unwrap_or(Timestamp::MAX)
}

impl Engine {
    /// Gives up the claims of a process that is no more. To be called once, before the first worker runs, by
    /// the only process that has the catalog open.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn release_jobs(&self) -> Result<()> {
        self.shared.catalog.release_jobs().await
    }
}
