//! How far runs are.

use ibm_backup_recovery::types;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::wire::{self, ProgressWanted, WireIds};

pub(crate) async fn get(call: Call) -> Result<Answer, ApiError> {
    let id: String = call.required("runId")?;
    let progress = call.engine.run_progress(&call.tenant, WireIds::parse_run(&id)?).await?;
    if WireIds::run(&progress.run) != id {
        return Err(ApiError::not_found("run", id));
    }
    let most: Option<i64> = call.parameter("maxTasksNum")?;
    let most = most
        .map(|most| {
            usize::try_from(most)
                .map_err(|_| ApiError::invalid("maxTasksNum", format!("must not be negative: {most}")))
        })
        .transpose()?;
    let log_level: Option<i64> = call.parameter("maxLogLevel")?;
    let wanted = ProgressWanted {
        objects: call.list("objects")?,
        object_tasks: call.list("objectTaskPaths")?,
        finished: call.flag("includeFinishedTasks")?,
        from_usecs: call.parameter("startTimeUsecs")?,
        until_usecs: call.parameter("endTimeUsecs")?,
        most,
        details: !call.flag("excludeObjectDetails")?,
        // All messages here are of the most important level, 0.
        events: call.flag("includeEventLogs")? && log_level.is_none_or(|level| level >= 0),
    };
    let tenants: Vec<String> = call.list("tenantIds")?;
    let path: Option<String> = call.parameter("runTaskPath")?;
    let is_elsewhere = (!tenants.is_empty() && !tenants.contains(&call.tenant.0))
        || path.is_some_and(|path| path != WireIds::run_task(&progress.run));
    let local_run = if is_elsewhere { None } else { wire::run_progress(&progress, &wanted) };
    Answer::ok(&types::RunProgress { local_run, ..types::RunProgress::default() })
}
