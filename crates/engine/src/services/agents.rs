//! Agents and the tasks that upgrade them.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::connectors::check_length;
use crate::agent::VERSION;
use crate::{
    Agent, AgentOrders, AgentReport, AgentUpgrade, Engine, Error, Kind, NewUpgradeTask, ObjectId, Result,
    TenantId, UpgradeTask, UpgradeTaskId, UpgradeTaskState,
};

impl Engine {
    /// The agents of all hosts of a tenant.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn agents(&self, tenant: &TenantId) -> Result<Vec<Agent>> {
        let reports = self.shared.catalog.agent_reports(tenant).await?;
        let sources = self.shared.catalog.sources(tenant).await?;
        let agent = |source: &crate::Source| {
            let report = reports.iter().find(|report| report.host == source.id);
            Agent {
                id: source.id,
                host: source.name.clone(),
                version: report.map_or(VERSION, |report| &report.version).to_owned(),
                last_contact_at: report.map(|report| report.reported_at),
            }
        };
        Ok(sources.iter().map(agent).collect())
    }

    /// An agent is in contact: it says on which host and which version it is, and hears what to do.
    ///
    /// # Errors
    /// [`Kind::NotFound`] when no source is registered at `endpoint`, [`Kind::Invalid`] without a version.
    pub async fn agent_contact(
        &self,
        tenant: &TenantId,
        endpoint: &str,
        version: &str,
    ) -> Result<AgentOrders> {
        if version.trim().is_empty() {
            return Err(Error::invalid("an agent says which version it is"));
        }
        check_length("the version of an agent", version)?;
        let sources = self.shared.catalog.sources(tenant).await?;
        let source = sources
            .iter()
            .find(|source| source.endpoint.eq_ignore_ascii_case(endpoint))
            .ok_or_else(|| Error::not_found("source registered at", format!("{endpoint:?}")))?;
        let id = source.id;
        // One contact at a time: each writes what it found of the tasks.
        let _turn = self.shared.agents.lock().await;
        let now = self.shared.clock.now();
        let agents = self.agents(tenant).await?;
        let mut upgrade_to = None;
        let mut changed = Vec::new();
        for before in self.shared.catalog.upgrade_tasks(tenant).await? {
            // What follows from the contacts so far is settled before this one is taken into account.
            let mut task = before.at(now, &agents);
            task.heard(id, version, now);
            if task.wants(id) {
                upgrade_to = Some(VERSION.to_owned());
            }
            if task != before {
                changed.push(task);
            }
        }
        let report =
            AgentReport { host: id, tenant: tenant.clone(), version: version.to_owned(), reported_at: now };
        self.shared.catalog.keep_agent_report(&report, &changed).await?;
        Ok(AgentOrders { id, upgrade_to })
    }

    /// Accepts a task that upgrades agents.
    ///
    /// # Errors
    /// [`Kind::NotFound`] for agents, or a task to repeat, that are not there; [`Kind::Invalid`] when there is
    /// nothing to upgrade or the times contradict each other; [`Kind::Conflict`] for the repetition of a task
    /// that has not failed.
    pub async fn create_upgrade_task(&self, tenant: &TenantId, new: NewUpgradeTask) -> Result<UpgradeTask> {
        let now = self.shared.clock.now();
        check_times(&new, now)?;
        let known = self.agents(tenant).await?;
        let wanted = match new.retried {
            Some(id) => self.agents_of_failed(tenant, id, &known).await?,
            None => new.agents,
        };
        if wanted.is_empty() {
            return Err(Error::invalid("an upgrade task needs agents"));
        }
        let mut agents = Vec::new();
        let mut unknown = Vec::new();
        for id in wanted.into_iter().collect::<BTreeSet<_>>() {
            match known.iter().find(|agent| agent.id == id) {
                Some(agent) => agents.push(AgentUpgrade::new(id, agent.host.clone())),
                None => unknown.push(id.to_string()),
            }
        }
        if !unknown.is_empty() {
            return Err(Error::not_found("agent with the id", unknown.join(", ")));
        }
        let task = UpgradeTask {
            id: UpgradeTaskId(0),
            tenant: tenant.clone(),
            name: new.name,
            description: new.description,
            retried: new.retried,
            version: VERSION.to_owned(),
            created_at: now,
            scheduled_at: new.scheduled_at,
            start_until: new.start_until,
            started_at: None,
            ended_at: None,
            state: UpgradeTaskState::Scheduled,
            agents,
        };
        self.shared.catalog.insert_upgrade_task(task).await
    }

    /// All upgrade tasks of a tenant as they stand now, the latest first.
    ///
    /// # Errors
    /// When the catalog does not answer.
    pub async fn upgrade_tasks(&self, tenant: &TenantId) -> Result<Vec<UpgradeTask>> {
        // Between the two reads no contact may change one and not the other.
        let _turn = self.shared.agents.lock().await;
        let agents = self.agents(tenant).await?;
        let tasks = self.shared.catalog.upgrade_tasks(tenant).await?;
        let now = self.shared.clock.now();
        Ok(tasks.iter().map(|task| task.at(now, &agents)).collect())
    }

    /// The agents of a failed task, without those whose hosts are gone; all of them where none is left.
    async fn agents_of_failed(
        &self,
        tenant: &TenantId,
        id: UpgradeTaskId,
        known: &[Agent],
    ) -> Result<Vec<ObjectId>> {
        let tasks = self.upgrade_tasks(tenant).await?;
        let task = tasks
            .into_iter()
            .find(|task| task.id == id)
            .ok_or_else(|| Error::not_found("upgrade task", id))?;
        if !task.is_retryable() {
            let message = format!("upgrade task {id} has not failed; only a failed one can be repeated");
            return Err(Error::new(Kind::Conflict, message));
        }
        let all: Vec<_> = task.agents.iter().map(|upgrade| upgrade.agent).collect();
        let is_known = |id: &ObjectId| known.iter().any(|agent| agent.id == *id);
        let left: Vec<_> = all.iter().copied().filter(is_known).collect();
        Ok(if left.is_empty() { all } else { left })
    }
}

fn check_times(new: &NewUpgradeTask, now: Timestamp) -> Result<()> {
    let Some(until) = new.start_until else {
        return Ok(());
    };
    if until < now {
        return Err(Error::invalid("the time until which the task may start is over"));
    }
    if new.scheduled_at.is_some_and(|scheduled| until < scheduled) {
        return Err(Error::invalid("the task is to start after the time until which it may start"));
    }
    Ok(())
}
