//! Executing a recovery. It can be begun again after a crash: files are put in place whole, so that a
//! second attempt writes the same files once more.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::archive::ArchiveSink;
use crate::board::{LiveRecovery, RecoveryProgress};
use crate::downloads::stamp;
use crate::{
    Engine, Error, FilePath, FileSink, Job, Kind, Place, Recovery, RecoveryId, RecoveryPlan, RecoveryState,
    RestoreOptions, Result, SinkReport, WriteJob,
};

/// How often a recovery is begun before it counts as what kills the server.
const MOST_ATTEMPTS: u32 = 5;

/// Executes the recovery of a job.
///
/// # Errors
/// When the catalog does not answer: the recovery is then as it was last written, and the job stays in the
/// queue.
pub(crate) async fn execute(engine: &Engine, job: &Job, id: RecoveryId) -> Result<()> {
    let up = {
        let _claim = engine.shared.board.claims.lock().await;
        let recovery = engine.shared.catalog.recovery(&job.tenant, id).await?;
        if recovery.state.is_final() {
            return Ok(());
        }
        if recovery.state == RecoveryState::Cancelling {
            // Whoever was to carry the cancellation out died over it: it ends here.
            return end(engine, recovery, Err(Error::new(Kind::Cancelled, "cancelled"))).await.map(drop);
        }
        if job.attempt > MOST_ATTEMPTS {
            let reason = "the server stopped every time this recovery was worked on; it is not tried again";
            return end(engine, recovery, Err(Error::new(Kind::Internal, reason))).await.map(drop);
        }
        match engine.shared.board.put_recovery(recovery) {
            Some(up) => up,
            None => return Err(Error::conflict(format!("recovery {id} is being worked on already"))),
        }
    };
    let live = &up.thing;
    let plan = {
        let mut recovery = live.recovery.lock().await;
        // Somebody may have cancelled it before this began.
        if recovery.state == RecoveryState::Queued {
            if live.control.is_cancelled() {
                // The server stops: what has not begun waits for its next start.
                return Err(Error::new(Kind::Cancelled, "the server stops"));
            }
            recovery.state = RecoveryState::Running;
        }
        recovery.started_at.get_or_insert(engine.shared.clock.now());
        engine.shared.catalog.update_recovery(&recovery).await?;
        recovery.plan.clone()
    };
    let outcome = bring_back(engine, job, id, live, plan).await;
    let mut recovery = live.recovery.lock().await;
    let mut ended = recovery.clone();
    // What was written before it failed was written.
    live.overlay(&mut ended);
    *recovery = end(engine, ended, outcome).await?;
    Ok(())
}

async fn bring_back(
    engine: &Engine,
    job: &Job,
    id: RecoveryId,
    live: &Arc<LiveRecovery>,
    plan: RecoveryPlan,
) -> Result<SinkReport> {
    let shared = &engine.shared;
    let snapshot = shared.catalog.snapshot(&job.tenant, plan.snapshot()).await?;
    let progress = Arc::new(RecoveryProgress(Arc::clone(live)));
    let items = plan.items().to_vec();
    let is_download = matches!(plan, RecoveryPlan::Download { .. });
    let sink: Box<dyn FileSink> = match plan {
        RecoveryPlan::Place { target, place, options, .. } => {
            let source = shared.catalog.source(&job.tenant, target).await?;
            let job = write_job(engine, source.endpoint, &items, &place, options);
            let hosts = Arc::clone(&shared.hosts);
            blocking(move || hosts.writer(job, progress)).await?
        }
        RecoveryPlan::Download { .. } => {
            let path = engine.archive_path(id);
            blocking(move || Ok(Box::new(ArchiveSink::create(&path, progress)?) as Box<dyn FileSink>)).await?
        }
    };
    let control = Arc::clone(&live.control);
    let (sink, extracted) =
        shared.vault.extract(&job.tenant, &snapshot.vault_snapshot, items, sink, control).await;
    extracted?;
    let report = blocking(move || sink.complete()).await?;
    if is_download {
        stamp(&engine.archive_path(id), shared.clock.now())
            .map_err(|err| Error::internal("the archive for this download cannot be stamped", err))?;
    }
    Ok(report)
}

async fn end(engine: &Engine, mut recovery: Recovery, outcome: Result<SinkReport>) -> Result<Recovery> {
    match outcome {
        Ok(report) => {
            recovery.state = match report.warnings.first() {
                None => RecoveryState::Succeeded,
                Some(first) => {
                    let count = report.stats.files_failed.max(report.warnings.len() as u64);
                    recovery.reason = Some(format!("{count} warnings, the first: {first}"));
                    RecoveryState::SucceededWithWarnings
                }
            };
            recovery.stats = report.stats;
            recovery.warnings = report.warnings;
        }
        Err(err) if err.kind() == Kind::Cancelled => {
            if recovery.state == RecoveryState::Cancelling {
                recovery.state = RecoveryState::Cancelled;
            } else {
                recovery.state = RecoveryState::Failed;
                recovery.reason =
                    Some("the server was shut down while this recovery was going on".to_owned());
            }
        }
        Err(err) => {
            tracing::warn!(recovery = recovery.id.0, error = %err, cause = ?err, "a recovery failed");
            recovery.state = RecoveryState::Failed;
            recovery.reason = Some(err.message().to_owned());
        }
    }
    recovery.ended_at = Some(engine.shared.clock.now());
    engine.shared.catalog.update_recovery(&recovery).await?;
    Ok(recovery)
}

/// What a restore asks of the host.
pub(crate) fn write_job(
    engine: &Engine,
    endpoint: String,
    items: &[FilePath],
    place: &Place,
    options: RestoreOptions,
) -> WriteJob {
    WriteJob {
        endpoint,
        placements: items.iter().map(|item| (item.clone(), target(place, item))).collect(),
        options,
        forbidden: engine.shared.places.private.clone(),
        allowed: engine.shared.places.restorable.clone(),
    }
}

/// Where an item goes: to where it was, or below the folder under its own last name. The root of a file
/// system has no name, and becomes the folder itself.
fn target(place: &Place, item: &FilePath) -> PathBuf {
    match place {
        Place::Original => item.as_path().to_owned(),
        Place::Folder(folder) => match item.as_path().file_name() {
            Some(name) => folder.as_path().join(Path::new(name)),
            None => folder.as_path().to_owned(),
        },
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|err| Error::internal("a step of this recovery broke off", err))?
}
