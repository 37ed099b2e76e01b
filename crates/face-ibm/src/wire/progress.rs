//! The progress of runs.

use engine::{Advance, BackupStats, FailedAttempt, ObjectRun, Run, RunProgress, RunState};
use ibm_backup_recovery::types;
use jiff::Timestamp;

use super::run::int;
use super::{WireIds, usecs};

/// What is wanted of a run's progress.
#[derive(Debug, Default)]
pub(crate) struct ProgressWanted {
    /// Of these objects; empty means any.
    pub(crate) objects: Vec<types::ObjectId>,
    /// Of the objects with these paths; empty means any.
    pub(crate) object_tasks: Vec<String>,
    /// Objects that have ended too.
    pub(crate) finished: bool,
    /// Tasks that started at or after.
    pub(crate) from_usecs: Option<types::UnixMicros>,
    /// Tasks that ended at or before.
    pub(crate) until_usecs: Option<types::UnixMicros>,
    /// At most so many objects.
    pub(crate) most: Option<usize>,
    /// The objects at all.
    pub(crate) details: bool,
    /// The messages.
    pub(crate) events: bool,
}

impl ProgressWanted {
    fn in_time(&self, started: Option<Timestamp>, ended: Option<Timestamp>) -> bool {
        let (started, ended) = (started.map(usecs), ended.map(usecs));
        self.from_usecs.is_none_or(|from| started.is_some_and(|started| started >= from))
            && self.until_usecs.is_none_or(|until| ended.is_some_and(|ended| ended <= until))
    }

    fn takes(&self, run: &Run, object: &ObjectRun) -> bool {
        (self.objects.is_empty() || self.objects.contains(&object.object.0.into()))
            && (self.object_tasks.is_empty()
                || self.object_tasks.contains(&WireIds::object_task(run, object)))
            && (self.finished || !object.state.is_final())
            && self.in_time(object.started_at, object.ended_at)
    }
}

/// How far a run is; none when it does not lie in the time that is wanted. The run itself was asked for by its
/// id and is told of also when it has ended; its objects then only when finished tasks are wanted.
pub(crate) fn run_progress(
    progress: &RunProgress,
    wanted: &ProgressWanted,
) -> Option<types::BackupRunProgress> {
    let RunProgress { run, whole, objects } = progress;
    if !wanted.in_time(run.started_at, run.ended_at) {
        return None;
    }
    let shown = run
        .objects
        .iter()
        .zip(objects)
        .filter(|(object, _)| wanted.takes(run, object))
        .take(wanted.most.unwrap_or(usize::MAX))
        .map(|(object, advance)| object_progress(object, advance, wanted.events));
    let total = run.objects.iter().fold(
        BackupStats { all_found: true, ..BackupStats::default() },
        |total, object| BackupStats {
            files_total: total.files_total + object.stats.files_total,
            files_done: total.files_done + object.stats.files_done,
            all_found: total.all_found && object.stats.all_found,
            ..total
        },
    );
    Some(types::BackupRunProgress {
        start_time_usecs: run.started_at.map(usecs),
        end_time_usecs: run.ended_at.map(usecs),
        percentage_completed: Some(percent(whole)),
        expected_remaining_time_usecs: remaining(whole),
        stats: Some(stats(&total)),
        status: Some(status(run.state)),
        objects: wanted.details.then(|| shown.collect()),
        events: wanted.events.then(|| run_events(run)),
        unknown_fields: Default::default(),
    })
}

fn object_progress(object: &ObjectRun, advance: &Advance, events: bool) -> types::ObjectProgress {
    types::ObjectProgress {
        id: Some(object.object.0.into()),
        name: Some(object.name.clone()),
        source_id: Some(object.object.0.into()),
        source_name: Some(object.name.clone()),
        environment: Some(types::Environment::Physical),
        start_time_usecs: object.started_at.map(usecs),
        end_time_usecs: object.ended_at.map(usecs),
        percentage_completed: Some(percent(advance)),
        expected_remaining_time_usecs: remaining(advance),
        stats: Some(stats(&object.stats)),
        status: Some(status(object.state)),
        events: events.then(|| object_events(object)),
        failed_attempts: Some(failed_attempts(object, events)).filter(|attempts| !attempts.is_empty()),
        unknown_fields: Default::default(),
    }
}

