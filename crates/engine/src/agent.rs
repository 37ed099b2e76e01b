//! Agents: what protects a host on the host itself, and upgrades of them.
//!
//! A host has one agent, which has the host's number. A host on which none was installed is read by the
//! server itself, which is then its agent: of the server's version, and always there. An agent that was
//! installed says which version it is each time it is in contact, and is told then to upgrade itself when a
//! task wants it; nothing reaches out to it.
//!
//! So nothing has to happen on a host at the moment a task's time comes, and a task needs no job: how far it
//! is follows from its times, what its agents said, and the present moment ([`UpgradeTask::at`]). Whenever an
//! agent is in contact, what follows is written down before the contact changes it, so no answer is ever
//! taken back, and a restart changes nothing.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{ObjectId, TenantId, UpgradeTaskId};

/// The version of this program, which agents are upgraded to.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// For how long an agent counts as reachable after a contact, and how long it may take over an upgrade.
pub const AGENT_PATIENCE: SignedDuration = SignedDuration::from_mins(15);

/// The agent of a host.
#[derive(Clone, Debug, PartialEq)]
pub struct Agent {
    /// Its number, which is the number of its host.
    pub id: ObjectId,
    /// What people call the host.
    pub host: String,
    /// Its version.
    pub version: String,
    /// When it was last in contact; none when the server itself is the agent.
    pub last_contact_at: Option<Timestamp>,
}

/// What an installed agent said last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentReport {
    /// On which host.
    pub host: ObjectId,
    /// Whose.
    pub tenant: TenantId,
    /// Which version it is.
    pub version: String,
    /// When it said so.
    pub reported_at: Timestamp,
}

/// What an agent hears when it is in contact.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentOrders {
    /// The agent.
    pub id: ObjectId,
    /// The version to upgrade to now, if it should.
    pub upgrade_to: Option<String>,
}

/// A task that upgrades agents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UpgradeTask {
    /// Its number.
    pub id: UpgradeTaskId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What people call it.
    pub name: Option<String>,
    /// Free text.
    pub description: Option<String>,
    /// The task that this one repeats.
    pub retried: Option<UpgradeTaskId>,
    /// The version to upgrade to.
    pub version: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is to start; none means at once.
    pub scheduled_at: Option<Timestamp>,
    /// Until when it may start.
    pub start_until: Option<Timestamp>,
    /// When it started.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How far it is.
    pub state: UpgradeTaskState,
    /// The agents.
    pub agents: Vec<AgentUpgrade>,
}

/// A task about to be made.
#[derive(Clone, Debug, Default)]
pub struct NewUpgradeTask {
    /// What people call it.
    pub name: Option<String>,
    /// Free text.
    pub description: Option<String>,
    /// The agents to upgrade; ignored when a task is repeated.
    pub agents: Vec<ObjectId>,
    /// A failed task to repeat: its agents are taken over.
    pub retried: Option<UpgradeTaskId>,
    /// When it is to start; none means at once.
    pub scheduled_at: Option<Timestamp>,
    /// Until when it may start.
    pub start_until: Option<Timestamp>,
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpgradeTaskState {
    /// Its time has not come.
    Scheduled,
    /// It waits for its agents.
    Running,
    /// Every agent has the version.
    Succeeded,
    /// Some agents have it.
    PartiallyFailed,
    /// None has it.
    Failed,
}

/// One agent of a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentUpgrade {
    /// Which one.
    pub agent: ObjectId,
    /// What its host is called.
    pub host: String,
    /// How far it is.
    pub state: AgentUpgradeState,
    /// Its version before.
    pub previous_version: Option<String>,
    /// When it was told to upgrade.
    pub started_at: Option<Timestamp>,
    /// When it had done so, or was given up.
    pub ended_at: Option<Timestamp>,
    /// Why it failed.
    pub reason: Option<String>,
}

/// How far the upgrade of one agent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentUpgradeState {
    /// It was not told yet.
    Scheduled,
    /// It was told.
    Started,
    /// It has the version now.
    Succeeded,
    /// It had the version already.
    Skipped,
    /// It does not have it, for the reason given.
    Failed,
}

impl UpgradeTask {
    /// Whether nothing changes any more.
    pub fn is_final(&self) -> bool {
        !matches!(self.state, UpgradeTaskState::Scheduled | UpgradeTaskState::Running)
    }

    /// Whether it may be repeated.
    pub fn is_retryable(&self) -> bool {
        matches!(self.state, UpgradeTaskState::Failed | UpgradeTaskState::PartiallyFailed)
    }

