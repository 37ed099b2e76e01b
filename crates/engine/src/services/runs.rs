//! Starting runs, looking at them, and acting on those that go on.

use std::sync::Arc;

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
        let run = self.shared.catalog.insert_run(run).await?;
        self.shared.jobs.notify_one();
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

    /// Holds a run. It stays where it is until it is resumed or cancelled, also for days.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound), and [`Kind::Conflict`](crate::Kind::Conflict) for a run that
    /// is not running.
    pub async fn pause_run(&self, tenant: &TenantId, id: RunId) -> Result<Run> {
        let live = self.live_run(tenant, id).await?;
        let mut run = live.run.lock().await;
        if run.state != RunState::Running {
            return Err(wrong_state(&run, "paused"));
        }
        self.move_live(&mut run, RunState::Running, RunState::Paused).await?;
        live.control.pause();
        Ok(run.clone())
    }

    /// Lets a held run go on.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound), and [`Kind::Conflict`](crate::Kind::Conflict) for a run that
    /// is not held.
    pub async fn resume_run(&self, tenant: &TenantId, id: RunId) -> Result<Run> {
        let live = self.live_run(tenant, id).await?;
        let mut run = live.run.lock().await;
        if run.state != RunState::Paused {
            return Err(wrong_state(&run, "resumed"));
        }
        self.move_live(&mut run, RunState::Paused, RunState::Running).await?;
        live.control.resume();
        Ok(run.clone())
    }

    /// Ends a run. What it already completed stays.
    ///
    /// # Errors
    /// [`Kind::NotFound`](crate::Kind::NotFound), and [`Kind::Conflict`](crate::Kind::Conflict) for a run that
    /// has ended.
    pub async fn cancel_run(&self, tenant: &TenantId, id: RunId) -> Result<Run> {
        let live = self.live_run(tenant, id).await?;
        let mut run = live.run.lock().await;
        if run.state.is_final() {
            return Err(wrong_state(&run, "cancelled"));
        }
        let before = run.state;
        self.move_live(&mut run, before, RunState::Cancelling).await?;
        live.control.cancel();
        Ok(run.clone())
    }

    /// The live side of a run. A run that a worker has not reached yet has none, and neither has one that
    /// ended: both are told as the conflict they are.
    async fn live_run(&self, tenant: &TenantId, id: RunId) -> Result<Arc<LiveRun>> {
        let run = self.shared.catalog.run(tenant, id).await?;
        self.shared.board.runs.get(id).ok_or_else(|| {
            if run.state.is_final() {
                wrong_state(&run, "acted on")
            } else {
                Error::conflict(format!("run {id} is waiting for a worker; try again in a moment"))
            }
        })
    }

    /// Moves a run, and those of its objects that are where it was, to another state, and writes it.
    async fn move_live(&self, run: &mut Run, from: RunState, to: RunState) -> Result<()> {
        let before = run.clone();
        run.state = to;
        for object in run.objects.iter_mut().filter(|object| object.state == from) {
            object.state = to;
        }
        if let Err(err) = self.shared.catalog.update_run(run).await {
            *run = before;
            return Err(err);
        }
        Ok(())
    }
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
