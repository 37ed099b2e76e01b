//! Following the run or recovery of a task to its end, and copying its figures into the task.

use std::time::{Duration, Instant};

use super::task::{End, LOOK, is_wanted};
use crate::{
    BackupStats, Engine, Kind, ObjectId, ObjectRun, RecoveryId, RecoveryState, RestoreStats, Result, Run,
    RunFilter, RunId, RunKind, RunState, Task, TaskState, TransferSample,
};

/// How often figures are written at most, in real time.
const WRITING: Duration = Duration::from_secs(1);
/// As much as is said to be done of what has not ended, in percent.
const MOST_BEFORE_THE_END: f64 = 99.0;

/// Follows the run of a task. When the task is cancelled, the run is.
pub(super) async fn follow_run(engine: &Engine, task: &Task, id: RunId, object: ObjectId) -> Result<End> {
    let mut meter = Meter::new(task.outcome.run.is_some());
    loop {
        let filter = RunFilter { run: Some(id), ..RunFilter::default() };
        let found = engine.runs(&task.tenant, &filter).await?.pop();
        let Some((run, object)) = found.and_then(|run| part_of(run, object)) else {
            return Ok(End::Failed(format!("there is no run {id} any more")));
        };
        let figures = Figures::of_backup(&object.stats, run.kind);
        meter.show(engine, task, figures, run.state.is_final()).await?;
        if run.state.is_final() {
            return Ok(verdict(&run, object));
        }
        if !is_wanted(engine, task).await? {
            engine.end_run_of_task(&task.tenant, id).await;
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Follows the recovery of a task. When the task is cancelled, the recovery is.
pub(super) async fn follow_recovery(engine: &Engine, task: &Task, id: RecoveryId) -> Result<End> {
    let mut meter = Meter::new(task.outcome.recovery.is_some());
    loop {
        let recovery = match engine.recovery(&task.tenant, id).await {
            Err(err) if err.kind() == Kind::NotFound => return Ok(End::Failed(err.message().to_owned())),
            recovery => recovery?,
        };
        let figures = Figures::of_restore(&recovery.stats);
        meter.show(engine, task, figures, recovery.state.is_final()).await?;
        let failure = || recovery.reason.clone().unwrap_or_else(|| format!("recovery {id} failed"));
        match recovery.state {
            RecoveryState::Succeeded => return Ok(End::Succeeded(skipped(&recovery.stats))),
            RecoveryState::SucceededWithWarnings => return Ok(End::Succeeded(recovery.reason)),
            RecoveryState::Failed => return Ok(End::Failed(failure())),
            RecoveryState::Cancelled => {
                return Ok(End::Cancelled(format!("recovery {id} was cancelled")));
            }
            RecoveryState::Queued | RecoveryState::Running | RecoveryState::Cancelling => {}
        }
        if !is_wanted(engine, task).await? {
            engine.end_recovery_of_task(&task.tenant, id).await;
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// What is to be said of a recovery that left files as they were.
fn skipped(stats: &RestoreStats) -> Option<String> {
    let count = stats.files_skipped;
    (count > 0).then(|| format!("{count} files and folders were there already and were left as they are"))
}

/// What a run does for an object, beside the run.
fn part_of(run: Run, object: ObjectId) -> Option<(Run, ObjectRun)> {
    let part = run.objects.iter().find(|candidate| candidate.object == object)?.clone();
    Some((run, part))
}

/// What became of a task, from what became of its run.
fn verdict(run: &Run, object: ObjectRun) -> End {
    let id = run.id;
    match object.state {
        RunState::Succeeded => End::Succeeded(None),
        RunState::SucceededWithWarnings => End::Succeeded(object.warnings.first().map(|first| {
            let count = object.stats.files_unreadable.max(object.warnings.len() as u64);
            format!("{count} warnings, the first: {first}")
        })),
        RunState::Cancelled => End::Cancelled(format!("run {id} was cancelled")),
        _ => {
            let reason = object.reason.or_else(|| run.reason.clone());
            End::Failed(reason.unwrap_or_else(|| format!("run {id} failed")))
        }
    }
}

/// How far the work of a task is.
#[derive(Clone, Copy, Debug)]
struct Figures {
    files_done: u64,
    files_total: u64,
    bytes_done: u64,
    bytes_total: u64,
    incremental: bool,
}

impl Figures {
    fn of_backup(stats: &BackupStats, kind: RunKind) -> Self {
        Self {
            files_done: stats.files_done,
            files_total: stats.files_total,
            bytes_done: stats.bytes_done,
            bytes_total: stats.bytes_total,
            incremental: kind == RunKind::Incremental,
        }
    }

    fn of_restore(stats: &RestoreStats) -> Self {
        Self {
            files_done: stats.files_done,
            files_total: stats.files_total,
            bytes_done: stats.bytes_done,
            bytes_total: stats.bytes_total,
            incremental: false,
        }
    }

    /// In percent.
    fn progress(&self) -> f64 {
        let share = |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        let done = if self.bytes_total > 0 {
            share(self.bytes_done, self.bytes_total)
        } else {
            share(self.files_done, self.files_total)
        };
        (done * 100.0).min(MOST_BEFORE_THE_END)
    }
}

/// What was last written of a task's figures.
struct Meter {
    written: Instant,
    /// Bytes done with at that time; none when they are not known, since another process counted them.
    bytes: Option<u64>,
}

impl Meter {
    /// A meter for work that begins now, or that is picked up.
    fn new(picked_up: bool) -> Self {
        Self { written: Instant::now(), bytes: (!picked_up).then_some(0) }
    }

    /// Writes the figures into the task, when it is time to or when they are the last.
    async fn show(&mut self, engine: &Engine, task: &Task, figures: Figures, last: bool) -> Result<()> {
        let passed = self.written.elapsed();
        if passed < WRITING && !last {
            return Ok(());
        }
        let moved = self.bytes.map_or(0, |bytes| figures.bytes_done.saturating_sub(bytes));
        self.written = Instant::now();
        self.bytes = Some(figures.bytes_done);
        let shown = |stored: &mut Task| {
            let before = (stored.progress, stored.objects_done, stored.objects_total);
            // A second attempt begins anew; what was said to be done is not taken back for it.
            stored.progress = stored.progress.max(figures.progress());
            stored.objects_done = Some(figures.files_done);
            stored.objects_total = Some(figures.files_total);
            let after = (stored.progress, stored.objects_done, stored.objects_total);
            Ok(stored.state == TaskState::Running && before != after)
        };
        engine.change_task(task, shown).await?;
        if moved == 0 {
            return Ok(());
        }
        let sample = TransferSample {
            at: engine.now(),
            bytes_per_second: moved as f64 / passed.as_secs_f64().max(0.001),
            incremental: figures.incremental,
        };
        match engine.add_transfer_sample(&task.tenant, task.id, sample).await {
            // The task was removed.
            Err(err) if err.kind() == Kind::NotFound => Ok(()),
            kept => kept,
        }
    }
}
