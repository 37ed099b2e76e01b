//! Executing a run: every object is read, kept, made searchable and only then called done.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{MutexGuard, mpsc};

use super::keep::keep;
use super::tag::tag;
use super::verdict::verdict;
use crate::board::{LiveRun, ObjectProgress};
use crate::worker::Slot;
use crate::{
    BackupJob, BackupOutcome, BackupStats, Engine, Error, FailedAttempt, Group, Job, JobControl, Kind,
    NewObjectSnapshot, ObjectId, ObjectRun, Policy, Result, Run, RunId, RunKind, RunState, Selection,
    SnapshotFilter,
};

/// How often to look at the engine's clock, in real time: a clock may be turned.
const CLOCK_LOOK: Duration = Duration::from_millis(200);
/// Why a run that a dead server left behind has failed.
const BROKEN_OFF: &str = "the server stopped, or could not write its catalog, while this backup was going on; \
     nothing of it was kept";
/// How often it is tried to find out what became of a run that was left behind.
const MOST_ATTEMPTS: u32 = 10;
const SERVER_STOPS: &str = "the server was shut down while this backup was going on; nothing of it was kept";

/// Executes the run of a job, or finds out what became of it when another worker died over it.
///
/// # Errors
/// When the catalog does not answer: the run is then as it was last written, and the job stays in the queue.
pub(crate) async fn execute(engine: &Engine, job: &Job, id: RunId, slot: &Arc<Slot>) -> Result<()> {
    let (up, left_behind) = {
        let _claim = engine.shared.board.claims.lock().await;
        let run = engine.shared.catalog.run(&job.tenant, id).await?;
        if run.state.is_final() {
            return Ok(());
        }
        // A run that was paused before it began is not one that somebody died over.
        let left_behind =
            run.started_at.is_some() || !matches!(run.state, RunState::Queued | RunState::Paused);
        let paused = run.state == RunState::Paused;
        let Some(up) = engine.shared.board.put_run(run, Arc::clone(slot)) else {
            return Err(Error::conflict(format!("run {id} is being worked on already")));
        };
        if paused && !left_behind {
            up.thing.pause(engine.shared.clock.now());
        }
        (up, left_behind)
    };
    let work = Work { engine, live: Arc::clone(&up.thing) };
    if !left_behind {
        return work.execute(slot).await;
    }
    match work.settle().await {
        Err(err) if job.attempt >= MOST_ATTEMPTS => {
            // Whatever stands in the way will not go away by itself, and the group must not wait for it for
            // ever. A snapshot that may be in the vault is then only space.
            work.give_up(&format!("it could not be found out how far this backup came: {}", err.message()))
                .await
        }
        settled => settled,
    }
}

struct Work<'a> {
    engine: &'a Engine,
    live: Arc<LiveRun>,
}

