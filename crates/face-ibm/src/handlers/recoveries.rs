//! Recoveries.

use std::collections::HashMap;

use engine::{NewRecovery, Recovery, RecoveryFilter, RecoveryId, RecoveryPlan, SnapshotFilter};
use http::StatusCode;
use ibm_backup_recovery::types;

use crate::answer::{Answer, Part};
use crate::call::Call;
use crate::error::ApiError;
use crate::wire;

pub(crate) async fn create(call: Call) -> Result<Answer, ApiError> {
    let body: types::RecoveryRequest = call.body()?;
    let snapshot = call.engine.snapshot(&call.tenant, wire::restored_snapshot(&call.ids, &body)?).await?;
    let plan = wire::place_plan(&body, &snapshot)?;
    accept(&call, body.name, plan).await
}

pub(crate) async fn create_download(call: Call) -> Result<Answer, ApiError> {
    let body: types::DownloadRecoveryRequest = call.body()?;
    let plan = wire::download_plan(&call.ids, &body)?;
    accept(&call, body.name, plan).await
}

pub(crate) async fn list(call: Call) -> Result<Answer, ApiError> {
    let time = |name: &str| {
        let usecs: Option<types::UnixMicros> = call.parameter(name)?;
        usecs.map(|usecs| wire::from_usecs(name, usecs)).transpose()
    };
    let ids: Vec<String> = call.list("ids")?;
    let only_children = call.flag("returnOnlyChildRecoveries")?;
    if only_children && ids.is_empty() {
        return Err(ApiError::invalid("returnOnlyChildRecoveries", "needs ids beside it"));
    }
    let statuses: Vec<types::RunStatus> = call.list("status")?;
    let actions: Vec<types::RecoveryAction> = call.list("recoveryActions")?;
    let environments: Vec<types::Environment> = call.list("snapshotEnvironments")?;
    let targets: Vec<types::SnapshotTargetType> = call.list("snapshotTargetType")?;
    let archives: Vec<types::ArchivalTargetType> = call.list("archivalTargetType")?;
    let states = wire::recovery_states(&statuses);
    let filter = RecoveryFilter {
        ids: ids.iter().filter_map(|id| call.ids.parse_recovery(id).ok()).collect(),
        from: time("startTimeUsecs")?,
        until: time("endTimeUsecs")?,
        states: states.clone().unwrap_or_default(),
    };
    // No recovery has children, comes from an archive or from another kind of source.
    let nothing = only_children
        || states.is_none()
        || (!ids.is_empty() && filter.ids.is_empty())
        || !archives.is_empty()
        || (!environments.is_empty() && !environments.contains(&types::Environment::Physical))
        || (!targets.is_empty() && !targets.contains(&types::SnapshotTargetType::Local));
    let found = if nothing { Vec::new() } else { call.engine.recoveries(&call.tenant, &filter).await? };
    let mut shown = Vec::new();
    let snapshots: HashMap<_, _> = call
        .engine
        .snapshots(&call.tenant, &SnapshotFilter::default())
        .await?
        .into_iter()
        .map(|snapshot| (snapshot.id, snapshot))
        .collect();
    for recovery in &found {
        let recovery = wire::recovery(&call.ids, recovery, snapshots.get(&recovery.plan.snapshot()));
        if actions.is_empty()
            || recovery.recovery_action.as_ref().is_some_and(|action| actions.contains(action))
        {
            shown.push(recovery);
        }
    }
    Answer::ok(&types::RecoveryList { recoveries: Some(shown), unknown_fields: Default::default() })
}

pub(crate) async fn get(call: Call) -> Result<Answer, ApiError> {
    let recovery = call.engine.recovery(&call.tenant, id(&call)?).await?;
    Answer::ok(&show(&call, &recovery).await)
}

pub(crate) async fn cancel(call: Call) -> Result<Answer, ApiError> {
    call.engine.cancel_recovery(&call.tenant, id(&call)?).await?;
    Ok(Answer::Empty(StatusCode::NO_CONTENT))
}

/// The archive of a download: a part of it when the caller names one, else all of it, as a stream.
pub(crate) async fn download(call: Call) -> Result<Answer, ApiError> {
    let id = id(&call)?;
    let head = call.engine.read_download(&call.tenant, id, 0, 0).await?;
    let part = Part::read(&call, head.total_bytes)?;
    let (engine, tenant) = (call.engine.clone(), call.tenant.clone());
    Ok(Answer::file(head.name, part, move |offset, length| {
        let (engine, tenant) = (engine.clone(), tenant.clone());
        async move { Ok(engine.read_download(&tenant, id, offset, length).await?.bytes) }
    }))
}

async fn accept(call: &Call, name: String, plan: RecoveryPlan) -> Result<Answer, ApiError> {
    let new = NewRecovery { name, plan, extras: engine::Extras::new() };
    let recovery = call.engine.create_recovery(&call.tenant, new).await?;
    Answer::created(&show(call, &recovery).await)
}

/// A recovery with the snapshot that it reads, as long as that is left.
async fn show(call: &Call, recovery: &Recovery) -> types::Recovery {
    let snapshot = call.engine.snapshot(&call.tenant, recovery.plan.snapshot()).await.ok();
    wire::recovery(&call.ids, recovery, snapshot.as_ref())
}

fn id(call: &Call) -> Result<RecoveryId, ApiError> {
    let id: String = call.required("id")?;
    call.ids.parse_recovery(&id)
}
