//! Reads the names of what a tenant has: a few calls, however many references are shown.

use engine::{Engine, TenantId};

use crate::error::ApiError;
use crate::wire::reference::Names;
use crate::wire::{self, Guids};

pub(crate) async fn load(engine: &Engine, tenant: &TenantId, guids: Guids) -> Result<Names, ApiError> {
    let (entities, groups) = (engine.entities(tenant).await?, engine.groups(tenant).await?);
    let (sources, nodes) = (engine.sources(tenant).await?, engine.nodes(tenant).await?);
    let (policies, users) = (engine.policies(tenant).await?, engine.users(tenant).await?);
    Ok(Names {
        guids,
        entities: entities.into_iter().map(|entity| (entity.id, entity)).collect(),
        projects: groups.into_iter().map(|group| (group.id, wire::projects(&group.rules.extras))).collect(),
        sources: sources.into_iter().map(|source| (source.id, source.name)).collect(),
        nodes: nodes.into_iter().map(|node| (node.id, node.name)).collect(),
        policies: policies.into_iter().map(|policy| (policy.id, policy.rules.name)).collect(),
        users: users.into_iter().map(|user| (user.id, user.login)).collect(),
    })
}
