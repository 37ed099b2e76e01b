//! Tasks that look at hosts and try connections, and the lists that name hosts and what is protected.

use std::sync::Arc;

use axum::response::Response;
use engine::{NewTask, ObjectId, ProbeTarget, TaskPlan};
use face_core::Call;
use storware_backup_recovery::types::{self, HypervisorManager, NameAndGuid};

use super::task_backups::created;
use crate::caller::Caller;
use crate::desk::Desk;
use crate::error::ApiError;
use crate::page;
use crate::router::Face;

pub(crate) async fn sync(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let asked: types::InventorySyncTaskRequest = call.body()?;
    let mut sources = sources(&desk, asked.hypervisor_managers, asked.hypervisors)?;
    if sources.is_empty() {
        sources.extend(desk.names.sources.keys().copied());
        sources.sort_unstable();
    }
    let plans = sources.into_iter().map(|source| TaskPlan::Refresh { source });
    created(&desk, new(&desk, plans)).await
}

pub(crate) async fn test_connectivity(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let asked: types::ConnectivityTestTaskRequest = call.body()?;
    let sources = sources(&desk, asked.hypervisor_managers, asked.hypervisors)?;
    let mut targets: Vec<_> = sources.into_iter().map(ProbeTarget::Source).collect();
    if let Some(NameAndGuid { guid, .. }) = asked.storage_providers.unwrap_or_default().first() {
        return Err(ApiError::not_found("storage provider", guid));
    }
    let vaults = asked.backup_destinations.unwrap_or_default();
    for NameAndGuid { guid, .. } in &vaults {
        desk.caller.guids.parse_vault(guid)?;
    }
    if !vaults.is_empty() {
        targets.push(ProbeTarget::Vault);
    }
    if targets.is_empty() {
        let nothing = "names nothing to reach, and neither do backupDestinations and hypervisors";
        return Err(ApiError::invalid("hypervisorManagers", nothing));
    }
    let plans = targets.into_iter().map(|target| TaskPlan::Probe { target });
    created(&desk, new(&desk, plans)).await
}

pub(crate) async fn list_entities(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let desk = Desk::open(&face, &call).await?;
    let mut entities: Vec<_> =
        desk.names.entities.values().filter(|entity| desk.sees_entity(entity)).collect();
    entities.sort_unstable_by_key(|entity| entity.id);
    page::answer(&call, entities.into_iter().map(|entity| desk.names.listed_entity(entity)).collect())
}

pub(crate) async fn list_managers(face: Arc<Face>, call: Call<Caller>) -> Result<Response, ApiError> {
    let mut sources = face.engine.sources(call.caller.tenant()).await?;
    sources.sort_unstable_by_key(|source| source.id);
    let guids = call.caller.guids;
    let listed = sources.into_iter().map(|source| HypervisorManager {
        guid: guids.source(source.id).into(),
        name: source.name,
        unknown_fields: Default::default(),
    });
    page::answer(&call, listed.collect())
}

fn new(desk: &Desk<'_>, plans: impl Iterator<Item = TaskPlan>) -> Vec<NewTask> {
    plans.map(|plan| NewTask { extras: desk.kept_of_caller(), ..NewTask::new(plan) }).collect()
}

/// The hosts that a request names, in either of its lists: a host is its own manager.
fn sources(
    desk: &Desk<'_>,
    managers: Option<Vec<NameAndGuid>>,
    hypervisors: Option<Vec<NameAndGuid>>,
) -> Result<Vec<ObjectId>, ApiError> {
    let mut sources = Vec::new();
    for NameAndGuid { guid, .. } in managers.into_iter().chain(hypervisors).flatten() {
        let source = desk.caller.guids.parse_source(&guid)?;
        if !desk.names.sources.contains_key(&source) {
            return Err(ApiError::not_found("hypervisor or hypervisor manager", guid));
        }
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    Ok(sources)
}