/// How far the failed attempts came was not kept.
fn failed_attempts(object: &ObjectRun, events: bool) -> Vec<types::ProgressTask> {
    let task = |(at, attempt): (usize, &FailedAttempt)| types::ProgressTask {
        start_time_usecs: Some(usecs(attempt.started_at)),
        end_time_usecs: Some(usecs(attempt.ended_at)),
        status: Some(types::ProgressStatus::FinishedWithError),
        events: events.then(|| {
            let number = object.attempts_before(at) + 1;
            let name = &object.name;
            vec![
                event(attempt.started_at, format!("Attempt {number} to back up {name} began.")),
                event(attempt.ended_at, format!("Attempt {number} failed: {}", attempt.reason)),
            ]
        }),
        ..types::ProgressTask::default()
    };
    object.failed_attempts.iter().enumerate().map(task).collect()
}

fn percent(advance: &Advance) -> f64 {
    advance.done * 100.0
}

fn remaining(advance: &Advance) -> Option<types::Micros> {
    let micros = i64::try_from(advance.remaining?.as_micros()).ok()?;
    Some(types::Micros(micros))
}

fn stats(stats: &BackupStats) -> types::ProgressStats {
    types::ProgressStats {
        backup_file_count: Some(int(stats.files_done)),
        total_file_count: Some(int(stats.files_total)),
        file_walk_done: Some(stats.all_found),
        unknown_fields: Default::default(),
    }
}

fn status(state: RunState) -> types::ProgressStatus {
    match state {
        RunState::Queued | RunState::Running | RunState::Paused | RunState::Cancelling => {
            types::ProgressStatus::Active
        }
        RunState::Succeeded | RunState::SucceededWithWarnings => types::ProgressStatus::Finished,
        RunState::Cancelled => types::ProgressStatus::Canceled,
        RunState::Failed | RunState::Missed | RunState::Skipped => types::ProgressStatus::FinishedWithError,
    }
}

fn run_events(run: &Run) -> Vec<types::ProgressTaskEvent> {
    let mut events = vec![event(run.queued_at, "The run was accepted.".to_owned())];
    if let Some(started) = run.started_at {
        events.push(event(started, "The run began.".to_owned()));
    }
    if let Some(ended) = run.ended_at {
        events.push(event(ended, format!("The run {}.", ending(run.state, run.reason.as_deref()))));
    }
    events
}

fn object_events(object: &ObjectRun) -> Vec<types::ProgressTaskEvent> {
    let mut events = Vec::new();
    if let Some(started) = object.started_at {
        let attempt = object.attempts.max(1);
        events.push(event(started, format!("Attempt {attempt} to back up {} began.", object.name)));
    }
    if let Some(ended) = object.ended_at {
        events.extend(object.warnings.iter().map(|warning| event(ended, format!("Warning: {warning}"))));
        let ending = ending(object.state, object.reason.as_deref());
        events.push(event(ended, format!("The backup of {} {ending}.", object.name)));
    }
    events
}

fn ending(state: RunState, reason: Option<&str>) -> String {
    let word = match state {
        RunState::Cancelled => "was cancelled",
        RunState::Failed => "failed",
        RunState::Missed => "was missed",
        RunState::Skipped => "was skipped",
        _ => "is complete",
    };
    reason.map_or_else(|| word.to_owned(), |reason| format!("{word}: {reason}"))
}

fn event(at: Timestamp, message: String) -> types::ProgressTaskEvent {
    types::ProgressTaskEvent {
        message: Some(message),
        occured_at_usecs: Some(usecs(at)),
        unknown_fields: Default::default(),
    }
}
