//! Where everything but file contents is kept.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::{MountCatalog, TaskCatalog, UserCatalog};
use crate::error::Result;
use crate::{
    AgentReport, Connection, ConnectionId, Connector, ConnectorFacts, ConnectorId, Extras, RegistrationToken,
    UpgradeTask,
};
use crate::{
    ApiKey, Caller, FileEntry, FilePage, FilePath, FileQuery, FileVersion, Group, GroupId, GroupRules,
    HostFacts, Job, JobId, Lane, NewRecovery, NewSource, ObjectId, Policy, PolicyId, PolicyRules, Recovery,
    RecoveryFilter, RecoveryId, Run, RunFilter, RunId, SecretDigest, Snapshot, SnapshotFilter, SnapshotId,
    Source, TenantId,
};

/// The catalog. Each method is one transaction: when it returns `Ok`, what it says is on disk for good; when
/// it returns an error, nothing of it happened.
///
/// Whatever belongs to another tenant is not there. Errors: [`Kind::NotFound`](crate::Kind::NotFound) for
/// what is not there, [`Kind::Conflict`](crate::Kind::Conflict) and [`Kind::Stale`](crate::Kind::Stale) where
/// said, [`Kind::Unavailable`](crate::Kind::Unavailable) for a full disk,
/// [`Kind::Internal`](crate::Kind::Internal) else.
#[async_trait]
pub trait Catalog: MountCatalog + TaskCatalog + UserCatalog + Send + Sync + 'static {
    /// Who this installation is; made once, on first use.
    async fn installation(&self) -> Result<Installation>;

    // Access.

    /// Keeps a new key by its digest.
    async fn insert_api_key(
        &self,
        tenant: &TenantId,
        name: &str,
        digest: SecretDigest,
        now: Timestamp,
    ) -> Result<ApiKey>;
    /// The key with this digest, if there is one that was not withdrawn.
    async fn api_key(&self, digest: SecretDigest) -> Result<Option<ApiKey>>;
    /// All keys, of every tenant.
    async fn api_keys(&self) -> Result<Vec<ApiKey>>;
    /// Keeps a token of a key by its digest, and forgets those that have run out.
    async fn insert_token(
        &self,
        key: &ApiKey,
        digest: SecretDigest,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<()>;
    /// Who the token speaks for, unless it ran out before `now` or its key was withdrawn.
    async fn token(&self, digest: SecretDigest, now: Timestamp) -> Result<Option<Caller>>;

    // Sources.

    /// Registers a source. [`Kind::Conflict`](crate::Kind::Conflict) when the tenant has one at the endpoint.
    async fn insert_source(
        &self,
        tenant: &TenantId,
        new: NewSource,
        host: HostFacts,
        now: Timestamp,
    ) -> Result<Source>;
    /// One source.
    async fn source(&self, tenant: &TenantId, id: ObjectId) -> Result<Source>;
    /// All sources of a tenant, the oldest first.
    async fn sources(&self, tenant: &TenantId) -> Result<Vec<Source>>;
    /// Replaces a source.
    async fn update_source(&self, source: &Source) -> Result<()>;
    /// Forgets a source. [`Kind::Conflict`](crate::Kind::Conflict) while a group that is not deleted selects
    /// it; the message names the group.
    async fn delete_source(&self, tenant: &TenantId, id: ObjectId) -> Result<()>;

    // Policies.

    /// Makes a policy. [`Kind::Conflict`](crate::Kind::Conflict) when the name is taken.
    async fn insert_policy(&self, tenant: &TenantId, rules: PolicyRules, now: Timestamp) -> Result<Policy>;
    /// One policy.
    async fn policy(&self, tenant: &TenantId, id: PolicyId) -> Result<Policy>;
    /// All policies of a tenant, the oldest first.
    async fn policies(&self, tenant: &TenantId) -> Result<Vec<Policy>>;
    /// Changes a policy. [`Kind::Stale`](crate::Kind::Stale) when `expected` is given and is not its
    /// `modified_at`; [`Kind::Conflict`](crate::Kind::Conflict) when the new name is taken. The new
    /// `modified_at` is `now`, or a microsecond past the old one where that is later.
    async fn update_policy(
        &self,
        tenant: &TenantId,
        id: PolicyId,
        rules: PolicyRules,
        expected: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Policy>;
    /// Removes a policy. [`Kind::Conflict`](crate::Kind::Conflict) while a group that is not deleted follows
    /// it; the message names the group.
    async fn delete_policy(&self, tenant: &TenantId, id: PolicyId) -> Result<()>;

    // Groups.

    /// Makes a group. [`Kind::Conflict`](crate::Kind::Conflict) when the name is taken by a group that is not
    /// deleted; [`Kind::NotFound`](crate::Kind::NotFound) when its policy or an object is not there.
    async fn insert_group(&self, tenant: &TenantId, rules: GroupRules, now: Timestamp) -> Result<Group>;
    /// One group, deleted ones with snapshots left included.
    async fn group(&self, tenant: &TenantId, id: GroupId) -> Result<Group>;
    /// All groups of a tenant, the oldest first, deleted ones with snapshots left included.
    async fn groups(&self, tenant: &TenantId) -> Result<Vec<Group>>;
    /// Changes a group, with the errors of `insert_group` and `update_policy`.
    async fn update_group(
        &self,
        tenant: &TenantId,
        id: GroupId,
        rules: GroupRules,
        expected: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Group>;
    /// Deletes a group. [`Kind::NotFound`](crate::Kind::NotFound) for one that is deleted already, unless
    /// `delete_snapshots` asks for the snapshots that were left. Runs and snapshots stay, and the group with them as deleted; with
    /// `delete_snapshots` its snapshots are forgotten too and their names in the vault are given back, for
    /// the vault to remove. [`Kind::Conflict`](crate::Kind::Conflict) while a run of it is not final, or when a
    /// snapshot that is to be forgotten is held or locked.
    async fn delete_group(
        &self,
        tenant: &TenantId,
        id: GroupId,
        delete_snapshots: bool,
        now: Timestamp,
    ) -> Result<Vec<String>>;

    // Runs.

    /// Accepts a run and its job. The id in `run` is ignored; the answer has the real one.
    /// [`Kind::Conflict`](crate::Kind::Conflict) while another run of the group is not final. A run that is
    /// final from the start, because it was missed or skipped, gets no job and meets no conflict.
    async fn insert_run(&self, run: Run) -> Result<Run>;
    /// The runs that a filter lets through, the latest first.
    async fn runs(&self, tenant: &TenantId, filter: &RunFilter) -> Result<Vec<Run>>;
    /// One run.
    async fn run(&self, tenant: &TenantId, id: RunId) -> Result<Run>;
    /// Replaces a run.
    async fn update_run(&self, run: &Run) -> Result<()>;
    /// Replaces a run and, in the same transaction, adds the snapshot that one of its objects completed:
    /// `run.objects[..].snapshot` of that object is set to the new id by this call, in the stored run and in
    /// the answer. The files of the snapshot come through `files`, staged outside the transaction, and become
    /// searchable with it: a search never shows half a snapshot, nor a file that the latest snapshot of its
    /// object and group no longer has without saying in which snapshot it was last seen. Costs writes for
    /// what changed since the object's previous snapshot by that group, not for every file.
    /// [`Kind::Conflict`](crate::Kind::Conflict) when the run completed this object before, or when snapshots
    /// of the group were deleted meanwhile.
    async fn complete_object(
        &self,
        run: Run,
        new: NewObjectSnapshot,
        files: mpsc::Receiver<Vec<FileEntry>>,
    ) -> Result<(Run, Snapshot)>;

    // Schedules.

    /// When the schedules of all groups of all tenants are next due, by group and slot.
    async fn fire_times(&self) -> Result<Vec<FireTime>>;
    /// Replaces those of a group.
    async fn set_fire_times(&self, group: GroupId, times: &[FireTime]) -> Result<()>;
    /// Like `insert_run`, and replaces the group's fire times with it.
    async fn insert_scheduled_run(&self, run: Run, times: &[FireTime]) -> Result<Run>;

    // Snapshots and files.

    /// The snapshots that a filter lets through, the latest first.
    async fn snapshots(&self, tenant: &TenantId, filter: &SnapshotFilter) -> Result<Vec<Snapshot>>;
    /// One snapshot.
    async fn snapshot(&self, tenant: &TenantId, id: SnapshotId) -> Result<Snapshot>;
    /// Replaces what can change of a snapshot: its expiry, its hold and its lock.
    async fn update_snapshot(&self, snapshot: &Snapshot) -> Result<()>;
    /// The same for several: all of them are replaced, or none.
    async fn update_snapshots(&self, snapshots: &[Snapshot]) -> Result<()>;
    /// Forgets snapshots, and gives their names in the vault back, for the vault to remove. Those that are
    /// not there any more are passed over. The caller has looked at holds and locks.
    async fn forget_snapshots(&self, tenant: &TenantId, ids: &[SnapshotId]) -> Result<Vec<String>>;
    /// The same for those of them whose time is over at `now` and that nothing keeps then. The others are
    /// passed over: those to which somebody gave more time, a hold or a lock meanwhile, and those that a
    /// recovery reads or is to read which has not ended.
    async fn forget_expired(
        &self,
        tenant: &TenantId,
        ids: &[SnapshotId],
        now: Timestamp,
    ) -> Result<Vec<String>>;
    /// At most `limit` snapshots of all tenants whose time was over at `now`, the longest over first. Those
    /// under a hold or a lock are among them: whether they may go is the caller's to say.
    async fn expired_snapshots(&self, now: Timestamp, limit: u32) -> Result<Vec<Snapshot>>;
    /// All groups of all tenants that are not deleted.
    async fn all_groups(&self) -> Result<Vec<Group>>;
    /// A page of the files that a query finds in all snapshots that are left. With groups in the query, a hit
    /// shows the latest snapshot by one of them.
    async fn files(&self, tenant: &TenantId, query: &FileQuery) -> Result<FilePage>;
    /// What these paths of objects were in the snapshots of these groups that are left, of any group if none is
    /// named: by object and path, the oldest version first. A path that is in no snapshot has no version.
    async fn file_versions(
        &self,
        tenant: &TenantId,
        groups: &[GroupId],
        files: &[(ObjectId, FilePath)],
    ) -> Result<Vec<FileVersion>>;

    // Recoveries.

    /// Accepts a recovery and its job. [`Kind::Conflict`](crate::Kind::Conflict) when `unique_name` is set
    /// and the tenant has a recovery of that name.
    async fn insert_recovery(
        &self,
        tenant: &TenantId,
        new: NewRecovery,
        unique_name: bool,
        now: Timestamp,
    ) -> Result<Recovery>;
    /// One recovery.
    async fn recovery(&self, tenant: &TenantId, id: RecoveryId) -> Result<Recovery>;
    /// The recoveries that a filter lets through, the latest first.
    async fn recoveries(&self, tenant: &TenantId, filter: &RecoveryFilter) -> Result<Vec<Recovery>>;
    /// Replaces a recovery.
    async fn update_recovery(&self, recovery: &Recovery) -> Result<()>;

    // Connections and connectors.

    /// Makes a connection with a first registration token. [`Kind::Conflict`](crate::Kind::Conflict) when the
    /// name is taken.
    async fn insert_connection(
        &self,
        tenant: &TenantId,
        name: &str,
        extras: Extras,
        token: RegistrationToken,
        now: Timestamp,
    ) -> Result<Connection>;
    /// One connection.
    async fn connection(&self, tenant: &TenantId, id: ConnectionId) -> Result<Connection>;
    /// All connections of a tenant, the oldest first.
    async fn connections(&self, tenant: &TenantId) -> Result<Vec<Connection>>;
    /// Renames a connection. [`Kind::Conflict`](crate::Kind::Conflict) when the name is taken.
    async fn rename_connection(&self, tenant: &TenantId, id: ConnectionId, name: &str) -> Result<Connection>;
    /// Removes a connection and its tokens. [`Kind::Conflict`](crate::Kind::Conflict) while it has connectors;
    /// the message names them.
    async fn delete_connection(&self, tenant: &TenantId, id: ConnectionId) -> Result<()>;
    /// Keeps another registration token of a connection, and forgets those that have run out.
    async fn insert_registration_token(
        &self,
        tenant: &TenantId,
        id: ConnectionId,
        token: RegistrationToken,
        now: Timestamp,
    ) -> Result<()>;
    /// Keeps a connector of the connection that `token` is for, by the digest of the connector's `key`; none
    /// when there is no such token or it ran out before `now`. [`Kind::Conflict`](crate::Kind::Conflict) when
    /// the connection has a connector of that name.
    async fn insert_connector(
        &self,
        token: SecretDigest,
        key: SecretDigest,
        name: &str,
        facts: ConnectorFacts,
        now: Timestamp,
    ) -> Result<Option<Connector>>;
    /// Notes that the connector with this key was in contact at `now`; what `facts` leave out stays as it
    /// was. None when there is no such connector.
    async fn touch_connector(
        &self,
        key: SecretDigest,
        facts: ConnectorFacts,
        now: Timestamp,
    ) -> Result<Option<Connector>>;
    /// One connector.
    async fn connector(&self, tenant: &TenantId, id: ConnectorId) -> Result<Connector>;
    /// All connectors of a tenant, the oldest first.
    async fn connectors(&self, tenant: &TenantId) -> Result<Vec<Connector>>;
    /// Renames a connector. [`Kind::Conflict`](crate::Kind::Conflict) when its connection has another one of
    /// that name.
    async fn rename_connector(&self, tenant: &TenantId, id: ConnectorId, name: &str) -> Result<Connector>;
    /// Removes a connector.
    async fn delete_connector(&self, tenant: &TenantId, id: ConnectorId) -> Result<()>;

    // Agents.

    /// What the installed agents of a tenant said last. What was said of a source is forgotten with it.
    async fn agent_reports(&self, tenant: &TenantId) -> Result<Vec<AgentReport>>;
    /// Replaces what an agent said last and, with it, upgrade tasks that it changed.
    /// [`Kind::NotFound`](crate::Kind::NotFound) when its host is not there any more.
    async fn keep_agent_report(&self, report: &AgentReport, tasks: &[UpgradeTask]) -> Result<()>;
    /// Accepts an upgrade task. The id in `task` is ignored; the answer has the real one.
    async fn insert_upgrade_task(&self, task: UpgradeTask) -> Result<UpgradeTask>;
    /// All upgrade tasks of a tenant, the latest first.
    async fn upgrade_tasks(&self, tenant: &TenantId) -> Result<Vec<UpgradeTask>>;

    // Jobs.

    /// Claims the oldest job of a lane that nobody holds or whose lease ran out before `now`, until
    /// `lease_until`.
    async fn claim_job(
        &self,
        lane: Lane,
        owner: &str,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Option<Job>>;
    /// Extends a claim. [`Kind::Conflict`](crate::Kind::Conflict) when `owner` no longer holds it.
    async fn renew_job(&self, id: JobId, owner: &str, lease_until: Timestamp) -> Result<()>;
    /// Takes a finished job out of the queue. [`Kind::Conflict`](crate::Kind::Conflict) when `owner` no
    /// longer holds it.
    async fn finish_job(&self, id: JobId, owner: &str) -> Result<()>;
    /// Gives up every claim, whoever holds it. Called once at start by the only process that has the catalog
    /// open; what was claimed then is claimed again with a higher [`Job::attempt`].
    async fn release_jobs(&self) -> Result<()>;
}

/// When a schedule of a group is next due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FireTime {
    /// Whose schedule.
    pub group: GroupId,
    /// Which of its schedules.
    pub slot: String,
    /// When it is due.
    pub due_at: Timestamp,
    /// The rule that this was computed by: where it is another now, the time is computed anew.
    pub basis: String,
}

/// Who an installation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installation {
    /// A random number of this installation, 10 to 16 digits.
    pub cluster_id: i64,
    /// When it was made, in milliseconds since 1970.
    pub incarnation_id: i64,
}

/// A snapshot that an object of a run completed.
#[derive(Clone, Debug)]
pub struct NewObjectSnapshot {
    /// Which object of the run.
    pub object: ObjectId,
    /// When it may be removed; none means never.
    pub expires_at: Option<Timestamp>,
    /// Until when it must be kept, if the policy says so.
    pub lock: Option<crate::SnapshotLock>,
    /// Its name in the vault.
    pub vault_snapshot: String,
    /// The protected roots it holds.
    pub roots: Vec<crate::FilePath>,
}
