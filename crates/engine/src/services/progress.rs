//! How far a run is, and how long it will take.

use jiff::{SignedDuration, Timestamp};

use crate::board::LiveRun;
use crate::{Engine, ObjectRun, Result, Run, RunId, RunState, TenantId};

/// As much as is said to be done of what has not ended: the totals may still grow, and a snapshot is done only
/// when its files can be found.
const MOST_BEFORE_THE_END: f64 = 0.99;

/// How far a run is.
#[derive(Clone, Debug, PartialEq)]
pub struct RunProgress {
    /// The run, with live figures.
    pub run: Run,
    /// How far the whole is: each object counts the same, since nobody knows the sizes of those to come.
    pub whole: Advance,
    /// How far each of `run.objects` is, in their order.
    pub objects: Vec<Advance>,
}

/// How far something is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Advance {
    /// How much of it is done, from 0 to 1; less than 1 for what failed or was cancelled on the way.
    pub done: f64,
    /// How long it will take at the rate so far; none when that cannot be told: before anything was done, while
    /// it is held, and when it has ended.
    pub remaining: Option<SignedDuration>,
}

impl Engine {
    /// How far a run is.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound).
    pub async fn run_progress(&self, tenant: &TenantId, id: RunId) -> Result<RunProgress> {
        let mut run = self.shared.catalog.run(tenant, id).await?;
        let live = self.shared.board.runs.get(id);
        if let Some(live) = &live {
            live.overlay(&mut run);
        }
        let now = self.shared.clock.now();
        let rated = |done: f64, state: RunState, started: Option<Timestamp>| Advance {
            done,
            remaining: live
                .as_ref()
                .zip(started)
                .filter(|_| state == RunState::Running && done > 0.0)
                .and_then(|(live, started)| remaining(live, started, now, done)),
        };
        let objects: Vec<_> =
            run.objects.iter().map(|object| rated(done(object), object.state, object.started_at)).collect();
        let mean = objects.iter().map(|object| object.done).sum::<f64>() / objects.len().max(1) as f64;
        let whole = rated(
            if run.state.is_final() { mean } else { mean.min(MOST_BEFORE_THE_END) },
            run.state,
            run.started_at,
        );
        Ok(RunProgress { run, whole, objects })
    }
}

fn done(object: &ObjectRun) -> f64 {
    let share = |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let stats = &object.stats;
    match object.state {
        RunState::Succeeded | RunState::SucceededWithWarnings => 1.0,
        _ if stats.bytes_total > 0 => share(stats.bytes_done, stats.bytes_total).min(MOST_BEFORE_THE_END),
        _ => share(stats.files_done, stats.files_total).min(MOST_BEFORE_THE_END),
    }
}

fn remaining(live: &LiveRun, started: Timestamp, now: Timestamp, done: f64) -> Option<SignedDuration> {
    let seconds = live.worked(started, now).as_secs_f64() / done * (1.0 - done);
    SignedDuration::try_from_secs_f64(seconds).ok()
}
