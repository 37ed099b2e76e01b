//! Starting runs, looking at them, and acting on those that go on.

use std::sync::atomic::Ordering;

use jiff::Timestamp;

use crate::board::LiveRun;
use crate::{
    BackupStats, Engine, Error, Group, GroupId, ObjectId, ObjectRun, Result, Run, RunFilter, RunId, RunKind,
    RunRequest, RunState, TenantId, Trigger,
};

impl Engine {
    /// Accepts a run of a group; a worker executes it.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound) for the group, [`Kind::Invalid`](crate::Kind::Invalid) for an
    /// object that the group does not protect, [`Kind::Conflict`](crate::Kind::Conflict) while the group is
    /// paused or has ended, or another run of it is going on.
    pub async fn start_run(&self, tenant: &TenantId, group: GroupId, request: RunRequest) -> Result<Run> {
        let run = self.prepare_run(tenant, group, request).await?;
        let run = self.shared.catalog.insert_run(run).await?;
        self.shared.jobs.notify_one();
        Ok(run)
    }

    /// A run as it is asked for, if the group allows it now, that is not recorded yet.
    pub(crate) async fn prepare_run(
        &self,
        tenant: &TenantId,
        group: GroupId,
        request: RunRequest,
    ) -> Result<Run> {
        let group = self.live_group(tenant, group).await?;
        if group.rules.paused {
            return Err(Error::conflict(format!(
                "the protection group {:?} is paused; resume it to start a run",
                group.rules.name
            )));
        }
        if let Some(end) = group.rules.ends_at.filter(|end| *end < self.shared.clock.now()) {
            return Err(Error::conflict(format!(
                "the protection group {:?} has ended at {end}; give it another end to start a run",
                group.rules.name
            )));
        }
        let selected: Vec<_> = group.rules.selections.iter().map(|selection| selection.object).collect();
        if let Some(unknown) = request.objects.iter().find(|object| !selected.contains(object)) {
            return Err(Error::invalid(format!(
                "object {unknown} is not protected by the group {:?}",
                group.rules.name
            )));
        }
        let mut run = self.draft_run(&group, request.kind, request.trigger, &request.objects).await?;
        run.extras = request.extras;
        Ok(run)
    }

    /// A run of these objects of a group, of all when none are named, that is not recorded yet.
    pub(crate) async fn draft_run(
        &self,
        group: &Group,
        kind: RunKind,
        trigger: Trigger,
        wanted: &[ObjectId],
    ) -> Result<Run> {
        let mut objects = Vec::new();
        for object in group.rules.selections.iter().map(|selection| selection.object) {
            if !wanted.is_empty() && !wanted.contains(&object) {
                continue;
            }
            let source = self.shared.catalog.source(&group.tenant, object).await?;
            objects.push(ObjectRun {
                object,
                name: source.name,
                state: RunState::Queued,
                reason: None,
                started_at: None,
                ended_at: None,
                attempts: 0,
                failed_attempts: Vec::new(),
                stats: BackupStats::default(),
                warnings: Vec::new(),
                snapshot: None,
                deleted_at: None,
                note: None,
                warnings_acknowledged: false,
            });
        }
        Ok(Run {
            id: RunId(0),
            tenant: group.tenant.clone(),
            group: group.id,
            group_name: group.rules.name.clone(),
            policy: group.rules.policy,
            kind,
            trigger,
            state: RunState::Queued,
            reason: None,
            queued_at: self.shared.clock.now(),
            started_at: None,
            ended_at: None,
            objects,
            retention: None,
            extras: crate::Extras::new(),
        })
    }

