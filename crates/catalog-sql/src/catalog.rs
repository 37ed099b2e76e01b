//! The catalog as the engine sees it: every method of the port, each a line into its resource's file.

use std::path::Path;

use async_trait::async_trait;
use engine::{
    AgentReport, Connection, ConnectionId, Connector, ConnectorFacts, ConnectorId, Extras, RegistrationToken,
    UpgradeTask,
};
use engine::{
    ApiKey, Caller, Catalog, FileEntry, FilePage, FilePath, FileQuery, FileVersion, FireTime, Group, GroupId,
    GroupRules, HostFacts, Installation, Job, JobId, Lane, NewObjectSnapshot, NewRecovery, NewSource,
    ObjectId, Policy, PolicyId, PolicyRules, Recovery, RecoveryFilter, RecoveryId, Result, Run, RunFilter,
    RunId, SecretDigest, Snapshot, SnapshotFilter, SnapshotId, Source, TenantId,
};
use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::database::Database;
use crate::{
    access, agents, connections, connectors, files, groups, installation, jobs, policies, recoveries, runs,
    schedules, snapshots, sources,
};

/// The catalog in one SQLite file.
#[derive(Clone, Debug)]
pub struct SqlCatalog {
    pub(crate) database: Database,
}

impl SqlCatalog {
    /// Opens the catalog in this file. A missing file is made, for its owner alone; an older schema is
    /// brought up to date. SQLite keeps two more files beside it (`-wal`, `-shm`) while it is open.
    ///
    /// # Errors
    /// [`Kind::Unsupported`](engine::Kind::Unsupported) when a newer version of this program made it,
    /// [`Kind::Unavailable`](engine::Kind::Unavailable) when the file cannot be opened or written.
    pub async fn open(path: &Path) -> Result<Self> {
        Ok(Self { database: Database::open(path).await? })
    }

    /// Waits for the calls that go on and closes the file. Later calls fail.
    pub async fn close(&self) {
        self.database.close().await;
    }
}

#[async_trait]
impl Catalog for SqlCatalog {
    async fn installation(&self) -> Result<Installation> {
        installation::get(&self.database).await
    }

    // Access.

    async fn insert_api_key(
        &self,
        tenant: &TenantId,
        name: &str,
        digest: SecretDigest,
        now: Timestamp,
    ) -> Result<ApiKey> {
        access::insert_api_key(&self.database, tenant, name, digest, now).await
    }

    async fn api_key(&self, digest: SecretDigest) -> Result<Option<ApiKey>> {
        access::api_key(&self.database, digest).await
    }

    async fn api_keys(&self) -> Result<Vec<ApiKey>> {
        access::api_keys(&self.database).await
    }

