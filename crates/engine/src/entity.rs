//! Protected entities: one object as one group protects it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Extras, FilePath, GroupId, ObjectId, PolicyId, Root};

/// Which entity: an object, and the group that protects it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntityId {
    /// The group.
    pub group: GroupId,
    /// The object.
    pub object: ObjectId,
}

/// A protected entity: one selection of a group that is not deleted. It is not kept anywhere: it follows from
/// the group, whoever made that.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// Which.
    pub id: EntityId,
    /// What people call it: the group's name, with the object's in brackets where the group protects several.
    pub name: String,
    /// The group's name.
    pub group_name: String,
    /// The name of the source whose files these are.
    pub host: String,
    /// The policy that the group follows.
    pub policy: PolicyId,
    /// What is protected.
    pub roots: Vec<Root>,
    /// No backup starts while this is set.
    pub paused: bool,
    /// When the group was made.
    pub created_at: Timestamp,
    /// When the group was last changed.
    pub modified_at: Timestamp,
    /// What faces keep with the group.
    pub extras: Extras,
}

/// Folders of this machine that are to be protected.
#[derive(Clone, Debug)]
pub struct NewEntity {
    /// What people will call it; the name of its group, unique in the tenant.
    pub name: String,
    /// Absolute paths of folders or files; at least one.
    pub paths: Vec<FilePath>,
    /// Absolute paths that are left out; each lies below one of `paths`.
    pub excluded: Vec<FilePath>,
    /// For how many days a backup is kept; at least 1.
    pub keep_days: u32,
    /// What a face keeps with the group.
    pub extras: Extras,
}
