//! Agents and the tasks that upgrade them.

use engine::{AgentUpgradeState, NewUpgradeTask, ObjectId, UpgradeTask, UpgradeTaskId, UpgradeTaskState};
use ibm_backup_recovery::types;

use super::{from_usecs, usecs};
use crate::error::ApiError;

/// The error code of what failed on a host.
const FAILED: &str = "AgentUpgradeFailed";

/// An upgrade task as the API shows it.
pub(crate) fn upgrade_task(task: &UpgradeTask) -> types::AgentUpgradeTask {
    types::AgentUpgradeTask {
        id: Some(task.id.0.into()),
        name: task.name.clone(),
        description: task.description.clone(),
        agent_i_ds: Some(task.agents.iter().map(|upgrade| upgrade.agent.0.into()).collect()),
        agents: Some(task.agents.iter().map(agent).collect()),
        cluster_version: Some(task.version.clone()),
        status: Some(match task.state {
            UpgradeTaskState::Scheduled => types::AgentUpgradeTaskStatus::Scheduled,
            UpgradeTaskState::Running => types::AgentUpgradeTaskStatus::Running,
            UpgradeTaskState::Succeeded => types::AgentUpgradeTaskStatus::Succeeded,
            UpgradeTaskState::PartiallyFailed => types::AgentUpgradeTaskStatus::PartiallyFailed,
            UpgradeTaskState::Failed => types::AgentUpgradeTaskStatus::Failed,
        }),
        error: (task.state == UpgradeTaskState::Failed).then(|| {
            let reasons: Vec<_> = task
                .agents
                .iter()
                .map(|upgrade| format!("{}: {}", upgrade.host, upgrade.reason.as_deref().unwrap_or("failed")))
                .collect();
            failure(&reasons.join("; "))
        }),
        type_: Some(match task.retried {
            Some(_) => types::AgentUpgradeTaskType::Retry,
            None => types::AgentUpgradeTaskType::Manual,
        }),
        is_retryable: Some(task.is_retryable()),
        retried_task_id: task.retried.map(|id| id.0.into()),
        schedule_time_usecs: task.scheduled_at.map(usecs),
        schedule_end_time_usecs: task.start_until.map(usecs),
        start_time_usecs: task.started_at.map(usecs),
        end_time_usecs: task.ended_at.map(usecs),
        unknown_fields: Default::default(),
    }
}

fn agent(upgrade: &engine::AgentUpgrade) -> types::AgentUpgrade {
    types::AgentUpgrade {
        id: Some(upgrade.agent.0.into()),
        info: Some(types::AgentUpgradeDetails {
            name: Some(upgrade.host.clone()),
            status: Some(match upgrade.state {
                AgentUpgradeState::Scheduled => types::AgentUpgradeDetailsStatus::Scheduled,
                AgentUpgradeState::Started => types::AgentUpgradeDetailsStatus::Started,
                AgentUpgradeState::Succeeded => types::AgentUpgradeDetailsStatus::Succeeded,
                AgentUpgradeState::Skipped => types::AgentUpgradeDetailsStatus::Skipped,
                AgentUpgradeState::Failed => types::AgentUpgradeDetailsStatus::Failed,
            }),
            previous_software_version: upgrade.previous_version.clone(),
            start_time_usecs: upgrade.started_at.map(usecs),
            end_time_usecs: upgrade.ended_at.map(usecs),
            error: upgrade.reason.as_deref().map(failure),
            unknown_fields: Default::default(),
        }),
        unknown_fields: Default::default(),
    }
}

fn failure(message: &str) -> types::ApiError {
    types::ApiError {
        error_code: Some(FAILED.to_owned()),
        message: Some(message.to_owned()),
        ..types::ApiError::default()
    }
}

/// What a request says of a task.
pub(crate) fn new_upgrade_task(
    request: types::CreateAgentUpgradeTaskRequest,
) -> Result<NewUpgradeTask, ApiError> {
    let agents = request.agent_i_ds.unwrap_or_default();
    match request.retry_task_id {
        None if agents.is_empty() => {
            return Err(ApiError::invalid(
                "agentIDs",
                "is missing; it names the agents to upgrade, whose ids are those of their registrations",
            ));
        }
        Some(_) if !agents.is_empty() => {
            return Err(ApiError::invalid(
                "agentIDs",
                "cannot be given with retryTaskId: the agents of that task are taken over",
            ));
        }
        _ => {}
    }
    let time = |member: &str, value: Option<types::UnixMicros>| {
        value.map(|value| from_usecs(member, value)).transpose()
    };
    let scheduled_at = time("scheduleTimeUsecs", request.schedule_time_usecs)?;
    let start_until = time("scheduleEndTimeUsecs", request.schedule_end_time_usecs)?;
    if let (Some(start), Some(until)) = (scheduled_at, start_until)
        && until < start
    {
        return Err(ApiError::invalid("scheduleEndTimeUsecs", "lies before scheduleTimeUsecs"));
    }
    Ok(NewUpgradeTask {
        name: request.name,
        description: request.description,
        agents: agents.into_iter().map(|id| ObjectId(id.get())).collect(),
        retried: request.retry_task_id.map(|id| UpgradeTaskId(id.get())),
        scheduled_at,
        start_until,
    })
}