impl Work<'_> {
    async fn execute(&self, slot: &Slot) -> Result<()> {
        let run = self.begin().await?;
        let rules = self.rules(&run).await;
        let retry = rules.as_ref().map(|rules| rules.policy.rules.retry).unwrap_or_default();
        let mut due: Vec<_> = run.objects.iter().map(|object| object.object).collect();
        for tries_left in (0..=retry.count).rev() {
            let (mut failed, mut last_failure) = (Vec::new(), self.engine.shared.clock.now());
            for object in due {
                if !self.begin_object(object).await? {
                    continue;
                }
                let control = self.live.control.object(object);
                let outcome = match &rules {
                    _ if control.is_cancelled() => Err(Error::new(Kind::Cancelled, "cancelled")),
                    Ok(rules) => self.back_up(&run, rules, object, control, slot).await,
                    Err(err) => Err(Error::new(err.kind(), err.message())),
                };
                let completed = match outcome {
                    Ok(outcome) => self.complete(object, outcome, rules.as_ref().ok()).await?,
                    Err(err) => Err(err),
                };
                match completed {
                    Ok(()) => {}
                    Err(err) if tries_left > 0 && err.kind() != Kind::Cancelled => {
                        last_failure = self.note_failed_attempt(object, &err).await?;
                        failed.push(object);
                    }
                    Err(err) => self.end_object(object, err).await?,
                }
            }
            if failed.is_empty() {
                break;
            }
            slot.lend(self.wait(last_failure, retry.interval_minutes, &failed)).await;
            due = failed;
        }
        self.end().await
    }

    /// What the group and its policy say now. A run goes by what they said when it began, whatever becomes of
    /// them while it goes on.
    async fn rules(&self, run: &Run) -> Result<Rules> {
        let group = self.engine.shared.catalog.group(&run.tenant, run.group).await?;
        let policy = self.engine.shared.catalog.policy(&run.tenant, run.policy).await?;
        Ok(Rules { group, policy })
    }

    /// Begins the run, when it is not held any more.
    async fn begin(&self) -> Result<Run> {
        loop {
            let control = self.live.control.whole();
            // Looked at again and again: a thread that waits is one less for those who work.
            while control.is_paused() {
                tokio::time::sleep(CLOCK_LOOK).await;
            }
            let is_cancelled = control.is_cancelled();
            let started = self.engine.shared.clock.now();
            let run = self
                .change(|run| {
                    if run.state == RunState::Queued && !is_cancelled {
                        run.state = RunState::Running;
                        run.started_at = Some(started);
                    }
                })
                .await?;
            match run.state {
                RunState::Running | RunState::Cancelling => return Ok(run),
                // Nobody cancelled the run: the server stops, and the run keeps its place in the queue.
                _ if is_cancelled => {
                    return Err(Error::new(Kind::Cancelled, "the server stops before this run began"));
                }
                // Paused again in this moment.
                _ => {}
            }
        }
    }

    /// Begins one object, unless it was cancelled before.
    async fn begin_object(&self, object: ObjectId) -> Result<bool> {
        let now = self.engine.shared.clock.now();
        let mut begun = false;
        self.change(|run| {
            let is_paused = run.state == RunState::Paused;
            let Some(object) = run.objects.iter_mut().find(|candidate| candidate.object == object) else {
                return;
            };
            begun = !object.state.is_final();
            if object.state == RunState::Queued && run.state != RunState::Cancelling {
                object.state = if is_paused { RunState::Paused } else { RunState::Running };
                object.attempts += 1;
                object.started_at = Some(now);
            }
        })
        .await?;
        Ok(begun)
    }

    /// Puts a failed attempt on record, and gives when it failed; the object waits for the next.
    async fn note_failed_attempt(&self, object: ObjectId, failure: &Error) -> Result<Timestamp> {
        tracing::warn!(object = object.0, error = %failure, cause = ?failure, "an attempt failed");
        let ended_at = self.engine.shared.clock.now();
        let reason = failure.message().to_owned();
        self.change_object(object, |object| {
            let started_at = object.started_at.unwrap_or(ended_at);
            object.state = RunState::Queued;
            if object.failed_attempts.len() == ObjectRun::FAILED_ATTEMPTS_KEPT {
                object.failed_attempts.remove(0);
            }
            object.failed_attempts.push(FailedAttempt { started_at, ended_at, reason });
        })
        .await?;
        Ok(ended_at)
    }

    /// Waits until so many minutes have passed since `begun` by the engine's clock, and on while the run is
    /// held; no longer once it, or each of the objects that wait, is cancelled.
    async fn wait(&self, mut begun: Timestamp, minutes: u32, objects: &[ObjectId]) {
        let shared = &self.engine.shared;
        let wanted = SignedDuration::from_mins(minutes.into());
        let control = self.live.control.whole();
        loop {
            // A clock that is turned back makes the wait longer by what was waited before, and by no more.
            let now = shared.clock.now();
            begun = begun.min(now);
            let is_over = !control.is_paused() && now.duration_since(begun) >= wanted;
            let is_off = || objects.iter().all(|object| self.live.control.object(*object).is_cancelled());
            if is_over || control.is_cancelled() || is_off() {
                return;
            }
            tokio::time::sleep(CLOCK_LOOK).await;
        }
    }

    /// Waits while new backups are held back for a prune, and on while the run is held.
    async fn wait_for_turn(&self, control: &JobControl) {
        let turns = &self.engine.shared.turns;
        while !control.is_cancelled() && (control.is_paused() || turns.is_held_back(&self.live.tenant)) {
            tokio::time::sleep(CLOCK_LOOK).await;
        }
    }

    /// Finds out how far a dead worker came. A snapshot that carries the run's tag is whole, so its object
    /// is done; whatever else was being worked on has failed.
    async fn settle(&self) -> Result<()> {
        let run = self.live.run.lock().await.clone();
        self.engine.shared.vault.recover(&run.tenant).await?;
        let rules = match self.rules(&run).await {
            Ok(rules) => Some(rules),
            Err(err) if err.kind() == Kind::NotFound => None,
            // A catalog that does not answer for a moment costs no snapshot.
            Err(err) => return Err(err),
        };
        for object in run.objects.iter().filter(|object| !object.state.is_final()) {
            let tag = tag(&run, object.object);
            let outcome = match self.engine.shared.vault.find(&run.tenant, &tag).await? {
                Some(vault_snapshot) => Ok(BackupOutcome {
                    vault_snapshot,
                    stats: BackupStats::default(),
                    warnings: vec![
                        "the server stopped right after this backup was complete; its figures were lost"
                            .to_owned(),
                    ],
                }),
                None if run.state == RunState::Cancelling || object.state == RunState::Cancelling => {
                    Err(Error::new(Kind::Cancelled, "cancelled"))
                }
                None => Err(Error::new(Kind::Internal, BROKEN_OFF)),
            };
            let completed = match outcome {
                Ok(outcome) => self.complete(object.object, outcome, rules.as_ref()).await?,
                Err(err) => Err(err),
            };
            match completed {
                Ok(()) => {}
                // What is complete in the vault is worth another look, when there is room again.
                Err(err) if err.kind() == Kind::Unavailable => return Err(err),
                Err(err) => self.end_object(object.object, err).await?,
            }
        }
        self.end().await
    }

    /// Ends everything that has not ended, as failed.
    async fn give_up(&self, reason: &str) -> Result<()> {
        let ended = self.engine.shared.clock.now();
        self.change(|run| {
            for object in run.objects.iter_mut().filter(|object| !object.state.is_final()) {
                object.state = RunState::Failed;
                object.reason = Some(reason.to_owned());
                object.ended_at = Some(ended);
            }
        })
        .await?;
        self.end().await
    }

    async fn back_up(
        &self,
        run: &Run,
        rules: &Rules,
        object: ObjectId,
        control: Arc<JobControl>,
        slot: &Slot,
    ) -> Result<BackupOutcome> {
        let shared = &self.engine.shared;
        if shared.turns.is_held_back(&run.tenant) {
            slot.lend(self.wait_for_turn(&control)).await;
        }
        let source = shared.catalog.source(&run.tenant, object).await?;
        let group = &rules.group;
        let selection = selection(group, object)?;
        let parent = match run.kind {
            RunKind::Full => None,
            RunKind::Incremental => {
                let filter = SnapshotFilter {
                    object: Some(object),
                    groups: vec![run.group],
                    ..SnapshotFilter::default()
                };
                let snapshots = shared.catalog.snapshots(&run.tenant, &filter).await?;
                snapshots.into_iter().next().map(|snapshot| snapshot.vault_snapshot)
            }
        };
        let mut forbidden = shared.places.private.clone();
        forbidden.extend(self.engine.mount_points().await?);
        let job = BackupJob {
            host: source.host.hostname,
            roots: selection.roots.clone(),
            excluded_patterns: group.rules.excluded_patterns.clone(),
            forbidden,
            parent,
            tag: tag(run, object),
            taken_at: run.queued_at,
        };
        let progress = Arc::new(ObjectProgress { live: Arc::clone(&self.live), object });
        self.live.reading.store(true, Ordering::SeqCst);
        let outcome = shared.vault.back_up(&run.tenant, job, control, progress).await;
        self.live.reading.store(false, Ordering::SeqCst);
        outcome
    }

    /// Makes a finished snapshot visible, with all its files. The inner error says why it was not; the outer one
    /// that nobody knows whether it was.
    ///
    /// A snapshot that stays invisible is left in the vault: the keeper removes it when the run has ended. Only
    /// then is it certain that the catalog will never know it.
    async fn complete(
        &self,
        object: ObjectId,
        outcome: BackupOutcome,
        rules: Option<&Rules>,
    ) -> Result<Result<()>> {
        self.live.publishing.store(true, Ordering::SeqCst);
        let published = self.publish(object, outcome, rules).await;
        self.live.publishing.store(false, Ordering::SeqCst);
        let Err(failure) = published else { return Ok(Ok(())) };
        // An error that came after everything was written is no failure of the backup.
        let mut stored = self.live.run.lock().await;
        let run = self.engine.shared.catalog.run(&stored.tenant, stored.id).await?;
        let is_there = run.objects.iter().any(|it| it.object == object && it.snapshot.is_some());
        *stored = run;
        Ok(if is_there { Ok(()) } else { Err(failure) })
    }

    /// Writes why one object's backup did not complete.
    async fn end_object(&self, object: ObjectId, failure: Error) -> Result<()> {
        let ended = self.engine.shared.clock.now();
        tracing::warn!(object = object.0, error = %failure, cause = ?failure, "a backup did not complete");
        self.change(|run| {
            let asked = run.state == RunState::Cancelling;
            let Some(object) = run.objects.iter_mut().find(|candidate| candidate.object == object) else {
                return;
            };
            let asked = asked || object.state == RunState::Cancelling;
            if let Some(figures) = self.live.figures(object.object) {
                object.stats = figures;
            }
            (object.state, object.reason) = match failure.kind() {
                Kind::Cancelled if asked => (RunState::Cancelled, None),
                Kind::Cancelled => (RunState::Failed, Some(SERVER_STOPS.to_owned())),
                _ => (RunState::Failed, Some(failure.message().to_owned())),
            };
            object.ended_at = Some(ended);
        })
        .await?;
        Ok(())
    }

    async fn publish(&self, object: ObjectId, outcome: BackupOutcome, rules: Option<&Rules>) -> Result<()> {
        let shared = &self.engine.shared;
        let _keeping = shared.keeping.read().await;
        let mut stored = self.live.run.lock().await;
        let mut run = stored.clone();
        let Some(Rules { group, policy }) = rules else {
            return Err(Error::conflict(
                "the group or its policy is gone, so nobody knows how long to keep this",
            ));
        };
        let kept = keep(self.engine, &run, group, policy, object).await?;
        let new = NewObjectSnapshot {
            object,
            expires_at: kept.until,
            lock: kept.lock,
            vault_snapshot: outcome.vault_snapshot.clone(),
            roots: selection(group, object)?.roots.iter().map(|root| root.path.clone()).collect(),
        };
        if let Some(object) = run.objects.iter_mut().find(|candidate| candidate.object == object) {
            object.state = if outcome.warnings.is_empty() {
                RunState::Succeeded
            } else {
                RunState::SucceededWithWarnings
            };
            object.stats = outcome.stats;
            object.warnings = outcome.warnings;
            object.ended_at = Some(shared.clock.now());
        }
        let tenant = run.tenant.clone();
        let (entries, files) = mpsc::channel(4);
        // The channel stays open until the listing is known to be whole: a listing that breaks off must not
        // look like a short one.
        let mut open = Some(entries.clone());
        let listed = async {
            shared.vault.list(&tenant, &outcome.vault_snapshot, entries).await?;
            open = None;
            Ok(())
        };
        let ((), (run, _)) = tokio::try_join!(listed, shared.catalog.complete_object(run, new, files))?;
        drop(open);
        *stored = run;
        Ok(())
    }

    /// Writes how the run as a whole went.
    async fn end(&self) -> Result<()> {
        let ended = self.engine.shared.clock.now();
        self.change(|run| {
            (run.state, run.reason) = verdict(run);
            run.ended_at = Some(ended);
        })
        .await?;
        Ok(())
    }

    async fn change_object(
        &self,
        object: ObjectId,
        change: impl FnOnce(&mut crate::ObjectRun),
    ) -> Result<Run> {
        self.change(|run| {
            if let Some(object) = run.objects.iter_mut().find(|candidate| candidate.object == object) {
                change(object);
            }
        })
        .await
    }

    /// Changes the run and writes it; when it cannot be written, it is as it was.
    async fn change(&self, change: impl FnOnce(&mut Run)) -> Result<Run> {
        let mut stored: MutexGuard<'_, Run> = self.live.run.lock().await;
        let mut run = stored.clone();
        change(&mut run);
        self.engine.shared.catalog.update_run(&run).await?;
        *stored = run.clone();
        Ok(run)
    }
}

/// What a run goes by.
struct Rules {
    group: Group,
    policy: Policy,
}

fn selection(group: &Group, object: ObjectId) -> Result<&Selection> {
    group.rules.selections.iter().find(|selection| selection.object == object).ok_or_else(|| {
        Error::conflict(format!("the group {:?} no longer protects object {object}", group.rules.name))
    })
}
