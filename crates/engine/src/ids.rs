//! Typed identifiers. Each kind of thing has its own, so that the compiler keeps them apart.
//!
//! Numbers come from the catalog's sequences and are never reused. How an API spells them on the wire is
//! the business of its face.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! number_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

number_ids! {
    /// A registered source and, at the same time, the object at the root of what was discovered there.
    ObjectId;
    /// A protection policy.
    PolicyId;
    /// A protection group.
    GroupId;
    /// One run of a protection group.
    RunId;
    /// One object's snapshot.
    SnapshotId;
    /// A recovery.
    RecoveryId;
    /// An entry of the job queue.
    JobId;
    /// A connection.
    ConnectionId;
    /// A connector.
    ConnectorId;
    /// A task that upgrades agents.
    UpgradeTaskId;
    /// An API key.
    KeyId;
    /// A task: work that was asked for, with its place in the queue.
    TaskId;
    /// A node: who executes tasks.
    NodeId;
    /// A user, who logs in with a password.
    UserId;
    /// A mount: a snapshot that can be browsed as a folder.
    MountId;
}

/// A tenant. Everything a tenant owns is invisible to every other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TenantId(pub String);

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