    /// The task as it stands at `now`, with these agents.
    #[must_use]
    pub fn at(&self, now: Timestamp, agents: &[Agent]) -> Self {
        let mut task = self.clone();
        let due = task.due();
        if task.is_final() || now < due {
            return task;
        }
        task.state = UpgradeTaskState::Running;
        task.started_at = Some(due);
        // An agent that was not told by then is given up.
        let told_until = later(due, AGENT_PATIENCE).min(task.start_until.unwrap_or(Timestamp::MAX));
        let version = task.version.clone();
        for upgrade in &mut task.agents {
            let agent = agents.iter().find(|agent| agent.id == upgrade.agent);
            upgrade.pass_time(now, due, told_until, &version, agent);
        }
        task.conclude();
        task
    }

    /// An agent was in contact at `now` and said its version. The task must be as [`UpgradeTask::at`] `now`.
    pub fn heard(&mut self, agent: ObjectId, version: &str, now: Timestamp) {
        if self.state != UpgradeTaskState::Running {
            return;
        }
        let wanted = self.version.clone();
        for upgrade in self.agents.iter_mut().filter(|upgrade| upgrade.agent == agent) {
            let done = is_current(version, &wanted);
            match upgrade.state {
                AgentUpgradeState::Scheduled => {
                    upgrade.previous_version = Some(version.to_owned());
                    upgrade.started_at = Some(now);
                    upgrade.state = AgentUpgradeState::Started;
                    if done {
                        upgrade.end(AgentUpgradeState::Skipped, now);
                    }
                }
                AgentUpgradeState::Started if done => upgrade.end(AgentUpgradeState::Succeeded, now),
                _ => {}
            }
        }
        self.conclude();
    }

    /// Whether this agent should upgrade itself now.
    pub fn wants(&self, agent: ObjectId) -> bool {
        self.agents
            .iter()
            .any(|upgrade| upgrade.agent == agent && upgrade.state == AgentUpgradeState::Started)
    }

    /// When it starts.
    fn due(&self) -> Timestamp {
        self.scheduled_at.unwrap_or(self.created_at).max(self.created_at)
    }

    /// Ends the task when all its agents have.
    fn conclude(&mut self) {
        let Some(ended_at) = self.agents.iter().map(|upgrade| upgrade.ended_at).collect::<Option<Vec<_>>>()
        else {
            return;
        };
        let failed = self.agents.iter().filter(|upgrade| upgrade.state == AgentUpgradeState::Failed).count();
        self.state = match failed {
            0 => UpgradeTaskState::Succeeded,
            all if all == self.agents.len() => UpgradeTaskState::Failed,
            _ => UpgradeTaskState::PartiallyFailed,
        };
        self.ended_at = ended_at.into_iter().max().or(self.started_at);
    }
}

impl AgentUpgrade {
    /// An agent that a new task is about.
    pub(crate) fn new(agent: ObjectId, host: String) -> Self {
        Self {
            agent,
            host,
            state: AgentUpgradeState::Scheduled,
            previous_version: None,
            started_at: None,
            ended_at: None,
            reason: None,
        }
    }

    fn pass_time(
        &mut self,
        now: Timestamp,
        due: Timestamp,
        told_until: Timestamp,
        version: &str,
        agent: Option<&Agent>,
    ) {
        match (self.state, agent) {
            (AgentUpgradeState::Scheduled, Some(agent)) => {
                if is_current(&agent.version, version) {
                    self.previous_version = Some(agent.version.clone());
                    self.end(AgentUpgradeState::Skipped, due);
                    return;
                }
                let reachable =
                    agent.last_contact_at.is_none_or(|contact| later(contact, AGENT_PATIENCE) >= due);
                if let (false, Some(contact)) = (reachable, agent.last_contact_at) {
                    self.fail(due, format!("the agent cannot be reached: its last contact was at {contact}"));
                } else if now > told_until {
                    let reason = format!("the agent was not in contact between {due} and {told_until}");
                    self.fail(told_until, reason);
                }
            }
            (AgentUpgradeState::Started, Some(_)) => {
                let told = self.started_at.unwrap_or(due);
                let until = later(told, AGENT_PATIENCE);
                if now > until {
                    let reason = format!("the agent was told at {told} and did not come back upgraded");
                    self.fail(until, reason);
                }
            }
            (AgentUpgradeState::Scheduled | AgentUpgradeState::Started, None) => {
                let known = self.started_at.unwrap_or(due);
                self.fail(known, "the host is no longer registered".to_owned());
            }
            _ => {}
        }
    }

    fn fail(&mut self, when: Timestamp, reason: String) {
        self.reason = Some(reason);
        self.end(AgentUpgradeState::Failed, when);
    }

    fn end(&mut self, state: AgentUpgradeState, when: Timestamp) {
        self.state = state;
        self.ended_at = Some(when);
    }
}

/// Whether nothing is left to upgrade: an agent has the version that the task names or, when the server was
/// upgraded after the task was made, the one that the server has by now.
fn is_current(version: &str, wanted: &str) -> bool {
    version == wanted || version == VERSION
}

fn later(time: Timestamp, by: SignedDuration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
