//! Protection groups: which files of which objects a policy applies to.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::schedule::TimeOfDay;
use crate::{Extras, FilePath, GroupId, ObjectId, PolicyId, TenantId};

/// A protection group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Its number.
    pub id: GroupId,
    /// Who owns it.
    pub tenant: TenantId,
    /// What it says; everything that a caller can change.
    #[serde(flatten)]
    pub rules: GroupRules,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed; grows with every change.
    pub modified_at: Timestamp,
    /// Set when the group is gone but snapshots of it are left.
    #[serde(default)]
    pub deleted_at: Option<Timestamp>,
}

/// What a group says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupRules {
    /// Its name, unique in the tenant.
    pub name: String,
    /// Free text.
    #[serde(default)]
    pub description: Option<String>,
    /// The policy it follows.
    pub policy: PolicyId,
    /// What is protected; at least one.
    pub selections: Vec<Selection>,
    /// Glob patterns left out everywhere, such as `*.tmp` or `**/node_modules`.
    #[serde(default)]
    pub excluded_patterns: Vec<String>,
    /// No run starts while this is set.
    #[serde(default)]
    pub paused: bool,
    /// At which time of day scheduled runs start; none takes that of the making, in UTC.
    #[serde(default)]
    pub start: Option<TimeOfDay>,
    /// No run starts after this.
    #[serde(default)]
    pub ends_at: Option<Timestamp>,
    /// What becomes of a run that goes on when a blackout of the policy begins.
    #[serde(default)]
    pub in_blackouts: InBlackouts,
    /// What a face keeps with it.
    #[serde(default)]
    pub extras: Extras,
}

/// What becomes of a run that goes on when a blackout begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InBlackouts {
    /// It goes on.
    #[default]
    GoOn,
    /// It is cancelled.
    Cancel,
    /// It is paused until the blackout ends.
    Pause,
}

/// The protected files of one object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    /// Whose files.
    pub object: ObjectId,
    /// Which; at least one.
    pub roots: Vec<Root>,
}

/// A folder or file that is protected, with what is left out below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Root {
    /// An absolute path of the host.
    pub path: FilePath,
    /// Absolute paths below it that are left out.
    #[serde(default)]
    pub excluded: Vec<FilePath>,
    /// Stay on the file system that `path` lies on.
    #[serde(default)]
    pub one_file_system: bool,
}
