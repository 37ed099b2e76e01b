//! Canceling a run.

use ibm_backup_recovery::types;
use storware_backup_recovery::types::SelectedTask;

use super::{Run, State};
use crate::connect::Target;
use crate::failure::Failure;
use crate::output::complain;

/// Asks the service to cancel a run.
pub(super) async fn cancel(target: &Target, run: &Run) -> Result<(), Failure> {
    if run.state.is_final() {
        return Err(Failure::Conflict(format!("run {} has ended already: {}", run.id, run.state.word())));
    }
    match target {
        Target::Ibm(client) => {
            let group = run.group_id.clone().unwrap_or_default();
            let body = types::RunActionRequest::new(types::RunAction::Cancel)
                .with_cancel_params([types::CancelRunTarget::new(run.id.as_str())]);
            client.perform_action_on_protection_group_run().id(group).body(body).send().await?;
        }
        // Only what runs can be canceled.
        Target::Storware(client) if run.state == State::Queued => {
            client.delete_task().guid(run.id.as_str()).send().await?;
        }
        Target::Storware(client) => {
            client.cancel_running_tasks().body([SelectedTask::new(run.id.as_str())]).send().await?;
        }
    }
    complain(format_args!(
        "canceling run {}; `strongroom runs show {}` tells when it has ended",
        run.id, run.id
    ));
    Ok(())
}
