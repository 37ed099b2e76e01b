//! What a backup product does: protect, run, keep, find, bring back.
//!
//! The engine serves an ideal caller in the field's own words. It knows no HTTP, no SQL, no repository
//! format and none of the APIs that are put in front of it; what it needs from outside it names as traits
//! in [`ports`], and adapters in other crates implement them.
//!
//! - What goes on by itself: [`Worker`] executes what was accepted, [`Scheduler`] starts what is due, [`Keeper`]
//!   removes what is past its time, [`Mounter`] brings mounts back and ends them, [`TaskRunner`] sees to tasks.
//! - Domain types: [`Source`], [`Policy`], [`Group`], [`Run`], [`Snapshot`], [`Recovery`],
//!   [`Connection`], [`Connector`], [`Agent`], [`User`], [`TaskNode`], [`Mount`], [`Task`].
//! - Views that follow from these: [`Entity`], one object as a group protects it, and [`Backup`], one object
//!   of a run.

mod access;
mod agent;
mod backup;
mod blackout;
mod board;
mod check;
mod compare;
mod connection;
mod connector;
mod control;
mod doorkeeper;
mod downloads;
mod engine;
mod entity;
mod error;
mod group;
mod ids;
mod job;
mod keeper;
mod mount;
mod mounter;
mod node;
mod path;
mod policy;
pub mod ports;
mod recovery;
mod run;
mod schedule;
mod scheduler;
mod services;
mod snapshot;
mod snapshot_change;
mod source;
mod task;
mod task_runner;
mod turns;
mod user;
mod work;
mod worker;

use std::collections::BTreeMap;

pub use access::{ApiKey, Caller, SecretDigest};
pub use agent::{
    AGENT_PATIENCE, Agent, AgentOrders, AgentReport, AgentUpgrade, AgentUpgradeState, NewUpgradeTask,
    UpgradeTask, UpgradeTaskState, VERSION,
};
pub use backup::{Backup, BackupFilter, BackupNote};
pub use check::{
    CheckDepth, CheckReport, CheckStats, Damage, DamagedThing, Harm, HarmedSnapshot, VaultCheck,
};
pub use compare::{Change, Difference};
pub use connection::{Connection, RegistrationToken};
pub use connector::{Connector, ConnectorFacts};
pub use control::JobControl;
pub use engine::{Engine, Places, Ports};
pub use entity::{Entity, EntityId, NewEntity};
pub use error::{Error, Kind, Result};
pub use group::{Group, GroupRules, InBlackouts, Root, Selection};
pub use ids::{ConnectionId, ConnectorId, UpgradeTaskId};
pub use ids::{GroupId, JobId, KeyId, ObjectId, PolicyId, RecoveryId, RunId, SnapshotId, TenantId};
pub use ids::{MountId, NodeId, TaskId, UserId};
pub use job::{Job, Lane, Work};
pub use keeper::Keeper;
pub use mount::{Mount, MountState, NewMount};
pub use mounter::Mounter;
pub use node::{NewNode, TaskNode};
pub use path::FilePath;
pub use policy::{
    Blackout, DataLock, ExtendedRule, FullRule, MonthDay, Policy, PolicyRules, Recurrence, Retention,
    RetentionUnit, Retry, SelectionUnit,
};
pub use ports::{
    BackupJob, BackupOutcome, Catalog, Clock, FileSink, FireTime, Hosts, Installation, NewObjectSnapshot,
    NoProgress, Node, NodeContent, Progress, PruneReport, SinkReport, SystemClock, Vault, VaultSnapshot,
    Wanted, WriteJob,
};
pub use ports::{
    ContentMark, MountCatalog, MountJob, Mounts, SnapshotTree, TaskCatalog, Unmounting, UserCatalog,
};
pub use recovery::{
    NewRecovery, Place, Recovery, RecoveryFilter, RecoveryPlan, RecoveryState, RestoreOptions, RestoreStats,
};
pub use run::{
    BackupStats, FailedAttempt, ObjectRun, Run, RunFilter, RunKind, RunRequest, RunState, Trigger,
};
pub use schedule::{Start, TimeOfDay, next_due};
pub use scheduler::Scheduler;
pub use services::Login;
pub use services::{
    Advance, Download, FolderPage, FoundObject, NewApiKey, NewConnector, Protection, RunProgress, Secret,
    TakenSnapshot, Token,
};
pub use services::{Check, CheckEvent};
pub use snapshot::{
    FileCursor, FileEntry, FileHistory, FileHit, FileKind, FilePage, FileQuery, FileVersion, HistoryPage,
    LockMode, Snapshot, SnapshotFilter, SnapshotLock,
};
pub use snapshot_change::SnapshotChange;
pub use source::{HostFacts, NewSource, OsFamily, Source, Volume};
pub use task::{
    Follows, NewTask, ProbeTarget, Task, TaskChange, TaskDraft, TaskFilter, TaskKind, TaskOutcome, TaskPlan,
    TaskReport, TaskState, TransferSample, Window,
};
pub use task_runner::TaskRunner;
pub use user::{Action, NewUser, PasswordHash, Role, User};
pub use worker::Worker;

/// What faces keep with a thing, by the face's name. The engine carries it and never looks inside: it is
/// how a face remembers what its API wants to hear again but the engine has no use for.
pub type Extras = BTreeMap<String, serde_json::Value>;
