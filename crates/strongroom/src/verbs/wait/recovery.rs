//! Recoveries of the IBM API.

use ibm_backup_recovery::Client;
use ibm_backup_recovery::types::{self, RecoveryId, RunStatus};

use super::run::{number, reason};
use super::{Outcome, Progress, WaitArgs, follow};
use crate::failure::Failure;
use crate::interrupt::Interrupts;

/// A recovery that is waited for.
pub(crate) struct WantedRecovery {
    client: Client,
    id: RecoveryId,
}

impl WantedRecovery {
    /// A recovery that is there already.
    pub(crate) fn known(client: &Client, id: RecoveryId) -> Self {
        Self { client: client.clone(), id }
    }

    /// Waits for it, as [`follow`] does; `what` begins a sentence.
    pub(crate) async fn follow(
        &self,
        interrupts: &mut Interrupts,
        args: &WaitArgs,
        what: &str,
    ) -> Result<types::Recovery, Failure> {
        let again = format!("strongroom ibm recoveries get {}", self.id);
        let steps = args.pace(self.client.wait_for_recovery(self.id.clone()));
        let cancel = async || {
            self.client.cancel_recovery_by_id().id(&self.id).send().await?;
            Ok(())
        };
        follow(interrupts, what, steps, look, outcome, cancel, &again).await
    }

    /// How it ended.
    pub(crate) fn outcome(recovery: &types::Recovery) -> Outcome {
        outcome(recovery)
    }
}

fn look(recovery: &types::Recovery) -> Progress {
    let objects = recovery.physical_params.iter().flat_map(|params| &params.objects);
    let (mut done, mut total) = (None, None);
    for object in objects {
        let size = object.object_info.as_ref().and_then(|info| info.logical_size_bytes);
        if let Some(bytes) = number(object.bytes_restored) {
            done = Some(done.unwrap_or(0) + bytes);
        }
        if let Some(bytes) = number(size) {
            total = Some(total.unwrap_or(0) + bytes);
        }
    }
    let state = match &recovery.status {
        None | Some(RunStatus::Accepted) => Some("waiting to begin"),
        Some(RunStatus::OnHold) => Some("held back"),
        Some(RunStatus::Canceling) => Some("canceling"),
        Some(RunStatus::Finalizing) => Some("finishing"),
        _ => None,
    };
    Progress { bytes: done, total_bytes: total, state: state.map(str::to_owned), ..Progress::default() }
}

fn outcome(recovery: &types::Recovery) -> Outcome {
    let messages = recovery.messages.clone().unwrap_or_default();
    match &recovery.status {
        Some(RunStatus::Succeeded) => Outcome::Succeeded,
        Some(RunStatus::SucceededWithWarning) => Outcome::Warnings(messages),
        Some(RunStatus::Canceled) => Outcome::Canceled,
        status => Outcome::Failed(reason(&messages, status.as_ref())),
    }
}
