//! References: the guid of a thing with its name. The engine's records have numbers; the names are looked up
//! beside them.

use std::collections::HashMap;

use engine::{Entity, EntityId, GroupId, NodeId, ObjectId, PolicyId, TaskNode, UserId};
use storware_backup_recovery::types;

use super::{ENTITY_TYPE, Guids, VAULT_NAME};

const ENTITY_TYPE_WORDS: &str = "Files of a host";

/// The names of what a tenant has.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub(crate) guids: Guids,
    pub(crate) entities: HashMap<EntityId, Entity>,
    /// The projects of every group, deleted ones with snapshots left included.
    pub(crate) projects: HashMap<GroupId, Vec<String>>,
    pub(crate) sources: HashMap<ObjectId, String>,
    pub(crate) nodes: HashMap<NodeId, String>,
    pub(crate) policies: HashMap<PolicyId, String>,
    pub(crate) users: HashMap<UserId, String>,
}

impl Names {
    /// A reference to an entity; `name` is what it was called when it is gone.
    pub(crate) fn entity(&self, id: EntityId, name: Option<String>) -> types::ProtectedEntityReference {
        types::ProtectedEntityReference {
            guid: self.guids.entity(id).into(),
            name: self.entities.get(&id).map(|entity| entity.name.clone()).or(name),
            type_: Some(entity_type()),
            unknown_fields: Default::default(),
        }
    }

    pub(crate) fn source(&self, id: ObjectId) -> types::NameAndGuid {
        types::NameAndGuid {
            guid: self.guids.source(id),
            name: self.sources.get(&id).cloned(),
            unknown_fields: Default::default(),
        }
    }

    /// A reference to a node; none is the built-in one.
    pub(crate) fn node(&self, id: Option<NodeId>) -> types::NameAndGuid {
        let name = match id {
            Some(id) => self.nodes.get(&id).cloned(),
            None => Some(TaskNode::BUILT_IN.to_owned()),
        };
        types::NameAndGuid { guid: self.guids.node(id), name, unknown_fields: Default::default() }
    }

    pub(crate) fn policy(&self, id: PolicyId) -> types::NameAndGuid {
        types::NameAndGuid {
            guid: self.guids.policy(id),
            name: self.policies.get(&id).cloned(),
            unknown_fields: Default::default(),
        }
    }

    pub(crate) fn user(&self, id: UserId) -> types::OriginEntityReference {
        let kind = types::OriginEntityType {
            name: types::OriginEntityTypeName::User,
            description: Some("A user".to_owned()),
            unknown_fields: Default::default(),
        };
        types::OriginEntityReference {
            guid: self.guids.user(id),
            name: self.users.get(&id).cloned(),
            type_: Some(kind),
            unknown_fields: Default::default(),
        }
    }

    /// A reference to the one backup destination.
    pub(crate) fn vault(&self) -> types::NameAndGuid {
        types::NameAndGuid {
            guid: self.guids.vault(),
            name: Some(VAULT_NAME.to_owned()),
            unknown_fields: Default::default(),
        }
    }

    /// An entity as it is listed.
    pub(crate) fn listed_entity(&self, entity: &Entity) -> types::ProtectedEntity {
        types::ProtectedEntity {
            guid: self.guids.entity(entity.id).into(),
            name: entity.name.clone(),
            type_: entity_type(),
            hypervisor: None,
            hypervisor_manager: Some(self.source(entity.id.object)),
            storage_provider: None,
            unknown_fields: Default::default(),
        }
    }
}

fn entity_type() -> types::ProtectedEntityType {
    types::ProtectedEntityType {
        name: ENTITY_TYPE,
        description: Some(ENTITY_TYPE_WORDS.to_owned()),
        unknown_fields: Default::default(),
    }
}
