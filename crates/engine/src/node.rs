//! Nodes: who executes tasks. Every tenant has the server itself, the built-in node; outside ones register,
//! and each of them logs in with a user of its own.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Extras, NodeId, TenantId, UserId};

/// A node. (`Node` is what the vault calls a file or folder of a snapshot.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskNode {
    /// Its number.
    pub id: NodeId,
    /// Whose tasks it executes.
    pub tenant: TenantId,
    /// What people call it; unique for the tenant.
    pub name: String,
    /// Whether it is the server itself.
    pub built_in: bool,
    /// The user it logs in with; the built-in one has none.
    pub user: Option<UserId>,
    /// When it registered; for the built-in one, when it was first asked for.
    pub registered_at: Timestamp,
    /// When it was last heard of. None until then, and for the built-in one, which is always there.
    pub last_contact_at: Option<Timestamp>,
    /// What a face keeps with it.
    #[serde(default)]
    pub extras: Extras,
}

impl TaskNode {
    /// What the built-in node is called.
    pub const BUILT_IN: &'static str = "built-in";
}

/// An outside node to be registered.
#[derive(Clone, Debug)]
pub struct NewNode {
    /// What people will call it.
    pub name: String,
    /// What it will log in with; its name when not given.
    pub login: Option<String>,
    /// What a face keeps with it.
    pub extras: Extras,
}