    async fn insert_token(
        &self,
        key: &ApiKey,
        digest: SecretDigest,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<()> {
        access::insert_token(&self.database, key, digest, now, expires_at).await
    }

    async fn token(&self, digest: SecretDigest, now: Timestamp) -> Result<Option<Caller>> {
        access::token(&self.database, digest, now).await
    }

    // Sources.

    async fn insert_source(
        &self,
        tenant: &TenantId,
        new: NewSource,
        host: HostFacts,
        now: Timestamp,
    ) -> Result<Source> {
        sources::insert(&self.database, tenant, new, host, now).await
    }

    async fn source(&self, tenant: &TenantId, id: ObjectId) -> Result<Source> {
        sources::get(&self.database, tenant, id).await
    }

    async fn sources(&self, tenant: &TenantId) -> Result<Vec<Source>> {
        sources::list(&self.database, tenant).await
    }

    async fn update_source(&self, source: &Source) -> Result<()> {
        sources::update(&self.database, source).await
    }

    async fn delete_source(&self, tenant: &TenantId, id: ObjectId) -> Result<()> {
        sources::delete(&self.database, tenant, id).await
    }

    // Policies.

    async fn insert_policy(&self, tenant: &TenantId, rules: PolicyRules, now: Timestamp) -> Result<Policy> {
        policies::insert(&self.database, tenant, rules, now).await
    }

    async fn policy(&self, tenant: &TenantId, id: PolicyId) -> Result<Policy> {
        policies::get(&self.database, tenant, id).await
    }

    async fn policies(&self, tenant: &TenantId) -> Result<Vec<Policy>> {
        policies::list(&self.database, tenant).await
    }

    async fn update_policy(
        &self,
        tenant: &TenantId,
        id: PolicyId,
        rules: PolicyRules,
        expected: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Policy> {
        policies::update(&self.database, tenant, id, rules, expected, now).await
    }

    async fn delete_policy(&self, tenant: &TenantId, id: PolicyId) -> Result<()> {
        policies::delete(&self.database, tenant, id).await
    }

    // Groups.

    async fn insert_group(&self, tenant: &TenantId, rules: GroupRules, now: Timestamp) -> Result<Group> {
        groups::insert(&self.database, tenant, rules, now).await
    }

    async fn group(&self, tenant: &TenantId, id: GroupId) -> Result<Group> {
        groups::get(&self.database, tenant, id).await
    }

    async fn groups(&self, tenant: &TenantId) -> Result<Vec<Group>> {
        groups::list(&self.database, tenant).await
    }

    async fn update_group(
        &self,
        tenant: &TenantId,
        id: GroupId,
        rules: GroupRules,
        expected: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Group> {
        groups::update(&self.database, tenant, id, rules, expected, now).await
    }

    async fn delete_group(
        &self,
        tenant: &TenantId,
        id: GroupId,
        delete_snapshots: bool,
        now: Timestamp,
    ) -> Result<Vec<String>> {
        groups::delete(&self.database, tenant, id, delete_snapshots, now).await
    }

    // Runs.

    async fn insert_run(&self, run: Run) -> Result<Run> {
        runs::insert(&self.database, run).await
    }

    async fn runs(&self, tenant: &TenantId, filter: &RunFilter) -> Result<Vec<Run>> {
        runs::list(&self.database, tenant, filter).await
    }

    async fn run(&self, tenant: &TenantId, id: RunId) -> Result<Run> {
        runs::get(&self.database, tenant, id).await
    }

    async fn update_run(&self, run: &Run) -> Result<()> {
        runs::update(&self.database, run).await
    }

    async fn complete_object(
        &self,
        run: Run,
        new: NewObjectSnapshot,
        files: mpsc::Receiver<Vec<FileEntry>>,
    ) -> Result<(Run, Snapshot)> {
        files::complete_object(&self.database, run, new, files).await
    }

    // Schedules.

    async fn fire_times(&self) -> Result<Vec<FireTime>> {
        schedules::list(&self.database).await
    }

    async fn set_fire_times(&self, group: GroupId, times: &[FireTime]) -> Result<()> {
        schedules::replace(&self.database, group, times).await
    }

    async fn insert_scheduled_run(&self, run: Run, times: &[FireTime]) -> Result<Run> {
        schedules::insert_run(&self.database, run, times).await
    }

    // Snapshots and files.

    async fn snapshots(&self, tenant: &TenantId, filter: &SnapshotFilter) -> Result<Vec<Snapshot>> {
        snapshots::list(&self.database, tenant, filter).await
    }

    async fn snapshot(&self, tenant: &TenantId, id: SnapshotId) -> Result<Snapshot> {
        snapshots::get(&self.database, tenant, id).await
    }

    async fn update_snapshot(&self, snapshot: &Snapshot) -> Result<()> {
        snapshots::update(&self.database, snapshot).await
    }

    async fn update_snapshots(&self, snapshots: &[Snapshot]) -> Result<()> {
        snapshots::update_all(&self.database, snapshots).await
    }

    async fn forget_snapshots(&self, tenant: &TenantId, ids: &[SnapshotId]) -> Result<Vec<String>> {
        snapshots::forget(&self.database, tenant, ids).await
    }

    async fn forget_expired(
        &self,
        tenant: &TenantId,
        ids: &[SnapshotId],
        now: Timestamp,
    ) -> Result<Vec<String>> {
        snapshots::forget_expired(&self.database, tenant, ids, now).await
    }

    async fn expired_snapshots(&self, now: Timestamp, limit: u32) -> Result<Vec<Snapshot>> {
        snapshots::expired(&self.database, now, limit).await
    }

    async fn all_groups(&self) -> Result<Vec<Group>> {
        groups::all(&self.database).await
    }

    async fn files(&self, tenant: &TenantId, query: &FileQuery) -> Result<FilePage> {
        files::search(&self.database, tenant, query).await
    }

    async fn file_versions(
        &self,
        tenant: &TenantId,
        groups: &[GroupId],
        files: &[(ObjectId, FilePath)],
    ) -> Result<Vec<FileVersion>> {
        files::versions(&self.database, tenant, groups, files).await
    }

    // Recoveries.

    async fn insert_recovery(
        &self,
        tenant: &TenantId,
        new: NewRecovery,
        unique_name: bool,
        now: Timestamp,
    ) -> Result<Recovery> {
        recoveries::insert(&self.database, tenant, new, unique_name, now).await
    }

    async fn recovery(&self, tenant: &TenantId, id: RecoveryId) -> Result<Recovery> {
        recoveries::get(&self.database, tenant, id).await
    }

    async fn recoveries(&self, tenant: &TenantId, filter: &RecoveryFilter) -> Result<Vec<Recovery>> {
        recoveries::list(&self.database, tenant, filter).await
    }

    async fn update_recovery(&self, recovery: &Recovery) -> Result<()> {
        recoveries::update(&self.database, recovery).await
    }

    // Connections and connectors.

    async fn insert_connection(
        &self,
        tenant: &TenantId,
        name: &str,
        extras: Extras,
        token: RegistrationToken,
        now: Timestamp,
    ) -> Result<Connection> {
        connections::insert(&self.database, tenant, name, extras, token, now).await
    }

    async fn connection(&self, tenant: &TenantId, id: ConnectionId) -> Result<Connection> {
        connections::get(&self.database, tenant, id).await
    }

    async fn connections(&self, tenant: &TenantId) -> Result<Vec<Connection>> {
        connections::list(&self.database, tenant).await
    }

    async fn rename_connection(&self, tenant: &TenantId, id: ConnectionId, name: &str) -> Result<Connection> {
        connections::rename(&self.database, tenant, id, name).await
    }

    async fn delete_connection(&self, tenant: &TenantId, id: ConnectionId) -> Result<()> {
        connections::delete(&self.database, tenant, id).await
    }

    async fn insert_registration_token(
        &self,
        tenant: &TenantId,
        id: ConnectionId,
        token: RegistrationToken,
        now: Timestamp,
    ) -> Result<()> {
        connections::add_token(&self.database, tenant, id, token, now).await
    }

    async fn insert_connector(
        &self,
        token: SecretDigest,
        key: SecretDigest,
        name: &str,
        facts: ConnectorFacts,
        now: Timestamp,
    ) -> Result<Option<Connector>> {
        connectors::insert(&self.database, token, key, name, facts, now).await
    }

    async fn touch_connector(
        &self,
        key: SecretDigest,
        facts: ConnectorFacts,
        now: Timestamp,
    ) -> Result<Option<Connector>> {
        connectors::touch(&self.database, key, facts, now).await
    }

    async fn connector(&self, tenant: &TenantId, id: ConnectorId) -> Result<Connector> {
        connectors::get(&self.database, tenant, id).await
    }

    async fn connectors(&self, tenant: &TenantId) -> Result<Vec<Connector>> {
        connectors::list(&self.database, tenant).await
    }

    async fn rename_connector(&self, tenant: &TenantId, id: ConnectorId, name: &str) -> Result<Connector> {
        connectors::rename(&self.database, tenant, id, name).await
    }

    async fn delete_connector(&self, tenant: &TenantId, id: ConnectorId) -> Result<()> {
        connectors::delete(&self.database, tenant, id).await
    }

    // Agents.

    async fn agent_reports(&self, tenant: &TenantId) -> Result<Vec<AgentReport>> {
        agents::reports(&self.database, tenant).await
    }

    async fn keep_agent_report(&self, report: &AgentReport, tasks: &[UpgradeTask]) -> Result<()> {
        agents::keep_report(&self.database, report, tasks).await
    }

    async fn insert_upgrade_task(&self, task: UpgradeTask) -> Result<UpgradeTask> {
        agents::insert_task(&self.database, task).await
    }

    async fn upgrade_tasks(&self, tenant: &TenantId) -> Result<Vec<UpgradeTask>> {
        agents::tasks(&self.database, tenant).await
    }

    // Jobs.

    async fn claim_job(
        &self,
        lane: Lane,
        owner: &str,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Option<Job>> {
        jobs::claim(&self.database, lane, owner, now, lease_until).await
    }

    async fn renew_job(&self, id: JobId, owner: &str, lease_until: Timestamp) -> Result<()> {
        jobs::renew(&self.database, id, owner, lease_until).await
    }

    async fn finish_job(&self, id: JobId, owner: &str) -> Result<()> {
        jobs::finish(&self.database, id, owner).await
    }

    async fn release_jobs(&self) -> Result<()> {
        jobs::release(&self.database).await
    }
}
