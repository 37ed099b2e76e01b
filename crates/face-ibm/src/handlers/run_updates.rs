//! Changing what runs have left behind.

use engine::GroupId;
use http::StatusCode;
use ibm_backup_recovery::types;

use super::runs::{find, group_id};
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::wire;

/// Changes runs one by one; each succeeds or fails by itself, and what fails is told in the answer.
pub(crate) async fn update(call: Call) -> Result<Answer, ApiError> {
    let group = group_id(&call)?;
    call.engine.group(&call.tenant, group).await?;
    let body: types::UpdateRunsRequest = call.body()?;
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for update in body.update_protection_group_run_params {
        match change(&call, group, &update).await {
            Ok(()) => successful.push(update.run_id),
            Err(err) => {
                if err.status.is_server_error() {
                    tracing::error!(run = %update.run_id, message = err.message, cause = ?err.cause, "a run was not changed");
                }
                failed.push(types::FailedRunUpdate {
                    run_id: Some(update.run_id),
                    error_message: Some(err.message),
                    unknown_fields: Default::default(),
                });
            }
        }
    }
    let answer = types::UpdateRunsResponse {
        successful_run_ids: Some(successful),
        failed_runs: Some(failed),
        unknown_fields: Default::default(),
    };
    Answer::json(StatusCode::MULTI_STATUS, &answer)
}

async fn change(call: &Call, group: GroupId, update: &types::RunUpdate) -> Result<(), ApiError> {
    let run = find(call, group, &update.run_id).await?;
    refuse_copies(update)?;
    let change = wire::snapshot_change(&update.local_snapshot_config.clone().unwrap_or_default())?;
    if change == engine::SnapshotChange::default() {
        return Err(ApiError::invalid("localSnapshotConfig", "names nothing to change"));
    }
    Ok(call.engine.change_snapshots(&call.tenant, run.id, &change).await?)
}

/// A run is changed as a whole or not at all, so this comes before anything is done.
fn refuse_copies(update: &types::RunUpdate) -> Result<(), ApiError> {
    let replicas = update.replication_snapshot_config.as_ref().is_some_and(|config| {
        is_set(&config.new_snapshot_config) || is_set(&config.update_existing_snapshot_config)
    });
    let archives = update.archival_snapshot_config.as_ref().is_some_and(|config| {
        is_set(&config.new_snapshot_config) || is_set(&config.update_existing_snapshot_config)
    });
    let reason = "there are no such targets: this server keeps local snapshots and makes no copies";
    for (wanted, member) in [(replicas, "replicationSnapshotConfig"), (archives, "archivalSnapshotConfig")] {
        if wanted {
            return Err(ApiError::unsupported(member, reason));
        }
    }
    Ok(())
}

fn is_set<T>(list: &Option<Vec<T>>) -> bool {
    list.as_ref().is_some_and(|list| !list.is_empty())
}