    /// The runs that a filter lets through, the latest first, with live figures.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn runs(&self, tenant: &TenantId, filter: &RunFilter) -> Result<Vec<Run>> {
        let mut runs = self.shared.catalog.runs(tenant, filter).await?;
        for run in &mut runs {
            if let Some(live) = self.shared.board.runs.get(run.id) {
                live.overlay(run);
            }
        }
        Ok(runs)
    }

    /// Holds a run. It stays where it is until it is resumed or cancelled, also for days. One that waits for a
    /// worker is held before it begins.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound), and [`Kind::Conflict`](crate::Kind::Conflict) for a run that
    /// is neither waiting nor running.
    pub async fn pause_run(&self, tenant: &TenantId, id: RunId) -> Result<Run> {
        let now = self.shared.clock.now();
        let change = |run: &mut Run, _: Reached| {
            let before = run.state;
            if !matches!(before, RunState::Queued | RunState::Running) {
                return Err(wrong_state(run, "paused"));
            }
            run.state = RunState::Paused;
            move_objects(run, RunState::Running, RunState::Paused);
            Ok(())
        };
        let run = self.steer(tenant, id, change, |live, _| live.pause(now)).await?;
        // Its place is free now.
        self.shared.jobs.notify_one();
        Ok(run)
    }

    /// Lets a held run go on, or begin.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound), and [`Kind::Conflict`](crate::Kind::Conflict) for a run that
    /// is not held.
    pub async fn resume_run(&self, tenant: &TenantId, id: RunId) -> Result<Run> {
        let now = self.shared.clock.now();
        let change = |run: &mut Run, _: Reached| {
            if run.state != RunState::Paused {
                return Err(wrong_state(run, "resumed"));
            }
            run.state = if run.started_at.is_some() { RunState::Running } else { RunState::Queued };
            move_objects(run, RunState::Paused, RunState::Running);
            Ok(())
        };
        self.steer(tenant, id, change, |live, _| live.resume(now)).await
    }

    /// Ends a run. What it already completed stays. One that waits for a worker ends at once.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound), and [`Kind::Conflict`](crate::Kind::Conflict) for a run that
    /// has ended.
    pub async fn cancel_run(&self, tenant: &TenantId, id: RunId) -> Result<Run> {
        let now = self.shared.clock.now();
        let change = |run: &mut Run, reached: Reached| {
            if run.state.is_final() {
                return Err(wrong_state(run, "cancelled"));
            }
            match reached {
                Reached::Live => {
                    run.state = RunState::Cancelling;
                    move_objects(run, RunState::Running, RunState::Cancelling);
                    move_objects(run, RunState::Paused, RunState::Cancelling);
                }
                Reached::Waiting => {
                    run.objects.iter_mut().for_each(|object| end_cancelled(object, now));
                    end_unbegun(run, now);
                }
            }
            Ok(())
        };
        self.steer(tenant, id, change, |live, _| live.control.cancel()).await
    }

    /// Ends some objects of a run; the others go on, and those that have ended stay as they are.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound); [`Kind::Invalid`](crate::Kind::Invalid) for an object that the
    /// run does not back up; [`Kind::Conflict`](crate::Kind::Conflict) when all of them have ended.
    pub async fn cancel_objects(&self, tenant: &TenantId, id: RunId, objects: &[ObjectId]) -> Result<Run> {
        let now = self.shared.clock.now();
        let change = |run: &mut Run, reached: Reached| {
            if let Some(stranger) =
                objects.iter().find(|id| !run.objects.iter().any(|object| object.object == **id))
            {
                return Err(Error::invalid(format!("object {stranger} is not part of run {}", run.id)));
            }
            let mut found = false;
            let named = run.objects.iter_mut().filter(|object| objects.contains(&object.object));
            for object in named.filter(|object| !object.state.is_final()) {
                found = true;
                match object.state {
                    RunState::Queued => end_cancelled(object, now),
                    _ => object.state = RunState::Cancelling,
                }
            }
            if !found {
                return Err(Error::conflict(format!(
                    "nothing of run {} can be cancelled: these objects have ended",
                    run.id
                )));
            }
            let is_off =
                |object: &ObjectRun| matches!(object.state, RunState::Cancelled | RunState::Cancelling);
            if reached == Reached::Live && run.objects.iter().all(is_off) {
                // Nothing of it is left to be held or waited for.
                run.state = RunState::Cancelling;
            }
            if reached == Reached::Waiting && run.objects.iter().all(|object| object.state.is_final()) {
                end_unbegun(run, now);
            }
            Ok(())
        };
        let pull = |live: &LiveRun, run: &Run| {
            objects.iter().for_each(|object| live.control.cancel_object(*object));
            if run.state == RunState::Cancelling {
                live.control.cancel();
            }
        };
        self.steer(tenant, id, change, pull).await
    }

    /// Changes a run that has not ended, wherever it is, and then pulls the lever of the worker that is at it.
    async fn steer(
        &self,
        tenant: &TenantId,
        id: RunId,
        change: impl FnOnce(&mut Run, Reached) -> Result<()>,
        pull: impl FnOnce(&LiveRun, &Run),
    ) -> Result<Run> {
        let catalog = &self.shared.catalog;
        // Whose it is, before anything else.
        catalog.run(tenant, id).await?;
        let claims = self.shared.board.claims.lock().await;
        if let Some(live) = self.shared.board.runs.get(id) {
            drop(claims);
            if live.publishing.load(Ordering::SeqCst) {
                return Err(Error::conflict(format!(
                    "run {id} has read everything and is about to be complete"
                )));
            }
            let mut stored = live.run.lock().await;
            let mut run = stored.clone();
            change(&mut run, Reached::Live)?;
            catalog.update_run(&run).await?;
            *stored = run.clone();
            pull(&live, &run);
            return Ok(run);
        }
        // Nobody is at it, and nobody can begin while the claims are held.
        let mut run = catalog.run(tenant, id).await?;
        if run.started_at.is_some() && !run.state.is_final() {
            return Err(Error::conflict(format!(
                "the worker of run {id} was lost; try again in a moment, when another has found out how far it came"
            )));
        }
        change(&mut run, Reached::Waiting)?;
        catalog.update_run(&run).await?;
        Ok(run)
    }
}

/// Where a run is when it is changed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reached {
    /// A worker is at it.
    Live,
    /// It waits for a worker, or has ended.
    Waiting,
}

fn move_objects(run: &mut Run, from: RunState, to: RunState) {
    for object in run.objects.iter_mut().filter(|object| object.state == from) {
        object.state = to;
    }
}

fn end_cancelled(object: &mut ObjectRun, now: Timestamp) {
    if !object.state.is_final() {
        object.state = RunState::Cancelled;
        object.ended_at = Some(now);
    }
}

/// Ends a run of which nothing was begun.
fn end_unbegun(run: &mut Run, now: Timestamp) {
    run.state = RunState::Cancelled;
    run.ended_at = Some(now);
}

fn wrong_state(run: &Run, wanted: &str) -> Error {
    let state = match run.state {
        RunState::Queued => "is waiting to start",
        RunState::Running => "is running",
        RunState::Paused => "is paused",
        RunState::Cancelling => "is being cancelled",
        RunState::Cancelled => "was cancelled",
        RunState::Failed => "has failed",
        RunState::Succeeded | RunState::SucceededWithWarnings => "is complete",
        RunState::Missed => "was missed",
        RunState::Skipped => "was skipped",
    };
    Error::conflict(format!("run {} cannot be {wanted}: it {state}", run.id))
}
