//! The scheduler: starts the runs that policies ask for, and holds or ends runs where a blackout begins.
//!
//! When each schedule of each group is next due stands in the catalog, and moves on in the transaction that
//! records the run: a crash neither starts a run twice nor loses one. After downtime a schedule that was due
//! many times is due once.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;

use crate::ports::FireTime;
use crate::schedule::{Start, next_due};
use crate::{
    Engine, Error, Group, InBlackouts, Kind, Policy, PolicyId, Recurrence, Result, Retention, Run, RunId,
    RunKind, RunState, TenantId, Trigger, blackout,
};

/// How often to look at the engine's clock, in real time: a clock may be turned.
const TICK: Duration = Duration::from_secs(1);

/// Starts what is due. One a process is enough.
pub struct Scheduler {
    engine: Engine,
    /// Runs that a blackout held, and that go on when it ends.
    held: HashMap<RunId, TenantId>,
    /// Runs that a blackout was already applied to, with when it began: somebody who resumes one by hand means
    /// it.
    applied: HashSet<(RunId, Timestamp)>,
    /// What was last wrong with a group, so that it is told once.
    troubles: HashMap<crate::GroupId, String>,
}

impl Scheduler {
    /// A scheduler of everything that this engine protects.
    pub fn new(engine: Engine) -> Self {
        Self { engine, held: HashMap::new(), applied: HashSet::new(), troubles: HashMap::new() }
    }

    /// Works until `shutdown` completes.
    pub async fn run(mut self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let turn = async {
                if let Err(err) = self.turn().await {
                    tracing::error!(error = %err, cause = ?err, "the schedules cannot be looked at");
                }
                tokio::time::sleep(TICK).await;
            };
            tokio::select! {
                () = &mut shutdown => return,
                () = turn => {}
            }
        }
    }

    async fn turn(&mut self) -> Result<()> {
        let shared = &self.engine.shared;
        let now = shared.clock.now();
        let groups = shared.catalog.all_groups().await?;
        let mut policies: HashMap<(TenantId, PolicyId), Policy> = HashMap::new();
        for tenant in groups.iter().map(|group| &group.tenant).collect::<HashSet<_>>() {
            for policy in shared.catalog.policies(tenant).await? {
                policies.insert((tenant.clone(), policy.id), policy);
            }
        }
        let mut stored: HashMap<_, Vec<FireTime>> = HashMap::new();
        for time in shared.catalog.fire_times().await? {
            stored.entry(time.group).or_default().push(time);
        }
        for group in &groups {
            let Some(policy) = policies.get(&(group.tenant.clone(), group.rules.policy)) else { continue };
            let times = stored.remove(&group.id).unwrap_or_default();
            match schedule(&self.engine, group, policy, &times, now).await {
                Ok(()) => drop(self.troubles.remove(&group.id)),
                Err(err) => self.tell(group, &err),
            }
        }
        self.apply_blackouts(&groups, &policies, now).await
    }

    fn tell(&mut self, group: &Group, err: &Error) {
        let words = err.to_string();
        if self.troubles.get(&group.id) != Some(&words) {
            tracing::error!(group = group.id.0, error = %err, cause = ?err, "a schedule cannot be kept");
            self.troubles.insert(group.id, words);
        }
    }

    /// Holds or ends the runs over which a blackout has come, and lets held ones go on after it.
    async fn apply_blackouts(
        &mut self,
        groups: &[Group],
        policies: &HashMap<(TenantId, PolicyId), Policy>,
        now: Timestamp,
    ) -> Result<()> {
        let mut live = Vec::new();
        self.engine.shared.board.runs.each(|run| live.push(run.clone()));
        let mut going = HashSet::new();
        for run in live {
            let run = run.run.lock().await.clone();
            going.insert(run.id);
            let Some(group) = groups.iter().find(|group| group.id == run.group) else { continue };
            let Some(policy) = policies.get(&(group.tenant.clone(), group.rules.policy)) else { continue };
            let begun = blackout::begun(&policy.rules.blackouts, now)?;
            let done = match begun {
                None => match self.held.remove(&run.id) {
                    Some(tenant) => self.engine.resume_run(&tenant, run.id).await.map(drop),
                    None => Ok(()),
                },
                Some(begun) if run.queued_at < begun => self.apply(group, &run, begun).await,
                Some(_) => Ok(()),
            };
            match done {
                // Somebody was quicker, or the run has just ended.
                Err(err) if err.kind() == Kind::Conflict => {}
                done => done?,
            }
        }
        self.held.retain(|run, _| going.contains(run));
        self.applied.retain(|(run, _)| going.contains(run));
        Ok(())
    }

    async fn apply(&mut self, group: &Group, run: &Run, begun: Timestamp) -> Result<()> {
        let wanted = group.rules.in_blackouts;
        if wanted == InBlackouts::GoOn || run.state != RunState::Running {
            return Ok(());
        }
        if !self.applied.insert((run.id, begun)) {
            return Ok(());
        }
        if wanted == InBlackouts::Cancel {
            return self.engine.cancel_run(&group.tenant, run.id).await.map(drop);
        }
        self.engine.pause_run(&group.tenant, run.id).await?;
        self.held.insert(run.id, group.tenant.clone());
        Ok(())
    }
}

