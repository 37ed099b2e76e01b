//! Agents: their installer, and the tasks that upgrade them.

use axum::body::Body;
use engine::VERSION;
use ibm_backup_recovery::types;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::wire;

/// The installer, which carries the agent; `@VERSION@` stands for the version.
const INSTALLER: &str = include_str!("../../templates/agent-installer.sh");

/// What is offered in place of everything else.
const OFFER: &str = "this server has an agent for Linux as a shell script: ask for the platform kLinux with \
                     the package type kScript";

pub(crate) async fn download(call: Call) -> Result<Answer, ApiError> {
    let body: types::AgentDownloadRequest = call.body()?;
    if body.platform != types::OsType::Linux {
        return Err(ApiError::unsupported("platform", format!("{OFFER}, not {}", body.platform)));
    }
    let Some(params) = body.linux_params else {
        return Err(ApiError::invalid("linuxParams", "is missing, but the platform is kLinux"));
    };
    if params.package_type != types::LinuxAgentParamsPackageType::Script {
        let reason = format!("{OFFER}, not {}", params.package_type);
        return Err(ApiError::unsupported("linuxParams.packageType", reason));
    }
    let installer = INSTALLER.replace("@VERSION@", VERSION);
    Ok(Answer::File {
        name: format!("strongroom-agent-{VERSION}.sh"),
        length: installer.len() as u64,
        body: Body::from(installer),
    })
}

pub(crate) async fn list_tasks(call: Call) -> Result<Answer, ApiError> {
    let ids: Vec<i64> = call.list("ids")?;
    let tasks = call.engine.upgrade_tasks(&call.tenant).await?;
    let tasks = tasks
        .iter()
        .filter(|task| ids.is_empty() || ids.contains(&task.id.0))
        .map(wire::upgrade_task)
        .collect();
    Answer::ok(&types::AgentUpgradeTaskList { tasks: Some(tasks), unknown_fields: Default::default() })
}

pub(crate) async fn create_task(call: Call) -> Result<Answer, ApiError> {
    let new = wire::new_upgrade_task(call.body()?)?;
    if new.start_until.is_some_and(|until| until < call.engine.now()) {
        return Err(ApiError::invalid("scheduleEndTimeUsecs", "is over; the task could never start"));
    }
    let task = call.engine.create_upgrade_task(&call.tenant, new).await?;
    Answer::created(&wire::upgrade_task(&task))
}
