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
    Blackout, Engine, Error, Group, InBlackouts, Kind, Policy, PolicyId, Recurrence, Result, Retention, Run,
    RunId, RunKind, RunState, TenantId, Trigger, blackout,
};

/// How often to look at the engine's clock, in real time: a clock may be turned.
const TICK: Duration = Duration::from_secs(1);
/// How many missed times of a schedule are looked at one by one.
const MOST_LOOKED_AT: usize = 2000;

/// Starts what is due. One a process is enough.
pub struct Scheduler {
    engine: Engine,
    /// Runs that a blackout held, and that go on when it ends.
    held: HashSet<RunId>,
    /// Runs that a blackout was already applied to, with when it began: somebody who resumes one by hand means
    /// it.
    applied: HashSet<(RunId, Timestamp)>,
    /// What was last wrong with a group, so that it is told once.
    troubles: HashMap<crate::GroupId, String>,
}

impl Scheduler {
    /// A scheduler of everything that this engine protects.
    pub fn new(engine: Engine) -> Self {
        Self { engine, held: HashSet::new(), applied: HashSet::new(), troubles: HashMap::new() }
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
        self.apply_blackouts(&groups, &policies, now).await;
        Ok(())
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
    ) {
        let mut live = Vec::new();
        self.engine.shared.board.runs.each(|run| live.push(run.clone()));
        let mut going = HashSet::new();
        for run in live {
            let run = run.run.lock().await.clone();
            going.insert(run.id);
            let Some(group) = groups.iter().find(|group| group.id == run.group) else { continue };
            let Some(policy) = policies.get(&(group.tenant.clone(), group.rules.policy)) else { continue };
            match self.apply(group, policy, &run, now).await {
                Ok(()) => {}
                // Somebody was quicker, the run has just ended, or a snapshot of it is being made visible: if
                // there is still something to do, the next turn does it.
                Err(err) if err.kind() == Kind::Conflict => {}
                Err(err) => {
                    tracing::error!(run = run.id.0, error = %err, cause = ?err, "a blackout cannot be applied");
                }
            }
        }
        self.held.retain(|run| going.contains(run));
        self.applied.retain(|(run, _)| going.contains(run));
    }

    async fn apply(&mut self, group: &Group, policy: &Policy, run: &Run, now: Timestamp) -> Result<()> {
        let Some(begun) = blackout::begun(&policy.rules.blackouts, now)? else {
            // Whoever was held is let go for certain: only what is no longer held is forgotten.
            if self.held.contains(&run.id) {
                if run.state == RunState::Paused {
                    self.engine.resume_run(&group.tenant, run.id).await?;
                }
                self.held.remove(&run.id);
            }
            return Ok(());
        };
        let wanted = group.rules.in_blackouts;
        let is_struck = run.queued_at < begun && run.state == RunState::Running;
        if !is_struck || wanted == InBlackouts::GoOn || self.applied.contains(&(run.id, begun)) {
            return Ok(());
        }
        if wanted == InBlackouts::Cancel {
            self.engine.cancel_run(&group.tenant, run.id).await?;
        } else {
            self.engine.pause_run(&group.tenant, run.id).await?;
            self.held.insert(run.id);
        }
        self.applied.insert((run.id, begun));
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
            Some(time) => Some(plausible(slot.every, &start, time.due_at, now)?),
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
    if due.is_empty() || idle {
        if times.as_slice() != stored {
            engine.shared.catalog.set_fire_times(group.id, &times).await?;
        }
        return Ok(());
    }
    let blackouts = &policy.rules.blackouts;
    let is_blackout = blackout::begun(blackouts, now)?.is_some();
    let mut allowed = Vec::new();
    for (slot, moment) in &due {
        if !is_blackout && was_due_outside(blackouts, slot.every, &start, *moment, now)? {
            allowed.push((*slot, *moment));
        }
    }
    let Some((slot, _)) = foremost(&allowed).or_else(|| foremost(&due)) else { return Ok(()) };
    let mut run = engine.draft_run(group, slot.kind, Trigger::Schedule, &[]).await?;
    run.retention = slot.retention.cloned();
    if allowed.is_empty() {
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

/// When a schedule is due of which it was written down that it is due at `stored`. A clock that showed a time
/// far ahead, and was then put right, must not keep a schedule from coming round until that time. Where the
/// clock went back by less than a period, what was due in it is not due once more.
fn plausible(rule: &Recurrence, start: &Start, stored: Timestamp, now: Timestamp) -> Result<Timestamp> {
    let Some(next) = next_due(rule, start, now)? else { return Ok(stored) };
    let after_next = next_due(rule, start, next)?;
    Ok(if after_next.is_some_and(|after_next| stored > after_next) { next } else { stored })
}

/// Whether any of the times at which a schedule was due, from `first` until now, lay outside a blackout: after
/// downtime one run makes up for several.
fn was_due_outside(
    blackouts: &[Blackout],
    rule: &Recurrence,
    start: &Start,
    first: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let mut moment = first;
    for _ in 0..MOST_LOOKED_AT {
        if blackout::begun(blackouts, moment)?.is_none() {
            return Ok(true);
        }
        match next_due(rule, start, moment)? {
            Some(next) if next <= now => moment = next,
            _ => return Ok(false),
        }
    }
    // So many in a row in blackouts, and it is none now: there was one outside, or there is no telling.
    Ok(true)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_from_a_clock_that_was_wrong_is_not_waited_for() {
        let start = Start { since: "2026-03-02T09:00:00Z".parse().unwrap(), at: None };
        let due = |stored: &str, now: &str| {
            let rule = Recurrence::Days { count: 1 };
            plausible(&rule, &start, stored.parse().unwrap(), now.parse().unwrap()).unwrap().to_string()
        };
        assert_eq!(due("2041-01-01T09:00:00Z", "2026-03-05T12:00:00Z"), "2026-03-06T09:00:00Z");
        assert_eq!(due("2026-03-06T09:00:00Z", "2026-03-05T12:00:00Z"), "2026-03-06T09:00:00Z");
        // Set back over the time of a run that has been: it does not come again.
        assert_eq!(due("2026-03-06T09:00:00Z", "2026-03-05T08:59:59Z"), "2026-03-06T09:00:00Z");
        assert_eq!(due("2026-03-04T09:00:00Z", "2026-03-05T12:00:00Z"), "2026-03-04T09:00:00Z", "overdue");
    }
}