/// One schedule of a group.
struct Slot<'a> {
    name: String,
    kind: RunKind,
    every: &'a Recurrence,
    retention: Option<&'a Retention>,
}

fn slots(policy: &Policy) -> Vec<Slot<'_>> {
    let rules = &policy.rules;
    let slot = |name: &str, kind, every| Slot { name: name.to_owned(), kind, every, retention: None };
    let mut slots = Vec::new();
    slots.extend(rules.incremental.as_ref().map(|every| slot("incremental", RunKind::Incremental, every)));
    slots.extend(rules.full.as_ref().map(|every| slot("full", RunKind::Full, every)));
    for (at, full) in rules.fulls.iter().enumerate() {
        let retention = Some(&full.retention);
        slots.push(Slot { retention, ..slot(&format!("full {at}"), RunKind::Full, &full.every) });
    }
    slots
}

/// Brings the times at which a group is due up to date, and records a run when one of them has come.
async fn schedule(
    engine: &Engine,
    group: &Group,
    policy: &Policy,
    stored: &[FireTime],
    now: Timestamp,
) -> Result<()> {
    let start = Start { since: group.created_at, at: group.rules.start.clone() };
    // What is new or was changed counts from then on, and not only from when it is first looked at.
    let in_force = group.modified_at.max(policy.modified_at).min(now);
    let slots = slots(policy);
    let mut times = Vec::new();
    let mut due: Vec<(&Slot<'_>, Timestamp)> = Vec::new();
    for slot in &slots {
        let basis = serde_json::to_string(&(slot.every, &start.at))
            .map_err(|err| Error::internal("a schedule cannot be written down", err))?;
        let known = stored.iter().find(|time| time.slot == slot.name && time.basis == basis);
        let mut next = match known {
            Some(time) => Some(time.due_at),
            None => next_due(slot.every, &start, in_force)?,
        };
        if let Some(moment) = next.filter(|moment| *moment <= now) {
            due.push((slot, moment));
            next = next_due(slot.every, &start, now)?;
        }
        if let Some(due_at) = next {
            times.push(FireTime { group: group.id, slot: slot.name.clone(), due_at, basis });
        }
    }
    // As the catalog gives them.
    times.sort_by(|one, other| one.slot.cmp(&other.slot));
    let idle = group.rules.paused || group.rules.ends_at.is_some_and(|end| end < now);
    let Some((slot, moment)) = foremost(&due).filter(|_| !idle) else {
        if times.as_slice() != stored {
            engine.shared.catalog.set_fire_times(group.id, &times).await?;
        }
        return Ok(());
    };
    let mut run = engine.draft_run(group, slot.kind, Trigger::Schedule, &[]).await?;
    run.retention = slot.retention.cloned();
    let blackouts = &policy.rules.blackouts;
    if blackout::begun(blackouts, *moment)?.is_some() || blackout::begun(blackouts, now)?.is_some() {
        let skipped = ended(run, RunState::Skipped, "it was due in a blackout of the policy");
        engine.shared.catalog.insert_scheduled_run(skipped, &times).await?;
        return Ok(());
    }
    match engine.shared.catalog.insert_scheduled_run(run.clone(), &times).await {
        Ok(_) => engine.shared.jobs.notify_one(),
        Err(err) if err.kind() == Kind::Conflict => {
            let missed = ended(run, RunState::Missed, "the run before it was still going on");
            engine.shared.catalog.insert_scheduled_run(missed, &times).await?;
        }
        Err(err) => return Err(err),
    }
    Ok(())
}

/// Of what is due at once the one run that does it all: a full one, kept the longest.
fn foremost<'a, 'b>(due: &'a [(&'b Slot<'b>, Timestamp)]) -> Option<&'a (&'b Slot<'b>, Timestamp)> {
    due.iter().max_by_key(|(slot, _)| (slot.kind == RunKind::Full, slot.retention.map(Retention::days)))
}

/// A run that is over before it began.
fn ended(mut run: Run, state: RunState, reason: &str) -> Run {
    run.state = state;
    run.reason = Some(reason.to_owned());
    run.ended_at = Some(run.queued_at);
    for object in &mut run.objects {
        object.state = state;
        object.ended_at = Some(run.queued_at);
    }
    run
}
